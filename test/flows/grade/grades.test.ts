// What people decide about grades, from the comment or the command to the check run, the student's page and the ledger.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyLedgerLines } from '../../../src/domain/ledger/verify.ts';
import { inForce } from '../../../src/flows/course/in-force.ts';
import { readGradebook } from '../../../src/flows/grade/read-gradebook.ts';
import { openPool, type Pool } from '../../../src/postgres/pool.ts';
import { runAt } from '../../cli/run-command.ts';
import { dataOf, org, readText, startCourse, type CourseInSandbox } from '../start-course.ts';

const challenge = `version: 1
name: heat
title: Hot or cold
starts: 2027-01-11T09:00
ends: 2027-02-05T23:59
dataset: { source: data.csv, target: label, hold_out: 20% }
releases: { first: 2027-01-11T09:00, every: 7d, proportions: [0.5, 0.5], path: "data/incoming/{release}.csv", carrier: pull_request }
score: { data: 20 }
`;
const course = `version: 1
title: Heat
timezone: Europe/Copenhagen
repositories: { template: student-template }
late: { tokens: 0, then_per_day: 25% }
grades: { release: manual }
`;

let world: CourseInSandbox;
let pool: Pool;
beforeAll(async () => {
  world = await startCourse(
    {
      'course.yml': course,
      'roster.csv': 'login,name,group\nada,Ada,\nbob,Bob,Reds\ncarl,Carl,Reds\n',
      'challenges/heat/challenge.yml': challenge,
      'challenges/heat/data.csv': dataOf(100),
    },
    ['ada', 'bob', 'carl'],
    new Date('2027-01-11T08:00:00Z'),
  );
  pool = openPool(world.databaseUrl, 2);
  await world.advance(1);
  // Due when the second release came, a week after the first: both are two days late.
  await world.advance(9 * 24);
  for (const [login, repo] of [
    ['ada', 'heat-ada'],
    ['bob', 'heat-Reds'],
  ] as const) {
    const place = { owner: org, repo };
    const { data: pulls } = await world.as(personOf(login)).request('GET /repos/{owner}/{repo}/pulls', place);
    await world.as(personOf(login)).request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
      ...place,
      pull_number: Math.min(...pulls.map(({ number }) => number)),
    });
  }
  await world.quiet();
}, 120_000);
afterAll(async () => {
  await pool.end();
  await world.stop();
});

const personOf = (login: string) => world.students.find((student) => student.login === login)!;
const rowOf = async (owner: string) => {
  const found = (await inForce(world.store, org))!;
  const book = await readGradebook(world.store, { ...found, organisation: org, now: world.clock.now() });
  return book.rows.find((row) => row.owner === owner)!;
};
const say = async (login: string, repo: string, body: string): Promise<string> => {
  const who = login === 'teacher' ? world.teacher : personOf(login);
  const place = { owner: org, repo };
  const { data: issue } = await world.as(who).request('POST /repos/{owner}/{repo}/issues', { ...place, title: 'Time' });
  const at = { ...place, issue_number: issue.number };
  await world.as(who).request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...at, body });
  await world.quiet();
  const { data } = await world.as(who).request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', at);
  return data
    .slice(1)
    .map((one) => one.body)
    .join('\n');
};
const practicum = (...args: string[]) => runAt(world.clock.now(), { DATABASE_URL: world.databaseUrl }, ...args);
const score = async (repo: string) => {
  const { data } = await world
    .as(world.teacher)
    .request('GET /repos/{owner}/{repo}/commits/{ref}', { owner: org, repo, ref: 'main' });
  return (await world.checks(repo, data.sha)).find(({ name }) => name === 'score')!.output;
};

test('what is late says both times in the zone of the course, and costs', async () => {
  const { criteria } = await rowOf('ada');
  expect(criteria.data!.points).toBe(5);
  expect(criteria.data!.reasons[0]!.text).toContain(
    'received Wed 20 Jan 2027 09:00 (CET), merge by Mon 18 Jan 2027 09:00 (CET): 2 days late, 50% lost',
  );
});

test('a student who writes /extend is told that they cannot', async () => {
  expect(await say('ada', 'heat-ada', '/extend 3d I need it')).toContain('Only people who may write to the course');
  expect((await rowOf('ada')).criteria.data!.points).toBe(5);
  expect(await world.store.gradeActs(org)).toEqual([]);
});

