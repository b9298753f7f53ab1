// A ledger that gets more entries at once than one statement takes: all of them are there, in order, with their evidence.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendEntry, type LedgerBody, type LedgerEntry } from '../../src/domain/ledger/ledger.ts';
import type { Evidence } from '../../src/domain/evidence/evidence.ts';
import type { LedgerRow } from '../../src/ports/practice.ts';
import { openStore } from '../../src/postgres/store.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';

const organisation = 'org';
const many = 2345;
const at = new Date('2027-01-25T07:00:00Z');
let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

test('thousands of entries at once, one of them an observation', async () => {
  const store = openStore(database.pool);
  await store.saveInstallation({ id: 7, login: organisation, organisationId: 70 });
  const common = { challenge: 'weather', owner: 'ada', repository: 'org/weather-ada', at, trust: 'measured' } as const;
  const evidence: Evidence = { ...common, kind: 'data', id: 'seen', release: 'r', shipment: 's', event: 'merged' };
  await store.addEvidence(organisation, evidence);
  const rows: LedgerRow[] = [];
  let last: LedgerEntry | undefined;
  for (let n = 0; n < many; n++) {
    const body: LedgerBody =
      n === many - 1
        ? { kind: 'observation', evidence }
        : { kind: 'fact', fact: 'challenges', names: [`challenge-${n}`], rules: 1 };
    last = appendEntry(last, body, at);
    rows.push({ subject: `subject/${n}`, digest: `${n}`, entry: last });
  }
  await store.transaction((inside) => inside.appendLedger(organisation, rows));
  expect(await store.ledgerHead(organisation)).toMatchObject({ seq: many, hash: last!.hash });
  const lines = await store.ledgerLines(organisation, 1, many + 1);
  expect(lines.map((line) => (JSON.parse(line) as { hash: string }).hash)).toEqual(rows.map(({ entry }) => entry.hash));
  const { rows: seen } = await database.pool.query<{ subject: string }>(
    'select subject from ledger where evidence_seq = (select seq from evidence)',
  );
  expect(seen).toEqual([{ subject: `subject/${many - 1}` }]);
});
