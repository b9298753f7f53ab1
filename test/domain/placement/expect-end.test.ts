// When what runs is expected to end: as was expected at first, and later the longer it has run.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endAt, factorAt } from '../../../src/domain/placement/model/expect-end.ts';

test('what has just begun ends as expected, in the middle of all that may happen', () => {
  expect(endAt({ start: 100, end: 160 }, 100)).toBeCloseTo(160, 9);
  expect(endAt({ start: 100, end: 160 }, 100, 0.9)).toBeCloseTo(100 + 60 * factorAt(0.9), 9);
  expect(factorAt(0.5)).toBe(1);
  // A fifth, as a deviation of the logarithm: two of three within it.
  expect(factorAt(0.84)).toBeCloseTo(Math.exp(0.2), 1);
});

test('the longer it runs, the later it ends: never in the past, and never without an end', () => {
  const at = fc.tuple(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.double({ min: 0.001, max: 0.999, noNaN: true }));
  fc.assert(
    fc.property(at, fc.double({ min: 0, max: 1e4, noNaN: true }), ([ran, quantile], more) => {
      const task = { start: 0, end: 60 };
      const sooner = endAt(task, ran, quantile);
      const later = endAt(task, ran + more, quantile);
      expect(sooner).toBeGreaterThan(ran);
      expect(later).toBeGreaterThanOrEqual(sooner - 1e-6);
      expect(later).toBeLessThan(Number.POSITIVE_INFINITY);
    }),
  );
  // Who is told nothing of its beginning expects its end, or soon.
  expect(endAt({ start: 50, end: 50 }, 90)).toBe(91);
});
