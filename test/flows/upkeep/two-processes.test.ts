// GitHub is away for 70 seconds, and for ten minutes, and two processes of the app wait for it together.
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { openPorts } from '../../../src/compose.ts';
import { readConfig } from '../../../src/config.ts';
import { jobTable } from '../../../src/jobs.ts';
import { jobQueue } from '../../../src/postgres/job-queue.ts';
import { listen } from '../../../src/postgres/listen.ts';
import { openPool } from '../../../src/postgres/pool.ts';
import { startWorker } from '../../../src/worker.ts';
import { startApp, type App } from '../start-app.ts';

let app: App;
let second: Awaited<ReturnType<typeof startSecond>>;
afterEach(async () => {
  await second.stop();
  await app.stop();
});

/** A process of its own in all but its memory: own connections, own pace, own clients of GitHub, the same database. */
async function startSecond({ environment, database, clock, dir }: App) {
  const config = readConfig({ ...environment, PRACTICUM_HOME: `${dir}/second` }, dir);
  const pool = openPool(database.url, 8);
  const still = { ...clock, runs: false };
  const ports = await openPorts(config, pool, still, pino({ level: 'silent' }), () => '');
  const worker = await startWorker({
    queue: jobQueue(pool),
    clock: still,
    log: ports.log,
    jobs: jobTable(ports),
    onQueued: (listener) => listen(database.url, 'job', listener),
  });
  return {
    wake: () => worker.wake(),
    stop: async () => {
      await worker.stop();
      await pool.end();
    },
  };
}

const count = async (sql: string): Promise<number> => (await app.database.pool.query<{ n: number }>(sql)).rows[0]!.n;
const inHand = () =>
  count('select count(*)::int n from job where leased_by is not null and not_before > clock_timestamp()');
const onHold = () => count(`select count(*)::int n from hold where scope like 'github/%' and scope <> 'github/0'`);

test.each([
  ['70 seconds', 70],
  ['ten minutes', 600],
])('away for %s: once a minute for both together, then all arrives once, nothing parked', async (_, seconds) => {
  app = await startApp({ students: ['ada', 'bob', 'cy', 'dee'], releases: 1 });
  second = await startSecond(app);
  const fault = app.sandbox.faults.add({ status: 503, body: { message: 'No server is currently available' } });
  const struck = (): number => app.sandbox.faults.list()[0]!.struck;
  app.release();
  second.wake();
  await app.until('on hold', async () => (await onHold()) === 1, false);
  await app.until('nobody is at work', async () => (await inHand()) === 0, false);
  // Whatever was under way when it began; then one call a minute.
  expect(struck()).toBeLessThanOrEqual(2 * 16);
  const atFirst = struck();
  const began = performance.now();
  for (let gone = 61; gone <= seconds + 60; gone += 61) {
    const before = struck();
    app.clock.advance(61_000);
    await app.database.pool.query(`update hold set next_try = next_try - interval '61 seconds'`);
    await app.database.pool.query(
      `update job set not_before = not_before - interval '61 seconds' where leased_by is null and state = 'open'`,
    );
    second.wake();
    await app.until('asked', async () => struck() > before && (await inHand()) === 0, false);
    // Of the installation, and of what the App asks on its own behalf. Some real time passes, too.
    const minutes = (gone + (performance.now() - began) / 1000) / 60;
    expect(struck() - atFirst).toBeLessThanOrEqual(2 * (5 + minutes));
  }
  app.sandbox.faults.remove(fault);
  await app.database.pool.query(`update hold set next_try = next_try - interval '61 seconds'`);
  second.wake();
  const isDone = async (): Promise<boolean> =>
    (await app.shipments()).every(({ state }) => state === 'dispatched') && (await onHold()) === 0;
  await app.until('all arrived', isDone, false);
  expect(await count(`select count(*)::int n from job where state = 'parked'`)).toBe(0);
  expect(await count('select coalesce(max(attempts), 0)::int n from job')).toBe(0);
  for (const { shipment, receipt } of await app.shipments())
    expect(app.carrying(shipment.repository, shipment.trailer)).toEqual([receipt!.commit]);
});
