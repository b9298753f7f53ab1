// Text of others at every door: NUL, halves of surrogate pairs, nesting, and objects that pretend to be text.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acceptDelivery, openInbox } from '../../src/inbox.ts';
import { measure } from '../../src/domain/challenge/metric.ts';
import { readPrediction } from '../../src/domain/endpoint/probe-contract.ts';
import { readRegistration } from '../../src/domain/endpoint/read-registration.ts';
import { parseReport } from '../../src/domain/report/report.ts';
import { isPrintable, isStorable, storableJson, storableText } from '../../src/domain/text/storable.ts';
import type { ProbeEvidence } from '../../src/domain/evidence/evidence.ts';
import { openStore } from '../../src/postgres/store.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';

const now = new Date('2027-01-11T08:00:00Z');
const clock = { now: () => now, onChange: () => () => undefined, runs: false };
let database: TestDatabase;
beforeAll(async () => void (database = await cloneDatabase()));
afterAll(() => database.drop());

const half = '\ud83d';
const hostile = `a\0b${half}c`;
/** Any text, rich in what makes trouble. */
const text = fc
  .array(fc.oneof(fc.constantFrom('\0', half, '\udc00', '\\', '\\u0000', 'u0000', '"', '😀', 'é'), fc.string()))
  .map((parts) => parts.join(''));

test('what is stored is what was given, but for what cannot be stored', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(text, fc.oneof(text, fc.array(text), fc.integer())), text, async (value, plain) => {
      const { rows } = await database.pool.query('select $1::jsonb as value, $2::text as plain', [
        storableJson(JSON.stringify(value)),
        plain,
      ]);
      expect(rows[0].plain).toBe(storableText(plain));
      const clean = JSON.stringify(value);
      if (isStorable(value)) expect(rows[0].value).toEqual(JSON.parse(clean));
      expect(isStorable(rows[0].value)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('a webhook with all of it is stored and worked on; so are those that came with it', async () => {
  const store = openStore(database.pool);
  const inbox = openInbox({ store, clock });
  const payload = {
    action: 'created',
    installation: { id: 7, account: { login: hostile, id: 9 } },
    [hostile]: hostile,
  };
  const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
  const results = await Promise.allSettled([
    inbox.accept({ id: 'before', name: 'installation', payload }),
    inbox.accept({ id: 'deep', name: 'installation', payload: { ...payload, deep } }),
    inbox.accept({ id: 'after', name: 'installation', payload }),
    inbox.accept({ id: 'after', name: 'installation', payload }),
  ]);
  expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'refused'))).toEqual([
    'accepted',
    'refused',
    'accepted',
    'known',
  ]);
  expect((await store.delivery('before'))?.payload).toMatchObject({
    installation: { account: { login: 'a\ufffdb\ufffdc' } },
  });
  expect(await acceptDelivery({ store, clock }, { id: 'after', name: 'installation', payload })).toBe('known');
});

test('evidence, registrations and questions for what is not there take any text', async () => {
  const store = openStore(database.pool);
  await database.pool.query(
    `insert into course (organisation, login, organisation_id, installation_id) values ('org', 'org', 9, 7)`,
  );
  expect(await store.course(hostile)).toBeUndefined();
  expect(await store.studentRepository(hostile, hostile)).toBeUndefined();
  await expect(store.retryParked(hostile)).resolves.toBeUndefined();
  const evidence = {
    kind: 'probe',
    id: `probe/${hostile}`,
    challenge: 'c',
    owner: 'o',
    repository: 'org/r',
    at: now,
    trust: 'measured',
    ok: false,
    code: 'x',
    cause: 'student',
    modelVersion: hostile,
  } as ProbeEvidence;
  expect(await store.addEvidence('org', evidence)).toBe(true);
});

const asked = { requestId: 'r', rows: 1, shape: 'batch' } as const;
const answer = (more: object): string =>
  JSON.stringify({ request_id: 'r', api_version: '1', model_version: '1', predictions: [1], ...more });

test.each<[string, object]>([
  ['NUL', { model_version: 'v\0' }],
  ['half a surrogate pair', { api_version: half }],
  ['a line break', { model_version: 'a\nb' }],
  ['an object that pretends', { model_version: { toString: 1 } }],
  ['a list', { api_version: ['1'] }],
])('a version that is %s breaks the contract', (_what, more) => {
  expect(readPrediction(answer(more), asked)).toMatchObject({ code: 'predict-versions' });
});

test.each<[string, unknown]>([
  ['an object that pretends', { toString: 1 }],
  ['one that throws', { toString: null, valueOf: null }],
  ['a list nested deep', JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)],
])('a prediction that is %s is a wrong one', (_what, prediction) => {
  const read = readPrediction(
    `{"request_id":"r","api_version":"1","model_version":"1","predictions":[${'[]'}]}`,
    asked,
  );
  expect(read).toMatchObject({ apiVersion: '1' });
  for (const metric of ['accuracy', 'f1'] as const)
    expect(
      measure(metric, [
        { label: 'rain', prediction },
        { label: 'sun', prediction: 'sun' },
      ]),
    ).toBeLessThan(1);
});

test('an address with a control character is no address', () => {
  expect(readRegistration({ variable: 'https://host\0/path' })).toMatchObject({
    problem: expect.any(String) as string,
  });
  expect(readRegistration({ variable: `https://host/${half}` })).toMatchObject({
    problem: expect.any(String) as string,
  });
  expect(readRegistration({ variable: 'https://host/päth' })).toEqual({ url: 'https://host/päth' });
});

test('a report with one of them is refused by name', () => {
  const read = parseReport(JSON.stringify({ version: 1, job: 'x\0' }));
  expect(read.ok).toBe(false);
});

test('printable is one line', () => {
  expect(['a', 'ä 😀', ''].every(isPrintable)).toBe(true);
  expect(['\0', '\n', '\u2028', '\u009b', half].some(isPrintable)).toBe(false);
});
