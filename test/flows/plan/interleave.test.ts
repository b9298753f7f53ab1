// A merge is applied while people steer its shipments: what a person decides is never undone by a plan that was made before.
import { afterAll, beforeEach, expect, test } from 'vitest';
import { cancelledByHand } from '../../../src/domain/shipment/shipment.ts';
import { readCourseFiles } from '../../../src/domain/plan/read-course-files.ts';
import { applyPlan } from '../../../src/flows/plan/apply-plan.ts';
import { planCourse } from '../../../src/flows/plan/plan-course.ts';
import { dispatchJobKey } from '../../../src/flows/jobs/queue-jobs.ts';
import { steerShipment } from '../../../src/flows/shipment/steer-shipments.ts';
import type { CourseSnapshot } from '../../../src/ports/github.ts';
import type { Store } from '../../../src/ports/store.ts';
import { openStore } from '../../../src/postgres/store.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { fillCourse, midTerm, organisation } from '../../web/fill-course.ts';
import { atEveryCall, competitor } from '../competing-store.ts';

const databases: TestDatabase[] = [];
let store: Store;
let other: ReturnType<typeof competitor>;
beforeEach(async () => {
  const database = await cloneDatabase();
  databases.push(database);
  store = openStore(database.pool);
  other = competitor(database.url);
  await fillCourse(store);
  return () => other.pool.end();
});
afterAll(async () => {
  for (const database of databases) await database.drop();
});

/** The course in force, its challenge changed. */
async function changed(change: Change): Promise<CourseSnapshot> {
  const { files, facts } = (await store.course(organisation))!;
  const path = 'challenges/weather/challenge.yml';
  const merged: Record<string, string> = { ...files, [path]: change(files[path]!) };
  const file = (name: string) => ({ path: name, bytes: new TextEncoder().encode(merged[name]) });
  const { course, challenges, owners, problems } = readCourseFiles(
    { course: file('course.yml'), roster: file('roster.csv'), challenges: [file(path)] },
    facts,
  );
  const found = { course: course!, challenges, owners, problems };
  return { ...found, files: merged, facts, directory: '', isEmpty: false, counts: {} };
}

async function merge(on: Store, change: Change): Promise<void> {
  const record = (await on.course(organisation))!;
  const snapshot = await changed(change);
  const planned = await planCourse(on, record, snapshot, midTerm);
  const source = { repository: 'course', commit: record.commitSha! };
  await on.transaction((inside) => applyPlan(inside, record, source, snapshot, planned, midTerm));
}

type Change = (challenge: string) => string;
const everyDays =
  (days: number): Change =>
  (challenge) =>
    challenge.replace(/every: \d+d/, `every: ${days}d`);
const twoReleases: Change = (challenge) => challenge.replace('[0.3, 0.4, 0.3]', '[0.3, 0.7]');
const threeReleases: Change = (challenge) => challenge.replace('[0.3, 0.7]', '[0.3, 0.4, 0.3]');

const planned = async () => (await store.shipments(organisation)).filter(({ state }) => state !== 'dispatched');
const found = async (id: string) => (await store.shipments(organisation)).find(({ shipment }) => shipment.id === id)!;

test('cancelled by hand at any moment of a merge: it stays cancelled, and nothing is queued for it', async () => {
  const ids = (await planned()).map(({ shipment }) => shipment.id);
  let days = 7;
  const done = new Map<string, boolean>();
  const calls = await atEveryCall(
    store,
    async (n) => {
      const id = ids[n % ids.length]!;
      const { done: cancelled } = await steerShipment(other.store, organisation, id, 'cancel', midTerm);
      done.set(id, cancelled);
    },
    async (watched, n) => {
      for (const id of ids) await steerShipment(store, organisation, id, 'resend', midTerm);
      done.clear();
      await merge(watched, everyDays((days = days === 7 ? 8 : 7)));
      for (const [id] of [...done].filter(([, cancelled]) => cancelled)) {
        expect([n, await found(id)]).toMatchObject([n, { state: 'cancelled', lastError: cancelledByHand }]);
        expect([n, await store.jobs([dispatchJobKey(organisation, id)])]).toEqual([n, []]);
      }
    },
  );
  expect(calls).toBeGreaterThan(10);
}, 120_000);

test('sent again by hand at any moment of a merge that cancels it: it is cancelled, and its job is gone', async () => {
  const ids = (await planned()).map(({ shipment }) => shipment.id);
  await atEveryCall(
    store,
    async (n) => void (await steerShipment(other.store, organisation, ids[n % ids.length]!, 'resend', midTerm)),
    async (watched, n) => {
      await merge(store, threeReleases);
      for (const id of ids) await steerShipment(store, organisation, id, 'resend', midTerm);
      await merge(watched, twoReleases);
      for (const id of ids) {
        const { state } = await found(id);
        const jobs = await store.jobs([dispatchJobKey(organisation, id)]);
        expect([n, id, state, jobs.length]).toEqual([n, id, 'cancelled', 0]);
      }
    },
  );
}, 120_000);
