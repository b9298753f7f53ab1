// The one retry policy: pauses double, never exceed the longest, and are never nothing.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pauseSeconds, retryPolicy } from '../../../src/domain/jobs/retry-policy.ts';

test('each pause is twice the one before, up to the longest, however many failures there were', () => {
  const backOff = fc.record({
    first: fc.double({ min: 0.1, max: 60, noNaN: true }),
    longest: fc.integer({ min: 60, max: 3600 }),
  });
  fc.assert(
    fc.property(backOff, fc.nat({ max: 5000 }), (policy, failures) => {
      const [pause, next] = [pauseSeconds(policy, failures), pauseSeconds(policy, failures + 1)];
      expect(pause).toBeGreaterThanOrEqual(policy.first);
      expect(next).toBe(Math.min(policy.longest, 2 * pause));
    }),
  );
});

test('a job that fails by itself is tried for a minute before a person sees it', () => {
  const { job } = retryPolicy;
  const pauses = Array.from({ length: job.attempts - 1 }, (_, before) => pauseSeconds(job, before));
  expect(pauses).toEqual([0.5, 1, 2, 4, 8, 16, 32]);
});

test('an outage costs five asks and one more a minute at most, whenever it is looked at: from five minutes on, two a minute', () => {
  const { hold } = retryPolicy;
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 90, noNaN: true }), { maxLength: 200 }), (delays) => {
      let seconds = 0;
      for (const [before, delay] of delays.entries()) {
        seconds += pauseSeconds(hold, before) + delay;
        const asks = before + 1;
        expect(asks).toBeLessThanOrEqual(5 + seconds / 60);
        if (seconds >= 300) expect(asks).toBeLessThanOrEqual(seconds / 30);
      }
    }),
  );
});
