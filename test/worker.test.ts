// The worker over a real queue: what becomes due while it looks is not left lying until it looks again.
import { expect, test } from 'vitest';
import { pino } from 'pino';
import type { JobKind, JobRequest } from '../src/ports/jobs.ts';
import { jobQueue } from '../src/postgres/job-queue.ts';
import { startWorker } from '../src/worker.ts';
import { cloneDatabase } from './database.ts';

const start = Date.parse('2027-01-11T08:00:00Z');

test('whenever a job becomes due, between a look and the question of when to look again too, it is taken up at once', async () => {
  const database = await cloneDatabase();
  try {
    // The clock goes on by one at each look: the jobs become due before and after every one of the first looks.
    for (let ticks = 1; ticks <= 8; ticks++) {
      const queue = jobQueue(database.pool);
      await queue.enqueue([{ key: 'k', name: 'work', payload: {}, dueAt: new Date(start + ticks) }]);
      let looks = 0;
      const began = performance.now();
      const done = Promise.withResolvers<void>();
      const worker = await startWorker({
        queue,
        clock: { runs: true, now: () => new Date(start + looks++), onChange: () => () => undefined },
        log: pino({ level: 'silent' }),
        jobs: { work: async () => done.resolve() },
        onQueued: async () => async () => undefined,
        longestSleepMs: 30_000,
      });
      await done.promise;
      await worker.stop();
      expect(performance.now() - began, `due at look ${ticks}`).toBeLessThan(20_000);
    }
  } finally {
    await database.drop();
  }
});

test('upkeep leaves room for what becomes due to a class, and begins nothing while some of that is left', async () => {
  const database = await cloneDatabase();
  const queue = jobQueue(database.pool);
  const now = new Date(start);
  const jobs = (kind: JobKind, count: number): JobRequest[] =>
    Array.from({ length: count }, (_, at) => ({ key: `${kind} ${at}`, name: kind, payload: {}, dueAt: now, kind }));
  const gate = Promise.withResolvers<void>();
  const order: JobKind[] = [];
  const reached = async (kind: JobKind, count: number): Promise<void> =>
    expect.poll(() => order.filter((jobKind) => jobKind === kind).length, { timeout: 30_000 }).toBe(count);
  await queue.enqueue(jobs('upkeep', 10));
  const worker = await startWorker({
    queue,
    clock: { runs: false, now: () => now, onChange: () => () => undefined },
    log: pino({ level: 'silent' }),
    jobs: {
      // As where GitHub is asked for the right to notify somebody, once in some seconds.
      upkeep: async () => {
        order.push('upkeep');
        await gate.promise;
      },
      bulk: async () => void order.push('bulk'),
    },
    onQueued: async () => async () => undefined,
  });
  try {
    await reached('upkeep', 3);
    await queue.enqueue(jobs('bulk', 40));
    worker.wake();
    await reached('bulk', 40);
    expect(order.filter((jobKind) => jobKind === 'upkeep')).toHaveLength(3);
    gate.resolve();
    await reached('upkeep', 10);
    expect(order.lastIndexOf('bulk')).toBe(42);
  } finally {
    gate.resolve();
    await worker.stop();
    await database.drop();
  }
});

test('a job costs two claims at most, of all kinds together: one when it comes, one when a hand is free again', async () => {
  const database = await cloneDatabase();
  const queue = jobQueue(database.pool);
  let claims = 0;
  let ended = Promise.withResolvers<void>();
  const worker = await startWorker({
    queue: {
      ...queue,
      claim: async (...asked) => {
        claims += 1;
        return queue.claim(...asked);
      },
    },
    clock: { runs: false, now: () => new Date(start), onChange: () => () => undefined },
    log: pino({ level: 'silent' }),
    jobs: { work: async () => ended.resolve() },
    onQueued: async () => async () => undefined,
    longestSleepMs: 30_000,
  });
  try {
    await expect.poll(() => claims).toBe(1);
    const kinds: JobKind[] = ['prompt', 'bulk', 'upkeep'];
    for (let at = 0; at < 60; at++) {
      ended = Promise.withResolvers();
      await queue.enqueue([{ key: 'k', name: 'work', payload: {}, dueAt: new Date(start), kind: kinds[at % 3]! }]);
      worker.wake();
      await ended.promise;
      await expect.poll(async () => (await database.pool.query('select from job')).rowCount, { interval: 5 }).toBe(0);
    }
    expect(claims).toBeLessThanOrEqual(1 + 2 * 60);
  } finally {
    await worker.stop();
    await database.drop();
  }
});

test('an attempt that never ends is given up, counted, and its job tried again', async () => {
  const database = await cloneDatabase();
  const queue = jobQueue(database.pool);
  const now = new Date(start);
  await queue.enqueue([{ key: 'k', name: 'work', payload: {}, dueAt: now }]);
  const attempts: number[] = [];
  const done = Promise.withResolvers<void>();
  const worker = await startWorker({
    queue,
    clock: { runs: false, now: () => now, onChange: () => () => undefined },
    log: pino({ level: 'silent' }),
    jobs: {
      work: async (_payload, job) => {
        attempts.push(job.attempts);
        if (attempts.length === 1) await new Promise(() => undefined);
        done.resolve();
      },
    },
    onQueued: async () => async () => undefined,
    attemptMs: 200,
  });
  try {
    await done.promise;
    expect(attempts).toEqual([0, 1]);
  } finally {
    await worker.stop();
    await database.drop();
  }
}, 30_000);
