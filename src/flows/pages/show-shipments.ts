// What was and will be shipped: all of a course, or one shipment with everything about it.
import type { Course } from '../../domain/course/course.ts';
import type { CourseRecord, StoredShipment } from '../../ports/records.ts';
import type { JobStatus, ParkedJob } from '../../ports/jobs.ts';
import type { ShipmentState } from '../../domain/shipment/shipment.ts';
import type { ShipmentSelection, Store } from '../../ports/store.ts';
import { inForce } from '../course/in-force.ts';
import { dispatchJobKey } from '../jobs/queue-jobs.ts';
import { cutTo, pageSize, type Page } from './cut-page.ts';
import { showParked } from './show-parked.ts';

export type ShipmentsView = {
  record: CourseRecord;
  course: Course;
  now: Date;
  /** Those of the selection. */
  page: Page<StoredShipment>;
  /** Of all. */
  counts: Partial<Record<ShipmentState, number>>;
  parked: ParkedJob[];
  /** By shipment, of those that have not arrived. */
  jobs: ReadonlyMap<string, JobStatus>;
};
export type ShipmentView = Omit<ShipmentsView, 'page' | 'counts' | 'parked' | 'jobs'> & {
  stored: StoredShipment;
  parked?: ParkedJob;
  job?: JobStatus;
};

export type ShipmentsQuery = ShipmentSelection & { page: number };
const everything: ShipmentsQuery = { text: '', page: 1 };

export async function showShipments(
  store: Store,
  organisation: string,
  now: Date,
  { page: wanted, ...selection }: ShipmentsQuery = everything,
): Promise<ShipmentsView | undefined> {
  const found = await inForce(store, organisation);
  if (!found) return undefined;
  const { record, course } = found;
  const { counts, ...page } = await cutTo(wanted, pageSize, (window) =>
    store.findShipments(organisation, selection, window),
  );
  const jobs = await jobsOf(store, organisation, page.rows);
  return { record, course, now, page, counts, jobs, parked: await showParked(store, organisation) };
}

export async function showShipment(
  store: Store,
  organisation: string,
  id: string,
  now: Date,
): Promise<ShipmentView | undefined> {
  const found = await inForce(store, organisation);
  const stored = found && (await store.shipment(organisation, id));
  if (!stored) return undefined;
  const { record, course } = found;
  const key = dispatchJobKey(organisation, id);
  const parked = (await showParked(store, organisation)).find((job) => job.key === key);
  const job = (await jobsOf(store, organisation, [stored])).get(id);
  return { record, course, now, stored, ...(parked ? { parked } : {}), ...(job ? { job } : {}) };
}

/** Where the shipments stand that have not arrived: held, waiting for the next try, failed permanently. */
async function jobsOf(
  store: Store,
  organisation: string,
  shipments: readonly StoredShipment[],
): Promise<ReadonlyMap<string, JobStatus>> {
  const open = shipments.filter(({ state }) => state === 'planned' || state === 'failed');
  const ids = new Map(open.map(({ shipment: { id } }) => [dispatchJobKey(organisation, id), id]));
  const jobs = await store.jobs([...ids.keys()]);
  return new Map(jobs.map((job) => [ids.get(job.key)!, job]));
}
