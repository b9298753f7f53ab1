// The metrics against scikit-learn's own values, sums that add up to the whole, and what degenerate labels come to.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { higherIsBetter, measure, METRICS, type Metric } from '../../../src/domain/challenge/metric.ts';
import { merge, saysNothing, tally, valueOf } from '../../../src/domain/challenge/statistics.ts';

type Case = { name: string; labels: unknown[]; predictions: unknown[]; values: Record<Metric, number | null> };
const { cases } = JSON.parse(readFileSync(new URL('../../cases/judge/metrics.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};
const pairsOf = ({ labels, predictions }: Pick<Case, 'labels' | 'predictions'>) =>
  labels.map((label, index) => ({ label, prediction: predictions[index] }));

const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

describe('as scikit-learn has it', () => {
  test.each(cases)('$name', (one) => {
    for (const [metric, value] of Object.entries(one.values)) {
      const ours = measure(metric as Metric, pairsOf(one));
      if (value === null) expect([metric, ours]).toEqual([metric, undefined]);
      else expect([metric, ours, close(ours!, value)]).toEqual([metric, ours, true]);
    }
  });
});

test('rows asked in many portions come to the same as rows asked at once', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...METRICS),
      fc.array(fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 8 })), { minLength: 1 }), {
        minLength: 1,
        maxLength: 6,
      }),
      (metric, portions) => {
        const pairs = portions.map((rows) => rows.map(([label, eighths]) => ({ label, prediction: eighths / 8 })));
        const pooled = merge(pairs.map((pair) => tally(metric, pair)))!;
        const whole = measure(metric, pairs.flat());
        const value = valueOf(metric, pooled);
        expect(value === undefined || whole === undefined ? value === whole : close(value, whole)).toBe(true);
        expect(pooled.asked).toBe(pairs.flat().length);
      },
    ),
    { numRuns: 500 },
  );
});

test('labels that are all the same, but for rounding, say nothing: no −8e29', () => {
  const constant = tally(
    'r2',
    Array.from({ length: 10 }, () => ({ label: 0.1, prediction: 0.3 })),
  );
  expect(saysNothing('r2', constant)).toBe(true);
  expect(valueOf('r2', constant)).toBe(0);
  const near = Array.from({ length: 10 }, (_, index) => ({ label: 0.1 + index * 1e-17, prediction: 0.1 }));
  expect(saysNothing('r2', tally('r2', near))).toBe(true);
  expect(saysNothing('mae', tally('mae', near))).toBe(false);
  expect(saysNothing('auc', tally('auc', [{ label: 1, prediction: 0.4 }]))).toBe(true);
});

test('a spread of labels survives their size', () => {
  const pairs = Array.from({ length: 100 }, (_, index) => ({
    label: 1e9 + (index % 7),
    prediction: 1e9 + (index % 5),
  }));
  const small = pairs.map(({ label, prediction }) => ({ label: label - 1e9, prediction: prediction - 1e9 }));
  expect(measure('r2', pairs)).toBeCloseTo(measure('r2', small)!, 6);
});

test.each(['r2', 'mae', 'rmse', 'mape'] as const)('%s of a number that cannot be reckoned with', (metric) => {
  const sums = tally(metric, [
    { label: 1, prediction: 1e300 },
    { label: 2, prediction: 2 },
    { label: 3, prediction: '3' },
    { label: 4 },
  ]);
  expect([sums.asked, sums.rows]).toEqual([4, 1]);
  expect(Number.isFinite(valueOf(metric, sums))).toBe(true);
});

test('which way is better', () => {
  expect(METRICS.filter((metric) => !higherIsBetter(metric))).toEqual(['mae', 'rmse', 'log_loss', 'mape']);
});
