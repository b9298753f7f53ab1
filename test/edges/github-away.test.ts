// GitHub is away when the app starts, or hangs when it stops.
import { afterEach, expect, test } from 'vitest';
import { serveApp, type FakeGitHub, type Served } from './serve-app.ts';

let app: Served | undefined;
afterEach(async () => {
  await app?.stop();
  app = undefined;
});

test.each<[string, FakeGitHub['mode']]>([
  ['answers 502', 'fails'],
  ['takes connections and says nothing', 'hangs'],
  ['is hidden by something that answers in its place', 'is another'],
])(
  'GitHub %s: the app starts, stores webhooks, says so, and works once it answers',
  async (_what, mode) => {
    app = await serveApp({ github: mode });
    expect(await app.post('while-away')).toBe(200);
    expect(await app.stored()).toEqual(['while-away']);
    expect((await app.get('/healthz')).status).toBe(200);
    const ready = await app.get('/readyz');
    expect(ready).toMatchObject({ status: 503, text: expect.stringContaining('GitHub') as string });
    expect((await app.get('/')).status).toBe(200);
    const report = await fetch(`http://127.0.0.1:${app.port}/api/report`, { method: 'POST', body: 'x' });
    expect(report.status).toBe(503);
    app.github.mode = 'answers';
    await expect.poll(async () => (await app!.get('/readyz')).status, { timeout: 40_000 }).toBe(200);
    const open = async (): Promise<number> =>
      (await app!.database.pool.query(`select from job where key = 'delivery/while-away'`)).rows.length;
    await expect.poll(open, { timeout: 20_000 }).toBe(0);
  },
  90_000,
);

test('GitHub answers, and does not know this App: that is for whoever starts it', async () => {
  app = await serveApp({ github: 'refuses' });
  expect(await app.ended).toBe(1);
  expect(app.output()).toContain('JSON web token');
}, 40_000);

test('GitHub hangs in the middle of the work, and the app is told to stop: gone within ten seconds, with its leases given back', async () => {
  app = await serveApp();
  await expect.poll(async () => (await app!.get('/readyz')).status, { timeout: 20_000 }).toBe(200);
  app.github.mode = 'hangs';
  const asked = app.github.asked;
  await app.database.pool.query(
    `insert into job (key, name, payload, due_at) values ('reconcile-again', 'reconcile', '{}', now() - interval '1 minute')`,
  );
  await expect.poll(() => app!.github.asked, { timeout: 20_000 }).toBeGreaterThan(asked);
  const began = performance.now();
  app.kill('SIGTERM');
  await app.ended;
  expect(performance.now() - began).toBeLessThan(10_000);
  const { rows } = await app.database.pool.query(`select key from job where leased_by is not null`);
  expect(rows).toEqual([]);
}, 60_000);
