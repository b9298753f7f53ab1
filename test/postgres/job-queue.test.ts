// The queue against a real PostgreSQL: one worker at a time, in order, and nothing lost when a worker dies.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { pauseSeconds, retryPolicy } from '../../src/domain/jobs/retry-policy.ts';
import { dequeue, enqueue, jobQueue } from '../../src/postgres/job-queue.ts';
import type { JobRequest } from '../../src/ports/jobs.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';
import { room, roomForBulk } from './room.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => void (await database.pool.query('truncate job')));

const now = new Date('2027-01-11T08:00:00Z');
const job = (key: string, more: Partial<JobRequest> = {}): JobRequest => ({
  key,
  name: 'work',
  payload: { key },
  dueAt: now,
  ...more,
});
/** Ends every lease and back-off, as the passing of time would. */
const letTimePass = () => database.pool.query(`update job set not_before = clock_timestamp() - interval '1 second'`);

test('what is due is claimed once, earliest first; what is not due waits', async () => {
  const [one, other] = [jobQueue(database.pool), jobQueue(database.pool)];
  await one.enqueue([
    job('b', { dueAt: new Date(now.getTime() - 1) }),
    job('a'),
    job('later', { dueAt: new Date(now.getTime() + 1) }),
  ]);
  const claimed = (await one.claim(now, room(1))).jobs;
  expect(claimed.map(({ key }) => key)).toEqual(['b']);
  expect((await other.claim(now, room(9))).jobs.map(({ key }) => key)).toEqual(['a']);
  expect((await one.claim(now, room(9))).jobs).toEqual([]);
  expect((await one.claim(now, room(9))).next?.due).toEqual(new Date(now.getTime() + 1));
});

test('a lane goes one at a time and in order, whoever works on it; other lanes do not wait', async () => {
  const queue = jobQueue(database.pool);
  await queue.enqueue([job('1', { lane: 'x' }), job('2', { lane: 'x' }), job('3', { lane: 'y' })]);
  expect((await queue.claim(now, room(9))).jobs.map(({ key }) => key).toSorted()).toEqual(['1', '3']);
  expect((await jobQueue(database.pool).claim(now, room(9))).jobs).toEqual([]);
  await queue.complete('1');
  expect((await queue.claim(now, room(9))).jobs.map(({ key }) => key)).toEqual(['2']);
});

test('the job of a killed worker is taken over when its lease ends, and the dead one can no longer complete it', async () => {
  const [dead, alive] = [jobQueue(database.pool), jobQueue(database.pool)];
  await dead.enqueue([job('a')]);
  await dead.claim(now, room(1));
  await letTimePass();
  expect((await alive.claim(now, room(1))).jobs.map(({ key }) => key)).toEqual(['a']);
  await dead.complete('a');
  expect((await database.pool.query('select from job')).rowCount).toBe(1);
  await alive.complete('a');
  expect((await database.pool.query('select from job')).rowCount).toBe(0);
});

test('work that is queued again while somebody is at it runs once more', async () => {
  const queue = jobQueue(database.pool);
  await queue.enqueue([job('a')]);
  await queue.claim(now, room(1));
  await queue.enqueue([job('a', { payload: { second: true } })]);
  await queue.complete('a');
  const [again] = (await queue.claim(now, room(1))).jobs;
  expect(again?.payload).toEqual({ second: true });
  await queue.complete('a');
  expect((await queue.claim(now, room(1))).jobs).toEqual([]);
});

test('what is queued again just as it is takes no write; what differs does', async () => {
  const places = async (): Promise<string[]> =>
    (await database.pool.query<{ at: string }>('select ctid::text as at from job order by key')).rows.map(
      ({ at }) => at,
    );
  await enqueue(database.pool, [job('a', { lane: 'one' }), job('b')]);
  const [a, b] = await places();
  await enqueue(database.pool, [job('a', { lane: 'one' }), job('b', { payload: { other: true } })]);
  const again = await places();
  expect(again[0]).toBe(a);
  expect(again[1]).not.toBe(b);
});

test('a failure backs off, then parks with its last words; queueing it again gives it a new chance', async () => {
  const queue = jobQueue(database.pool);
  await queue.enqueue([job('a')]);
  for (let attempt = 1; attempt <= retryPolicy.job.attempts; attempt++) {
    await letTimePass();
    const [claimed] = (await queue.claim(now, room(1))).jobs;
    expect(claimed?.attempts).toBe(attempt - 1);
    expect(await queue.fail('a', `attempt ${attempt}`)).toBe(attempt === retryPolicy.job.attempts ? 'parked' : 'open');
  }
  await letTimePass();
  expect((await queue.claim(now, room(1))).jobs).toEqual([]);
  const { rows } = await database.pool.query(`select last_error from job where state = 'parked'`);
  expect(rows).toEqual([{ last_error: `attempt ${retryPolicy.job.attempts}` }]);
  await queue.enqueue([job('a')]);
  expect((await queue.claim(now, room(1))).jobs.map(({ attempts }) => attempts)).toEqual([0]);
});

