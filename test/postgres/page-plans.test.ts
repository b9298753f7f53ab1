// The pages of one course among many others find what they show by indexes: what PostgreSQL says of their own statements.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishScore } from '../../src/flows/grade/publish-score.ts';
import { keepStandings } from '../../src/flows/grade/keep-standings.ts';
import { showCourse } from '../../src/flows/pages/show-course.ts';
import { showGradebook } from '../../src/flows/pages/show-gradebook.ts';
import { showStudent } from '../../src/flows/pages/show-student.ts';
import { openStore } from '../../src/postgres/store.ts';
import type { Pool } from '../../src/postgres/pool.ts';
import type { FlowPorts } from '../../src/ports/flow-ports.ts';
import type { Store } from '../../src/ports/store.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';
import { fillCourse, midTerm, organisation } from '../web/fill-course.ts';

let database: TestDatabase;
let store: Store;
const asked: [text: string, values: unknown[]][] = [];
beforeAll(async () => {
  database = await cloneDatabase();
  const watched = new Proxy(database.pool, {
    get: (pool, name) =>
      name === 'query'
        ? (text: string, values: unknown[] = []) => (asked.push([text, values]), pool.query(text, values))
        : Reflect.get(pool, name),
  });
  store = openStore(watched as Pool);
  await fillCourse(store);
  await keepStandings(
    { store, clock: { now: () => midTerm, onChange: () => () => undefined, runs: false } },
    { organisation },
  );
  await database.pool.query(others);
  await database.pool.query('analyze');
});
afterAll(() => database.drop());

/** A large course next to the small one, in every table that grows with students or with time. */
const others = `
  insert into course (organisation, login, organisation_id, installation_id) values ('others', 'others', 1, 1);
  insert into standing_owner (organisation, owner, place, name, kind, members, words)
    select 'others', 'o' || n, n, 'O', 'student', '[]', '' from generate_series(1, 3000) n;
  insert into standing (organisation, owner, challenge, total, criteria, body)
    select 'others', 'o' || n, 'c' || c, 1, '{}', '{}' from generate_series(1, 3000) n, generate_series(1, 5) c;
  insert into release_progress (organisation, owner, challenge, release, progress)
    select 'others', 'o' || n, 'c' || c, 'r', 'green' from generate_series(1, 3000) n, generate_series(1, 5) c;
  insert into student_repository (organisation, name, owner, members)
    select 'others', 'r' || n, 'o' || n, '{}' from generate_series(1, 15000) n;
  insert into shipment (organisation, id, challenge, release, owner, repository, due, body)
    select 'others', 's' || n, 'c', 'r', 'o' || n, 'r' || n, now(), '{}' from generate_series(1, 15000) n;
  insert into evidence (organisation, id, challenge, owner, kind, at, body)
    select 'others', 'e' || n, 'c', 'o' || n, 'run', now(), '{}' from generate_series(1, 15000) n;
  insert into request (organisation, id, challenge, owner, repository, release, rule, turn, due, body, expectation)
    select 'others', 'q' || n, 'c', 'o' || n, 'r' || n, 'r', 0, 0, now(), '{}', '{}' from generate_series(1, 15000) n;
  insert into job (key, name, payload, due_at) select 'x/' || n, 'reconcile', '{}', now() from generate_series(1, 15000) n;`;

const grows =
  /^(standing|standing_owner|standing_news|release_progress|student_repository|shipment|evidence|request|job)$/;

type Plan = { 'Node Type': string; 'Relation Name'?: string; Plans?: Plan[] };

function* scans(plan: Plan): Generator<string> {
  if (plan['Node Type'] === 'Seq Scan') yield plan['Relation Name']!;
  for (const below of plan.Plans ?? []) yield* scans(below);
}

async function scanned(work: () => Promise<unknown>): Promise<string[]> {
  asked.length = 0;
  await work();
  const statements = asked.splice(0);
  expect(statements.length).toBeGreaterThan(3);
  const found: string[] = [];
  for (const [text, values] of statements) {
    const { rows } = await database.pool.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `explain (format json) ${text}`,
      values,
    );
    for (const table of scans(rows[0]!['QUERY PLAN'][0].Plan)) if (grows.test(table)) found.push(`${table}: ${text}`);
  }
  return found;
}

const page = { descending: false, text: '', page: 1 };
const everybody = { ...page, group: '', challenge: '' };

test.each([
  ['course page', () => showCourse(store, organisation, midTerm)],
  ['course page by risk', () => showCourse(store, organisation, midTerm, { ...everybody, sort: 'risk', show: 'risk' })],
  ['gradebook', () => showGradebook(store, organisation, midTerm, { ...page, sort: 'name' })],
  ['gradebook by a criterion', () => showGradebook(store, organisation, midTerm, { ...page, sort: 'freshness' })],
  ['student page', () => showStudent(store, organisation, 'ada-l', midTerm)],
] as const)('%s: no table is read from end to end', async (_, work) => {
  expect(await scanned(work)).toEqual([]);
});

test('the score of a push: no table is read from end to end', async () => {
  const shown: string[] = [];
  const ports = {
    store,
    clock: { now: () => midTerm },
    studentPage: () => undefined,
    github: () => ({ checkRuns: { publish: async (repository: string) => void shown.push(repository) } }),
  } as unknown as FlowPorts;
  const push = { organisation, repository: 'weather-ada-l', commit: 'c'.repeat(40) };
  expect(await scanned(() => publishScore(ports, push))).toEqual([]);
  expect(shown).toEqual(['weather-ada-l']);
});

test('a scan would be seen', async () => {
  const text = 'select count(*) from evidence where body is not null';
  const look = async (): Promise<void> => void asked.push(...Array.from({ length: 4 }, (): [string, []] => [text, []]));
  expect(await scanned(look)).toEqual(Array.from({ length: 4 }, () => `evidence: ${text}`));
});
