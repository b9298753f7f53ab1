// What a push, a score, a probe and a look at the whole read, by the server's own count, next to a large class and a long past.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { watchStatements, type Watched } from '../../bench/watch-statements.ts';
import type { ProbeEvidence } from '../../src/domain/evidence/evidence.ts';
import { inForce, inForceWithIds } from '../../src/flows/course/in-force.ts';
import { serviceState } from '../../src/flows/endpoint/service-state.ts';
import { keepStandings } from '../../src/flows/grade/keep-standings.ts';
import { publishScore } from '../../src/flows/grade/publish-score.ts';
import { showShipments } from '../../src/flows/pages/show-shipments.ts';
import { showStudent } from '../../src/flows/pages/show-student.ts';
import type { FlowPorts } from '../../src/ports/flow-ports.ts';
import type { Store } from '../../src/ports/store.ts';
import { openStore } from '../../src/postgres/store.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';
import { fillCourse, midTerm, organisation } from '../web/fill-course.ts';

let database: TestDatabase;
let store: Store;
let watched: Watched;
const clock = { now: () => midTerm, onChange: () => () => undefined, runs: false };
const hour = 3_600_000;

beforeAll(async () => {
  database = await cloneDatabase();
  store = openStore(database.pool);
  await fillCourse(store);
  await keepStandings({ store, clock }, { organisation });
  for (const statement of others.split(';')) await database.pool.query(statement);
  await database.pool.query('vacuum analyze');
  watched = watchStatements(database.pool);
});
afterAll(() => database.drop());

const course = organisation.toLowerCase();
/** 2,000 more in the same class, 6,000 old probes of one of those who were there before, and 20,000 jobs of the future. */
const others = `
  insert into student_repository (organisation, name, owner, members, state, repository_id)
    select '${course}', 'weather-o' || n, 'o' || n, array['o' || n], 'ready', 100000 + n from generate_series(1, 2000) n;
  insert into shipment (organisation, id, challenge, release, owner, repository, due, body, state, dispatched_at, receipt)
    select organisation, id || n, challenge, release, 'o' || n, 'weather-o' || n, due,
      body || jsonb_build_object('id', id || n, 'owner', 'o' || n, 'repository', 'weather-o' || n), state, dispatched_at, receipt
    from shipment, generate_series(1, 2000) n where owner = 'ada-l';
  insert into evidence (organisation, id, challenge, owner, kind, at, body)
    select organisation, id || n, challenge, 'o' || n, kind, at, body || jsonb_build_object('id', id || n, 'owner', 'o' || n)
    from evidence, generate_series(1, 2000) n where owner = 'ada-l';
  insert into evidence (organisation, id, challenge, owner, kind, at, body)
    select '${course}', 'probe/' || n, 'weather', 'ada-l', 'probe', '2026-12-01'::timestamptz - n * interval '10 minutes',
      jsonb_build_object('kind', 'probe', 'id', 'probe/' || n, 'challenge', 'weather', 'owner', 'ada-l', 'ok', true, 'code', 'ok',
        'cause', 'student', 'trust', 'measured', 'repository', '${organisation}/weather-ada-l')
    from generate_series(1, 6000) n;
  insert into grade_act (organisation, id, at, body)
    select '${course}', 'act' || n, '2027-01-12', jsonb_build_object('kind', 'override', 'override', jsonb_build_object(
      'id', 'act' || n, 'owner', 'o' || n % 2000, 'challenge', 'weather', 'criterion', 'data', 'points', 1, 'by', 'x', 'reason', 'y',
      'at', '2027-01-12T00:00:00Z')) from generate_series(1, 5000) n;
  insert into account (organisation, account_id, login, slug) select '${course}', n, 'o' || n, 'o' || n from generate_series(1, 2000) n;
  insert into endpoint (organisation, repository, owner, url, last_at, last_ok, last_code)
    select '${course}', 'weather-o' || n, 'o' || n, 'http://h/' || n, '2027-01-25', true, 'ok' from generate_series(1, 2000) n;
  insert into standing_owner (organisation, owner, place, name, kind, members, words, rules, at, until)
    select '${course}', 'o' || n, 10 + n, 'O', 'student', '[]', '', 'by these', '2027-01-25', '2028-01-01' from generate_series(1, 2000) n;
  delete from standing_news;
  insert into standing_news (organisation, owner) values ('${course}', 'o7');
  update standing_owner set rules = 'by these', at = '2027-01-25', until = '2028-01-01' where organisation = '${course}';
  insert into job (key, name, payload, due_at, kind, lane)
    select 'later/' || n, 'dispatch-shipment', '{}', '2036-01-01', 'bulk', 'l' || n % 500 from generate_series(1, 20000) n`;

async function rowsRead(work: () => Promise<unknown>): Promise<number> {
  watched.take();
  await work();
  const statements = watched.take();
  expect(statements.length).toBeGreaterThan(0);
  return statements.reduce((sum, statement) => sum + statement.rowsRead, 0);
}

/** As of `others`: all but one who is new are as of now. */
const rules = 'by these';
const push = { organisation, repository: 'weather-ada-l', commit: 'c'.repeat(40) };
const ports = (): FlowPorts =>
  ({
    store,
    clock,
    studentPage: () => undefined,
    github: () => ({ checkRuns: { publish: async () => undefined } }),
  }) as never;
const place = [organisation, 'weather', 'ada-l'] as const;

