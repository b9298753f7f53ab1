// What a claim reads, by the server's own count: as much among ten thousands of jobs as among a few, whatever the statistics say.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchStatements, type Watched } from '../../bench/watch-statements.ts';
import { jobQueue } from '../../src/postgres/job-queue.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';
import { room } from './room.ts';

let database: TestDatabase;
let watched: Watched;
beforeEach(async () => {
  database = await cloneDatabase();
  watched = watchStatements(database.pool);
});
afterEach(() => database.drop());

const now = new Date('2027-01-11T09:00:00Z');
const many = 20_000;

/** Each is one column of `many` jobs, by their number. */
type Shape = {
  due?: string;
  lane?: string;
  head?: string;
  rests?: string;
  notBefore?: string;
  heldBy?: string;
  state?: string;
};
const shapes: Record<string, Shape> = {
  'of the far future': { due: `'2036-01-01'`, head: 'case when n % 2 = 0 then true end', lane: `'l' || n % 500` },
  'that rest': { rests: 'true', notBefore: `clock_timestamp() + interval '1 hour'`, head: 'true' },
  'that rested until now': { rests: 'n % 40 = 0', notBefore: `clock_timestamp()`, due: `'2036-01-01'`, head: 'true' },
  'in one line behind one that rests': {
    lane: `'line'`,
    head: 'n = 1',
    rests: 'n = 1',
    notBefore: `clock_timestamp() + interval '1 hour' * (n = 1)::int`,
  },
  'that wait for GitHub': {
    rests: 'true',
    heldBy: `'github/7'`,
    notBefore: `clock_timestamp() + interval '1 hour'`,
    head: 'true',
  },
  'that are parked': { state: `'parked'`, head: 'true' },
  'that are due, in many lanes': { lane: `'l' || n % 2000`, head: 'n <= 2000' },
};

async function fill({
  due = `'2027-01-01'`,
  lane = 'null',
  head,
  rests,
  notBefore,
  heldBy,
  state,
}: Shape): Promise<void> {
  await database.pool.query(
    `insert into job (key, name, payload, lane, due_at, head, rests, not_before, held_by, state)
     select 'job ' || n, 'work', '{}', ${lane}, ${due}::timestamptz + n * interval '1 second', ${head ?? 'null'}, ${rests ?? 'false'},
       ${notBefore ?? 'clock_timestamp()'}, ${heldBy ?? 'null'}, ${state ?? `'open'`} from generate_series(1, ${many}) n`,
  );
}

test.each(Object.entries(shapes))('twenty thousand %s', async (_, shape) => {
  await fill(shape);
  const hour = `clock_timestamp() + interval '1 hour'`;
  await database.pool.query(`insert into hold (scope, why, next_try) values ('github/7', 'away', ${hour})`);
  await database.pool.query('analyze job');
  const queue = jobQueue(database.pool);
  // The first finds the places of what has become due; a server plans anew after five.
  for (let round = 0; round < 12; round++) {
    await queue.enqueue([
      { key: `own ${round}`, name: 'work', payload: {}, dueAt: new Date('2026-01-01'), lane: 'own' },
    ]);
    if (round > 1) watched.take();
    const { jobs } = await queue.claim(now, room(2));
    const claimed = watched.take();
    await queue.completeAll(jobs);
    const completed = watched.take();
    await queue.sendScouts();
    const scouts = watched.take();
    if (round < 2) continue;
    expect(jobs.map(({ key }) => key)).toContain(`own ${round}`);
    for (const statements of [claimed, completed, scouts]) {
      expect(statements.length).toBeGreaterThan(0);
      expect(statements.flatMap(({ scans, text }) => scans.filter(({ rows }) => rows > 100).map(() => text))).toEqual(
        [],
      );
      expect(statements.reduce((sum, { rowsRead }) => sum + rowsRead, 0)).toBeLessThan(200);
    }
  }
});
