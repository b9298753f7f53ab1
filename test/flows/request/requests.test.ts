// A request from its question to its points: answered correctly, partly, unreadably, too late, and not at all.
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bareEnvironment } from '../../bare-environment.ts';
import type { AnswerEvidence } from '../../../src/domain/evidence/evidence.ts';
import { inForce } from '../../../src/flows/course/in-force.ts';
import { readGradebook } from '../../../src/flows/grade/read-gradebook.ts';
import { verifyLedgerLines } from '../../../src/domain/ledger/verify.ts';
import { dataOf, org, readRequests, readText, startCourse, type CourseInSandbox } from '../start-course.ts';

const challenge = `version: 1
name: heat
title: Hot or cold
starts: 2027-01-11T09:00
ends: 2027-02-05T23:59
dataset: { source: data.csv, target: label, hold_out: 20% }
releases: { first: 2027-01-11T09:00, every: 7d, proportions: [0.5, 0.5], path: "data/incoming/{release}.csv", carrier: commit }
requests:
  - { on: release, kind: data_validation, rows: 5, answer_within: 2d, attempts: 2 }
  - { on: random, every: [3d, 4d], kind: batch_prediction, rows: 20, answer_within: 1d }
score: { data: 20, requests: 20 }
`;
const course = 'version: 1\ntitle: Heat\ntimezone: UTC\nrepositories: { template: student-template }\n';
const roster = 'login,name\nada,Ada\nbob,Bob\ncarl,Carl\ndora,Dora\n';

let world: CourseInSandbox;
beforeAll(async () => {
  world = await startCourse(
    {
      'course.yml': course,
      'roster.csv': roster,
      'challenges/heat/challenge.yml': challenge,
      'challenges/heat/data.csv': dataOf(200),
    },
    ['ada', 'bob', 'carl', 'dora'],
    new Date('2027-01-11T09:00:00Z'),
  );
  await world.advance(1);
});
afterAll(() => world.stop());

const repoOf = (login: string): string => `heat-${login}`;
const personOf = (login: string) => world.students.find((student) => student.login === login)!;
const answersOf = async (login: string): Promise<AnswerEvidence[]> =>
  (await world.store.evidence(org, 'heat', login)).filter(
    (evidence): evidence is AnswerEvidence => evidence.kind === 'answer',
  );

async function askedOf(login: string, kind = 'data_validation'): Promise<Record<string, any>> {
  const found = (await readRequests(world.as(personOf(login)), repoOf(login))).filter(
    (readRequest) => readRequest['kind'] === kind,
  );
  return found.at(-1)!;
}

/** The right answer, read from the file that the student received. */
async function solve(login: string, request: Record<string, any>): Promise<Record<string, unknown>[]> {
  const text = await readText(world.as(personOf(login)), repoOf(login), request['file']);
  const [header, ...lines] = text.trim().split('\n');
  const names = header!.split(',');
  return (request['items'] as number[]).map((row) => {
    const cells = lines[row]!.split(',');
    return { row, [names[0]!]: Number(cells[0]), [names[1]!]: Number(cells[1]), [names[2]!]: cells[2] };
  });
}

/** By the name that people read, which the request's file says as well. */
const check = async (login: string, commit: string, id: string) => {
  const { name } = (await readRequests(world.as(personOf(login)), repoOf(login))).find(
    (readRequest) => readRequest['id'] === id,
  )!;
  return (await world.checks(repoOf(login), commit)).find((candidate) => candidate.name === `answer to ${name}`);
};

test('every student is asked about the release, with a deadline, a schema and an example', async () => {
  const request = await askedOf('ada');
  expect(request).toMatchObject({
    kind: 'data_validation',
    release: 'release-1',
    attempts: 2,
    file: 'data/incoming/release-1.csv',
  });
  expect(request['items']).toHaveLength(5);
  expect(new Date(request['due']).getTime() - new Date(request['asked']).getTime()).toBe(2 * 86_400_000);
  expect(request['answer'].path).toBe(`answers/${request['id']}.json`);
  expect(request['id']).not.toBe((await askedOf('bob'))['id']);
});

