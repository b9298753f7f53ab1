// Once a day: the last hash of the ledger goes where the database's owner cannot change it back.
import { describeHead } from '../../domain/messages/ledger-head.ts';
import type { Job } from '../../ports/job-map.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { inForce } from '../course/in-force.ts';

const day = 86_400_000;

/** At the next midnight: however often something is written, the head is published once a day. */
export function headJob(organisation: string, now: Date): Job {
  const key = organisation.toLowerCase();
  const dueAt = new Date(Math.ceil(now.getTime() / day) * day);
  return { key: `publish-head/${key}`, name: 'publish-head', payload: { organisation: key }, dueAt };
}

/** A check run of its own each time: GitHub keeps the earlier ones, and nobody can delete them. */
export async function publishHead(ports: FlowPorts, { organisation }: { organisation: string }): Promise<void> {
  const { store, clock } = ports;
  const found = await inForce(store, organisation);
  const head = await store.ledgerHead(organisation);
  if (!found || !head) return;
  const { record, course } = found;
  const { checkRuns } = ports.github(record);
  const check = { name: 'ledger', headSha: record.commitSha, externalId: 'ledger' };
  await checkRuns.restart(record.repository, check);
  await checkRuns.publish(record.repository, { ...check, ...describeHead(head, clock.now(), course.timezone) });
}
