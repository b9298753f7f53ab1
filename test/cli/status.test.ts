// practicum status: what is right, what is wrong, and what nobody knows, by the database alone.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../src/postgres/open-database.ts';
import { openStore } from '../../src/postgres/store.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';
import { fillCourse, midTerm, organisation } from '../web/fill-course.ts';
import { runAt, type Ran } from './run-command.ts';

let database: TestDatabase;
const at = (minutes: number): Date => new Date(midTerm.getTime() + minutes * 60_000);
const status = (now: Date, ...more: string[]): Promise<Ran> =>
  runAt(now, { DATABASE_URL: database.url }, 'status', ...more);
const wrongIn = async (now: Date): Promise<string[]> =>
  (JSON.parse((await status(now, '--json')).out) as { wrong: string[] }).wrong;

beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

test('an app that never ran, is installed nowhere and heard nothing is not well', async () => {
  const { code, out } = await status(midTerm);
  expect(code).toBe(1);
  expect(out).toContain('the app has never run on this database');
  expect(out).toContain('the App is installed nowhere');
  expect(out).toMatch(/^webhooks\s+last never; 0 waiting$/m);
});

test('a course in which all is as it should be is ok, and says what was sent', async () => {
  const store = openStore(database.pool);
  await store.transaction((inside) => fillCourse(inside));
  await database.pool.query(`delete from job`);
  await database.pool.query(`delete from shipment where state <> 'dispatched'`);
  await database.pool.query(
    `insert into job (key, name, payload, due_at) values ('reconcile', 'reconcile', '{}', $1)`,
    [at(5)],
  );
  expect(await wrongIn(midTerm)).toEqual([
    'no webhook has ever come: see Advanced → Recent deliveries on the App’s page',
  ]);
  await store.addDeliveries([{ guid: 'one', event: 'push', payload: {}, receivedAt: at(-3) }]);
  const { code, out } = await status(midTerm);
  expect(out).toContain('ok');
  expect(code).toBe(0);
  expect(out).toMatch(/3 min ago; 0 waiting/);
  const { rows } = await database.pool.query<{ count: string }>('select count(*) from shipment');
  expect(out).toContain(`${rows[0]!.count}; due 0, late 0, parked 0, held 0, planned 0`);
});

const cases: [string, string, RegExp][] = [
  [
    'nobody works',
    `update job set due_at = due_at - interval '20 minutes' where key = 'reconcile'`,
    /no process works/,
  ],
  [
    'a hold',
    `insert into hold (scope, why, next_try) values ('disk', 'disk-full', now())`,
    /On hold since .*the disk of the app/,
  ],
  ['a webhook waits', waiting('one', 'delivery/one', 'delivery'), /1 webhooks wait, the oldest for/],
  ['what people wait for is late', waiting('late', 'write-ledger/x', 'write-ledger'), /oldest job has been due/],
  ['a parked job', `update job set state = 'parked' where key = 'reconcile'`, /1 jobs failed permanently/],
  [
    'a late shipment',
    `update shipment set state = 'planned', due = '2000-01-01' where id = $one`,
    /1 shipments are late/,
  ],
  ['one that failed', `update shipment set state = 'failed' where id = $one`, /1 shipments failed permanently/],
  [
    'a refused commit',
    `update course set refused = '{"at":"2027-01-01T00:00:00Z","commit":"a","problems":[],"repository":"course"}'`,
    /is refused since 2027-01-01 00:00 UTC/,
  ],
];

function waiting(guid: string, key: string, name: string): string {
  return `insert into delivery (guid, event, payload, received_at) values ('${guid}', 'push', '{}', '2000-01-01') on conflict (guid)
    do update set received_at = '2000-01-01';
    insert into job (key, name, payload, due_at) values ('${key}', '${name}', '{}', '2000-01-01')`;
}

test.each(cases)('%s is wrong, said, and the exit code', async (_, sql, words) => {
  const copy = await cloneDatabase();
  const store = openStore(copy.pool);
  await store.transaction((inside) => fillCourse(inside));
  await copy.pool.query(`delete from job; delete from shipment where state <> 'dispatched'`);
  await copy.pool.query(`insert into job (key, name, payload, due_at) values ('reconcile', 'reconcile', '{}', $1)`, [
    at(5),
  ]);
  await store.addDeliveries([{ guid: 'first', event: 'push', payload: {}, receivedAt: at(-3) }]);
  const run = (): Promise<Ran> => runAt(midTerm, { DATABASE_URL: copy.url }, 'status');
  expect(await run()).toMatchObject({ code: 0 });
  await copy.pool.query(sql.replace('$one', '(select min(id) from shipment)'));
  const after = await run();
  await copy.drop();
  expect(after.out).toMatch(words);
  expect(after.code).toBe(1);
});

test('a shipment that a person holds is held, and not late', async () => {
  const { rows } = await database.pool.query<{ id: string }>('select min(id) as id from shipment');
  const id = rows[0]!.id;
  await database.pool.query(`update shipment set state = 'planned', due = '2000-01-01' where id = $1`, [id]);
  await database.pool.query(
    `insert into job (key, name, payload, due_at, state) values ($1, 'dispatch-shipment', '{}', '2000-01-01', 'paused')`,
    [`dispatch-shipment/${organisation.toLowerCase()}/${id}`],
  );
  const { code, out } = await status(midTerm);
  expect(out).toContain('late 0, parked 0, held 1');
  expect(code).toBe(0);
});

test('without a database that is said, with exit code 2; the app’s own is found below PRACTICUM_HOME', async () => {
  const home = mkdtempSync(join(tmpdir(), 'practicum-status-'));
  const env = { PRACTICUM_HOME: home };
  expect(await runAt(midTerm, env, 'status')).toMatchObject({ code: 2, out: '' });
  const own = await openDatabase({ home, durable: false });
  const { code, out } = await runAt(midTerm, env, 'status', '--json');
  await own.erase();
  rmSync(home, { recursive: true, force: true });
  expect(JSON.parse(out)).toMatchObject({ ok: false, courses: [], parked: 0 });
  expect(code).toBe(1);
});