test('a right answer is correct, on the commit', async () => {
  const request = await askedOf('ada');
  const rows = await solve('ada', request);
  const commit = await world.push(personOf('ada'), repoOf('ada'), {
    [`answers/${request['id']}.json`]: JSON.stringify({ rows }, undefined, 1),
  });
  expect(await check('ada', commit, request['id'])).toMatchObject({
    conclusion: 'success',
    output: { title: 'correct: attempt 1 of 2' },
  });
  expect((await answersOf('ada')).at(-1)).toMatchObject({
    verdict: 'correct',
    matches: 5,
    expected: 5,
    trust: 'measured',
  });
});

test('a partly wrong CSV is partial, its wrong row marked, and nothing gives the answer away before closing', async () => {
  const request = await askedOf('bob');
  const rows = (await solve('bob', request)).map((row, index) => (index === 1 ? { ...row, x: 987 } : row)).slice(0, 4);
  const csv = ['row,id,x,label', ...rows.map(({ row, id, x, label }) => [row, id, x, label].join(','))].join('\n');
  const commit = await world.push(personOf('bob'), repoOf('bob'), { [`answers/${request['id']}.csv`]: csv });
  const shown = await check('bob', commit, request['id']);
  expect(shown).toMatchObject({
    conclusion: 'neutral',
    output: { title: 'partial correct: attempt 1 of 2', annotations_count: 1 },
  });
  expect(shown!.output.text).toBeNull();
  expect((await answersOf('bob')).at(-1)).toMatchObject({
    verdict: 'partial_correct',
    matches: 3,
    expected: 5,
    attempt: 1,
  });
  // The same file in a later commit is not another attempt.
  await world.push(personOf('bob'), repoOf('bob'), { 'notes.md': 'something else' });
  expect((await answersOf('bob')).filter(({ attempt }) => attempt > 0)).toHaveLength(1);
});

test('attempts are limited, and what comes after the last one is answered all the same', async () => {
  const request = await askedOf('bob');
  const path = `answers/${request['id']}.json`;
  const second = await world.push(personOf('bob'), repoOf('bob'), { [path]: '{"rows": [' });
  const shown = await check('bob', second, request['id']);
  expect(shown).toMatchObject({ conclusion: 'failure', output: { title: 'syntax error: attempt 2 of 2' } });
  const third = await world.push(personOf('bob'), repoOf('bob'), {
    [path]: JSON.stringify({ rows: await solve('bob', request) }),
  });
  expect((await check('bob', third, request['id']))!.output.title).toBe('not counted: no attempts are left');
  expect((await answersOf('bob')).filter(({ verdict }) => verdict === 'correct')).toEqual([]);
});

test('after the deadline silence is on record, a late answer does not count, and what was expected is shown', async () => {
  const asked = await askedOf('carl');
  await world.advance(49);
  expect((await answersOf('dora')).map(({ verdict }) => verdict)).toContain('deadline_exceeded');
  const commit = await world.push(personOf('carl'), repoOf('carl'), {
    [`answers/${asked['id']}.json`]: JSON.stringify({ rows: await solve('carl', asked) }),
  });
  expect(await check('carl', commit, asked['id'])).toMatchObject({
    conclusion: 'failure',
    output: { title: 'deadline exceeded: attempt 1 of 2' },
  });
  expect((await answersOf('carl')).map(({ verdict }) => verdict)).not.toContain('correct');
  const delivered = (await world.store.request(org, (await askedOf('dora'))['id']))!;
  const silence = await check('dora', delivered.commit!, delivered.request.id);
  expect(silence!.output.title).toBe('deadline exceeded: no answer');
  expect(silence!.output.text).toContain(JSON.stringify(delivered.expectation.expected[0]));
});

