// What was and will be shipped: all of a course, or one shipment with everything about it.
import type { Course } from '../domain/course.ts';
import type { CourseRecord, ParkedJob, Store, StoredShipment } from '../ports.ts';
import { inForce } from './in-force.ts';
import { dispatchJobKey } from './queue-jobs.ts';
import { showParked } from './show-course.ts';

export type ShipmentsView = {
  record: CourseRecord;
  course: Course;
  now: Date;
  shipments: StoredShipment[];
  parked: ParkedJob[];
};
export type ShipmentView = Omit<ShipmentsView, 'shipments' | 'parked'> & { stored: StoredShipment; parked?: ParkedJob };

export async function showShipments(store: Store, organisation: string, now: Date): Promise<ShipmentsView | undefined> {
  const found = await inForce(store, organisation);
  if (!found) return undefined;
  const { record, course } = found;
  const shipments = await store.shipments(organisation);
  return { record, course, now, shipments, parked: await showParked(store, organisation) };
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
  return { record, course, now, stored, ...(parked ? { parked } : {}) };
}
