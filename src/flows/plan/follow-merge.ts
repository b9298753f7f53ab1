// After a merge, what concerns every repository of the class: by itself, so that the merge is in force without waiting for thousands of jobs.
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { inForce } from '../course/in-force.ts';
import { enqueueAll } from '../jobs/in-chunks.ts';
import { lookAtRepositoryJob } from '../jobs/queue-jobs.ts';
import { practiceJobs } from '../jobs/queue-practice.ts';

/** May be done twice: what is queued already stays so. */
export async function followMerge(
  { store, clock }: Pick<FlowPorts, 'store' | 'clock'>,
  { organisation }: { organisation: string },
): Promise<void> {
  const found = await inForce(store, organisation);
  if (!found || found.record.installationId === 0) return;
  const now = clock.now();
  // Who may see and do what follows from the whole course: every repository is looked at, also one without an owner.
  const made = (await store.studentRepositories(organisation)).filter(({ repositoryId }) => repositoryId !== undefined);
  await enqueueAll(
    store,
    made.map(({ name }) => lookAtRepositoryJob(organisation, name, now)),
  );
  // Rules for requests and endpoints also hold for those who have their data already.
  const byName = new Map(found.challenges.map((challenge) => [challenge.name, challenge]));
  const sent = await store.latestDispatched(organisation);
  await enqueueAll(
    store,
    sent.flatMap((shipment) => {
      const challenge = byName.get(shipment.challenge);
      return challenge ? practiceJobs(organisation, shipment, challenge, now) : [];
    }),
  );
}
