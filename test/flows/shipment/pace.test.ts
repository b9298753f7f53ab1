// The pace towards GitHub against the sandbox's limits: what is kept for webhooks, GitHub's word to wait, and who goes first.
import { afterEach, expect, test } from 'vitest';
import { openPace } from '../../../src/postgres/pace.ts';
import { organisation, startApp, type App } from '../start-app.ts';

let app: App;
afterEach(() => app.stop());

const open = async () => {
  const record = (await app.ports.store.course(organisation))!;
  return { github: app.ports.github(record), installation: record.installationId };
};
const allDispatched = async () => (await app.shipments()).every(({ state }) => state === 'dispatched');

test('of the hour, a fifth is left for webhooks: a release waits for the reset, a check run does not', async () => {
  app = await startApp({ students: ['ada', 'bob', 'cy'], carrier: 'pull_request' });
  const limits = app.sandbox.world.settings.rateLimits;
  // What is left of the hour is just above the fifth: the first calls of the release bring it there.
  const spent = (await app.as('teacher').request('GET /repos/{owner}/{repo}', { owner: organisation, repo: 'course' }))
    .headers;
  expect(spent['x-ratelimit-limit']).toBe('5000');
  let counted = 0;
  const stop = app.sandbox.onExchange(({ headers, requestHeaders }) => {
    if (requestHeaders.authorization?.startsWith('token ghs_') && headers['x-ratelimit-resource'] === 'core')
      counted = Number(headers['x-ratelimit-used']);
  });
  const { github } = await open();
  const head = (await github.courseRepository.head('course'))!;
  Object.assign(limits, { primary: true, perHour: Math.ceil((counted + 3) / 0.8) });
  app.release();
  const held = async () =>
    (await app.database.pool.query(`select last_error from job where last_error like 'rate-held%'`)).rows;
  await app.until('held back', async () => (await held()).length > 0 && !(await allDispatched()), false);
  const fifth = limits.perHour! * 0.2;
  expect(limits.perHour! - counted).toBeLessThanOrEqual(fifth);
  // Calls that were on their way already.
  expect(limits.perHour! - counted).toBeGreaterThan(fifth - 8);
  // Not failed, and nothing of it counts as an attempt.
  expect((await app.shipments()).map(({ state, attempts, lastError }) => [attempts, state, lastError])).toEqual(
    (await app.shipments()).map(({ state }) =>
      state === 'dispatched' ? [1, state, undefined] : [0, 'planned', undefined],
    ),
  );
  const draft = {
    name: 'plan',
    headSha: head.commit,
    externalId: 'plan',
    conclusion: 'success',
    title: 'T',
    summary: 'S',
  } as const;
  expect((await github.checkRuns.publish('course', draft)).id).toBeGreaterThan(0);
  stop();
});

test('a secondary limit holds back every process until GitHub hears calls again', async () => {
  app = await startApp({ students: ['ada', 'bob'] });
  const { github, installation } = await open();
  app.sandbox.faults.add({
    match: { method: 'GET', path: '/repos/course-org/course$' },
    times: 1,
    status: 403,
    headers: { 'retry-after': '300' },
    body: { message: 'You have exceeded a secondary rate limit.' },
  });
  await expect(github.courseRepository.head('course')).rejects.toMatchObject({ code: 'rate-limited', retryAfter: 300 });
  const calls: string[] = [];
  const stop = app.sandbox.onExchange(({ path }) => {
    // The App's own questions are not the installation's.
    if (!path.startsWith('/app/')) calls.push(path);
  });
  await expect(github.courseRepository.head('course')).rejects.toMatchObject({ code: 'rate-held' });
  // Another process, which has not heard it itself, reads it where it is about to call.
  const other = openPace(app.database.pool, 1000);
  const write = { writes: true, notifies: false, bulk: false, resource: 'core' };
  await expect(other.before(installation, write)).rejects.toMatchObject({ code: 'rate-held' });
  app.release();
  const isHeld = async () =>
    (await app.database.pool.query(`select from job where name = 'dispatch-shipment' and last_error like 'rate-held%'`))
      .rowCount === 2;
  await app.until('both are held', isHeld, false);
  const [job] = (
    await app.database.pool.query(
      `select extract(epoch from not_before - clock_timestamp())::float8 as wait, attempts from job where name = 'dispatch-shipment'`,
    )
  ).rows;
  expect(job.wait).toBeGreaterThan(200);
  expect(job.attempts).toBe(0);
  expect(calls).toEqual([]);
  stop();
});

test('bulk writes stand in line one behind another: what somebody waits for goes before all but the next', async () => {
  app = await startApp();
  const { pool } = app.database;
  // Connections are there: opening one takes its time on a busy machine.
  await Promise.all([pool.query('select 1'), pool.query('select 1'), pool.query('select 1')]);
  const pace = openPace(pool, 2);
  const call = { writes: true, notifies: false, resource: 'core' };
  const order: string[] = [];
  const bulk = [0, 1, 2, 3].map((at) => pace.before(99, { ...call, bulk: true }).then(() => order.push(`bulk ${at}`)));
  const prompt = pace.before(99, { ...call, bulk: false }).then(() => order.push('prompt'));
  await Promise.all([...bulk, prompt]);
  expect(order.indexOf('prompt')).toBeLessThan(3);
  expect(order.filter((text) => text !== 'prompt')).toEqual(['bulk 0', 'bulk 1', 'bulk 2', 'bulk 3']);
});