// Some statements more than once: after five, a prepared one may get a plan for any question.
test.each([
  ['the score of a push', 150, () => publishScore(ports(), push)],
  ['the page of a student', 300, () => showStudent(store, organisation, 'ada-l', midTerm)],
  ['what holds of a course', 5, () => inForce(store, organisation)],
  ['the same with the people', 10, () => inForceWithIds(store, organisation)],
  ['decisions about one', 5, () => store.gradeActs(organisation, ['ada-l'])],
  ['how a service is', 20, () => store.probeState(...place)],
  ['probes since lately', 5, () => store.evidence(...place, ['probe'], midTerm)],
  ['shipments of a repository', 20, () => store.shipments(organisation, { repository: 'Weather-Ada-L' })],
  [
    'a repository that somebody changed',
    5,
    () => store.repositoriesNamed(organisation, [{ name: 'weather-O7', id: 4 }]),
  ],
  ['repositories that differ', 5, () => store.differingRepositories(organisation)],
  [
    'services that were probed just now',
    500,
    () => store.neighbours(organisation, 'weather-ada-l', new Date('2026-01-01')),
  ],
  ['whose standing is not as of now', 10, () => store.staleOwners(organisation, rules, midTerm, 1_000_000)],
  ['whether anything happened', 20, () => store.courseMark(organisation)],
] as const)('%s reads %i rows at most', async (_, most, work) => {
  for (let round = 0; round < 8; round++) {
    const rows = await rowsRead(work);
    // Files and people are read once.
    if (round > 0) expect(rows).toBeLessThanOrEqual(most);
  }
});

test('how the whole stands is counted by indexes, and not from jobs of the future', async () => {
  watched.take();
  await store.figures(midTerm);
  const statements = watched.take();
  // What the ledger does not have yet is counted: there it is everybody.
  expect(
    statements.flatMap(({ scans }) => scans.filter(({ rows, table }) => rows > 100 && table !== 'ledger_wanted')),
  ).toEqual([]);
});

test('of all shipments one page is brought here', async () => {
  const view = await showShipments(store, organisation, midTerm, { text: 'o77', page: 2, state: 'dispatched' });
  expect(view).toMatchObject({ page: { page: 1, pages: 1, total: 22 }, counts: { planned: 2005, dispatched: 4010 } });
  expect(view!.page.rows.every(({ shipment, state }) => shipment.owner.includes('o77') && state === 'dispatched')).toBe(
    true,
  );
  const all = await showShipments(store, organisation, midTerm, { text: '', page: 61 });
  expect(all!.page).toMatchObject({ page: 61, pages: 61, total: 6015 });
  const last = (await store.shipments(organisation)).slice(6000);
  expect(all!.page.rows).toEqual(last);
});

test('files and people stay the same objects until they change, also where somebody else changes them', async () => {
  const [first, again] = [await inForceWithIds(store, organisation), await inForceWithIds(store, organisation)];
  expect(again!.record.files).toBe(first!.record.files);
  expect(again!.owners).toBe(first!.owners);
  expect(again!.ids).toBe(first!.ids);
  await database.pool.query(`update course set files = files || '{"more.txt": "text"}' where organisation = $1`, [
    course,
  ]);
  const other = await inForceWithIds(store, organisation);
  expect(other!.record.files['more.txt']).toBe('text');
  await database.pool.query(
    `insert into account (organisation, account_id, login, slug) values ($1, 9001, 'New', 'new')`,
    [course],
  );
  expect((await inForceWithIds(store, organisation))!.ids.get('new')).toBe(9001);
  await database.pool.query(`delete from account where account_id = 9001`);
  expect((await inForceWithIds(store, organisation))!.ids.get('new')).toBeUndefined();
  expect((await store.courses()).find(({ login }) => login === organisation)!.files['more.txt']).toBe('text');
});

test('how a service is follows from its probes, whichever came', async () => {
  let n = 0;
  const kinds = [
    { ok: true, code: 'ok', cause: 'student' },
    { ok: false, code: 'timeout', cause: 'student' },
    { ok: false, code: 'refused', cause: 'student' },
    { ok: false, code: 'timeout', cause: 'ours' },
    { ok: true, code: 'ok', cause: 'student', identity: 'contested' },
    { ok: true, code: 'ok', cause: 'student', identity: 'proven' },
  ] as const;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ kind: fc.integer({ min: 0, max: 3 }), same: fc.boolean() }), { maxLength: 12 }),
      fc.boolean(),
      async (probes, isContested) => {
        const owner = `p${n++}`;
        let at = midTerm.getTime() - 100 * hour;
        const stored: ProbeEvidence[] = [];
        for (const { kind, same } of probes) {
          at += same ? 0 : hour;
          const what = kinds[isContested && kind === 0 ? 4 + (stored.length % 2) : kind]!;
          const id = `${owner}/${stored.length}`;
          const repository = `${organisation}/weather-${owner}`;
          const common = { challenge: 'weather', owner, repository, trust: 'measured' } as const;
          stored.push({ kind: 'probe', id, at: new Date(at), ...common, ...what });
          await store.addEvidence(organisation, stored.at(-1)!);
        }
        const about = [organisation, 'weather', owner] as const;
        const state = await serviceState(store, about, midTerm);
        const judged = stored.filter(({ ok, cause }) => ok || cause === 'student');
        expect(state === undefined).toBe(judged.length === 0);
        if (judged.length === 0 || stored.some((probe) => probe.identity === 'contested')) return;
        const last = judged.at(-1)!;
        const before = judged.findLastIndex(({ ok, code }) => ok !== last.ok || code !== last.code);
        expect(state).toMatchObject({ last: { id: last.id }, since: judged[before + 1]!.at });
      },
    ),
    { numRuns: 40, seed: 7 },
  );
});
