// Stored webhooks on their way through Probot: to the row of their event, and failures back as they were thrown.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isListenedTo } from '../src/app.ts';
import type { FlowPorts } from '../src/ports/flow-ports.ts';
import { openStore } from '../src/postgres/store.ts';
import { workDelivery } from '../src/work-delivery.ts';
import { cloneDatabase, type TestDatabase } from './database.ts';

const receivedAt = new Date('2027-01-11T08:00:00Z');
let database: TestDatabase;
let ports: FlowPorts;
beforeAll(async () => {
  database = await cloneDatabase();
  const clock = { now: () => receivedAt, onChange: () => () => undefined, runs: false };
  // The rows of this test ask nobody else.
  ports = { store: openStore(database.pool), clock } as unknown as FlowPorts;
});
afterAll(() => database.drop());

const keep = (guid: string, event: string, payload: object): Promise<unknown> =>
  ports.store.addDeliveries([
    { guid, event, payload, receivedAt, ...('action' in payload ? { action: String(payload.action) } : {}) },
  ]);

test('each goes to the row of its event and its action, many at once', async () => {
  const organisations = Array.from({ length: 20 }, (_, index) => ({ login: `course-${index}`, id: index + 1 }));
  for (const account of organisations)
    await keep(account.login, 'installation', { action: 'created', installation: { id: 70 + account.id, account } });
  await Promise.all(organisations.map(({ login: guid }) => workDelivery(ports, { guid })));
  const { rows } = await database.pool.query('select installation_id as id from course order by installation_id::int');
  expect(rows.map(({ id }) => Number(id))).toEqual(organisations.map(({ id }) => 70 + id));
});

test('what a row throws comes out as it is, without the payload', async () => {
  await keep('broken', 'check_suite', { action: 'rerequested', secret: 'not for the log' });
  const failure: unknown = await workDelivery(ports, { guid: 'broken' }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TypeError);
  expect(Object.keys(failure as object)).toEqual([]);
});

test('what has no row is nobody’s, and neither is what only looks like one', async () => {
  expect(isListenedTo('push', undefined)).toBe(true);
  expect(isListenedTo('issues', 'closed')).toBe(true);
  for (const [event, action] of [
    ['issues', 'opened'],
    ['watch', 'started'],
    ['constructor', undefined],
  ] as const)
    expect(isListenedTo(event, action), event).toBe(false);
  await keep('watched', 'watch', { action: 'started' });
  await workDelivery(ports, { guid: 'watched' });
});
