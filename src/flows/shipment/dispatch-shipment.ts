// One shipment is due: slice, carry, record. Safe at any point to be killed and run again.
import { describeSlice } from '../../domain/messages/data-message.ts';
import type { JobOutcome } from '../../ports/jobs.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { Receipt, StoredShipment } from '../../ports/records.ts';
import { cutSlice } from './cut-slice.ts';
import { releaseTimes } from './release-times.ts';
import { inForce, type InForce } from '../course/in-force.ts';
import { dataEvidence } from './data-evidence.ts';
import { seenBefore } from './prefetch-heads.ts';
import { reportParkedJob } from '../jobs/queue-jobs.ts';
import { releaseNotice } from '../jobs/queue-notices.ts';
import { ledgerJob, practiceJobs } from '../jobs/queue-practice.ts';
import { codeOf, Failure } from '../../domain/text/failure.ts';

type Payload = { organisation: string; id: string };

/** Until we look again for a repository that is still being made; longer each time. */
const notReady = { postpone: 1, why: 'repository-not-ready: its repository has not been made yet' };

export async function dispatchShipment(ports: FlowPorts, { organisation, id }: Payload): Promise<JobOutcome> {
  const { store, log } = ports;
  const stored = await store.shipment(organisation, id);
  if (!stored || stored.state === 'dispatched' || stored.state === 'cancelled') return undefined;
  const found = await inForce(store, organisation);
  const { shipment } = stored;
  const repository = await store.studentRepository(organisation, shipment.repository);
  if (!found || repository?.state !== 'ready') return notReady;
  const { record } = found;
  const github = ports.github(record);
  const carrier = github.carriers[shipment.carrier];
  if (!carrier) throw new Failure('carrier-missing', `no carrier ${shipment.carrier} here`, { permanent: true });
  try {
    const { directory } = await github.courseRepository.snapshot(record.repository, record.commitSha);
    const slice = await cutSlice(ports, organisation, shipment, directory);
    const seen = await seenBefore(ports, github, organisation, stored);
    // By its id: a student may have renamed it, and given the old name to another.
    const name = seen?.repository ?? (await github.studentRepositories.locate(repository.repositoryId!));
    if (name === undefined) throw missing(record.login, shipment.repository);
    const consignment = describeSlice(shipment, slice, releaseTimes(found, shipment, ports.clock.now()));
    const receipt = await carrier.carry({ ...shipment, repository: name }, slice, consignment, seen);
    await recordDispatch(ports, found, stored, receipt);
    log.info({ shipment: id, repository: shipment.repository, commit: receipt.commit }, 'shipment dispatched');
    return undefined;
  } catch (error) {
    // Throttled by our own pacing: not a failure.
    if ((error as { postpone?: number }).postpone === undefined)
      await recordFailure(ports, organisation, stored, error);
    throw error;
  }
}

function missing(login: string, repository: string): Error {
  const message = `${login}/${repository} was deleted or moved out of the organisation: restore it, then resend`;
  return new Failure('repository-missing', message, { permanent: true });
}

async function recordDispatch(
  { store, clock }: FlowPorts,
  { record, challenges, course }: InForce,
  stored: StoredShipment,
  receipt: Receipt,
): Promise<void> {
  const at = clock.now();
  const { organisation } = record;
  const { shipment } = stored;
  await store.transaction(async (inside) => {
    const { lastError: _, ...kept } = stored;
    const attempts = stored.attempts + 1;
    await inside.saveShipment(organisation, { ...kept, state: 'dispatched', attempts, dispatchedAt: at, receipt });
    const shipped = { event: 'shipped', at, repository: shipment.repository, commit: receipt.commit } as const;
    await inside.addEvidence(organisation, dataEvidence(record, shipment, shipped));
    const rules = challenges.find(({ name }) => name === shipment.challenge);
    const follows = rules ? practiceJobs(organisation, shipment, rules, at) : [];
    const told = course.notify?.includes('release')
      ? [releaseNotice({ organisation, repository: shipment.repository }, shipment.id, at)]
      : [];
    await inside.enqueue([...follows, ...told, ledgerJob(organisation, at)]);
    if (stored.state === 'failed') await inside.enqueue([reportParkedJob(organisation, at)]);
  });
}

async function recordFailure(
  { store }: FlowPorts,
  organisation: string,
  { shipment }: StoredShipment,
  error: unknown,
): Promise<void> {
  const { message } = error as Error;
  await store.transaction(async (inside) => {
    // It may have been cancelled, or dispatched by somebody else, while we were trying.
    const now = await inside.lockShipment(organisation, shipment.id);
    if (!now || now.state === 'cancelled' || now.state === 'dispatched') return;
    const lastError = `${codeOf(error) ?? 'error'}: ${message}`;
    await inside.saveShipment(organisation, { ...now, state: 'failed', attempts: now.attempts + 1, lastError });
  });
}
