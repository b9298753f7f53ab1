// What a student is shown of quality while hidden rows are asked: steps, the same for all values within one.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coarsePoints, coarseValue } from '../../../src/domain/challenge/coarse.ts';
import { withoutMeasure } from '../../../src/domain/evidence/without-measure.ts';
import { behindMeasure } from '../../../src/domain/grade/behind-measure.ts';
import type { GradebookRow } from '../../../src/domain/grade/gradebook.ts';
import { reportAnswer } from '../../../src/domain/judge/report.ts';
import { judge } from '../../../src/domain/judge/judge.ts';

const rowOf = (points: number): GradebookRow => ({
  owner: 'ada',
  name: 'Ada',
  members: [],
  challenge: 'heat',
  total: Math.round((12.34 + points) * 100) / 100,
  of: 50,
  worth: 50,
  overrides: [],
  criteria: {
    data: { points: 12.34, of: 20, worth: 20, reasons: [], reason: '' },
    quality: { points, of: 30, worth: 30, reasons: [], reason: '' },
  },
});

test('points within one step of 5% look alike, in total as well; there are 21 of them, and the end shows the exact ones', () => {
  const cents = fc.integer({ min: 0, max: 3000 }).map((value) => value / 100);
  const seen = new Set<number>();
  for (let value = 0; value <= 3000; value++) {
    const shown = behindMeasure(rowOf(value / 100), false);
    seen.add(shown.criteria.quality!.points);
    expect(shown.total).toBeCloseTo(12.34 + shown.criteria.quality!.points, 9);
  }
  expect(seen.size).toBe(21);
  fc.assert(
    fc.property(cents, cents, (a, b) => {
      const [one, other] = [behindMeasure(rowOf(a), false), behindMeasure(rowOf(b), false)];
      if (coarsePoints(a, 30) === coarsePoints(b, 30)) expect(one).toEqual(other);
      expect(behindMeasure(rowOf(a), true)).toEqual(rowOf(a));
    }),
  );
});

test('a student who plays the oracle with one row of 500 at a time sees no difference for nearly every row', () => {
  const told = Array.from({ length: 500 }, (_, right) =>
    coarseValue('accuracy', right / 500, { pass: 0.5, full: 0.9 }),
  );
  const steps = told.filter((text, index) => index > 0 && text !== told[index - 1]).length;
  expect(steps).toBeLessThanOrEqual(20);
});

test('the check on predictions tells steps and neither how many nor which rows are right; nothing is said that is not so', () => {
  const expected = Array.from({ length: 50 }, (_, row) => ({ row, label: row % 2 === 0 ? 'hot' : 'cold' }));
  const expectation = {
    kind: 'batch_prediction' as const,
    expected,
    metric: { name: 'accuracy' as const, threshold: 0.9, column: 'label' },
  };
  const summaries = [24, 25].map((hits) => {
    const rows = expected.map(({ row, label }, index) => ({ row, label: index < hits ? label : 'warm' }));
    const judgement = judge(expectation, { rows }, new Date(0));
    const handed = { path: 'a.json', text: JSON.stringify({ rows }), format: 'json' as const, rows };
    return reportAnswer(judgement, { ...handed, attempt: 1, attempts: 1, closed: true }).summary;
  });
  expect(summaries[0]).toBe(summaries[1]);
  expect(summaries[0]).toContain('50 of 50 rows were predicted, accuracy about 0.5 against 0.9.');
  expect(summaries[0]).not.toContain('Expected values are shown');
});

test('expected values are said to be shown where the marks show them, and only there', () => {
  const expectation = { kind: 'data_validation' as const, expected: [{ row: 0, x: 1 }] };
  const of = (x: unknown, text: string) => {
    const rows = [{ row: 0, x }];
    const judgement = judge(expectation, { rows }, new Date(0));
    const handed = { path: 'a.json', text, format: 'json' as const, rows, attempt: 1, attempts: 1, closed: true };
    return reportAnswer(judgement, handed);
  };
  const marked = of(2, '{"rows": [{"row": 0, "x": 2}]}');
  expect(marked.annotations[0]!.message).toContain('expected `1`');
  expect(marked.summary).toContain('Expected values are shown on the marked rows.');
  // A file in which the row cannot be found again has no marks.
  const unmarked = of(2, '');
  expect(unmarked.annotations).toEqual([]);
  expect(unmarked.summary).not.toContain('Expected values');
});

test('a probe on a student’s page keeps whether it passed, and loses what it measured', () => {
  const common = { challenge: 'heat', owner: 'ada', repository: 'o/r', at: new Date(0), trust: 'measured' as const };
  const probe = { kind: 'probe' as const, id: 'p', ...common, ok: true, code: 'ok', cause: 'student' as const };
  const shown = withoutMeasure({ ...probe, quality: { metric: 'accuracy', value: 0.7, rows: 10 } });
  expect(shown).toEqual({ ...probe, hidden: true });
  expect(withoutMeasure(probe)).toBe(probe);
});
