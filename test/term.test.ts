// The whole drawing once: a course from a teacher's pull request to a gradebook, with the app killed in between.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyBundledAction } from './bundled-action.ts';
import { readCourseFolder } from '../src/course-folder/read-course-folder.ts';
import { checksOf } from '@practicum/sandbox';
import { untilQuiet } from '../src/rehearsal/quiet.ts';
import { rehearse, type Rehearsal } from '../src/rehearsal/rehearse.ts';
import { runAt } from './cli/run-command.ts';
import { cloneDatabase, type TestDatabase } from './database.ts';
import { recordAndValidate, type Recording } from '../packages/sandbox/test/conformance.ts';

const root = join(import.meta.dirname, '..');
const dir = mkdtempSync(join(tmpdir(), 'practicum-term-'));
const courseFolder = join(dir, 'course');
const progress: string[] = [];
let rehearsal: Rehearsal;
let recording: Recording;
let database: TestDatabase;

beforeAll(async () => {
  cpSync(join(root, 'templates/course'), courseFolder, { recursive: true });
  // The first of the kinds is prompt; the rest of them act in `npm run demo`.
  writeFileSync(join(courseFolder, 'roster.csv'), 'login,id,name,group\nada-l,1,Ada Lovelace,\n');
  // What is slow here is the machine, not the student.
  const challenge = join(courseFolder, 'challenges/weather/challenge.yml');
  writeFileSync(challenge, readFileSync(challenge, 'utf8').replace('wait: 800ms', 'wait: 1m'));
  database = await cloneDatabase();
  const { course, challenges, owners, facts } = await readCourseFolder(courseFolder);
  let kill: (() => void) | undefined;
  rehearsal = await rehearse({
    dir,
    organisation: 'term',
    courseFolder,
    course,
    challenges,
    owners,
    facts,
    studentFolder: join(root, 'templates/rehearsal-student'),
    bundleAction: copyBundledAction,
    manifestFile: join(root, 'app.yml'),
    databaseUrl: database.url,
    onSandbox: (sandbox) => {
      recording = recordAndValidate(sandbox);
      // In the middle of sending the second release: its branch is there, its pull request is not.
      sandbox.onEvent(({ event, payload }) => {
        if (event === 'create' && String((payload as { ref?: string }).ref).includes('release-2')) kill?.();
      });
    },
    onApp: (app) => {
      kill = () => {
        kill = undefined;
        process.kill(app.pid()!, 'SIGKILL');
        progress.push('killed');
      };
    },
    tell: (_at, line) => progress.push(line),
  });
});

afterAll(async () => {
  await rehearsal?.close();
  await database?.drop();
  rmSync(dir, { recursive: true, force: true });
});

const git = (...args: string[]): string =>
  execFileSync('git', ['--git-dir', join(dir, 'git/term/weather-ada-l.git'), ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });

test('the teacher saw a plan, merged it, and it came into force', () => {
  const own = rehearsal.checkRuns.filter(({ repository }) => repository === 'term/course');
  const shown = own.map(({ name, conclusion, app }) => [name, conclusion, app]);
  // The head of the ledger is published each day that it grew, as many times as the term has such days.
  expect(shown.filter(([name]) => name === 'ledger')).toContainEqual(['ledger', 'neutral', 'practicum']);
  expect(shown.filter(([name]) => name !== 'ledger')).toEqual([
    // Of the course that the app offers to start from, and of the teacher's own.
    ['plan', 'success', 'practicum'],
    ['plan', 'success', 'practicum'],
    ['sync', 'success', 'practicum'],
  ]);
  expect(progress.some((line) => line.includes('pull request'))).toBe(true);
});

test('the app was killed on the way, and every release is there once all the same, byte for byte', () => {
  expect(progress).toContain('killed');
  expect(rehearsal.shipments.map(({ state }) => state)).toEqual(['dispatched', 'dispatched', 'dispatched']);
  const source = readFileSync(join(courseFolder, 'data/seattle-weather.csv'), 'utf8').trimEnd().split('\n');
  let released: string[] = [];
  for (const { shipment } of rehearsal.shipments) {
    const commits = git('log', '--all', '--format=%H', `--grep=^${shipment.trailer}$`).trim().split('\n');
    expect(commits, shipment.release).toHaveLength(1);
    const [header, ...rows] = git('show', `main:${shipment.path}`).trimEnd().split('\n');
    expect(header).toBe(source[0]);
    released = released.concat(rows);
  }
  // The source's own lines, in its order, a fifth held out.
  expect(released).toHaveLength(1096);
  const order = new Map(source.map((line, index) => [line, index]));
  const places = released.map((line) => order.get(line) ?? -1);
  expect(places.every((place, index) => place > (places[index - 1] ?? 0))).toBe(true);
});

