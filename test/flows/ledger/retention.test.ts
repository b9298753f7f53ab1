// The time for which a course keeps anything about people is over: no table knows them, and the ledger verifies.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { watchStatements } from '../../../bench/watch-statements.ts';
import { describePlan } from '../../../src/domain/messages/plan-summary.ts';
import { keepRetention } from '../../../src/flows/ledger/forget-course.ts';
import { verifyStored } from '../../../src/flows/ledger/verify-stored.ts';
import { writeLedger } from '../../../src/flows/ledger/write-ledger.ts';
import { inForce } from '../../../src/flows/course/in-force.ts';
import { planCourse } from '../../../src/flows/plan/plan-course.ts';
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
  await writeLedger(portsAt(midTerm), { organisation });
  await store.saveAccounts(organisation, [{ id: 1, login: 'gone-away', slug: 'gone-away' }], {});
});
afterAll(() => database.drop());

const portsAt = (now: Date): FlowPorts =>
  ({ store, clock: { now: () => now }, log: { info: () => undefined } }) as unknown as FlowPorts;
const logins = [...people.map(({ login }) => login), 'gone-away'];

/** Of these words, those that any row of any table has. */
async function known(words: readonly string[]): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const found = new Set<string>();
  for (const { name } of rows)
    for (const word of words) {
      const some = await database.pool.query(`select 1 from "${name}" t where t::text ilike $1 limit 1`, [`%${word}%`]);
      if (some.rows.length > 0) found.add(word);
    }
  return [...found].toSorted();
}

async function setRetention(retention: string): Promise<void> {
  const record = (await store.course(organisation))!;
  const files = { ...record.files, 'course.yml': `${record.files['course.yml']}retention: ${retention}\n` };
  await store.saveCourse(
    organisation,
    { repository: record.repository!, commitSha: record.commitSha!, files, facts: record.facts },
    midTerm,
  );
}

// The challenge ends on 5 February 2027, at a minute to midnight in Copenhagen.
const [dayBefore, dayAfter] = [new Date('2029-02-04T23:00:00Z'), new Date('2029-02-06T00:00:00Z')];

test('without retention nothing ever goes', async () => {
  await keepRetention(portsAt(new Date('2050-01-01T00:00:00Z')), { organisation });
  expect(await known(logins)).toEqual(logins.toSorted());
});

test('the plan names the day, and warns where it has passed', async () => {
  await setRetention('2y');
  const found = (await inForce(store, organisation))!;
  const snapshot = {
    ...found,
    files: found.record.files,
    facts: found.record.facts,
    counts: {},
    problems: [],
    directory: '',
    isEmpty: false,
  };
  const plan = async (now: Date) => {
    const { changes, problems } = await planCourse(store, found.record, snapshot, now);
    return { problems, text: describePlan(snapshot, changes, problems, now).summary };
  };
  const early = await plan(dayBefore);
  expect(early.text).toContain('Everything kept about people is removed on Mon 5 Feb 2029, 23:59');
  expect(early.problems.filter(({ code }) => code === 'retention-over')).toEqual([]);
  expect((await plan(dayAfter)).problems).toMatchObject([
    { code: 'retention-over', file: 'course.yml', level: 'warning' },
  ]);
});

test('whoever was given more time is judged later, and everything stays until then', async () => {
  const by = 7 * 86_400_000;
  const extension = { owner: 'gone-away', by, reason: 'ill', grantedBy: 'teacher' };
  await store.addGradeAct(organisation, { id: 'more', at: midTerm, kind: 'extension', extension });
  await keepRetention(portsAt(dayAfter), { organisation });
  expect(await known(logins)).toEqual(logins.toSorted());
  await store.addGradeAct(organisation, {
    id: 'withdrawn',
    at: midTerm,
    kind: 'extension',
    extension: { ...extension, by: 0 },
  });
});

test('the day before everybody is known; the day after nobody is, and the ledger is sound', async () => {
  await keepRetention(portsAt(dayBefore), { organisation });
  expect(await known(logins)).toEqual(logins.toSorted());
  const head = (await store.ledgerHead(organisation))!;
  const watched = watchStatements(database.pool);
  await keepRetention(portsAt(dayAfter), { organisation });
  // All webhooks and jobs that there are are looked through, and not once for each student.
  const statements = watched.take().filter(({ text }) => /delete from (delivery|job)/.test(text));
  expect(statements).toHaveLength(3);
  expect(await known([...logins, ...people.map(({ name }) => name)])).toEqual([]);
  expect(await verifyStored(store, organisation, [head.hash])).toMatchObject({
    ok: true,
    forgotten: expect.any(Number),
  });
  const left = (await inForce(store, organisation))!;
  expect(left.owners).toEqual([]);
  expect(left.challenges).toHaveLength(1);
});

test('again it does nothing more, and it looks again by itself', async () => {
  const before = await store.ledgerHead(organisation);
  await keepRetention(portsAt(dayAfter), { organisation });
  expect(await store.ledgerHead(organisation)).toEqual(before);
  const [job] = await store.jobs([`keep-retention/${organisation.toLowerCase()}`]);
  expect(job).toMatchObject({ state: 'open' });
});
