// A pull request that carried a release was closed: merged or not, it is labelled, and answered when it was not.
import { dataLabels, describeClosed } from '../../domain/messages/data-message.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StoredShipment } from '../../ports/records.ts';
import { sayAlteration } from '../../domain/shipment/alteration.ts';
import { dashboardJob, scoreJob } from '../jobs/queue-jobs.ts';
import { dataEvidence } from './data-evidence.ts';
import { lookForAlteration, tellAltered } from './tell-altered.ts';

type Payload = {
  organisation: string;
  repository: string;
  branch: string;
  number: number;
  merged: boolean;
  at: Date;
} & {
  /** The commit in the default branch that it became. */
  mergeCommit?: string;
};

export async function followPull(ports: FlowPorts, payload: Payload): Promise<void> {
  const { store, github } = ports;
  const { organisation, repository, branch, number, merged, at } = payload;
  const record = await store.course(organisation);
  const stored = (await store.shipments(organisation, { repository })).find(
    ({ shipment }) => shipment.branch === branch,
  );
  if (!record || !stored) return;
  const { dataPulls } = github(record);
  const { shipment } = stored;
  if (merged) return followMerge(ports, payload, stored);
  const occurrence = { event: 'closed', at, repository, of: at.toISOString() } as const;
  await store.addEvidence(organisation, dataEvidence(record, shipment, occurrence));
  await store.enqueue([dashboardJob(organisation, repository, at)]);
  const { marker, body } = describeClosed(shipment);
  await dataPulls.relabel(repository, number, dataLabels.expired);
  await dataPulls.comment(repository, number, marker, body);
}

/** What was merged need not be what was sent: the branch as it is now is held against it. */
async function followMerge(ports: FlowPorts, payload: Payload, stored: StoredShipment): Promise<void> {
  const { store, clock } = ports;
  const { organisation, repository, number, at, mergeCommit: commit } = payload;
  const record = (await store.course(organisation))!;
  const student = await store.studentRepository(organisation, repository);
  const github = ports.github(record);
  const alteration = stored.receipt && (await lookForAlteration(github, repository, 'HEAD', stored));
  if (!alteration || commit === undefined) return github.dataPulls.relabel(repository, number, dataLabels.merged);
  const occurrence = { event: 'altered', at, repository, of: commit, commit, how: sayAlteration(alteration) } as const;
  await store.addEvidence(organisation, dataEvidence(record, stored.shipment, occurrence));
  const branch = student?.defaultBranch ?? 'main';
  await tellAltered(github, { stored, repository, branch, commit, late: false }, alteration);
  const now = clock.now();
  await store.enqueue([dashboardJob(organisation, repository, now), scoreJob(organisation, repository, commit, now)]);
}
