// Now and then: ask GitHub for what did not arrive, and for installations that we have not heard of.
import type { Job } from '../../ports/job-map.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { tellStaff } from './tell-staff.ts';
import { standingsJob } from '../jobs/queue-practice.ts';
import { onboardJob, reportParkedJob, syncJob } from '../jobs/queue-jobs.ts';

const hour = 3_600_000;
/** GitHub keeps deliveries for three days; looking back one covers a long outage without reading all. */
const lookBackMs = 24 * hour;
const keepMs = 14 * 24 * hour;

export function reconcileJob(dueAt: Date): Job {
  return { key: 'reconcile', name: 'reconcile', payload: {}, dueAt };
}

/** Its next time first, then its duties, of which none depends on another: what fails of them is said, and tried again with the rest. */
export async function reconcile(ports: FlowPorts): Promise<void> {
  const { store, log, clock } = ports;
  await store.enqueue([reconcileJob(new Date(clock.now().getTime() + hour / 6))]);
  const failures: unknown[] = [];
  for (const [duty, work] of Object.entries(duties)) {
    try {
      await work(ports);
    } catch (error) {
      log.warn({ err: error, duty }, 'a duty of reconcile failed');
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

const duties: Record<string, (ports: FlowPorts) => Promise<void>> = {
  async installations({ store, hooks, clock }) {
    for (const installation of await hooks.installations()) {
      const known = await store.course(installation.login);
      // Were the app killed between giving up and saying so, it is said now.
      await store.enqueue([reportParkedJob(installation.login, clock.now())]);
      if (known?.installationId === installation.id) continue;
      await store.saveInstallation(installation);
      await store.enqueue([syncJob(installation.login, clock.now()), onboardJob(installation.login, clock.now())]);
    }
  },
  tellStaff,
  async forget({ store, clock }) {
    await store.forgetDeliveries(new Date(clock.now().getTime() - keepMs));
  },
  /** The pages of a course that nothing happens in. */
  async standings({ store, clock }) {
    const now = clock.now();
    await store.enqueue((await store.coursesOutOfTime(now)).map((organisation) => standingsJob(organisation, now)));
  },
  async redeliver({ hooks, log, clock }) {
    const again = await hooks.redeliverFailed(new Date(clock.now().getTime() - lookBackMs));
    if (again === undefined)
      log.info({}, 'this server keeps no record of webhooks: what does not arrive is not asked for');
    else if (again > 0) log.info({ deliveries: again }, 'asked for webhooks that did not arrive');
  },
};
