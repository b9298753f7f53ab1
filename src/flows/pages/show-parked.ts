// Work that failed permanently, until a person acts. The queue is one for all courses.
import type { ParkedJob } from '../../ports/jobs.ts';
import type { Store } from '../../ports/store.ts';

/** What belongs to none, or to nobody knows which, is shown with each. */
export async function showParked(store: Store, organisation: string): Promise<ParkedJob[]> {
  const own = organisation.toLowerCase();
  const shown: ParkedJob[] = [];
  for (const job of await store.parkedJobs()) {
    const whose = await courseOf(store, job.key);
    if (whose === undefined || whose === own) shown.push(job);
  }
  return shown;
}

/** A job's key names its course; that of a webhook names the webhook. */
async function courseOf(store: Store, key: string): Promise<string | undefined> {
  const [name, where = ''] = key.split('/');
  if (name === 'reconcile') return undefined;
  if (name !== 'delivery') return where.toLowerCase();
  const delivery = await store.delivery(where);
  const byRepository = delivery?.repository?.split('/')[0];
  if (byRepository !== undefined || delivery?.installationId === undefined) return byRepository;
  return (await store.courses()).find(({ installationId }) => installationId === delivery.installationId)?.organisation;
}
