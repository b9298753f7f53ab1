// The queue where things meet: stale leases, what is queued again meanwhile, lanes under many hands, and holds.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listHolds } from '../../src/postgres/hold-store.ts';
import { retryPolicy } from '../../src/domain/jobs/retry-policy.ts';
import { jobQueue } from '../../src/postgres/job-queue.ts';
import type { JobRequest } from '../../src/ports/jobs.ts';
import { openStore } from '../../src/postgres/store.ts';
import { startWorker } from '../../src/worker.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';
import { room } from './room.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await cloneDatabase()));
afterAll(() => database.drop());
beforeEach(async () => void (await database.pool.query('truncate job; truncate hold')));

const now = new Date('2027-01-11T08:00:00Z');
const job = (key: string, more: Partial<JobRequest> = {}): JobRequest => ({
  key,
  name: 'work',
  payload: { key },
  dueAt: now,
  ...more,
});
const written = (key: string) => ({ key, name: 'write-roster', payload: { organisation: 'o' }, dueAt: now }) as const;
const letTimePass = () => database.pool.query(`update job set not_before = clock_timestamp() - interval '1 second'`);
const states = async () =>
  (await database.pool.query('select key, state, attempts, last_error from job order by key')).rows;
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const clock = { runs: false, now: () => now, onChange: () => () => undefined };

test('whatever a stale lease says of a job is not heard: not that it is done, put off, failed or given up', async () => {
  const queue = jobQueue(database.pool);
  await queue.enqueue([job('a')]);
  const [stale] = (await queue.claim(now, room(1))).jobs;
  await letTimePass();
  const [fresh] = (await jobQueue(database.pool).claim(now, room(1))).jobs;
  expect(fresh!.token).not.toBe(stale!.token);
  await queue.complete('a', stale!.token);
  await queue.completeAll([stale!]);
  await queue.giveBack([stale!]);
  await queue.postpone('a', 100, 'late', { token: stale!.token });
  await queue.fail('a', 'late', 1, { token: stale!.token });
  await queue.park('a', 'late', stale!.token);
  await queue.renew(['a']);
  expect(await states()).toEqual([{ key: 'a', state: 'open', attempts: 0, last_error: null }]);
  const { rows } = await database.pool.query('select leased_by as token from job');
  expect(rows).toEqual([{ token: fresh!.token }]);
});

test('a run whose lease went to somebody else keeps nothing of its transactions', async () => {
  const queue = jobQueue(database.pool);
  const store = openStore(database.pool);
  const note = (key: string) => store.transaction((inside) => inside.enqueue([written(key)]));
  await queue.enqueue([job('a')]);
  const [stale] = (await queue.claim(now, room(1))).jobs;
  await queue.underLease(stale!, () => note('told in time'));
  await letTimePass();
  const other = jobQueue(database.pool);
  const [fresh] = (await other.claim(now, room(9))).jobs.filter(({ key }) => key === 'a');
  await expect(queue.underLease(stale!, () => note('told too late'))).rejects.toThrow(/somebody else is at a/);
  await other.underLease(fresh!, () => note('told by the other'));
  await note('told by no job');
  expect((await states()).map(({ key }) => key)).toEqual(['a', 'told by no job', 'told by the other', 'told in time']);
});

test('a claim in the middle of a transaction is seen before its commit', async () => {
  const queue = jobQueue(database.pool);
  await queue.enqueue([job('a')]);
  const [held] = (await queue.claim(now, room(1))).jobs;
  await letTimePass();
  const store = openStore(database.pool);
  const claims: string[][] = [];
  await queue
    .underLease(held!, () =>
      store.transaction(async (inside) => {
        await inside.enqueue([written('b')]);
        // Claimed before the last statement of the transaction: seen by it.
        claims.push((await jobQueue(database.pool).claim(now, room(9))).jobs.map(({ key }) => key));
      }),
    )
    .then(
      () => claims.push(['committed']),
      (error: Error) => claims.push([error.message.replace(/:.*/, '')]),
    );
  expect(claims).toEqual([['a'], ['somebody else is at a']]);
  expect((await states()).map(({ key }) => key)).toEqual(['a']);
});

