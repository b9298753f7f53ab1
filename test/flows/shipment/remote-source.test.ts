// A source outside the course repository: looked at for the plan, pinned by it, and never exchanged under what was sent.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { syncJob } from '../../../src/flows/jobs/queue-jobs.ts';
import { runWith } from '../../cli/run-command.ts';
import { testWith } from '../../needs.ts';
import { courseFiles, header, organisation, startApp, tenRows, type App, type CourseOptions } from '../start-app.ts';

const test = testWith('rclone');
let app: App | undefined;
let folder: string;
let environment: Record<string, string>;
const path = 'data/incoming';
const options: CourseOptions = { source: 'store:prices.csv', releases: 2 };
const newRows = tenRows.map((row) => row.replace('.5', '.75'));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'practicum-remote-'));
  mkdirSync(join(folder, 'disk'));
  const config = join(folder, 'rclone.conf');
  writeFileSync(config, `[store]\ntype = alias\nremote = ${join(folder, 'disk')}\n`);
  environment = { RCLONE_CONFIG: config };
  provide(tenRows);
});
afterEach(async () => {
  await app?.stop();
  app = undefined;
  rmSync(folder, { recursive: true });
});

const textOf = (rows: readonly string[]): string => `${[header, ...rows].join('\n')}\n`;

function provide(rows: readonly string[]): void {
  writeFileSync(join(folder, 'disk/prices.csv'), textOf(rows));
}

const arrived = async (repo: string, release: string): Promise<string> => {
  await app!.until(`${release} in ${repo}`, async () =>
    (await app!.shipments()).some(
      ({ shipment, state }) => shipment.repository === repo && shipment.release === release && state === 'dispatched',
    ),
  );
  return app!.git(repo, 'show', `main:${path}/${release}.csv`);
};

test('a changed file changes nothing of the plan until the course is read again, and nothing that was sent', async () => {
  app = await startApp({ ...options, students: ['ada'], environment });
  app.sandbox.admin.createUser({ login: 'bob' });
  app.release();
  expect(await arrived('prices-ada', 'release-1')).toBe(textOf(tenRows.slice(0, 5)));
  provide(newRows);
  app.clock.set(new Date('2027-01-18T09:00:00Z'));
  expect(await arrived('prices-ada', 'release-2')).toBe(textOf(tenRows.slice(5)));

  await app.ports.store.enqueue([syncJob(organisation, app.clock.now())]);
  await app.until('synced', app.atRest);
  const head = app.git('course', 'rev-parse', 'HEAD').trim();
  const { data } = await app.as('teacher').request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
    owner: organisation,
    repo: 'course',
    ref: head,
  });
  const { data: annotations } = await app
    .as('teacher')
    .request('GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations', {
      owner: organisation,
      repo: 'course',
      check_run_id: data.check_runs.find(({ name }) => name === 'sync')!.id,
    });
  expect(annotations.map(({ message }) => message).join()).toContain('has changed since release-1');

  await app.as('teacher').request('PUT /repos/{owner}/{repo}/contents/{path}', {
    owner: organisation,
    repo: 'course',
    path: 'roster.csv',
    message: 'Bob joins',
    sha: app.git('course', 'rev-parse', 'HEAD:roster.csv').trim(),
    content: Buffer.from(String(courseFiles({ students: ['ada', 'bob'] })['roster.csv'])).toString('base64'),
  });
  await app.ports.store.enqueue([syncJob(organisation, app.clock.now())]);
  expect(await arrived('prices-bob', 'release-1')).toBe(textOf(newRows.slice(0, 5)));
  expect(app.git('prices-ada', 'show', `main:${path}/release-1.csv`)).toBe(textOf(tenRows.slice(0, 5)));
});

test('check and plan look at it when asked to: columns, contract and rows', async () => {
  const course = join(folder, 'course');
  const files: Record<string, string | Buffer> = {
    ...courseFiles(options),
    'challenges/prices/schema.yml': 'version: 1\ncolumns:\n  Date: { type: date }\n  Price: { type: number, max: 8 }\n',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(course, name, '..'), { recursive: true });
    writeFileSync(join(course, name), text);
  }
  const env = { PATH: process.env['PATH'] ?? '', ...environment, PRACTICUM_HOME: join(folder, 'home') };
  expect(await runWith(env, 'check', course)).toMatchObject({ code: 0 });
  const checked = await runWith(env, 'check', course, '--fetch');
  expect(checked).toMatchObject({ code: 1 });
  expect(checked.out).toContain('challenges/prices/challenge.yml:1:1 error');
  expect(checked.out).toContain('`store:prices.csv`, line 10');
  provide(tenRows.slice(0, 6));
  expect((await runWith(env, 'plan', course)).out).toContain('not known yet');
  expect((await runWith(env, 'plan', course, '--fetch')).out).toContain('[3, 6)');
  writeFileSync(
    join(course, 'challenges/prices/challenge.yml'),
    String(files['challenges/prices/challenge.yml']).replace('target: Price', 'target: Cost'),
  );
  expect((await runWith(env, 'check', course, '--fetch')).out).toContain('unknown-column');
});
