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

test.each<[string, (app: Served) => Promise<() => Promise<void>>, string]>([
  [
    'is read-only',
    async ({ database: { pool } }) => {
      const { rows } = await pool.query<{ name: string }>('select current_database() as name');
      const set = async (value: 'on' | 'off'): Promise<void> => {
        const client = await pool.connect();
        await client.query('set default_transaction_read_only = off');
        await client.query(`alter database ${rows[0]!.name} set default_transaction_read_only = ${value}`);
        await client.query(
          'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
        );
        client.release(true);
      };
      await set('on');
      return () => set('off');
    },
    'the database stores nothing (25006: it is read-only)',
  ],
  [
    'answers, and somebody has locked a table that webhooks need',
    async ({ database: { pool } }) => {
      const client = await pool.connect();
      await client.query('begin; lock table job in access exclusive mode');
      return async () => {
        await client.query('rollback');
        client.release();
      };
    },
    'the database does not answer',
  ],
])(
  'the database %s: /readyz says so, and that it is over',
  async (_what, begin, words) => {
    app = await serveApp();
    const end = await begin(app);
    expect(await app.post('refused')).toBeGreaterThanOrEqual(500);
    expect(await app.get('/readyz')).toEqual({ status: 503, text: words });
    await end();
    await expect.poll(() => app!.post(`again-${Math.round(performance.now())}`), { timeout: 20_000 }).toBe(200);
    await expect.poll(async () => (await app!.get('/readyz')).status, { timeout: 20_000 }).toBe(200);
    expect(await app.stored()).not.toContain('refused');
  },
  60_000,
);

test('pages keep all connections of pages and jobs: leases are renewed meanwhile, and given back at the end', async () => {
  app = await serveApp();
  const { pool } = app.database;
  app.github.mode = 'hangs';
  await pool.query(
    `insert into job (key, name, payload, due_at) values ('reconcile-again', 'reconcile', '{}', now() - interval '1 minute')`,
  );
  const leftOfLease = async (): Promise<number> => {
    const { rows } = await pool.query<{ left: number }>(
      `select extract(epoch from not_before - clock_timestamp())::float8 as left from job
       where key = 'reconcile-again' and leased_by is not null`,
    );
    return rows[0]?.left ?? 0;
  };
  await expect.poll(leftOfLease, { timeout: 20_000 }).toBeGreaterThan(0);
  const client = await pool.connect();
  await client.query('begin; lock table course in access exclusive mode');
  const pages = Array.from({ length: 20 }, () => app!.get('/').catch(() => undefined));
  // Longer than a lease lasts.
  await Promise.all(pages);
  expect(await leftOfLease()).toBeGreaterThan(0);
  app.kill('SIGTERM');
  await app.ended;
  expect(await leftOfLease()).toBe(0);
  await client.query('rollback');
  client.release();
}, 60_000);

test('told twice to stop: the work in hand is not waited for, and is given back', async () => {
  app = await serveApp();
  const { pool } = app.database;
  await expect.poll(async () => (await app!.get('/readyz')).status, { timeout: 20_000 }).toBe(200);
  app.github.mode = 'hangs';
  await pool.query(
    `insert into job (key, name, payload, due_at) values ('reconcile-again', 'reconcile', '{}', now() - interval '1 minute')`,
  );
  const leased = async (): Promise<number> =>
    (await pool.query(`select from job where key = 'reconcile-again' and leased_by is not null`)).rows.length;
  await expect.poll(leased, { timeout: 20_000 }).toBe(1);
  const began = performance.now();
  app.kill('SIGTERM');
  app.kill('SIGINT');
  expect(await app.ended).toBe(0);
  expect(performance.now() - began).toBeLessThan(5000);
  expect(await leased()).toBe(0);
}, 60_000);
