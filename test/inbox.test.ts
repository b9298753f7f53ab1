// Webhooks at the door: signed, stored once, acknowledged only then; everything else is refused.
import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAside } from '../src/aside/open-aside.ts';
import { acceptDelivery, openInbox } from '../src/inbox.ts';
import { openStore } from '../src/postgres/store.ts';
import { startServer, type WebServer } from '../src/web/server.ts';
import { cloneDatabase, type TestDatabase } from './database.ts';

const secret = 'a-long-secret';
const now = new Date('2027-01-11T08:00:00Z');
const clock = { now: () => now, onChange: () => () => undefined, runs: false };
const aside = openAside({ threads: 1 });
let database: TestDatabase;
let server: WebServer;

beforeAll(async () => {
  database = await cloneDatabase();
  const store = openStore(database.pool);
  server = await startServer({
    secret,
    host: '127.0.0.1',
    port: 0,
    accept: (webhook) => acceptDelivery({ store, clock }, webhook),
    readLarge: (body) => aside.read('webhooks', 'slimDelivery', body),
    pages: () => new Response('page'),
  });
});
afterAll(async () => {
  await server.close();
  await aside.close();
  await database.drop();
});

const payload = { action: 'created', installation: { id: 7, account: { login: 'course', id: 9 } } };
const sign = (body: string): string => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

async function send(guid: string, event: string, body: string, signature = sign(body)): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${server.port}/api/github/webhooks`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': guid,
      'x-hub-signature-256': signature,
    },
  });
  return answer.status;
}

const stored = async (): Promise<{ guid: string; key: string | null }[]> =>
  (await database.pool.query(`select guid, key from delivery left join job on key = 'delivery/' || guid order by guid`))
    .rows;

test('a signed webhook is stored together with its job; the same GUID again changes nothing', async () => {
  const body = JSON.stringify(payload);
  expect(await send('guid-1', 'installation', body)).toBe(200);
  expect(await send('guid-1', 'installation', body)).toBe(200);
  expect(await stored()).toEqual([{ guid: 'guid-1', key: 'delivery/guid-1' }]);
});

test('of many at once each gets its job, in the order in which they came', async () => {
  const other = await cloneDatabase();
  const inbox = openInbox({ store: openStore(other.pool), clock });
  const guids = Array.from({ length: 150 }, (_, index) => `g-${(index * 7919) % 1000}`);
  const repository = { name: 'ada', owner: { login: 'course' } };
  const about = { action: 'opened', installation: { id: 7 }, repository };
  const accept = (id: string): Promise<unknown> => inbox.accept({ id, name: 'pull_request', payload: about });
  expect(new Set(await Promise.all(guids.map(accept)))).toEqual(new Set(['accepted']));
  expect(new Set(await Promise.all(guids.map(accept)))).toEqual(new Set(['known']));
  const { rows } = await other.pool.query('select key, lane from job order by seq');
  expect(rows).toEqual(guids.map((guid) => ({ key: `delivery/${guid}`, lane: 'delivery/course/ada' })));
  await other.drop();
});

test('a wrong signature is refused and leaves nothing', async () => {
  const body = JSON.stringify(payload);
  expect(await send('guid-2', 'installation', body, sign(`${body} `))).toBe(400);
  expect(await send('guid-3', 'installation', body, 'sha256=00')).toBe(400);
  expect((await stored()).map(({ guid }) => guid)).toEqual(['guid-1']);
});

test('an event that nothing is done about is acknowledged and not kept', async () => {
  expect(await send('guid-4', 'watch', JSON.stringify({ ...payload, action: 'started' }))).toBe(200);
  expect((await stored()).map(({ guid }) => guid)).toEqual(['guid-1']);
});

test('an oversized body is refused before it is read, and so is one that does not say how long it is', async () => {
  const attempt = (headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const call = request(
        {
          port: server.port,
          host: '127.0.0.1',
          path: '/api/github/webhooks',
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
        },
        (answer) => {
          resolve(answer.statusCode!);
          call.destroy();
        },
      ).on('error', reject);
      call.write('{');
    });
  expect(await attempt({ 'content-length': String(26 * 1024 * 1024) })).toBe(413);
  expect(await attempt({ 'transfer-encoding': 'chunked' })).toBe(411);
});

test('when it cannot be stored, GitHub is told that the delivery failed', async () => {
  await database.pool.query('alter table delivery rename to elsewhere');
  try {
    expect(await send('guid-5', 'installation', JSON.stringify(payload))).toBe(500);
  } finally {
    await database.pool.query('alter table elsewhere rename to delivery');
  }
  expect(await send('guid-5', 'installation', JSON.stringify(payload))).toBe(200);
  expect((await stored()).map(({ guid }) => guid)).toEqual(['guid-1', 'guid-5']);
});

test('a push of unusual size is kept as far as anybody reads it, and read where it holds up nobody', async () => {
  const commit = (at: number) => ({
    id: String(at),
    message: 'm'.repeat(20_000),
    added: [`data/${at}.csv`, `answers/r${at}.json`],
    modified: [],
    removed: [],
  });
  const commits = Array.from({ length: 100 }, (_, at) => commit(at));
  const push = {
    ref: 'refs/heads/main',
    after: 'a'.repeat(40),
    repository: { name: 'r', owner: { login: 'o' } },
    commits,
  };
  expect(await send('large', 'push', JSON.stringify(push))).toBe(200);
  const { rows } = await database.pool.query<{ payload: typeof push }>(
    `select payload from delivery where guid = 'large'`,
  );
  expect(rows[0]!.payload).toMatchObject({ ref: push.ref, after: push.after, repository: push.repository });
  expect(rows[0]!.payload.commits.map(({ added }) => added)).toEqual(commits.map(({ added }) => [added[1]]));
  expect(JSON.stringify(rows[0]!.payload).length).toBeLessThan(10_000);
  expect(await send('list', 'push', JSON.stringify([commits]))).toBe(400);
});