test('a mistaken /extend of the staff is answered with what is wrong', async () => {
  expect(await say('teacher', 'course', '/extend ada')).toContain('No duration is given');
  expect(await say('teacher', 'course', '/extend ada 2d')).toContain('No reason is given');
  expect(await say('teacher', 'course', '/extend zoe 2d ill')).toContain('not on the roster');
  expect(await say('teacher', 'course', '/extend 2d ill')).toContain('No login is given');
  expect(await say('teacher', 'course', '/extend ada snow 2d ill')).toContain('no challenge');
  expect(await say('teacher', 'course', '/extend ada heat/week-9 2d ill')).toContain('no release');
  expect(await say('teacher', 'heat-ada', '/extend bob 2d ill')).toContain('belongs to somebody else');
  expect(await world.store.gradeActs(org)).toEqual([]);
});

test('an extension by the staff moves the deadline of one student, with its reason, and of nobody else', async () => {
  const reds = await rowOf('Reds');
  expect(await say('teacher', 'heat-ada', 'Get well soon!\n/extend 2d flu, with a note')).toContain('2 days later');
  const { criteria } = await rowOf('ada');
  expect(criteria.data!.points).toBe(10);
  // In time is not worth a word; the ledger has the reason.
  expect(await rowOf('Reds')).toEqual(reds);
});

test('a member of a group stands for the group; one day is left to pay, and the reason is shown', async () => {
  await say('teacher', 'course', '/extend @carl heat/release-1 24h lab was closed');
  const { criteria } = await rowOf('Reds');
  expect(criteria.data!.points).toBe(7.5);
  expect(criteria.data!.reasons[0]!.text).toContain('(extended by 1 day: lab was closed): 1 day late, 25% lost');
});

test('points are hidden until they are released', async () => {
  const hidden = await score('heat-Reds');
  expect(hidden.title).toBe('Points are not released yet');
  expect(hidden.summary).not.toContain('7.5');
  expect(hidden.summary).toContain('lab was closed');
  expect(await practicum('grades', 'release', '--by', 'grace')).toMatchObject({ code: 0 });
  await world.quiet();
  expect((await score('heat-Reds')).title).toBe('7.5 of 20 points so far');
  await practicum('grades', 'withhold', '--by', 'grace');
  await world.quiet();
  expect((await score('heat-Reds')).title).toBe('Points are not released yet');
  await practicum('grades', 'release', '--by', 'grace');
  await world.quiet();
});

test('a grade set by hand shows who and why beside what was computed, and can be taken back', async () => {
  const why = ['--reason', 'shown in person', '--by', 'grace'];
  const set = await practicum('grades', 'override', 'ada', 'heat', '18', '--criterion', 'data', ...why);
  expect(set).toMatchObject({ code: 0, out: 'data of ada in heat is set to 18\n' });
  await world.quiet();
  expect(await rowOf('ada')).toMatchObject({ total: 18, computed: 10 });
  expect((await score('heat-ada')).summary).toContain(
    'Set to 18 by grace \\(unverified\\): shown in person \\(computed: 10\\).',
  );
  await practicum('grades', 'override', 'ada', 'heat', 'none', '--criterion', 'data', ...why);
  await world.quiet();
  expect(await rowOf('ada')).toMatchObject({ total: 10 });
  expect((await score('heat-ada')).title).toBe('10 of 20 points so far');
});

test.each([
  [['override', 'zoe', 'heat', '3'], 'zoe is not on the roster'],
  [['override', 'ada', 'snow', '3'], 'there is no challenge snow'],
  [['override', 'ada', 'heat', '3', '--criterion', 'quality'], 'heat has no points for quality'],
  [['override', 'ada', 'heat', '-3'], ''],
  [['override', 'ada', 'heat', 'many'], 'not points'],
  [['extend', 'ada', 'soon'], 'not a duration'],
  [['extend', 'ada', '2d', '--challenge', 'heat', '--release', 'week-9'], 'has no week-9'],
])('grades %j is refused', async (args, message) => {
  const result = await practicum('grades', ...args, '--reason', 'why', '--by', 'grace');
  expect(result.code).toBe(2);
  expect(result.err).toContain(message);
});