test('random requests ask for predictions on rows that nobody has, and measure quality', async () => {
  await world.advance(50);
  const request = await askedOf('ada', 'batch_prediction');
  expect(request['instances']).toHaveLength(20);
  expect(JSON.stringify(request['instances'])).not.toMatch(/hot|cold/);
  const rows = (request['instances'] as { row: number; x: number }[]).map(({ row, x }) => ({
    row,
    label: x >= 50 ? 'hot' : 'cold',
  }));
  const commit = await world.push(personOf('ada'), repoOf('ada'), {
    [`answers/${request['id']}.json`]: JSON.stringify({ rows }),
  });
  expect((await check('ada', commit, request['id']))!.conclusion).toBe('success');
  expect((await answersOf('ada')).at(-1)!.quality).toEqual({ metric: 'accuracy', value: 1, rows: 20 });
});

test('the gradebook gives each what was earned, and the ledger agrees', async () => {
  await world.advance(26);
  const found = (await inForce(world.store, org))!;
  const book = await readGradebook(world.store, { ...found, organisation: org, now: world.clock.now() });
  const points = Object.fromEntries(book.rows.map(({ owner, criteria }) => [owner, criteria.requests]));
  expect(points['ada']!.points).toBe(20);
  // 3 of 5 rows of one request, nothing for the other.
  expect(points['bob']!.points).toBe(6);
  expect(points['carl']!.points).toBe(0);
  expect(points['dora']!.of).toBe(20);
  const lines = await world.store.ledgerLines(org, 1, 100_000);
  expect(verifyLedgerLines(lines)).toMatchObject({ ok: true });
  const last = lines.findLast((line) => line.includes('"kind":"calculation"') && line.includes('"owner":"ada"'))!;
  expect(JSON.parse(last).body.score.criteria.requests.points).toBe(20);
  const altered = lines.map((line) => line.replace('"verdict":"partial_correct"', '"verdict":"correct"'));
  expect(verifyLedgerLines(altered)).toMatchObject({ ok: false, first: { code: 'seal' } });
});

test('a change of weights says on its pull request whom it would move', async () => {
  const before = await readText(world.as(world.teacher), 'course', 'challenges/heat/challenge.yml');
  const { teacher } = world;
  const client = world.as(teacher);
  const { data: ref } = await client.request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
    owner: org,
    repo: 'course',
    ref: 'heads/main',
  });
  await client.request('POST /repos/{owner}/{repo}/git/refs', {
    owner: org,
    repo: 'course',
    ref: 'refs/heads/weights',
    sha: ref.object.sha,
  });
  const { data: file } = await client.request('GET /repos/{owner}/{repo}/contents/{path}', {
    owner: org,
    repo: 'course',
    path: 'challenges/heat/challenge.yml',
  });
  const { data: changed } = await client.request('PUT /repos/{owner}/{repo}/contents/{path}', {
    owner: org,
    repo: 'course',
    path: 'challenges/heat/challenge.yml',
    branch: 'weights',
    message: 'Weigh requests more',
    content: Buffer.from(before.replace('requests: 20 }', 'requests: 60 }')).toString('base64'),
    sha: (file as { sha: string }).sha,
  });
  await client.request('POST /repos/{owner}/{repo}/pulls', {
    owner: org,
    repo: 'course',
    title: 'Weights',
    head: 'weights',
    base: 'main',
  });
  await world.quiet();
  const plan = (await world.checks('course', changed.commit.sha!)).find(({ name }) => name === 'plan');
  expect(plan!.output.summary).toMatch(/^\*\*Grades so far:\*\* 4 students change, 3 cross the pass line\./);
});

test('grades and ledger come out of the database', async () => {
  const run = (...args: string[]): string =>
    execFileSync(process.execPath, ['src/main.ts', ...args], {
      encoding: 'utf8',
      env: { ...bareEnvironment, DATABASE_URL: world.databaseUrl },
    });
  expect(run('ledger', 'verify')).toMatch(/^sound: \d+ entries/);
  expect(run('grades', 'export', '--format', 'csv').split('\n')).toHaveLength(6);
});
