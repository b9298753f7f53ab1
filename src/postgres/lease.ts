// The lease under which a job runs: what it stores counts only while nobody else has claimed the job.
import { AsyncLocalStorage } from 'node:async_hooks';
import { Failure } from '../domain/text/failure.ts';
import type { ClaimedJob } from '../ports/jobs.ts';
import type pg from 'pg';

type Lease = Pick<ClaimedJob, 'key' | 'token'>;

const current = new AsyncLocalStorage<Lease>();

/** Runs `work` under the lease of a job: each of its transactions is committed only while the lease is its own. */
export function underLease<T>({ key, token }: Lease, work: () => Promise<T>): Promise<T> {
  return current.run({ key, token }, work);
}

/**
 * The last statement of a transaction. The row stays locked until the commit, so that a claim of the job comes before it, and
 * is seen, or after it. Fails with `lease-lost`, and nothing of the transaction is kept.
 */
export async function holdLease(database: Pick<pg.Pool, 'query'>): Promise<void> {
  const lease = current.getStore();
  if (!lease) return;
  const { rowCount } = await database.query('select from job where key = $1 and leased_by = $2 for share', [
    lease.key,
    lease.token,
  ]);
  if (rowCount === 0)
    throw new Failure('lease-lost', `somebody else is at ${lease.key}: what this run would store is not kept`);
}
