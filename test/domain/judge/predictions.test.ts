// Predictions that are handed in: what they are worth by each kind of metric, and what is told without telling labels.
import { describe, expect, test } from 'vitest';
import type { Metric } from '../../../src/domain/challenge/metric.ts';
import { judge, type Expectation } from '../../../src/domain/judge/judge.ts';
import type { FileAsked } from '../../../src/domain/judge/judge-file.ts';
import type { Row } from '../../../src/domain/text/row.ts';
import { due, json, mark, read, right } from './handed-in.ts';

describe('predictions', () => {
  const labels = (metric: Metric): Row[] =>
    [0, 1, 2, 3].map((row) => ({ row, y: ['mae'].includes(metric) ? row : row % 2 }));
  const asked = (name: Metric, threshold: number): Partial<FileAsked> => ({
    expectation: { kind: 'batch_prediction', expected: labels(name), metric: { name, threshold, column: 'y' } },
  });
  const predict = (name: Metric, threshold: number, values: readonly unknown[], more: Partial<FileAsked> = {}) =>
    json(
      values.map((y, row) => JSON.stringify({ row, y })),
      { ...asked(name, threshold), ...more },
    );

  // oxfmt-ignore
  test.each<[string, Metric, number, unknown[], string, string]>([
    ['classes, all right', 'accuracy', 1, [0, 1, 0, 1], 'correct', '4 of 4 rows were predicted, accuracy about 1 against 1.'],
    ['classes, some wrong but enough right', 'accuracy', 0.5, [0, 1, 0, 0], 'correct', '4 of 4 rows were predicted, accuracy about 0.75 against 0.5.'],
    ['classes, too many wrong', 'accuracy', 0.8, [0, 1, 0, 0], 'incorrect', '4 of 4 rows were predicted, accuracy about 0.75 against 0.8.'],
    ['classes, a row left out', 'accuracy', 0.5, [0, 1, 0], 'partial_correct', '3 of 4 rows were predicted, accuracy about 0.75 against 0.5.'],
    ['classes, a row left empty, which counts as wrong', 'accuracy', 0.5, [0, 1, 0, null], 'correct', '4 of 4 rows were predicted, accuracy about 0.75 against 0.5.'],
    ['classes, a row left empty where that would cost nothing', 'precision', 0.5, [0, 1, 0, null], 'partial_correct', '4 of 4 rows were predicted, precision about 1 against 0.5.'],
    ['classes, a row too many', 'accuracy', 0.5, [0, 1, 0, 1, 1], 'partial_correct', '4 of 4 rows were predicted, accuracy about 1 against 0.5.'],
    ['numbers, exactly as far off as is allowed', 'mae', 0.25, [0, 1, 2, 4], 'correct', '4 of 4 rows were predicted, mae about 0.25 against 0.25.'],
    ['numbers, too far off', 'mae', 0.12345, [0, 1, 2, 4], 'incorrect', '4 of 4 rows were predicted, mae about 0.253 against 0.1235.'],
    ['numbers, one of which is text', 'mae', 0.5, [0, 1, 2, 'x'], 'partial_correct', '4 of 4 rows were predicted, mae about 0 against 0.5.'],
    ['no number at all', 'mae', 0.5, ['x'], 'incorrect', '1 of 4 rows were predicted.'],
    ['probabilities', 'log_loss', 0.5, [0.1, 0.9, 0.1, 0.9], 'correct', '4 of 4 rows were predicted, log_loss about 0.1 against 0.5.'],
    ['probabilities, one of which is none', 'log_loss', 0.5, [0.1, 0.9, 0.1, 'x'], 'partial_correct', '4 of 4 rows were predicted, log_loss about 0.1 against 0.5.'],
    ['probabilities, one of which is left empty', 'log_loss', 0.5, [0.1, 0.9, 0.1, null], 'partial_correct', '4 of 4 rows were predicted, log_loss about 0.1 against 0.5.'],
    ['probabilities at the ends', 'auc', 0.9, [0, 1, 0, 1], 'correct', '4 of 4 rows were predicted, auc about 1 against 0.9.'],
  ])('%s', (_, metric, threshold, values, verdict, sentence) => {
    const { verdict: given, report } = predict(metric, threshold, values);
    expect([given, report.summary.split('\n')[0]]).toEqual([verdict, sentence]);
  });

  test('which classes are right is not told, a number that cannot be read is', () => {
    const { report } = predict('accuracy', 0.8, [0, 0]);
    expect(report).toStrictEqual({
      conclusion: 'failure',
      title: 'incorrect: attempt 1 of 3',
      summary: [
        '2 of 4 rows were predicted, accuracy about 0.25 against 0.8.',
        '',
        '- missing rows: `2`, `3`',
        '- which rows are right is not told, since quality is measured on such rows',
        '',
        'Correct the answer and push it again: 2 attempts are left.',
      ].join('\n'),
      annotations: [],
    });
    const numbers = predict('mae', 0.5, [0, 'x', 2, null]).report;
    expect(numbers.summary.split('\n').slice(2, -2)).toEqual([
      '- rows that differ: 2; the first 2 are marked in the file',
    ]);
    expect(numbers.annotations).toEqual([
      mark(3, 'row `1`, column `"y"`: `"x"` is not right or was not asked for'),
      mark(5, 'row `3`, column `"y"`: the column is missing'),
    ]);
  });

  test('a prediction stands under the name of the target or under "prediction", the former first', () => {
    const entries = ['{"row":0,"prediction":0}', '{"row":1,"y":1,"prediction":0}', '{"row":2,"y":null,"prediction":0}'];
    expect(json(entries, asked('accuracy', 1)).matches).toBe(3);
  });

  test('what is measured is kept apart, of a late or unreadable answer as if nothing had been predicted', () => {
    const measured = predict('accuracy', 0.5, [0, 1, 0, 1]).measured!;
    const silent = predict('accuracy', 0.5, []).measured;
    expect([measured.asked, measured.rows, json(right).measured]).toEqual([4, 4, undefined]);
    const late = { expectation: { ...asked('accuracy', 0.5).expectation!, due }, at: new Date(due.getTime() + 1) };
    expect(predict('accuracy', 0.5, [0, 1, 0, 1], late)).toMatchObject({ verdict: 'deadline_exceeded', matches: 4 });
    expect(predict('accuracy', 0.5, [0, 1, 0, 1], late).measured).toEqual(silent);
    expect(read('{', asked('accuracy', 0.5)).measured).toEqual(silent);
    expect(read('{"rows":[{}]}', asked('accuracy', 0.5)).measured).toEqual(silent);
    expect(measured).not.toEqual(silent);
  });

  test('labels that are all the same measure nothing: an answer to every row is all that can be asked', () => {
    const expectation: Expectation = {
      kind: 'batch_prediction',
      expected: [0, 1].map((row) => ({ row, y: 5 })),
      metric: { name: 'r2', threshold: 0.5, column: 'y' },
    };
    const judged = (...values: unknown[]) => judge(expectation, { rows: values.map((y, row) => ({ row, y })) });
    expect(judged(5, 6)).toMatchObject({ verdict: 'correct', message: '2 of 2 rows were predicted.' });
    expect(judged(5, 6).quality).toBeUndefined();
    expect(judged(5)).toMatchObject({ verdict: 'partial_correct', message: '1 of 2 rows were predicted, 1 missing.' });
    expect(judged()).toMatchObject({ verdict: 'incorrect', message: '0 of 2 rows were predicted, 2 missing.' });
  });

  test('the sentence for those who may know everything has the exact figure', () => {
    const expectation = asked('mae', 0.123_45).expectation!;
    const rows = [0, 1, 2, 3.5].map((y, row) => ({ row, y }));
    expect(judge(expectation, { rows })).toStrictEqual({
      verdict: 'incorrect',
      matches: 4,
      expected: 4,
      submitted: 4,
      missing: [],
      extra: [],
      duplicates: [],
      mismatches: [],
      wrong: 0,
      quality: { metric: 'mae', value: 0.125, rows: 4, threshold: 0.123_45 },
      prediction: 'number',
      message: '4 of 4 rows were predicted, mae 0.125 against 0.1235.',
    });
  });
});
