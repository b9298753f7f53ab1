// The database stalls, breaks and comes back: whatever was acknowledged is stored, and the process lives on.
import { afterEach, expect, test } from 'vitest';
import { migrate } from '../../src/postgres/migrate.ts';
import { cloneDatabase } from '../database.ts';
import { serveApp, type Served } from './serve-app.ts';

let app: Served | undefined;
afterEach(async () => {
  await app?.stop();
  app = undefined;
});

test('twenty webhooks while the database is stalled, then kill -9: what was acknowledged is stored', async () => {
  app = await serveApp();
  const acknowledged = new Set<string>();
  const send = async (guid: string): Promise<number> => {
    const status = await app!.post(guid).catch(() => 0);
    if (status >= 200 && status < 300) acknowledged.add(guid);
    return status;
  };
  expect(await send('before')).toBe(200);
  app.proxy.stall();
  const began = performance.now();
  const statuses = await Promise.all(Array.from({ length: 20 }, (_, index) => send(`stalled-${index}`)));
  const took = performance.now() - began;
  expect(statuses.every((status) => status >= 500)).toBe(true);
  // Before GitHub hangs up, which it does after ten seconds.
  expect(took).toBeLessThan(9500);
  app.kill('SIGKILL');
  await app.ended;
  app.proxy.cut();
  const stored = await app.stored();
  for (const guid of acknowledged) expect(stored).toContain(guid);
}, 60_000);

test('a stall that ends is over: webhooks are stored again on the connections that were black-holed, without a restart', async () => {
  app = await serveApp();
  app.proxy.stall();
  expect(await app.post('lost')).toBeGreaterThanOrEqual(500);
  app.proxy.forget();
  await expect.poll(() => app!.post(`again-${Math.round(performance.now())}`), { timeout: 20_000 }).toBe(200);
  expect((await app.get('/readyz')).status).toBe(200);
}, 60_000);

test('all connections are terminated under load, again and again: nothing acknowledged is lost, and the process lives', async () => {
  app = await serveApp();
  const acknowledged: string[] = [];
  let sending = true;
  const load = Array.from({ length: 8 }, async (_, sender) => {
    for (let index = 0; sending; index++) {
      const guid = `load-${sender}-${index}`;
      const status = await app!.post(guid).catch(() => 0);
      if (status >= 200 && status < 300) acknowledged.push(guid);
    }
  });
  for (let turn = 0; turn < 20; turn++) {
    await app.database.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  sending = false;
  await Promise.all(load);
  await expect.poll(() => app!.post('afterwards'), { timeout: 20_000 }).toBe(200);
  const stored = new Set(await app.stored());
  expect(acknowledged.filter((guid) => !stored.has(guid))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(0);
  // The jobs that were in hand are done, too.
  const open = async (): Promise<number> =>
    Number((await app!.database.pool.query(`select count(*) as n from job where key like 'delivery/%'`)).rows[0]!.n);
  await expect.poll(open, { timeout: 30_000 }).toBe(0);
  await expect.poll(async () => (await app!.get('/readyz')).status, { timeout: 20_000 }).toBe(200);
}, 90_000);

test('the database is silent when the app starts, and the app is told to stop: it is gone within ten seconds', async () => {
  app = await serveApp({ silent: true });
  await expect.poll(() => app!.proxy.connections(), { timeout: 20_000 }).toBeGreaterThan(0);
  const began = performance.now();
  app.kill('SIGTERM');
  await app.ended;
  expect(performance.now() - began).toBeLessThan(10_500);
}, 60_000);

test('nothing is missing in the database: a start asks for that within its limits, and takes no lock', async () => {
  const database = await cloneDatabase();
  const other = await database.pool.connect();
  try {
    // Another process is at it, and never ends.
    await other.query('begin; select pg_advisory_xact_lock(7402001)');
    expect(await migrate(database.pool)).toEqual([]);
  } finally {
    other.release(true);
    await database.drop();
  }
});

test('the database falls silent, and the app is told to stop: it is gone within ten seconds', async () => {
  app = await serveApp();
  app.proxy.stall();
  void app.post('hangs').catch(() => 0);
  const began = performance.now();
  app.kill('SIGTERM');
  await app.ended;
  expect(performance.now() - began).toBeLessThan(10_000);
}, 40_000);
