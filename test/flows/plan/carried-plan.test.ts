// A challenge that says what was carried out is not planned again, and comes to the same: after any edits of files and rows.
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countKept } from '../../../src/domain/plan/diff.ts';
import { planShipments } from '../../../src/domain/plan/plan.ts';
import { readCourseFiles } from '../../../src/domain/plan/read-course-files.ts';
import { cancelledByHand } from '../../../src/domain/shipment/shipment.ts';
import { canonicalJson } from '../../../src/domain/text/canonical-json.ts';
import { inForce } from '../../../src/flows/course/in-force.ts';
import { applyPlan } from '../../../src/flows/plan/apply-plan.ts';
import { planCourse, type PlannedCourse } from '../../../src/flows/plan/plan-course.ts';
import type { CourseSnapshot } from '../../../src/ports/github.ts';
import type { Store } from '../../../src/ports/store.ts';
import { openStore } from '../../../src/postgres/store.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { crowd, fillCourse, midTerm, organisation } from '../../web/fill-course.ts';
import { caseCount } from '../../case-count.ts';

type World = { database: TestDatabase; store: Store; keeps: boolean };
type Files = Record<string, string>;
type Facts = CourseSnapshot['facts'];

const worlds: World[] = [];
let start: { files: Files; facts: Facts };
const weather = 'challenges/weather/challenge.yml';
const air = 'challenges/air/challenge.yml';

beforeAll(async () => {
  for (const keeps of [true, false]) {
    const database = await cloneDatabase();
    const store = openStore(database.pool);
    await store.transaction((inside) => fillCourse(inside, crowd(6)));
    worlds.push({ database, store, keeps });
  }
  const { record } = (await inForce(worlds[0]!.store, organisation))!;
  const second = record.files[weather]!.replace('name: weather', 'name: air');
  start = {
    files: { ...record.files, [air]: second },
    facts: { ...record.facts, 'challenges/air/data.csv': { ...record.facts['challenges/weather/data.csv']! } },
  };
});
afterAll(() => Promise.all(worlds.map(({ database }) => database.drop())));

function snapshotOf(files: Files, facts: Facts): CourseSnapshot {
  const given = (path: string) => ({ path, bytes: new TextEncoder().encode(files[path]) });
  const challenges = [air, weather].filter((path) => files[path] !== undefined).map(given);
  const read = readCourseFiles({ course: given('course.yml'), roster: given('roster.csv'), challenges }, facts);
  return { directory: '', isEmpty: false, files, facts, counts: {}, ...read };
}

/** What is in the files, and what becomes of rows: `nth` is one of the shipments in order of their ids. */
const fileEdits = ['none', 'path', 'own path', 'rows', 'due', 'early', 'title', 'carrier', 'leaves', 'joins', 'group'];
const factEdits = ['bytes', 'more rows', 'unknown', 'no air'] as const;
const rowEdits = ['cancel', 'unplan', 'send', 'again', 'forget digest', 'other words', 'delete'] as const;

function edited({ files, facts }: { files: Files; facts: Facts }, edit: string): { files: Files; facts: Facts } {
  const change = (path: string, from: string | RegExp, to: string) => ({
    files: { ...files, [path]: (files[path] ?? '').replace(from, to) },
    facts,
  });
  const source = 'challenges/weather/data.csv';
  switch (edit) {
    case 'path':
      return change(weather, 'data/incoming/', 'data/new/');
    case 'own path':
      return change(weather, '{release}.csv', '{owner}/{release}.csv');
    case 'rows':
      return change(weather, '[0.3, 0.4, 0.3]', '[0.3, 0.3, 0.4]');
    case 'due':
      return change(weather, 'every: 7d', 'every: 6d');
    case 'early':
      return change(weather, 'every: 7d', 'every: 7d\n  start: early');
    case 'title':
      return change(weather, 'What was', 'Which was');
    case 'carrier':
      return change(weather, 'carrier: pull_request', 'carrier: commit');
    case 'leaves':
      return change('roster.csv', /"student-3".*\n/, '');
    case 'joins':
      return change('roster.csv', /$/, '"newcomer","","A newcomer",""\n');
    case 'group':
      return change('roster.csv', /("student-2".*)""\n/, '$1"pair"\n');
    case 'bytes':
      return { files, facts: { ...facts, [source]: { ...facts[source]!, sha256: 'f'.repeat(64) } } };
    case 'more rows':
      return { files, facts: { ...facts, [source]: { ...facts[source]!, rows: 1200 } } };
    case 'unknown':
      return { files, facts: Object.fromEntries(Object.entries(facts).filter(([path]) => path !== source)) };
    case 'no air':
      return { files: Object.fromEntries(Object.entries(files).filter(([path]) => path !== air)), facts };
    default:
      return { files, facts };
  }
}

async function editRow({ database, store }: World, edit: (typeof rowEdits)[number], nth: number): Promise<void> {
  const all = (await store.shipments(organisation)).toSorted((a, b) => (a.shipment.id < b.shipment.id ? -1 : 1));
  const stored = all[nth % all.length];
  if (!stored) return;
  const { id, repository } = stored.shipment;
  const run = (sql: string) => database.pool.query(sql, [id]);
  switch (edit) {
    case 'cancel':
      return store.saveShipment(organisation, { ...stored, state: 'cancelled', lastError: cancelledByHand });
    case 'unplan':
      return store.saveShipment(organisation, { ...stored, state: 'cancelled' });
    case 'send':
      return store.saveShipment(organisation, { ...stored, state: 'dispatched', dispatchedAt: midTerm });
    case 'again':
      return void (await store.reopenShipments(organisation, repository));
    case 'forget digest':
      return void (await run('update shipment set content = null where id = $1'));
    case 'other words':
      return void (await run(`update shipment set content = 'made otherwise' where id = $1`));
    default:
      return void (await run('delete from shipment where id = $1'));
  }
}

