// A person steers shipments: send again, hold, let go on, cancel. State and queued job change together.
import { cancelledByHand } from '../../domain/shipment/shipment.ts';
import type { Store } from '../../ports/store.ts';
import type { StoredShipment } from '../../ports/records.ts';
import { dispatchJob, dispatchJobKey, reportParkedJob, stageJob } from '../jobs/queue-jobs.ts';

export type Steering = 'resend' | 'pause' | 'resume' | 'cancel';
/** `said` in words for whoever asked; `done` is false where the shipment is as it was. */
export type Steered = { done: boolean; said: string };

const refused = (said: string): Steered => ({ done: false, said });

export async function steerShipment(
  store: Store,
  organisation: string,
  id: string,
  steering: Steering,
  now: Date,
): Promise<Steered> {
  return store.transaction(async (inside) => {
    const stored = await inside.lockShipment(organisation, id);
    if (!stored) return refused('is not known');
    if (stored.state === 'dispatched') return refused('has arrived: what was dispatched never changes');
    return steer[steering](inside, organisation, stored, now);
  });
}

type Step = (store: Store, organisation: string, stored: StoredShipment, now: Date) => Promise<Steered>;

const steer: Record<Steering, Step> = {
  async resend(store, organisation, { shipment, attempts }, now) {
    const job = dispatchJob(organisation, shipment);
    await store.saveShipment(organisation, { shipment, attempts, state: 'planned' });
    // Queued again: neither an old back-off nor a hold remains.
    await store.dequeue([job.key]);
    await store.enqueue([{ ...job, dueAt: job.dueAt < now ? job.dueAt : now }, reportParkedJob(organisation, now)]);
    return { done: true, said: 'is sent now' };
  },

  async pause(store, organisation, { shipment, state }) {
    if (state === 'cancelled') return refused('is cancelled');
    const key = dispatchJobKey(organisation, shipment.id);
    if (await store.pauseJob(key)) return { done: true, said: 'is held until it is resumed' };
    const [job] = await store.jobs([key]);
    if (job?.state === 'paused') return refused('is held already');
    return refused(job?.state === 'parked' ? 'has failed permanently: resend it' : 'is being carried out now');
  },

  async resume(store, organisation, { shipment }) {
    const resumed = await store.resumeJob(dispatchJobKey(organisation, shipment.id));
    return resumed ? { done: true, said: 'goes on' } : refused('is not held');
  },

  async cancel(store, organisation, stored, now) {
    if (stored.state === 'cancelled' && stored.lastError === cancelledByHand) return refused('is cancelled already');
    await store.saveShipment(organisation, { ...stored, state: 'cancelled', lastError: cancelledByHand });
    await store.dequeue([dispatchJobKey(organisation, stored.shipment.id)]);
    const staged = stored.stagedAt ? [stageJob(organisation, stored.shipment, now)] : [];
    await store.enqueue([...staged, reportParkedJob(organisation, now)]);
    return { done: true, said: 'is cancelled until it is sent again by hand' };
  },
};