test('what is in hand is not claimed again here, though the lease is over, and its renewal takes it back', async () => {
  const queue = jobQueue(database.pool);
  await queue.enqueue([job('a'), job('b')]);
  await queue.claim(now, room(1));
  await letTimePass();
  expect((await queue.claim(now, room(9), ['a'])).jobs.map(({ key }) => key)).toEqual(['b']);
  await queue.renew(['a']);
  expect((await jobQueue(database.pool).claim(now, room(9))).jobs).toEqual([]);
  await queue.complete('a');
  expect((await states()).map(({ key }) => key)).toEqual(['b']);
});

test('a worker whose leases ran out runs no job twice at once', async () => {
  const gate = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  const queue = jobQueue(database.pool);
  // The database hears no renewals, as where it is silent for longer than a lease.
  const silent = { ...queue, renew: async () => undefined };
  await queue.enqueue([job('long'), job('other')]);
  let others = 0;
  const worker = await startWorker({
    queue: silent,
    clock,
    log: quiet,
    jobs: {
      work: async ({ key }: { key: string }) => {
        if (key !== 'long') return void (others += 1);
        most = Math.max(most, ++running);
        await gate.promise;
        running -= 1;
      },
    },
    onQueued: async () => async () => undefined,
  });
  await expect.poll(() => running).toBe(1);
  for (let round = 0; round < 3; round++) {
    await letTimePass();
    await queue.enqueue([job(`again ${round}`)]);
    worker.wake();
    await expect.poll(() => others).toBe(round + 2);
  }
  gate.resolve();
  await worker.stop();
  expect(most).toBe(1);
  expect(await states()).toEqual([]);
});

test('queued again while in hand, then given up or failed for the last time: that is tried, afresh', async () => {
  const queue = jobQueue(database.pool);
  for (const end of [() => queue.park('a', 'no'), () => queue.fail('a', 'no')]) {
    await queue.enqueue([job('a')]);
    await database.pool.query(`update job set attempts = $1`, [retryPolicy.job.attempts - 1]);
    await queue.claim(now, room(1));
    await queue.enqueue([job('a', { payload: { second: true } })]);
    expect(await end()).toBe('open');
    await letTimePass();
    expect((await queue.claim(now, room(1))).jobs).toMatchObject([{ payload: { second: true }, attempts: 0 }]);
    await queue.complete('a');
  }
});

test('a webhook that fails steps aside for those behind it; a shipment is waited for', async () => {
  const queue = jobQueue(database.pool);
  for (const [lane, next] of [
    ['delivery/o/r', ['2']],
    ['repository/o/r', []],
  ] as const) {
    await queue.enqueue([job('1', { lane }), job('2', { lane })]);
    await queue.claim(now, room(1));
    await queue.fail('1', 'broken');
    expect((await queue.claim(now, room(9))).jobs.map(({ key }) => key)).toEqual(next);
    for (const key of next) await queue.complete(key);
    await letTimePass();
    expect((await queue.claim(now, room(9))).jobs.map(({ key }) => key)).toEqual(['1']);
    await database.pool.query('truncate job');
  }
});

test('a run of a lane is in order, and whoever is behind a lane is never stuck, whatever becomes of its head', async () => {
  const queue = jobQueue(database.pool);
  const keys = Array.from({ length: 9 }, (_, at) => String(at + 1));
  await queue.enqueue(keys.map((key) => job(key, { lane: 'x' })));
  const run = (await queue.claim(now, room(1, { handful: 3 }))).jobs;
  expect(run.map(({ key }) => key)).toEqual(['1', '2', '3']);
  expect((await queue.claim(now, room(9, { handful: 3 }))).jobs).toEqual([]);
  await queue.completeAll(run.slice(0, 1));
  await queue.giveBack(run.slice(1));
  expect((await queue.claim(now, room(9))).jobs.map(({ key }) => key)).toEqual(['2']);
  await queue.park('2', 'no');
  // Moved to later, held by a person, removed, by whatever statement.
  await queue.enqueue([job('3', { lane: 'x', dueAt: new Date(now.getTime() + 1000) })]);
  expect((await queue.claim(now, room(9))).jobs.map(({ key }) => key)).toEqual(['4']);
  await queue.giveBack([{ key: '4', token: (await tokenOf('4'))! }]);
  await database.pool.query(`update job set state = 'paused' where key = '4'`);
  expect((await queue.claim(now, room(9))).jobs.map(({ key }) => key)).toEqual(['5']);
  await database.pool.query(`delete from job where key = '5'`);
  expect((await queue.claim(now, room(9))).jobs.map(({ key }) => key)).toEqual(['6']);
});

