// Everything remembered, behind the one interface that flows know.
import type { Job } from '../ports/job-map.ts';
import type { DeliveryAbout, DeliveryRecord } from '../ports/records.ts';
import type { Store } from '../ports/store.ts';
import { carriedPlanStore } from './carried-plan-store.ts';
import { courseStore } from './course-store.ts';
import { figuresStore } from './figures-store.ts';
import { enrolmentStore } from './enrolment-store.ts';
import { monitorStore } from './monitor-store.ts';
import { forgettingStore } from './forgetting-store.ts';
import { dequeue, enqueue, enqueueSql, jobsJson, reschedule } from './job-queue.ts';
import { listHolds } from './hold-store.ts';
import { jobSteering } from './job-steering.ts';
import { inSnapshot, inTransaction, type Database, type Pool } from './pool.ts';
import { practiceStore } from './practice-store.ts';
import { reactionStore } from './reaction-store.ts';
import { placementStore } from './placement-store.ts';
import { reportStore } from './report-store.ts';
import { shipmentPages } from './shipment-pages.ts';
import { shipmentSets } from './shipment-sets.ts';
import { shipmentStore } from './shipment-store.ts';
import { standingFigures } from './standing-figures.ts';
import { standingGrades } from './standing-grades.ts';
import { standingPages } from './standing-pages.ts';
import { standingStore } from './standing-store.ts';
import { templateStore } from './template-store.ts';
import { toJson } from './to-json.ts';

/** The store on a pool; inside `transaction`, the same on that transaction (a nested one joins it). */
export function openStore(pool: Pool): Store {
  return {
    ...on(pool),
    transaction: (work) => inTransaction(pool, (database) => work(joined(database))),
    snapshot: (lock, work) => inSnapshot(pool, lock, (database) => work(joined(database))),
  };
}

function joined(database: Database): Store {
  const store: Store = {
    ...on(database),
    transaction: (work) => work(store),
    snapshot: () => Promise.reject(new TypeError('a snapshot begins outside of a transaction')),
  };
  return store;
}

function on(database: Database): Omit<Store, 'transaction' | 'snapshot'> {
  return {
    ...courseStore(database),
    ...shipmentStore(database),
    ...shipmentSets(database),
    ...shipmentPages(database),
    ...carriedPlanStore(database),
    ...templateStore(database),
    ...practiceStore(database),
    ...forgettingStore(database),
    ...monitorStore(database),
    ...enrolmentStore(database),
    ...standingStore(database),
    ...standingPages(database),
    ...standingGrades(database),
    ...standingFigures(database),
    placements: placementStore(database),
    reactions: reactionStore(database),
    addDeliveries: (deliveries, jobs) => addDeliveries(database, deliveries, jobs),
    forgetDeliveries: (before) => forgetDeliveries(database, before),
    delivery: (guid) => readDelivery(database, guid),
    deliveriesAbout: (installationId) => readDeliveriesAbout(database, installationId),
    ...reportStore(database),
    enqueue: (jobs) => enqueue(database, jobs),
    reschedule: (jobs) => reschedule(database, jobs),
    dequeue: (keys) => dequeue(database, keys),
    ...figuresStore(database),
    holds: () => listHolds(database),
    ...jobSteering(database),
  };
}

async function forgetDeliveries(database: Database, before: Date): Promise<void> {
  await database.query(
    `delete from delivery where received_at < $1 and not exists (select from job where key = 'delivery/' || guid)`,
    [before],
  );
}

/** One statement, and so one way to the database and back: it is what GitHub waits for. */
async function addDeliveries(
  database: Database,
  deliveries: readonly DeliveryRecord[],
  jobs: readonly Job<'delivery'>[] = [],
): Promise<Set<string>> {
  const column = <K extends keyof DeliveryRecord>(name: K): (DeliveryRecord[K] | null)[] =>
    deliveries.map((delivery) => delivery[name] ?? null);
  const { rows } = await database.query<{ guid: string }>(
    `with fresh as (
       insert into delivery (guid, event, action, installation_id, repository, payload, received_at)
       select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::jsonb[], $7::timestamptz[])
       on conflict do nothing returning guid),
     queued as (${enqueueSql('$8', `payload ->> 'guid' in (select guid from fresh)`)})
     select guid from fresh`,
    [
      column('guid'),
      column('event'),
      column('action'),
      column('installationId'),
      column('repository'),
      deliveries.map(({ payload }) => toJson(payload)),
      column('receivedAt'),
      jobsJson(jobs),
    ],
  );
  return new Set(rows.map(({ guid }) => guid));
}

async function readDelivery(database: Database, guid: string): Promise<DeliveryRecord | undefined> {
  const { rows } = await database.query<DeliveryRecord>(
    `select guid, event, action, installation_id as "installationId", repository, payload, received_at as "receivedAt"
     from delivery where guid = $1`,
    [guid],
  );
  return rows[0];
}

async function readDeliveriesAbout(database: Database, installationId: number): Promise<DeliveryAbout[]> {
  const { rows } = await database.query<{ event: string; action: string | null; repository: string | null; at: Date }>(
    `select event, action, repository, received_at as at from delivery where installation_id = $1
     order by received_at, guid`,
    [installationId],
  );
  return rows.map(({ event, action, repository, at }) => ({
    event,
    at,
    ...(action === null ? {} : { action }),
    ...(repository === null ? {} : { repository }),
  }));
}