test('the ledger is sound', () => {
  expect(rehearsal.ledger).toMatchObject({ ok: true });
});

test('the runs were signed, confirmed and scored, and the student can read why', () => {
  const [row] = rehearsal.gradebook.rows;
  const { data, pipeline, freshness } = row!.criteria;
  expect([data!.points, pipeline!.points, freshness!.points]).toEqual([20, 20, 15]);
  expect(pipeline!.reason).toMatch(/^release-1: the run at [0-9a-f]{7} succeeded with it\./);
  const head = git('log', '-1', '--merges', '--format=%H', 'main').trim();
  const shown = rehearsal.checkRuns
    .filter(({ headSha }) => headSha === head)
    .map(({ name, conclusion }) => `${name} ${conclusion}`);
  expect(shown).toEqual(expect.arrayContaining(['practicum/data success', 'practicum/pipeline success']));
  expect(shown.join()).toContain('score ');
});

test('requests were asked and answered, the service was probed, and predictions were measured', () => {
  const [row] = rehearsal.gradebook.rows;
  const { requests, endpoint, quality } = row!.criteria;
  expect(endpoint).toMatchObject({ points: 15, of: 15 });
  expect(quality!.reason).toMatch(/^accuracy 0\.\d+ over \d+ held-out rows/);
  expect(requests!.of).toBe(15);
  expect(requests!.points).toBeGreaterThan(0);
  const asked = git('log', '--format=%H', '--grep=^Practicum-Request: ', 'main').trim().split('\n');
  const files = git('ls-tree', '--name-only', 'main', 'requests/').trim().split('\n');
  // Each was delivered once, although the app was killed.
  expect(asked).toHaveLength(files.length);
});

test('the term is exported without its people, and plays to the same gradebook', async () => {
  const file = join(dir, 'term.jsonl');
  const env = { DATABASE_URL: database.url };
  const now = rehearsal.gradebook.at;
  expect(await runAt(now, env, 'term', 'export', file)).toMatchObject({ code: 0, err: '' });
  const text = readFileSync(file, 'utf8').toLowerCase();
  for (const one of ['ada-l', 'lovelace', 'weather-ada', 'term/', 'http']) expect(text, one).not.toContain(one);
  const { same, counts, scores } = JSON.parse((await runAt(now, env, 'rehearse', '--replay', file, '--json')).out);
  expect([same, counts.grade, scores > 3]).toEqual([true, 1, true]);
  const kinds = [...text.matchAll(/"kind":"(answer|cut|data|milestone|probe|run)"/g)].map(([, kind]) => kind);
  expect([...new Set(kinds)]).toEqual(expect.arrayContaining(['answer', 'data', 'probe', 'run']));
  // As it was graded live, not as it is computed now.
  const [row] = rehearsal.gradebook.rows;
  const grade = JSON.parse(text.split('\n').find((line) => line.includes('"kind":"grade"'))!);
  expect([grade.total, grade.of, grade.worth]).toEqual([row!.total, row!.of, row!.worth]);
});

test('Re-run on our check run is answered by a fresh one that says the same', async () => {
  const { sandbox } = rehearsal;
  const scores = () =>
    Object.values(checksOf(sandbox.state).runs).filter(
      ({ name, headSha }) => name === 'score' && headSha === pressed.headSha,
    );
  const pressed = Object.values(checksOf(sandbox.state).runs).findLast(({ name }) => name === 'score')!;
  sandbox.admin.clickRerun({ checkRunId: pressed.id, login: 'ada-l' });
  await untilQuiet(sandbox, database.pool);
  const fresh = scores().at(-1)!;
  expect(fresh.id).not.toBe(pressed.id);
  expect([fresh.status, fresh.conclusion, fresh.output.title]).toEqual([
    'completed',
    pressed.conclusion,
    pressed.output.title,
  ]);
});

test('what the app and the Action asked, and what they were answered, is as GitHub describes it', () => {
  expect(recording.violations).toEqual([]);
  expect(rehearsal.sandbox.unknownRoutes).toEqual([]);
  expect(recording.seen.size).toBeGreaterThan(20);
});
