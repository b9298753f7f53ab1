// The one way to the database: a pool, and transactions on it. Nothing on it waits for ever.
import pg from 'pg';
import { codeOf } from '../domain/text/failure.ts';
import { retryPolicy } from '../domain/jobs/retry-policy.ts';
import { Client } from './client.ts';
import { holdLease } from './lease.ts';

export type Pool = pg.Pool;
/** What a statement can be run on: the pool itself, or the client of a transaction. */
export type Database = Pick<pg.Pool, 'query'>;

export type PoolLimits = {
  /** Connections at most. */
  max?: number;
  /** How long we wait for one answer. */
  answerMs?: number;
};

/** A connection is there within this time, or the server is not. Waiting for another's to be free counts, too. */
const connectMs = 15_000;
const usualAnswerMs = 60_000;
/** The server gives up sooner than we do, so that it is the one to say so, and then works for nobody. */
const serverShare = 0.9;
/** A process that was stopped in the middle of a transaction keeps its locks no longer than this. */
const idleInTransaction = '30s';
/** A connection that died without a word is noticed. */
export const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const;

/** Opens a pool; `bigint` columns come back as numbers (GitHub's ids fit well below 2^53). */
export function openPool(connectionString: string, limits: number | PoolLimits = {}): Pool {
  const { max = 10, answerMs = usualAnswerMs } = typeof limits === 'number' ? { max: limits } : limits;
  const types = { getTypeParser: pg.types.getTypeParser };
  const pool = new pg.Pool({
    connectionString,
    max,
    connectionTimeoutMillis: connectMs,
    query_timeout: answerMs,
    // A connection that nobody uses keeps no process alive.
    allowExitOnIdle: true,
    ...keepAlive,
    Client,
    // By statements and not in the connection's options, which poolers refuse.
    onConnect: async (client) => {
      await client.query(
        `set statement_timeout = ${Math.round(answerMs * serverShare)}; set idle_in_transaction_session_timeout = '${idleInTransaction}'`,
      );
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      (client as Client).recognise(rows[0]!.pid);
    },
    types: {
      getTypeParser: ((id: number, format?: 'text' | 'binary') =>
        id === pg.types.builtins.INT8
          ? Number
          : types.getTypeParser(id, format as 'text')) as typeof pg.types.getTypeParser,
    },
  });
  // A client that loses its server, idle or in use, must not end the process: its query fails, and the next opens a new one.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Runs `work` in one transaction: all of it is stored, or nothing. A job's is stored only under the job's own lease. */
export async function inTransaction<T>(pool: Pool, work: (database: Database) => Promise<T>): Promise<T> {
  return withClient(pool, (client) =>
    between(client, 'begin', async () => {
      const result = await work(client);
      await holdLease(client);
      return result;
    }),
  );
}

/** Another transaction changed what this one had read, or both waited for each other: it is to be tried again. */
const collisions = new Set(['40001', '40P01']);

/**
 * Runs `work` on one moment of the database: whatever it reads, it reads as of then, and what others changed since makes it
 * start again. Those with the same lock go one after the other. The lock is the session's and taken first: a transaction
 * that waits for it would see what was before its turn.
 */
export async function inSnapshot<T>(pool: Pool, lock: string, work: (database: Database) => Promise<T>): Promise<T> {
  return withClient(pool, async (client) => {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [lock]);
    try {
      const result = await again(() => between(client, 'begin isolation level repeatable read', () => work(client)));
      await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [lock]);
      return result;
    } catch (cause) {
      // With the connection goes the lock.
      throw new Unusable(cause);
    }
  });
}

async function again<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= retryPolicy.transaction.attempts || !collisions.has(codeOf(error) ?? '')) throw error;
    }
  }
}

/** Between `begin` and `commit`, or rolled back. */
async function between<T>(client: pg.PoolClient, begin: string, work: () => Promise<T>): Promise<T> {
  try {
    await client.query(begin);
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    // Asking a connection that does not answer to roll back would wait for it once more.
    if (isConnectionLost(error)) throw new Unusable(error);
    await client.query('rollback').catch(() => {
      throw new Unusable(error);
    });
    throw error;
  }
}

/** Says of a connection that it must not be used again; `cause` is what the caller is told. */
class Unusable extends Error {
  constructor(cause: unknown) {
    super('the connection cannot be used again', { cause: cause instanceof Unusable ? cause.cause : cause });
  }
}

/** A connection goes back to the pool whatever happens, or is thrown away. */
async function withClient<T>(pool: Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let unusable = false;
  try {
    return await work(client);
  } catch (error) {
    unusable = error instanceof Unusable;
    throw error instanceof Unusable ? error.cause : error;
  } finally {
    client.release(unusable);
  }
}

/** Not an answer of the server, and not an error of ours either: the connection broke, or nothing came in time. */
function isConnectionLost(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return false;
  const { message = '', code = '' } = error as { message?: string; code?: string };
  return (
    /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET)/.test(code) ||
    /query read timeout|connection terminated|connection error|not queryable|timeout exceeded/i.test(message)
  );
}
