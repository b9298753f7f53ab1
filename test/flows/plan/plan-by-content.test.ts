// A plan is compared by digests of what shipments say: the same outcome as by all that they say, and only what differs is read.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CourseSnapshot } from '../../../src/ports/github.ts';
import { inForce } from '../../../src/flows/course/in-force.ts';
import { applyPlan } from '../../../src/flows/plan/apply-plan.ts';
import { planCourse } from '../../../src/flows/plan/plan-course.ts';
import { readCourseFiles } from '../../../src/domain/plan/read-course-files.ts';
import { cancelledByHand } from '../../../src/domain/shipment/shipment.ts';
import type { Store } from '../../../src/ports/store.ts';
import { openStore } from '../../../src/postgres/store.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { crowd, fillCourse, midTerm, organisation } from '../../web/fill-course.ts';

const size = 10;
const path = 'challenges/weather/challenge.yml';
let database: TestDatabase;
let store: Store;
beforeAll(async () => {
  database = await cloneDatabase();
  store = openStore(database.pool);
  await store.transaction((inside) => fillCourse(inside, crowd(size)));
});
afterAll(() => database.drop());

/** The course with other words in one of its files. */
async function snapshot(file = path, from = '', to = ''): Promise<CourseSnapshot> {
  const { record } = (await inForce(store, organisation))!;
  const files: Record<string, string> = { ...record.files, [file]: record.files[file]!.replace(from, to) };
  const given = (name: string) => ({ path: name, bytes: new TextEncoder().encode(files[name]) });
  const read = readCourseFiles(
    { course: given('course.yml'), roster: given('roster.csv'), challenges: [given(path)] },
    record.facts,
  );
  return { directory: '', isEmpty: false, files, facts: record.facts, counts: {}, ...read };
}

/** As where nothing is known of what was carried out. */
async function plan(wanted: CourseSnapshot) {
  await database.pool.query('delete from carried_plan');
  const read: string[] = [];
  const watched: Store = {
    ...store,
    shipmentsById: (org, ids) => (read.push(...ids), store.shipmentsById(org, ids)),
  };
  const record = (await store.course(organisation))!;
  return { planned: await planCourse(watched, record, wanted, midTerm), read };
}

const apply = async (wanted: CourseSnapshot): Promise<void> => {
  const record = (await store.course(organisation))!;
  const { planned } = await plan(wanted);
  const source = { repository: 'course', commit: 'c0ffee' };
  await store.transaction((inside) => applyPlan(inside, record, source, wanted, planned, midTerm));
};
const forget = () => database.pool.query('update shipment set content = null');

test('where nothing changes nothing is read', async () => {
  const { planned, read } = await plan(await snapshot());
  expect(read).toEqual([]);
  expect(planned.changes).toMatchObject({ add: [], change: [], cancel: [], frozen: [] });
  expect(planned.changes.keep).toHaveLength(3 * size);
});

test.each([
  ['another path', path, 'data/incoming/', 'data/new/'],
  ['other proportions', path, '[0.3, 0.4, 0.3]', '[0.3, 0.3, 0.4]'],
  ['a later end and fewer releases', path, '[0.3, 0.4, 0.3]', '[0.5, 0.5]'],
  ['somebody left, somebody came', 'roster.csv', '"student-3"', '"newcomer"'],
  ['another file format of rows', path, 'hold_out: 20%', 'hold_out: 30%'],
] as const)('%s: the same plan as without digests', async (_, file, from, to) => {
  const wanted = await snapshot(file, from, to);
  const [some] = (await store.shipments(organisation)).filter(({ state }) => state === 'planned');
  await store.saveShipment(organisation, { ...some!, state: 'cancelled', lastError: cancelledByHand });
  const quick = await plan(wanted);
  await forget();
  const whole = await plan(wanted);
  expect(whole.read).toHaveLength(3 * size);
  expect(quick.read.length).toBeLessThanOrEqual(3 * size);
  const said = ({ planned }: typeof quick) => ({ ...planned, contents: [], carried: undefined });
  expect(said(quick)).toEqual(said(whole));
  expect(quick.planned.changes.keep.length).toBeLessThan(3 * size);
  // What was kept without a digest gets one, and what is changed has that of what it says now.
  await apply(await snapshot());
  expect((await plan(await snapshot())).read).toEqual([]);
});

test('digests that an older version made otherwise are made again, once', async () => {
  await apply(await snapshot());
  await database.pool.query(`update shipment set content = 'made otherwise'`);
  const { planned, read } = await plan(await snapshot());
  expect(read).toHaveLength(3 * size);
  expect(planned.changes).toMatchObject({ add: [], change: [], cancel: [], frozen: [] });
  await apply(await snapshot());
  expect((await plan(await snapshot())).read).toEqual([]);
});

test('what is new is added without a look at what is there, and a person who cancels meanwhile is heard', async () => {
  await database.pool.query(`delete from shipment where state = 'planned'`);
  const wanted = await snapshot();
  const { planned } = await plan(wanted);
  const [some] = planned.changes.add;
  await store.saveShipment(organisation, {
    shipment: some!,
    attempts: 0,
    state: 'cancelled',
    lastError: cancelledByHand,
  });
  const locked: string[] = [];
  const record = (await store.course(organisation))!;
  await store.transaction((inside) => {
    const watched: Store = {
      ...inside,
      lockShipments: (org, ids) => (locked.push(...ids), inside.lockShipments(org, ids)),
    };
    return applyPlan(watched, record, { repository: 'course', commit: 'c0ffee' }, wanted, planned, midTerm);
  });
  expect(locked).toEqual([some!.id]);
  expect(await store.shipment(organisation, some!.id)).toMatchObject({ state: 'cancelled' });
  const states = await store.shipmentsById(
    organisation,
    planned.changes.add.slice(1).map(({ id }) => id),
  );
  expect(states.map(({ state }) => state)).toEqual(planned.changes.add.slice(1).map(() => 'planned'));
});

test('every repository that gets something has a deadline, also while its source cannot be read', async () => {
  const cuts = async (): Promise<number> =>
    (await database.pool.query(`select key from job where name = 'cut-deadline'`)).rowCount!;
  const whole = await snapshot();
  await database.pool.query('delete from job');
  await apply(whole);
  const all = await cuts();
  expect(all).toBeGreaterThanOrEqual(size);
  await database.pool.query('delete from job');
  await apply({ ...whole, facts: {} });
  expect(await cuts()).toBe(all);
  await apply(whole);
});

test('there and back again: what was changed is seen to be changed', async () => {
  await forget();
  await apply(await snapshot(path, 'data/incoming/', 'data/new/'));
  const planned = (await store.shipments(organisation)).filter(({ state }) => state === 'planned');
  expect(planned.every(({ shipment }) => shipment.path.startsWith('data/new/'))).toBe(true);
  await apply(await snapshot(path, 'data/new/', 'data/incoming/'));
  const again = (await store.shipments(organisation)).filter(({ state }) => state === 'planned');
  expect(again.every(({ shipment }) => shipment.path.startsWith('data/incoming/'))).toBe(true);
});