const rowEdit = fc.tuple(fc.constantFrom(...rowEdits), fc.nat(60));
const step = fc.record({
  file: fc.oneof(fc.constant('as before'), fc.constantFrom(...fileEdits, ...factEdits)),
  rows: fc.array(rowEdit, { maxLength: 2 }),
  meanwhile: fc.array(rowEdit, { maxLength: 2 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function merge(world: World, wanted: CourseSnapshot, { rows, meanwhile }: Step): Promise<PlannedCourse> {
  const { database, store, keeps } = world;
  for (const [edit, nth] of rows) await editRow(world, edit, nth);
  if (!keeps) await database.pool.query('delete from carried_plan');
  const record = (await store.course(organisation))!;
  const planned = await planCourse(store, record, wanted, midTerm);
  for (const [edit, nth] of meanwhile) await editRow(world, edit, nth);
  const source = { repository: 'course', commit: 'c0ffee' };
  await store.transaction((inside) => applyPlan(inside, record, source, wanted, planned, midTerm));
  return planned;
}

function tell({ changes, problems, repositories }: PlannedCourse): unknown {
  const ids = (all: readonly { id: string }[]) => all.map(({ id }) => id);
  return {
    add: ids(changes.add),
    fresh: changes.fresh.map(({ shipments, places }) => [shipments, places]),
    change: changes.change.map(({ before, after, fields }) => [before, after, fields]),
    cancel: ids(changes.cancel),
    kept: countKept(changes),
    frozen: changes.frozen.map(({ before, after, fields }) => [before, after, fields]),
    late: changes.catchUp,
    problems,
    repositories: repositories.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

async function rowsOf({ database }: World): Promise<unknown> {
  const rows = async (sql: string) => (await database.pool.query(sql)).rows;
  return {
    shipments: await rows(
      'select id, body, state, content, last_error, attempts, receipt, staged_at from shipment order by id',
    ),
    repositories: await rows('select name, owner, members, state, let_in from student_repository order by name'),
    jobs: await rows('select key, payload, lane, due_at, state, kind, place from job order by key'),
  };
}

/** Something becomes of every row while a change of all is planned; then nothing more changes. */
function everyRow(edit: (typeof rowEdits)[number]): Step[] {
  const all = Array.from({ length: 36 }, (_, nth) => [edit, nth] as [typeof edit, number]);
  const quiet = { file: 'as before', rows: [], meanwhile: [] };
  return [{ file: 'path', rows: [], meanwhile: all }, quiet, quiet] as Step[];
}

test('of a challenge that is new everything is added', async () => {
  const [{ database, store }] = worlds as [World];
  await database.pool.query('delete from shipment');
  const wanted = snapshotOf(start.files, start.facts);
  const { course, owners, facts } = wanted;
  const planned = await merge(worlds[0]!, wanted, { file: 'none', rows: [], meanwhile: [] });
  expect(planned.changes.fresh.map(({ challenge, shipments }) => [challenge, shipments])).toEqual([
    ['air', 18],
    ['weather', 18],
  ]);
  const login = (await store.course(organisation))!.login;
  const all = wanted.challenges.flatMap((challenge) =>
    planShipments(course!, challenge, owners, facts[challenge.dataset.source], login),
  );
  const stored = (await store.shipments(organisation)).map(({ shipment, state }) => [shipment, state]);
  const sorted = (rows: unknown[]) => rows.map((row) => canonicalJson(row)).toSorted();
  expect(sorted(stored)).toEqual(sorted(all.map((shipment) => [shipment, 'planned'])));
  const { rows } = await database.pool.query(`select count(*)::int as jobs from job where name = 'dispatch-shipment'`);
  expect(rows).toEqual([{ jobs: 36 }]);
  await database.pool.query('delete from shipment; delete from job');
  await worlds[1]!.database.pool.query('delete from shipment; delete from job');
});

test('the same plan, and the same rows, as where nothing is kept of it', async () => {
  let quick = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 6 }), async (steps) => {
      let wanted = snapshotOf(start.files, start.facts);
      for (const one of [{ file: 'none', rows: [], meanwhile: [] } as Step, ...steps]) {
        const { files, facts } = edited(start, one.file);
        if (one.file !== 'as before') wanted = snapshotOf(files, facts);
        const told: unknown[] = [];
        for (const world of worlds) {
          const planned = await merge(world, wanted, one);
          if (world.keeps) quick += planned.changes.untouched.length;
          told.push(tell(planned));
        }
        expect(told[0]).toEqual(told[1]);
        expect(await rowsOf(worlds[0]!)).toEqual(await rowsOf(worlds[1]!));
      }
    }),
    { numRuns: caseCount(8, 20), examples: rowEdits.map((edit) => [everyRow(edit)]) },
  );
  expect(quick).toBeGreaterThan(10);
});
