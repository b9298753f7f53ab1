// Work by the thousand, queued by statements of a size that the memory bears.
import type { Job } from '../../ports/job-map.ts';
import type { Store } from '../../ports/store.ts';

/** Rows that are held and written at once. */
const chunk = 2000;

export function* inChunks<T>(all: readonly T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += chunk) yield all.slice(from, from + chunk);
}

/** Of one key the last counts: a statement cannot write a row twice. */
export async function enqueueAll(store: Store, jobs: readonly Job[]): Promise<void> {
  for (const some of inChunks([...new Map(jobs.map((job) => [job.key, job])).values()])) await store.enqueue(some);
}
