// Now and then: ask GitHub for what did not arrive, and for installations that we have not heard of.
import type { Job } from '../../ports/job-map.ts';
import type { Outside } from '../../ports/outside.ts';
import { onboardJob, reportParkedJob, syncJob } from '../jobs/queue-jobs.ts';

const hour = 3_600_000;
/** GitHub keeps deliveries for three days; looking back one covers a long outage without reading all. */
const lookBackMs = 24 * hour;
const keepMs = 14 * 24 * hour;

export function reconcileJob(dueAt: Date): Job {
  return { key: 'reconcile', name: 'reconcile', payload: {}, dueAt };
}

export async function reconcile({ store, hooks, log, clock }: Outside): Promise<void> {
  for (const installation of await hooks.installations()) {
    const known = await store.course(installation.login);
    // Were the app killed between giving up and saying so, it is said now.
    await store.enqueue([reportParkedJob(installation.login, clock.now())]);
    if (known?.installationId === installation.id) continue;
    await store.saveInstallation(installation);
    await store.enqueue([syncJob(installation.login, clock.now()), onboardJob(installation.login, clock.now())]);
  }
  await store.forgetDeliveries(new Date(clock.now().getTime() - keepMs));
  const again = await hooks.redeliverFailed(new Date(clock.now().getTime() - lookBackMs));
  if (again > 0) log.info({ deliveries: again }, 'asked for webhooks that did not arrive');
  await store.enqueue([reconcileJob(new Date(clock.now().getTime() + hour / 6))]);
}
