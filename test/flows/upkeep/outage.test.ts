// GitHub is away, says no to everything, or asks for patience: nothing is given up, few calls are made, and all of it arrives once.
import { afterEach, expect, test } from 'vitest';
import type { FaultRule } from '@practicum/sandbox';
import { holdLine } from '../../../src/domain/messages/hold-line.ts';
import { dispatchJobKey } from '../../../src/flows/jobs/queue-jobs.ts';
import { letTimePass } from '../../machine-time.ts';
import { organisation, prepareApp, type App } from '../start-app.ts';

let app: App;
afterEach(() => app.stop());

const hour = 3_600_000;
const students = ['ada', 'bob', 'cy', 'dee', 'eve'];
const startClass = prepareApp({ students, releases: 2 });
const startAlone = prepareApp();
const allDispatched = async () => (await app.shipments()).every(({ state }) => state === 'dispatched');
const holds = async () => (await app.database.pool.query('select scope, why from hold')).rows;
const parked = async () => (await app.ports.store.parkedJobs()).length;
const countCalls = (): (() => number) => {
  let calls = 0;
  app.sandbox.onExchange(({ path }) => void (calls += /^\/app\/(?:hook|installations$)/.test(path) ? 0 : 1));
  return () => calls;
};
async function expectOnce(): Promise<void> {
  for (const { shipment, receipt } of await app.shipments())
    expect(app.carrying(shipment.repository, shipment.trailer)).toEqual([receipt!.commit]);
}

const outages: [string, FaultRule][] = [
  ['503 to everything', { status: 503, body: { message: 'No server is currently available' } }],
  ['connections that break', { dropBefore: true }],
  ['a suspended installation', { status: 403, body: { message: 'This installation has been suspended' } }],
  ['a revoked token', { status: 401, body: { message: 'Bad credentials' } }],
];
test.each(outages)('%s, for 60 hours: held, asked once a minute, then all of it arrives', async (_, rule) => {
  app = await startClass();
  const fault = app.sandbox.faults.add(rule);
  const calls = countCalls();
  app.release();
  await app.until('on hold', async () => (await holds()).length > 0, false);
  await app.until('nobody is at work', async () => (await inHand()) === 0, false);
  const atFirst = calls();
  for (let minutes = 0; minutes < 6; minutes++) {
    app.clock.advance(10 * hour);
    const before = calls();
    // A connection that breaks is no exchange: the fault itself knows how often it struck.
    const struck = (): number => app.sandbox.faults.list()[0]!.struck;
    const struckBefore = struck();
    await letTimePass(app.database.pool);
    await app.until('asked', async () => struck() > struckBefore && (await inHand()) === 0, false);
    // A token that is refused is asked for once more.
    expect(calls() - before).toBeLessThanOrEqual(2);
  }
  expect(atFirst).toBeLessThanOrEqual(2 * 8);
  const { installationId } = (await app.ports.store.course(organisation))!;
  expect((await holds()).map(({ scope }) => scope)).toContain(`github/${installationId}`);
  expect(await parked()).toBe(0);
  app.sandbox.faults.remove(fault);
  // By now the second release is due as well.
  app.clock.advance(5 * 24 * hour);
  await letTimePass(app.database.pool);
  await app.until(
    'all arrived',
    async () => (await allDispatched()) && !(await holds()).some(({ scope }) => scope === `github/${installationId}`),
    false,
  );
  const { rows } = await app.database.pool.query('select max(attempts)::int as most from job');
  expect(rows[0].most ?? 0).toBe(0);
  await expectOnce();
});

const inHand = async () =>
  (await app.database.pool.query('select from job where leased_by is not null and not_before > clock_timestamp()')).rows
    .length;

const limit = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
const limits: [string, FaultRule][] = [
  [
    'GraphQL, 200 with errors',
    { status: 200, headers: { 'retry-after': '40' }, body: { data: null, errors: [{ message: limit }] } },
  ],
  ['GraphQL, 200 with a message', { status: 200, headers: { 'retry-after': '40' }, body: { message: limit } }],
  ['GraphQL, 403', { status: 403, headers: { 'retry-after': '40' }, body: { message: limit } }],
  [
    'type RATE_LIMITED',
    { status: 200, headers: { 'retry-after': '40' }, body: { errors: [{ type: 'RATE_LIMITED', message: 'wait' }] } },
  ],
  [
    'type RATE_LIMIT',
    { status: 200, headers: { 'retry-after': '40' }, body: { errors: [{ type: 'RATE_LIMIT', message: 'wait' }] } },
  ],
  [
    'code graphql_rate_limit',
    {
      status: 200,
      headers: { 'retry-after': '40' },
      body: { errors: [{ extensions: { code: 'graphql_rate_limit' }, message: 'wait' }] },
    },
  ],
  ['429', { status: 429, headers: { 'retry-after': '40' }, body: { message: 'Too many requests' } }],
];
test.each(limits)('%s: held as long as GitHub asks, nothing counted', async (_, rule) => {
  app = await startAlone();
  app.sandbox.faults.add({ ...rule, match: { path: 'graphql$' }, times: 1 });
  app.release();
  const { shipment } = (await app.shipments())[0]!;
  const key = dispatchJobKey(organisation, shipment.id);
  const held = async () =>
    (
      await app.database.pool.query(
        `select attempts, state, extract(epoch from not_before - clock_timestamp())::float8 as wait from job
         where key = $1 and last_error like 'rate-limited%' and leased_by is null`,
        [key],
      )
    ).rows[0];
  await app.until('held', async () => (await held()) !== undefined, false);
  expect(await held()).toMatchObject({ attempts: 0, state: 'open' });
  expect((await held()).wait).toBeGreaterThan(20);
  // What is said of it: since when, why, until when.
  const [said] = await app.ports.store.holds();
  expect(said).toMatchObject({ why: expect.stringContaining('rate-limited: '), organisation });
  expect(said!.nextTry.getTime() - said!.since!.getTime()).toBeGreaterThan(30_000);
  expect(holdLine(said!, 'UTC')).toMatch(
    /^On hold since .+: everything that needs GitHub for course-org \(rate-limited: .+\)\. \d+ jobs? waits?; GitHub is asked again at .+, then work resumes by itself, earliest first\.$/,
  );
  // All of the installation waits, not this job alone.
  const { installationId } = (await app.ports.store.course(organisation))!;
  expect(said!.scope).toBe(`github/${installationId}`);
});

test('the App’s deliveries are not kept on this server: reconcile does its other duties, and comes again', async () => {
  app = await startAlone();
  app.sandbox.faults.add({ match: { path: '/app/hook/deliveries' }, status: 404, body: { message: 'Not Found' } });
  app.clock.advance(hour);
  const next = async () =>
    (await app.database.pool.query(`select due_at, attempts, state, leased_by from job where key = 'reconcile'`))
      .rows[0];
  await app.until(
    'come again',
    async () => (await next()).due_at > app.clock.now() && !(await next()).leased_by,
    false,
  );
  expect(await next()).toMatchObject({ attempts: 0, state: 'open' });
});

test('a duty of reconcile that fails holds up neither the others nor the next time', async () => {
  app = await startAlone();
  app.sandbox.faults.add({ match: { path: '/app/installations' }, status: 422, body: { message: 'No' } });
  let asked = 0;
  app.sandbox.onExchange(({ path }) => void (asked += path.startsWith('/app/hook/deliveries') ? 1 : 0));
  for (let at = 0; at < 10; at++) {
    const seen = asked;
    app.clock.advance(hour / 6);
    await app.until('asked', () => asked > seen, true);
  }
  expect(await parked()).toBe(0);
});
