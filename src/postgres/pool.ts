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
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    await client.query('rollback').then(
      () => client.release(),
      (broken: Error) => client.release(broken),
    );
    throw error;
  }
}
