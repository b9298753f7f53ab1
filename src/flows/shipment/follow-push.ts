// A student repository's default branch moved: which releases does it hold now, and which open pull requests fell behind?
import { isWanted } from '../../domain/drill/drill.ts';
import { dataLabels, describeSlice } from '../../domain/messages/data-message.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StoredShipment } from '../../ports/records.ts';
import { milestonesJob, scoreJob } from '../jobs/queue-jobs.ts';
import { sayAlteration } from '../../domain/shipment/alteration.ts';
import { isFailure } from '../../domain/text/failure.ts';
import { dataEvidence } from './data-evidence.ts';
import { lookForAlteration, placeOf, tellAltered } from './tell-altered.ts';

type Payload = { organisation: string; repository: string; commit: string; at: Date };

export async function followPush(ports: FlowPorts, { organisation, repository, commit, at }: Payload): Promise<void> {
  const { store } = ports;
  const record = await store.course(organisation);
  const student = await store.studentRepository(organisation, repository);
  if (!record || !student) return;
  await store.enqueue([milestonesJob(organisation, repository, commit, at)]);
  const github = ports.github(record);
  const shipped = (await store.shipments(organisation, { repository })).filter(({ receipt }) => receipt !== undefined);
  const blobs = await github.runs.blobs(repository, commit, [...new Set(shipped.map(placeOf))]);
  const drills = await store.drills(organisation, student.owner);
  const seen = await lastSeen(ports, organisation, shipped);
  let news = false;
  for (const stored of shipped) {
    const { shipment, receipt } = stored;
    const blob = blobs.get(placeOf(stored));
    const event = blob === receipt!.blob ? 'merged' : 'altered';
    if (event === 'altered' && isWanted(drills, shipment.id, blob, commit)) continue;
    const before = seen.get(shipment.id);
    // A release that never was in the branch is not altered, it is only missing.
    if (before === event || (event === 'altered' && before !== 'merged')) continue;
    const alteration = event === 'altered' && (await lookForAlteration(github, repository, commit, stored));
    const how = alteration ? { how: sayAlteration(alteration) } : {};
    const evidence = dataEvidence(record, shipment, { event, at, repository, of: commit, commit, ...how });
    news = (await store.addEvidence(organisation, evidence)) || news;
    const branch = student.defaultBranch ?? 'main';
    if (alteration) await tellAltered(github, { stored, repository, branch, commit, late: true }, alteration);
    else if (before === 'altered' && receipt!.pullRequest !== undefined)
      await github.dataPulls.relabel(repository, receipt!.pullRequest, dataLabels.merged);
  }
  if (news) await store.enqueue([scoreJob(organisation, repository, commit, ports.clock.now())]);
  await refreshPulls(ports, organisation, shipped);
}

/** What was last seen of each release in the branch. */
async function lastSeen(
  { store }: FlowPorts,
  organisation: string,
  shipped: readonly StoredShipment[],
): Promise<Map<string, 'merged' | 'altered'>> {
  const seen = new Map<string, 'merged' | 'altered'>();
  const places = new Map(
    shipped.map(({ shipment: { challenge, owner } }) => [`${challenge}/${owner}`, { challenge, owner }]),
  );
  for (const { challenge, owner } of places.values())
    for (const evidence of await store.evidence(organisation, challenge, owner, ['data']))
      if (evidence.kind === 'data' && (evidence.event === 'merged' || evidence.event === 'altered'))
        seen.set(evidence.shipment, evidence.event);
  return seen;
}

/** Pull requests that are still open are put back on top of the branch, so that they stay mergeable. */
async function refreshPulls(ports: FlowPorts, organisation: string, shipped: readonly StoredShipment[]): Promise<void> {
  const record = await ports.store.course(organisation);
  if (!record?.repository || !record.commitSha) return;
  const github = ports.github(record);
  for (const { shipment, receipt } of shipped) {
    if (receipt?.pullRequest === undefined) continue;
    const { directory } = await github.courseRepository.snapshot(record.repository, record.commitSha);
    const slice = await ports.slices.slice(shipment, directory).catch((error: unknown) => {
      // Its bytes are in the pull request and nowhere else any more: it stays as it is.
      if (isFailure(error, 'source_changed')) return undefined;
      throw error;
    });
    if (slice === undefined) continue;
    await github.dataPulls.refresh(shipment, slice, describeSlice(shipment, slice, { zone: 'UTC' }).message);
  }
}