test.each([0, 1, 5, 9, 30])('after %i failures the queue waits as the retry policy says', async (failures) => {
  const queue = jobQueue(database.pool);
  await queue.enqueue([job('a')]);
  await queue.claim(now, room(1));
  await database.pool.query(`update job set attempts = $1`, [failures]);
  await queue.fail('a', 'again', undefined, { parks: false });
  const { waitSeconds } = (await queue.claim(now, room(1))).next!;
  const pause = pauseSeconds(retryPolicy.job, failures);
  expect(waitSeconds).toBeLessThanOrEqual(pause);
  expect(waitSeconds).toBeGreaterThan(pause - 10);
});

test('jobs and the state they belong to are stored together or not at all', async () => {
  const key = randomUUID();
  const client = await database.pool.connect();
  await client.query('begin');
  await enqueue(client, [job(key)]);
  await client.query('rollback');
  client.release();
  expect((await jobQueue(database.pool).claim(now, room(1))).jobs).toEqual([]);
});

test('a cancelled job is removed, unless somebody is working on it', async () => {
  const queue = jobQueue(database.pool);
  await queue.enqueue([job('held'), job('free', { dueAt: new Date(now.getTime() + 1) })]);
  await queue.claim(now, room(9));
  await dequeue(database.pool, ['held', 'free']);
  expect((await database.pool.query('select key from job')).rows).toEqual([{ key: 'held' }]);
});

test('bulk jobs go by due time, then by their challenge; no kind is claimed with another', async () => {
  const queue = jobQueue(database.pool);
  await queue.enqueue([
    job('later', { kind: 'bulk', challenge: 'a', dueAt: new Date(now.getTime() - 1000) }),
    job('weather', { kind: 'bulk', challenge: 'weather', dueAt: new Date(now.getTime() - 2000) }),
    job('avocado', { kind: 'bulk', challenge: 'avocado', dueAt: new Date(now.getTime() - 2000) }),
    job('webhook'),
    job('repository', { kind: 'upkeep' }),
  ]);
  const claimed = async (limit: number) => (await queue.claim(now, roomForBulk(limit))).jobs.map(({ key }) => key);
  expect([await claimed(1), await claimed(1), await claimed(9)]).toEqual([['avocado'], ['weather'], ['later']]);
  expect((await queue.claim(now, room(9))).jobs.map(({ key }) => key)).toEqual(['webhook']);
  expect((await queue.claim(now, room(9, { bulk: 9, upkeep: 9 }))).jobs.map(({ key }) => key)).toEqual(['repository']);
});

test('one claim takes all kinds: prompt first, then bulk, and upkeep only where none of the bulk is left over', async () => {
  const queue = jobQueue(database.pool);
  const kinds = ['prompt', 'bulk', 'upkeep'] as const;
  await queue.enqueue(kinds.flatMap((kind) => [1, 2, 3, 4].map((at) => job(`${kind} ${at}`, { kind }))));
  const claimed = async (hands: number) => {
    const all = (await queue.claim(now, room(hands, { prompt: 3, bulk: 3, upkeep: 2 }))).jobs;
    return kinds.map((kind) => all.filter((claimedJob) => claimedJob.kind === kind).length);
  };
  expect(await claimed(0)).toEqual([0, 0, 0]);
  expect(await claimed(2)).toEqual([2, 0, 0]);
  expect(await claimed(4)).toEqual([2, 2, 0]);
  expect(await claimed(2)).toEqual([0, 2, 0]);
  expect(await claimed(9)).toEqual([0, 0, 2]);
  expect(await claimed(1)).toEqual([0, 0, 1]);
});

test('what is queued again at the very moment that it ends runs again at once', async () => {
  const queue = jobQueue(database.pool);
  await queue.enqueue([job('a')]);
  await queue.claim(now, room(1));
  const client = await database.pool.connect();
  await client.query('begin');
  await enqueue(client, [job('a', { payload: { key: 'newer' } })]);
  const completed = queue.complete('a');
  // It waits for the row, having begun before the other was there.
  await expect
    .poll(async () => {
      const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return (await database.pool.query(waiting)).rows.length;
    })
    .toBe(1);
  await client.query('commit');
  client.release();
  await completed;
  // At once, not when the lease is over.
  expect((await queue.claim(now, room(1))).jobs).toMatchObject([{ key: 'a', payload: { key: 'newer' } }]);
});