const tokenOf = async (key: string) =>
  (await database.pool.query('select leased_by as token from job where key = $1', [key])).rows[0]?.token as string;

test('many workers and late arrivals: every job once, in the order of its lane, and none is left', async () => {
  const seen = new Map<string, number[]>();
  const table = {
    work: async ({ lane, at }: { lane: string; at: number }) => void seen.set(lane, [...(seen.get(lane) ?? []), at]),
  };
  const workers = await Promise.all(
    [1, 2, 3].map(() =>
      startWorker({
        queue: jobQueue(database.pool),
        clock,
        log: quiet,
        jobs: table,
        onQueued: async () => async () => undefined,
        longestSleepMs: 50,
      }),
    ),
  );
  const queue = jobQueue(database.pool);
  const lanes = ['x', 'y', 'z'];
  // One after another in a lane, as webhooks of one repository come; the lanes at the same time.
  await Promise.all(
    lanes.map(async (lane) => {
      for (let at = 0; at < 60; at++) await queue.enqueue([job(`${lane}${at}`, { lane, payload: { lane, at } })]);
    }),
  );
  await expect.poll(async () => (await states()).length, { timeout: 30_000 }).toBe(0);
  await Promise.all(workers.map((worker) => worker.stop()));
  for (const lane of lanes) expect(seen.get(lane)).toEqual(Array.from({ length: 60 }, (_, at) => at));
});

test('what waits for a hold is let go when it ends, in order of due time; until then one goes to ask', async () => {
  const queue = jobQueue(database.pool);
  const earlier = (ms: number): Date => new Date(now.getTime() - ms);
  await queue.enqueue([job('b', { dueAt: earlier(1) }), job('c'), job('a', { dueAt: earlier(2) })]);
  await queue.openHold('github/7', 'github-unavailable: 503');
  for (const { key } of (await queue.claim(now, room(9))).jobs)
    await queue.postpone(key, 2, 'away', { scope: 'github/7' });
  expect(await listHolds(database.pool)).toMatchObject([
    { scope: 'github/7', why: 'github-unavailable: 503', waiting: 3 },
  ]);
  await queue.sendScouts();
  expect((await queue.claim(now, room(9))).jobs).toEqual([]);
  await database.pool.query('update hold set next_try = clock_timestamp()');
  await queue.sendScouts();
  expect((await queue.claim(now, room(9))).jobs.map(({ key }) => key)).toEqual(['a']);
  await queue.postpone('a', 2, 'away', { scope: 'github/7' });
  await queue.closeHold('github/7');
  expect((await queue.claim(now, room(9))).jobs.map(({ key, attempts }) => [key, attempts])).toEqual([
    ['a', 0],
    ['b', 0],
    ['c', 0],
  ]);
  expect(await listHolds(database.pool)).toEqual([]);
});

test('what began to wait for a hold as that ended is let go by the next look', async () => {
  const queue = jobQueue(database.pool);
  await queue.enqueue([job('a')]);
  await queue.claim(now, room(1));
  await queue.openHold('github/8', 'github-unavailable: 503');
  const client = await database.pool.connect();
  await client.query('begin');
  // Read as it is before the end, written after it: the end saw nobody who waits.
  await client.query(`update job set leased_by = null, held_by = (select scope from hold where scope = 'github/8'),
    not_before = clock_timestamp() + interval '10 minutes' where key = 'a'`);
  await queue.closeHold('github/8');
  await client.query('commit');
  client.release();
  expect((await queue.claim(now, room(1))).jobs).toEqual([]);
  await queue.sendScouts();
  expect((await queue.claim(now, room(1))).jobs.map(({ key }) => key)).toEqual(['a']);
});
