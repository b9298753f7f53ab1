// Cells by what their column holds: whole numbers exactly, columns that mix kinds cell by cell, one missing value.
import { describe, expect, test } from 'vitest';
import { isRegression, METRICS } from '../../../src/domain/challenge/metric.ts';
import { readAnswer } from '../../../src/domain/judge/answer.ts';
import { judge, type Expectation } from '../../../src/domain/judge/judge.ts';
import { readExpectation } from '../../../src/domain/judge/request.ts';
import { reportAnswer } from '../../../src/domain/judge/report.ts';
import { typeRows } from '../../../src/domain/request/request.ts';

const judged = (request: object, text: string, format: 'json' | 'csv') => {
  const expectation = readExpectation(JSON.stringify({ kind: 'data_validation', ...request }), 'r.json') as Expectation;
  return judge(expectation, readAnswer(text, format, expectation.expected));
};
const json = (expected: unknown, submitted: string, more: object = {}): boolean =>
  judged({ expected: [{ row: 0, a: expected }], ...more }, `{"rows":[{"row":0,"a":${submitted}}]}`, 'json').matches ===
  1;

describe('whole numbers', () => {
  test.each([
    ['an id', 12_345_678, '12345679'],
    ['milliseconds, off by 28 minutes', 1_700_000_000_000, '1700001680000'],
    ['an order number', 4_500_012_345, '4500012346'],
    ['a postcode', 1_234_567, '1234568'],
    ['a count', 3, '4'],
  ])('%s is not the next one', (_, expected, next) => {
    for (const tolerance of [undefined, 1e-6, 0]) expect(json(expected, next, { tolerance })).toBe(false);
    expect(json(expected, `${expected}.0`)).toBe(true);
  });
  test('of names in digits no tolerance makes another one', () => {
    expect(json(12_345_678, '12345679', { tolerance: 0.01 })).toBe(false);
  });
  test('64 bits are kept to the last digit, as number and as text', () => {
    const request = '{"kind":"data_validation","expected":[{"row":0,"id":9007199254740993}]}';
    const expectation = readExpectation(request, 'r.json') as Expectation;
    const matches = (text: string, format: 'json' | 'csv'): number =>
      judge(expectation, readAnswer(text, format, expectation.expected)).matches;
    expect(matches('{"rows":[{"row":0,"id":9007199254740993}]}', 'json')).toBe(1);
    expect(matches('{"rows":[{"row":0,"id":"9007199254740993"}]}', 'json')).toBe(1);
    expect(matches('row,id\n0,9007199254740993\n', 'csv')).toBe(1);
    expect(matches('{"rows":[{"row":0,"id":9007199254740992}]}', 'json')).toBe(0);
    expect(matches('row,id\n0,9007199254740994\n', 'csv')).toBe(0);
  });
  test('a column with decimals keeps its tolerance, also where a cell is whole', () => {
    const expected = [
      { row: 0, a: 1_000_000 },
      { row: 1, a: 0.5 },
    ];
    const text = '{"rows":[{"row":0,"a":1000000.5},{"row":1,"a":0.5}]}';
    expect(judged({ expected }, text, 'json').verdict).toBe('correct');
  });
});

describe('columns that mix kinds', () => {
  const expected = [
    { row: 0, v: 1 },
    { row: 1, v: 'a' },
  ];
  test.each([
    ['row,v\n0,1\n1,a\n', 'csv'],
    ['row,v\n1,a\n0,1\n', 'csv'],
    ['{"rows":[{"row":0,"v":1},{"row":1,"v":"a"}]}', 'json'],
    ['{"rows":[{"row":0,"v":"1"},{"row":1,"v":"a"}]}', 'json'],
  ] as const)('%j is right', (text, format) => expect(judged({ expected }, text, format).verdict).toBe('correct'));
  test.each([
    ['row,v\n0,2\n1,a\n', 'csv'],
    ['row,v\n0,1\n1,b\n', 'csv'],
    ['{"rows":[{"row":0,"v":2},{"row":1,"v":"a"}]}', 'json'],
  ] as const)('%j is not', (text, format) => expect(judged({ expected }, text, format).matches).toBe(1));
});

describe('missing', () => {
  test.each(['null', '""', '"NaN"', '"NA"'])('%s is the same missing value', (submitted) => {
    for (const expected of [null, '', 'NA']) expect(json(expected, submitted, { missing: ['NA'] })).toBe(true);
  });
  test.each(['0', '"none"', '" "', 'false'])('%s is none', (submitted) =>
    expect(json(null, submitted, { missing: ['NA'] })).toBe(false),
  );
  test('a word that was not declared is text', () => {
    expect(json('NA', 'null')).toBe(false);
    expect(json('NA', '"NA"')).toBe(true);
  });
  test('a column of numbers with a declared word stays one, and its cells are null', () => {
    const rows = [{ lot: '65' }, { lot: 'NA' }, { lot: '' }];
    expect(typeRows(rows, { words: { missing: ['NA'] } })).toEqual([{ lot: 65 }, { lot: null }, { lot: null }]);
    expect(typeRows([{ lot: '65' }], { columns: [{ name: 'lot', kind: 'text' }] })).toEqual([{ lot: '65' }]);
  });
});

describe('predictions', () => {
  const request = { kind: 'batch_prediction' as const, expected: [0, 1, 2, 3].map((row) => ({ row, c: row % 2 })) };
  const report = (predictions: unknown[], closed: boolean, metric = 'accuracy') => {
    const rows = predictions.map((c, row) => ({ row, c }));
    const text = JSON.stringify({ rows });
    const named = { name: metric as 'accuracy', threshold: 0.9, column: 'c' };
    const judgement = judge({ ...request, metric: named }, { rows });
    return reportAnswer(judgement, { path: 'a.json', text, format: 'json', rows, attempt: 1, attempts: 3, closed });
  };
  test('whoever is wrong learns how many, and not which: answers with equally many right look the same', () => {
    for (const closed of [false, true]) {
      expect(report([0, 1, 1, 1], closed)).toEqual(report([1, 1, 0, 1], closed));
      expect(report([0, 1, 1, 1], closed).annotations).toEqual([]);
    }
  });
  test.each(METRICS)('what is left empty is not answered: %s', (metric) => {
    const numbers = isRegression(metric);
    const expected = Array.from({ length: 20 }, (_, row) => ({ row, c: numbers ? row : row % 2 }));
    const threshold = ['mae', 'rmse', 'mape', 'log_loss'].includes(metric) ? 0.5 : 0.8;
    const asked = { ...request, expected, metric: { name: metric, threshold, column: 'c' } };
    const verdictOf = (rows: { row: number; c: number | null }[]): string => judge(asked, { rows }).verdict;
    expect(verdictOf(expected)).toBe('correct');
    expect(verdictOf(expected.map(({ row, c }) => ({ row, c: row < 2 ? c : null })))).not.toBe('correct');
    expect(verdictOf(expected.slice(0, 2))).not.toBe('correct');
  });
  test('nothing is said to be shown that is not', () => {
    expect(report([0, 1, 1, 1], true).summary).not.toMatch(/Expected values are shown/);
    expect(report([0, 1, 1, 1], true).summary).toMatch(/The request is closed\./);
  });
  test('a number that cannot be read is marked: that tells nothing of the label', () => {
    expect(report([0, 1, 'x', 1], false, 'mae').annotations).toHaveLength(1);
  });
});
