// Everything remembered, behind the one interface that flows know.
import type { Store } from '../ports/store.ts';
import { carriedPlanStore } from './carried-plan-store.ts';
import { courseStore } from './course-store.ts';
import { deliveryStore } from './delivery-store.ts';
import { figuresStore } from './figures-store.ts';
import { enrolmentStore } from './enrolment-store.ts';
import { monitorStore } from './monitor-store.ts';
import { forgettingStore } from './forgetting-store.ts';
import { dequeue, enqueue, reschedule } from './job-queue.ts';
import { listHolds } from './hold-store.ts';
import { jobSteering } from './job-steering.ts';
import { inSnapshot, inTransaction, type Database, type Pool } from './pool.ts';
import { practiceStore } from './practice-store.ts';
import { reactionStore } from './reaction-store.ts';
import { placementStore } from './placement-store.ts';
import { reportStore } from './report-store.ts';
import { shipmentSets } from './shipment-sets.ts';
import { shipmentStore } from './shipment-store.ts';
import { standingFigures } from './standing-figures.ts';
import { standingGrades } from './standing-grades.ts';
import { standingPages } from './standing-pages.ts';
import { standingStore } from './standing-store.ts';
import { templateStore } from './template-store.ts';

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
    ...deliveryStore(database),
    ...reportStore(database),
    enqueue: (jobs) => enqueue(database, jobs),
    reschedule: (jobs) => reschedule(database, jobs),
    dequeue: (keys) => dequeue(database, keys),
    ...figuresStore(database),
    holds: () => listHolds(database),
    ...jobSteering(database),
  };
}
