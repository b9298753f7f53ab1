// A person is forgotten by the command: no table knows them, the ledger verifies, and the database lets nobody else do it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeLedger } from '../../../src/flows/ledger/write-ledger.ts';
import { reactionId } from '../../../src/domain/reaction/reaction.ts';
import { verifyStored } from '../../../src/flows/ledger/verify-stored.ts';
import { showStudent } from '../../../src/flows/pages/show-student.ts';
import type { FlowPorts } from '../../../src/ports/flow-ports.ts';
import type { Store } from '../../../src/ports/store.ts';
import { openStore } from '../../../src/postgres/store.ts';
import { runAt } from '../../cli/run-command.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { fillCourse, midTerm, organisation } from '../../web/fill-course.ts';

let database: TestDatabase;
let store: Store;
beforeAll(async () => {
  database = await cloneDatabase();
  store = openStore(database.pool);
  await fillCourse(store);
  await write();
  // What the browser adds: a session of the student's, and a button that the staff pressed about their repository.
  await database.pool.query(
    `insert into session (digest, account_id, login, expires_at) values ('\\x01', 1, 'Ada-L', now() + interval '1 day')`,
  );
  const { name } = (await store.studentRepositories(organisation)).find(({ owner }) => owner === 'ada-l')!;
  await database.pool.query(
    `insert into staff_act (organisation, act, subject) values (lower($1), 'retry', 'milestones/' || lower($1) || '/' || $2)`,
    [organisation, name],
  );
  const run = (owner: string) => ({
    owner,
    repository: `weather-${owner}`,
    state: 'over' as const,
    why: `not known of ${owner}`,
  });
  const about = {
    challenge: 'weather',
    release: 'release-2',
    commit: 'c',
    pull: 1,
    turn: 0,
    students: 2,
    by: 'hosted' as const,
  };
  // They had another name before, in a group that they left; and a commit was refused for a line of theirs.
  await store.saveAccounts(organisation, [{ id: 42, login: 'Ada-L', slug: 'ada-l' }], {});
  const others = (await store.studentRepositories(organisation)).find(({ owner }) => owner !== 'ada-l')!;
  await store.saveStudentRepository(organisation, {
    ...others,
    letIn: ['ada-before', 'grace-h'],
    letInAccounts: [42, 43],
    accounts: { 'ada-before': 42, 'grace-h': 43 },
    differences: [{ kind: 'stranger', login: 'ada-before', found: 'push' }],
  });
  const record = (await store.course(organisation))!;
  const problem = { file: 'roster.csv', line: 2, column: 1, level: 'warning', code: 'login-unknown' } as const;
  await store.saveRefused(organisation, {
    repository: record.repository!,
    commit: record.commitSha!,
    at: midTerm,
    problems: [
      { ...problem, message: 'no GitHub account `ada-before`' },
      { ...problem, message: 'no GitHub account `ghost`' },
    ],
  });
  await store.reactions.save(organisation, {
    ...about,
    id: reactionId(about),
    state: 'over',
    runs: [run('ada-l'), run('grace-h')],
  });
});
afterAll(() => database.drop());

const write = (): Promise<void> =>
  writeLedger({ store, clock: { now: () => midTerm } } as unknown as FlowPorts, { organisation });
const practicum = (...args: string[]) => runAt(midTerm, { DATABASE_URL: database.url }, ...args);

/** Every table with a row that says this anywhere. */
async function tablesThatSay(word: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const saying: string[] = [];
  for (const { name } of rows) {
    const found = await database.pool.query(`select 1 from "${name}" t where t::text ilike $1 limit 1`, [`%${word}%`]);
    if (found.rows.length > 0) saying.push(name);
  }
  return saying;
}

test('without --yes it only says what would go', async () => {
  const before = await tablesThatSay('ada-l');
  const { code, out } = await practicum('forget', 'ada-l');
  expect([code, out]).toEqual([1, expect.stringContaining('Nothing was removed. Add --yes')]);
  expect(await tablesThatSay('ada-l')).toEqual(before);
  expect(before).toEqual(expect.arrayContaining(['evidence', 'ledger', 'course', 'session', 'staff_act', 'reaction']));
  expect(await practicum('forget', 'nobody-of-this-name')).toMatchObject({ code: 2 });
});

test('with it no table knows login or name any more, and the ledger is sound', async () => {
  const head = (await store.ledgerHead(organisation))!;
  const { code, out, err } = await practicum('forget', 'ada-l', '--yes', '--course', organisation);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('out of roster.csv');
  expect(await tablesThatSay('ada-l')).toEqual([]);
  expect(await tablesThatSay('Lovelace')).toEqual([]);
  expect(await tablesThatSay('ada-before')).toEqual([]);
  const group = (await store.studentRepositories(organisation)).find(({ letIn = [] }) => letIn.includes('grace-h'));
  expect(group).toMatchObject({ letIn: ['grace-h'], letInAccounts: [43], accounts: { 'grace-h': 43 } });
  expect((await store.course(organisation))!.refused?.problems.map(({ message }) => message)).toEqual([
    'no GitHub account `ghost`',
  ]);
  // Of the others it still says what it said, at the same places.
  const [reaction] = await store.reactions.ofPull(organisation, 1);
  expect(reaction!.runs.map(({ owner }) => owner)).toEqual(['', 'grace-h']);
  expect(await showStudent(store, organisation, 'ada-l', midTerm)).toBeUndefined();
  const sound = await verifyStored(store, organisation, [head.hash]);
  expect(sound).toMatchObject({ ok: true, forgotten: expect.any(Number) });
  // The others go on, and the record with them.
  await write();
  expect(await practicum('ledger', 'verify')).toMatchObject({
    code: 0,
    out: expect.stringContaining('forgotten on request'),
  });
  expect(await practicum('forget', 'ada-l', '--yes')).toMatchObject({ code: 2 });
});

test('the database still refuses whoever goes another way, and a tombstone that says something else', async () => {
  const { pool } = database;
  await expect(pool.query('delete from evidence')).rejects.toThrow(/only ever added to/);
  await expect(pool.query(`update ledger set line = '{}'`)).rejects.toThrow(/only ever added to/);
  const forged = JSON.stringify([{ seq: 1, line: '{"forgotten":true}' }]);
  await expect(
    pool.query(`select forget_owner($1, 'nobody', $2::jsonb, '{}', '{}')`, [organisation.toLowerCase(), forged]),
  ).rejects.toThrow(/only ever added to/);
});
