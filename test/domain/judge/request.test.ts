// What the judge is asked, as a file: every mistake in it at once, with a code, and what is read of one without.
import { describe, expect, test } from 'vitest';
import { readExpectation, readInstant } from '../../../src/domain/judge/request.ts';
import type { Problem } from '../../../src/domain/text/problem.ts';

const read = (request: unknown) =>
  readExpectation(typeof request === 'string' ? request : JSON.stringify(request), 'request.json');
const good = { kind: 'data_validation', expected: [{ row: 1, a: 1 }] };

test.each<[string, object, object]>([
  ['rows alone', {}, {}],
  ['what is empty is as if it were not there', { tolerance: null, due: null, missing: null, metric: null }, {}],
  ['a tolerance of nothing', { tolerance: 0 }, { tolerance: 0 }],
  ['a time with a zone', { due: '2027-01-13T10:00:00+01:00' }, { due: new Date('2027-01-13T09:00:00Z') }],
  ['a time under its older name', { deadline: 1000 }, { due: new Date(1000) }],
  ['the newer name of a time before the older', { due: 2000, deadline: 1000 }, { due: new Date(2000) }],
  ['words for missing values', { missing: ['NA', '-'] }, { missing: ['NA', '-'] }],
  [
    'a metric, of the column "prediction"',
    { metric: 'mae', threshold: 2 },
    { metric: { name: 'mae', threshold: 2, column: 'prediction' } },
  ],
  [
    'a metric of a column',
    { metric: 'mae', threshold: 2, target: 'price' },
    { metric: { name: 'mae', threshold: 2, column: 'price' } },
  ],
])('%s', (_, more, understood) => expect(read({ ...good, ...more })).toStrictEqual({ ...good, ...understood }));

test.each(['data_validation', 'batch_prediction', 'calculated_feature'])('%s is a kind of request', (kind) =>
  expect(read({ ...good, kind })).toEqual({ ...good, kind }),
);

describe('a mistake', () => {
  const told = (request: unknown) =>
    (read(request) as { problems: Problem[] }).problems.map(({ code, message }) => [code, message]);
  const tolerance = ['request-tolerance', 'tolerance must be a number of at least 0'];
  const due = ['request-due', 'due must be an ISO 8601 time with a zone'];
  const missing = ['request-missing', 'missing must be a list of words'];
  const entry = (at: number) => ['request-row', `entry ${at} of expected needs a "row": text or an exact number`];
  test.each<[unknown, unknown]>([
    ['{', ['request-not-json', 'the request is not JSON']],
    ['[]', ['request-not-object', 'a request is a JSON object']],
    ['null', ['request-not-object', 'a request is a JSON object']],
    ['7', ['request-not-object', 'a request is a JSON object']],
    [{ kind: 'poem' }, ['request-kind', 'kind must be one of data_validation, batch_prediction, calculated_feature']],
    [{ expected: {} }, ['request-expected', 'expected must be a list of rows']],
    [{ expected: [{ row: 1 }, { row: true }] }, entry(2)],
    [{ expected: [[]] }, entry(1)],
    [{ expected: [null] }, entry(1)],
    [{ expected: ['row'] }, entry(1)],
    [{ expected: [{ row: 1 }, { row: 'x' }, { row: 'x' }] }, ['request-row-twice', 'expected has the row "x" twice']],
    [{ tolerance: -1 }, tolerance],
    [{ tolerance: '1' }, tolerance],
    [`{"kind":"data_validation","expected":[],"tolerance":1e999}`, tolerance],
    [{ due: '2027-01-13T09:00:00' }, due],
    [{ due: 1e99 }, due],
    [{ missing: 'NA' }, missing],
    [{ missing: ['NA', 7] }, missing],
    [
      { metric: 'luck', threshold: 1 },
      [
        'request-metric',
        'metric must be one of accuracy, f1, mae, rmse, r2, auc, log_loss, precision, recall, mape, balanced_accuracy',
      ],
    ],
    [{ metric: 'mae' }, ['request-threshold', 'a metric needs a threshold, a number']],
    [{ metric: 'mae', threshold: 1, target: 7 }, ['request-target', 'target must be the name of a column']],
  ])('%j', (change, problem) => {
    expect(told(typeof change === 'string' ? change : { ...good, ...(change as object) })).toEqual([problem]);
  });

  test('every one is told, at the beginning of the file, with a hint where there is one', () => {
    const at = { file: 'request.json', line: 1, column: 1, level: 'error' };
    const { problems } = read({ kind: 1, expected: 2, tolerance: 'x', due: 'soon', missing: 3, metric: 4 }) as {
      problems: Problem[];
    };
    expect(problems.map(({ code }) => code)).toEqual([
      'request-kind',
      'request-expected',
      'request-tolerance',
      'request-due',
      'request-missing',
      'request-metric',
    ]);
    expect(problems[3]).toStrictEqual({
      ...at,
      code: 'request-due',
      message: 'due must be an ISO 8601 time with a zone',
      hint: 'for example 2027-01-13T09:00:00Z',
    });
    expect(problems[4]).toStrictEqual({ ...at, code: 'request-missing', message: 'missing must be a list of words' });
  });
});

describe('a moment', () => {
  test.each<[unknown, string | undefined]>([
    ['2027-01-13T09:00:00Z', '2027-01-13T09:00:00.000Z'],
    ['2027-01-13T09:00:00.5Z', '2027-01-13T09:00:00.500Z'],
    ['2027-01-13T09:00+01:00', '2027-01-13T08:00:00.000Z'],
    ['2027-01-13T09:00-0130', '2027-01-13T10:30:00.000Z'],
    [0, '1970-01-01T00:00:00.000Z'],
    ['2027-01-13T09:00:00', undefined],
    ['2027-01-13', undefined],
    ['12027-01-13T09:00:00Z', undefined],
    ['2027-13-13T09:00:00Z', undefined],
    ['2027-01-13T09:00:00Z (about)', undefined],
    ['Wed, 13 Jan 2027 T 09:00 +01:00', undefined],
    [true, undefined],
    [null, undefined],
  ])('%j', (value, time) => expect(readInstant(value)?.toISOString()).toBe(time));
});
