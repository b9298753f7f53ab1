// The worker over a real queue: what becomes due while it looks is not left lying until it looks again.
import { expect, test } from 'vitest';
import { pino } from 'pino';
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
