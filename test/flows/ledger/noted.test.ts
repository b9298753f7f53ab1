// The ledger looks at what was noted and at nobody else; what it then lacks is nothing.
import { afterAll, beforeAll, expect, test } from 'vitest';
import fc from 'fast-check';
import type { Evidence } from '../../../src/domain/evidence/evidence.ts';
import { verifyLedgerLines } from '../../../src/domain/ledger/verify.ts';
import { writeLedger } from '../../../src/flows/ledger/write-ledger.ts';
import type { FlowPorts } from '../../../src/ports/flow-ports.ts';
import type { Store } from '../../../src/ports/store.ts';
import { openStore } from '../../../src/postgres/store.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { fillCourse, midTerm, organisation, people } from '../../web/fill-course.ts';

let database: TestDatabase;
let store: Store;
beforeAll(async () => {
  database = await cloneDatabase();
  store = openStore(database.pool);
  await fillCourse(store);
});
afterAll(() => database.drop());

const at = (now: Date) => ({ store, clock: { now: () => now } }) as unknown as FlowPorts;
const write = (now = midTerm) => writeLedger(at(now), { organisation });
const lines = () => store.ledgerLines(organisation, 1, 100_000);
const logins = people.map(({ login }) => login);
let count = 0;

const merged = (owner: string): Evidence => ({
  kind: 'data',
  id: `noted/${count++}`,
  challenge: 'weather',
  owner,
  repository: `${organisation}/weather-${owner}`,
  at: midTerm,
  trust: 'measured',
  release: 'release-1',
  shipment: 'unknown',
  event: 'altered',
});

const events = {
  evidence: async (owner: string) => void (await store.addEvidence(organisation, merged(owner))),
  extension: async (owner: string) => {
    const extension = { owner, by: 3_600_000 * count, reason: 'ill', grantedBy: 'grace' };
    await store.addGradeAct(organisation, { id: `act/${count++}`, at: midTerm, kind: 'extension', extension });
  },
  override: async (owner: string) => {
    const override = { owner, challenge: 'weather', points: count % 30, reason: 'talk', by: 'grace' };
    await store.addGradeAct(organisation, { id: `act/${count++}`, at: midTerm, kind: 'override', override });
  },
  shipment: async (owner: string) => {
    const shipment = (await store.shipments(organisation, { owner })).find(({ state }) => state !== 'dispatched');
    if (!shipment) return;
    const state = shipment.state === 'cancelled' ? 'planned' : 'cancelled';
    await store.saveShipments(organisation, [{ ...shipment, state }]);
  },
  write: () => write(),
} as const;

test('whatever came in which order, looking everybody through adds nothing to what was written', async () => {
  const kinds = fc.constantFrom(...(Object.keys(events) as (keyof typeof events)[]));
  const several = fc.array(fc.tuple(kinds, fc.constantFrom(...logins)), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(several, async (all) => {
      for (const [kind, owner] of all) await events[kind](owner);
      await write();
      const before = await lines();
      await store.wantLedger(organisation, logins);
      await write();
      expect(await lines()).toEqual(before);
      expect(verifyLedgerLines(before)).toMatchObject({ ok: true });
    }),
    { numRuns: 15 },
  );
});

test('what somebody did while off the roster is entered once they are back', async () => {
  const record = (await store.course(organisation))!;
  const [gone] = logins as [string];
  const roster = record.files['roster.csv']!.split('\n').filter((line) => !line.includes(gone));
  const save = (files: Record<string, string>) =>
    store.saveCourse(organisation, { ...record, repository: 'course', commitSha: 'f'.repeat(40), files }, midTerm);
  await save({ ...record.files, 'roster.csv': roster.join('\n') });
  const { id } = merged(gone);
  await store.addEvidence(organisation, { ...merged(gone), id });
  await write();
  expect((await lines()).join('\n')).not.toContain(`"${id}"`);
  await save(record.files);
  await store.wantLedger(organisation, [gone]);
  await write();
  expect((await lines()).join('\n')).toContain(`"${id}"`);
});

test('a decision of a clock that is ahead of ours is entered once it holds', async () => {
  const later = new Date(midTerm.getTime() + 60_000);
  const extension = { owner: logins[1]!, by: 12_345_000, reason: 'later', grantedBy: 'grace' };
  await store.addGradeAct(organisation, { id: 'act/later', at: later, kind: 'extension', extension });
  await write();
  expect((await lines()).join('\n')).not.toContain('12345000');
  await write(new Date(later.getTime() + 1000));
  expect((await lines()).join('\n')).toContain('12345000');
});
