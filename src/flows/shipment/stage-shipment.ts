// Before a release is due: what can be done ahead without telling anybody is done, and taken back where the plan has changed.
import { carriers } from '../../domain/carrier/carriers.ts';
import { describeSlice } from '../../domain/messages/data-message.ts';
import type { ReleaseSlot } from '../../domain/plan/release-schedule.ts';
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { Job } from '../../ports/job-map.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { cutSlice } from './cut-slice.ts';
import { releaseTimes } from './release-times.ts';
import { inForce } from '../course/in-force.ts';
import { dispatchJob, dispatchJobKey, stageJob } from '../jobs/queue-jobs.ts';

/** The jobs that carry a shipment out: at its due date, or as early as its release is sent. */
export function shipmentJobs(
  organisation: string,
  shipment: Shipment,
  slot: ReleaseSlot | undefined,
  now: Date,
): Job[] {
  if (!shipment.early || !slot) return [dispatchJob(organisation, shipment)];
  const { stage, send } = slot;
  const dispatch = dispatchJob(organisation, shipment, send);
  // What is to be sent now needs no preparation.
  if (stage === undefined || !carriers[shipment.carrier].ahead || send <= now) return [dispatch];
  return [stageJob(organisation, shipment, stage), dispatch];
}

type Payload = { organisation: string; id: string };

/** Whatever fails here is done, and reported, when the shipment itself is sent. */
export async function stageShipment(ports: FlowPorts, { organisation, id }: Payload): Promise<void> {
  const { store, log } = ports;
  const stored = await store.shipment(organisation, id);
  const found = await inForce(store, organisation);
  if (!stored || !found) return;
  const { shipment, state, stagedAt } = stored;
  const student = await store.studentRepository(organisation, shipment.repository);
  const [job] = await store.jobs([dispatchJobKey(organisation, id)]);
  // What a person holds back shows itself nowhere.
  const wanted = state === 'planned' && shipment.early === true && job?.state === 'open';
  const unwanted = state === 'cancelled' && stagedAt !== undefined;
  if (student?.state !== 'ready' || (!wanted && !unwanted)) return;
  const { record } = found;
  const github = ports.github(record);
  const carrier = github.carriers[shipment.carrier];
  try {
    const name = await github.studentRepositories.locate(student.repositoryId!);
    if (name === undefined) return;
    const here = { ...shipment, repository: name };
    if (unwanted) await carrier?.unstage?.(here);
    else {
      const { directory } = await github.courseRepository.snapshot(record.repository, record.commitSha);
      const slice = await cutSlice(ports, organisation, shipment, directory);
      await carrier?.stage?.(
        here,
        slice,
        describeSlice(shipment, slice, releaseTimes(found, shipment, ports.clock.now())),
      );
    }
  } catch (error) {
    if ((error as { postpone?: number }).postpone !== undefined) throw error;
    log.warn({ shipment: id, err: error }, 'shipment not staged');
    return;
  }
  await store.transaction(async (inside) => {
    const now = await inside.lockShipment(organisation, id);
    if (!now || now.state !== state) return;
    const { stagedAt: _, ...kept } = now;
    await inside.saveShipment(organisation, wanted ? { ...kept, stagedAt: ports.clock.now() } : kept);
  });
}