test('the gradebook goes to the course repository in one commit, in all forms; the course stays in force', async () => {
  const before = (await inForce(world.store, org))!.record.commitSha;
  expect(await practicum('grades', 'export', '--commit', '--out', 'x')).toMatchObject({ code: 2 });
  for (const _twice of [1, 2])
    expect((await practicum('grades', 'export', '--commit')).out).toBe(`the app commits grades/ to ${org}/course\n`);
  await world.quiet();
  const teacher = world.as(world.teacher);
  for (const [file, format] of [
    ['gradebook', 'csv'],
    ['canvas', 'canvas'],
    ['moodle', 'moodle'],
  ] as const) {
    const { out } = await practicum('grades', 'export', '--format', format);
    expect(await readText(teacher, 'course', `grades/${file}.csv`)).toBe(out);
  }
  const { data } = await teacher.request('GET /repos/{owner}/{repo}/commits', { owner: org, repo: 'course' });
  expect(data.filter(({ commit }) => commit.message.startsWith('Grades as of '))).toHaveLength(1);
  const after = (await inForce(world.store, org))!;
  expect(after.record.commitSha).not.toBe(before);
  expect(after.owners.length).toBeGreaterThan(0);
});

test('grades do not go where everybody could read them', async () => {
  const course = { owner: org, repo: 'course' };
  const { request } = world.as(world.teacher);
  await request('PATCH /repos/{owner}/{repo}', { ...course, private: false });
  await world.advance(1);
  const { data: before } = await request('GET /repos/{owner}/{repo}/commits', course);
  await practicum('grades', 'export', '--commit');
  await world.quiet();
  const { data: after } = await request('GET /repos/{owner}/{repo}/commits', course);
  expect(after[0]!.sha).toBe(before[0]!.sha);
  expect((await world.store.parkedJobs()).map(({ lastError }) => lastError)).toContainEqual(
    expect.stringContaining('course-public'),
  );
  await request('PATCH /repos/{owner}/{repo}', { ...course, private: true });
});

test('all of it is in the ledger, which is sound, and which the database does not let anybody change', async () => {
  const lines = await world.store.ledgerLines(org, 1, 100_000);
  const bodies = lines.map((line) => JSON.parse(line).body);
  expect(bodies.filter(({ fact }) => fact === 'extension').map(({ extension }) => extension)).toMatchObject([
    { owner: 'ada', by: 172_800_000, reason: 'flu, with a note', grantedBy: 'teacher' },
    { owner: 'Reds', item: 'release-1', by: 86_400_000, reason: 'lab was closed', grantedBy: 'teacher' },
  ]);
  expect(bodies.filter(({ kind }) => kind === 'override').map(({ override }) => override.points)).toEqual([18, null]);
  expect(verifyLedgerLines(lines)).toMatchObject({ ok: true });
  for (const table of ['ledger', 'evidence', 'grade_act']) {
    for (const statement of [
      `update ${table} set organisation = 'other'`,
      `delete from ${table}`,
      `truncate ${table}`,
      `delete from ${table} where organisation = '${org}'`,
    ])
      await expect(pool.query(statement), statement).rejects.toThrow('is only ever added to');
  }
  expect(await world.store.ledgerLines(org, 1, 100_000)).toEqual(lines);
});

test('the head of the ledger is published on the course repository once a day: a cut-off end is then seen', async () => {
  await world.advance(24);
  const found = (await inForce(world.store, org))!;
  const { output } = (await world.checks('course', found.record.commitSha)).find(({ name }) => name === 'ledger')!;
  const [, head] = /--head ([0-9a-f]{64})/.exec(output.summary!)!;
  expect(await practicum('ledger', 'verify', '--head', head!)).toMatchObject({ code: 0 });
  const lines = await world.store.ledgerLines(org, 1, 100_000);
  const at = lines.findIndex((line) => line.includes(`"hash":"${head}"`));
  expect(verifyLedgerLines(lines.slice(0, at + 1), [head!])).toMatchObject({ ok: true });
  expect(verifyLedgerLines(lines.slice(0, at), [head!])).toMatchObject({ ok: false, first: { code: 'head' } });
  const { out } = await practicum('ledger', 'export');
  expect(out).toBe(`${lines.join('\n')}\n`);
});

test('a course that is removed takes its records with it', async () => {
  const remove = `delete from course where organisation = '${org}'`;
  const left = 'select 1 from ledger union select 1 from evidence union select 1 from grade_act';
  const results = (await pool.query(`begin; ${remove}; ${left}; rollback`)) as unknown as { rowCount: number }[];
  expect(results.map(({ rowCount }) => rowCount)).toMatchObject([null, 1, 0, null]);
});
