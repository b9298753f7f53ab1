// The one way to the database: a pool, and transactions on it.
import pg from 'pg';

export type Pool = pg.Pool;
/** What a statement can be run on: the pool itself, or the client of a transaction. */
export type Database = Pick<pg.Pool, 'query'>;

/** Opens a pool; `bigint` columns come back as numbers (GitHub's ids fit well below 2^53). */
export function openPool(connectionString: string, max = 10): Pool {
  const types = { getTypeParser: pg.types.getTypeParser };
  const pool = new pg.Pool({
    connectionString,
    max,
    types: {
      getTypeParser: ((id: number, format?: 'text' | 'binary') =>
        id === pg.types.builtins.INT8
          ? Number
          : types.getTypeParser(id, format as 'text')) as typeof pg.types.getTypeParser,
    },
  });
  // An idle client that loses its server must not end the process: the next query opens a new one.
  pool.on('error', () => undefined);
  return pool;
}

/** Runs `work` in one transaction: all of it is stored, or nothing. */
export async function inTransaction<T>(pool: Pool, work: (database: Database) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    return await between(client, 'begin', () => work(client));
  } catch (error) {
    broken = (error as { broken?: Error }).broken;
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Another transaction changed what this one had read, or both waited for each other: it is to be tried again. */
const collisions = new Set(['40001', '40P01']);
const mostTries = 20;

/**
 * Runs `work` on one moment of the database: whatever it reads, it reads as of then, and what others changed since makes it
 * start again. Those with the same lock go one after the other. The lock is the session's and taken first: a transaction
 * that waits for it would see what was before its turn.
 */
export async function inSnapshot<T>(pool: Pool, lock: string, work: (database: Database) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [lock]);
    const result = await again(() => between(client, 'begin isolation level repeatable read', () => work(client)));
    await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [lock]);
    return result;
  } catch (error) {
    // With the connection goes the lock.
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}

async function again<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= mostTries || !collisions.has((error as { code?: string }).code ?? '')) throw error;
    }
  }
}

async function between<T>(client: pg.PoolClient, begin: string, work: () => Promise<T>): Promise<T> {
  try {
    await client.query(begin);
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((broken: Error) => {
      if (error instanceof Error) Object.assign(error, { broken });
    });
    throw error;
  }
}
