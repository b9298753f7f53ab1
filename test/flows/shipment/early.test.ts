// A release that begins early: branches are made before the due date, one call opens each, and what changed since holds.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { syncJob } from '../../../src/flows/jobs/queue-jobs.ts';
import {
  courseFiles,
  due,
  header,
  organisation,
  startApp,
  tenRows,
  type App,
  type CourseOptions,
} from '../start-app.ts';

const options: CourseOptions = { carrier: 'pull_request', start: 'early', students: ['ada', 'bob'] };
const path = 'data/incoming/release-1.csv';
let app: App;

beforeEach(async () => void (app = await startApp(options)));
afterEach(() => app.stop());

const pulls = async (repo: string) =>
  (await app.as('teacher').request('GET /repos/{owner}/{repo}/pulls', { owner: organisation, repo, state: 'all' }))
    .data;
const sliceOf = (rows: string[]): string => `${[header, ...rows].join('\n')}\n`;

/** A minute before it is due. */
async function stage(): Promise<void> {
  app.clock.set(new Date(due.getTime() - 60_000));
  await app.until('staged', async () => (await app.shipments()).every(({ stagedAt }) => stagedAt !== undefined));
  await app.until('at rest', app.atRest);
}

/** The teacher changes one file of the course, and it is in force. */
async function change(file: string, files: Record<string, string | Buffer>): Promise<void> {
  const where = { owner: organisation, repo: 'course', path: file };
  const teacher = app.as('teacher');
  const { data } = await teacher.request('GET /repos/{owner}/{repo}/contents/{path}', where);
  const content = Buffer.from(files[file]!).toString('base64');
  const sha = (data as { sha: string }).sha;
  await teacher.request('PUT /repos/{owner}/{repo}/contents/{path}', { ...where, message: 'Change', content, sha });
  await app.ports.store.enqueue([syncJob(organisation, app.clock.now())]);
  await app.until('in force', app.atRest);
}

async function release(): Promise<void> {
  app.release();
  await app.until('dispatched', async () => (await app.shipments()).every(({ state }) => state === 'dispatched'));
}

/** Everybody has one pull request that carries these rows by one commit. */
async function expectOnce(rows: string[]): Promise<void> {
  for (const { shipment, receipt, attempts } of await app.shipments()) {
    const { repository, trailer, branch } = shipment;
    expect(attempts).toBe(1);
    expect(app.carrying(repository, trailer)).toEqual([receipt!.commit]);
    expect(app.git(repository, 'show', `${branch}:${path}`)).toBe(sliceOf(rows));
    expect(await pulls(repository)).toMatchObject([
      {
        number: receipt!.pullRequest,
        state: 'open',
        labels: [{ name: 'data: pending' }],
        head: { sha: receipt!.commit },
      },
    ]);
  }
}

test('branches are there before it is due and nobody was told; then one call opens each and one labels it', async () => {
  await stage();
  for (const { shipment, state } of await app.shipments()) {
    expect(state).toBe('planned');
    expect(app.git(shipment.repository, 'show', `${shipment.branch}:${path}`)).toBe(sliceOf(tenRows));
    expect(await pulls(shipment.repository)).toEqual([]);
  }
  const writes: string[] = [];
  const stop = app.sandbox.onExchange(({ method, path: called, requestBody, site }) => {
    const mutates = called.endsWith('/graphql') && JSON.stringify(requestBody).includes('mutation');
    // The dashboard issue of a repository is not part of a shipment.
    const part = /\/prices-ada\/(git\/|pulls|issues\/\d+\/labels|contents)/.test(called) || mutates;
    if (!site && part && method !== 'GET') writes.push(called.replace(/.*prices-ada/, '').replace(/\d+/, 'n'));
  });
  await release();
  stop();
  expect(writes).toEqual(['/pulls', '/issues/n/labels']);
  await expectOnce(tenRows);
});

test('a plan that changed, a student who pushed and one who deleted the branch get what holds at the due date', async () => {
  await stage();
  const newer = tenRows.map((row) => row.replace('.5', '.25'));
  await change('data/prices.csv', courseFiles({ ...options, rows: newer }));
  const { data } = await app.as('bob').request('PUT /repos/{owner}/{repo}/contents/{path}', {
    owner: organisation,
    repo: 'prices-bob',
    path: 'mine.txt',
    message: 'Mine',
    content: 'aGk=',
  });
  const ada = (await app.shipments()).find(({ shipment }) => shipment.owner === 'ada')!;
  const ref = `heads/${ada.shipment.branch}`;
  const where = { owner: organisation, repo: 'prices-ada', ref };
  await app.as('ada').request('DELETE /repos/{owner}/{repo}/git/refs/{ref}', where);
  await release();
  await expectOnce(newer);
  const bob = (await app.shipments()).find(({ shipment }) => shipment.owner === 'bob')!;
  expect(app.git('prices-bob', 'rev-parse', `${bob.receipt!.commit}^`).trim()).toBe(data.commit.sha);
});

test('what is cancelled after its branch was made is taken away again', async () => {
  await stage();
  await change('roster.csv', courseFiles({ ...options, students: ['ada'] }));
  const bob = (await app.shipments()).find(({ shipment }) => shipment.owner === 'bob')!;
  expect([bob.state, bob.stagedAt]).toEqual(['cancelled', undefined]);
  expect(app.git('prices-bob', 'branch', '--list', 'practicum/*').trim()).toBe('');
  app.release();
  await app.until('dispatched', async () => (await app.shipments()).some(({ state }) => state === 'dispatched'));
  await app.until('at rest', app.atRest);
  expect(await pulls('prices-bob')).toEqual([]);
});

test('a second challenge at the same time is in force: the branches of the first are made earlier', async () => {
  const stagedFrom = async (): Promise<number> => {
    const ids = (await app.shipments()).flatMap(({ shipment: { challenge, id } }) =>
      challenge === 'prices' ? [id] : [],
    );
    const { rows } = await app.database.pool.query<{ due_at: Date }>(
      `select distinct due_at from job where name = 'stage-shipment' and payload ->> 'id' = any($1)`,
      [ids],
    );
    expect(rows).toHaveLength(1);
    return (due.getTime() - rows[0]!.due_at.getTime()) / 1000;
  };
  expect(await stagedFrom()).toBe(64);
  const name = 'challenges/prices/challenge.yml';
  const second = String(courseFiles(options)[name]).replace('name: prices', 'name: sizes').replace('Prices', 'Sizes');
  await app.as('teacher').request('PUT /repos/{owner}/{repo}/contents/{path}', {
    owner: organisation,
    repo: 'course',
    path: 'challenges/sizes/challenge.yml',
    message: 'A second challenge',
    content: Buffer.from(second).toString('base64'),
  });
  await app.ports.store.enqueue([syncJob(organisation, app.clock.now())]);
  await app.until('in force', app.atRest);
  expect(await stagedFrom()).toBe(68);
});
