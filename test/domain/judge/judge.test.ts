import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerTooLarge, readAnswer } from '../../../src/domain/judge/answer.ts';
import type { Row } from '../../../src/domain/text/row.ts';
import { judge, judgeSilence } from '../../../src/domain/judge/judge.ts';
import type { Expectation } from '../../../src/domain/judge/judge.ts';

type Case = { name: string; expected: Row[]; submitted: Row[]; verdict: string; ppipe: Record<string, unknown> };
const { cases } = JSON.parse(readFileSync(new URL('../../cases/judge/judge.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

const validation = (expected: Row[], more: Partial<Expectation> = {}): Expectation => ({
  kind: 'data_validation',
  expected,
  ...more,
});
const verdictOf = (expected: Row[], rows: Row[], more: Partial<Expectation> = {}): string =>
  judge(validation(expected, more), { rows }).verdict;

describe('golden cases', () => {
  test.each(cases)('$name', ({ name, expected, submitted, verdict, ppipe }) => {
    const judgement = judge(validation(expected), { rows: submitted });
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.missing).toEqual(ppipe['missing']);
    expect(judgement.extra).toEqual(ppipe['extra']);
    // A missing key is not null: there the number of matches differs from the older judge on purpose.
    expect(judgement.matches).toBe(name === 'null vs missing' ? 0 : ppipe['matches']);
  });
});

describe('cells', () => {
  const pair = (expected: unknown, submitted: unknown): string =>
    verdictOf([{ row: 1, a: expected }], [{ row: 1, a: submitted }]);
  test.each([
    [1, true, 'correct'],
    [false, 0, 'correct'],
    [1, '1', 'incorrect'],
    ['1.0', '1', 'incorrect'],
    [null, null, 'correct'],
    [null, 0, 'incorrect'],
    [1, Infinity, 'incorrect'],
    [Infinity, Infinity, 'correct'],
    [Infinity, -Infinity, 'incorrect'],
    [0, 1e-6, 'correct'],
    [0, 1.1e-6, 'incorrect'],
    [{ x: [1, 2] }, { x: [1, 2] }, 'correct'],
    [{ x: [1, 2] }, { x: [1, 3] }, 'incorrect'],
    [[], {}, 'incorrect'],
    ['ä', 'a\u0308', 'incorrect'],
  ])('%j against %j is %s', (expected, submitted, verdict) => expect(pair(expected, submitted)).toBe(verdict));

  test('the tolerance is the request’s, and relative to what was submitted', () => {
    expect(verdictOf([{ row: 1, a: 100 }], [{ row: 1, a: 101 }], { tolerance: 0.01 })).toBe('correct');
    expect(verdictOf([{ row: 1, a: 100 }], [{ row: 1, a: 102 }], { tolerance: 0.01 })).toBe('incorrect');
    expect(verdictOf([{ row: 1, a: 100 }], [{ row: 1, a: 100 }], { tolerance: 0 })).toBe('correct');
  });
});

describe('rows', () => {
  test('a cell that was not asked for makes the row wrong', () => {
    const judgement = judge(validation([{ row: 1, a: 1 }]), { rows: [{ row: 1, a: 1, b: 2 }] });
    expect(judgement.mismatches).toEqual([{ row: 1, key: 'b', submitted: 2 }]);
  });
  test('names such as __proto__ are ordinary columns and rows', () => {
    const rows = JSON.parse('[{"row":"__proto__","__proto__":{"a":1},"constructor":2}]') as Row[];
    expect(judge(validation(rows), { rows }).verdict).toBe('correct');
    expect(verdictOf([{ row: 1, toString: 'x' }], [{ row: 1 }])).toBe('incorrect');
    expect(({} as Row)['a']).toBeUndefined();
  });
  test.each(['{}', '{"row":null}', '{"row":[1]}', '{"row":9007199254740993}', '{"row":1e999}', '{"row":true}'])(
    'an entry %s cannot be keyed',
    (entry) => {
      const answer = readAnswer(`{"rows":[{"row":1,"a":1},${entry}]}`, 'json', []);
      expect(judge(validation([{ row: 1, a: 1 }]), answer)).toMatchObject({ verdict: 'syntax_error', matches: 0 });
    },
  );
  test('nothing expected is nothing right', () => expect(verdictOf([], [])).toBe('incorrect'));
});

describe('deadline', () => {
  const due = new Date('2027-01-13T09:00:00Z');
  const late = validation([{ row: 1, a: 1 }], { due });
  test('the last millisecond is in time', () => {
    expect(judge(late, { rows: [{ row: 1, a: 1 }] }, due).verdict).toBe('correct');
    const over = judge(late, { rows: [{ row: 1, a: 1 }] }, new Date(due.getTime() + 1));
    expect(over).toMatchObject({ verdict: 'deadline_exceeded', matches: 1 });
  });
  test('silence is pending, then over', () => {
    expect(judgeSilence(late, due).verdict).toBe('pending');
    expect(judgeSilence(late, new Date(due.getTime() + 1)).verdict).toBe('deadline_exceeded');
  });
});

describe('reading', () => {
  const unreadable = (text: string, format: 'json' | 'csv' = 'json'): string =>
    judge(validation([{ row: 1, a: 1 }]), readAnswer(text, format, [{ row: 1, a: 1 }])).message;
  test.each([
    ['', /empty/],
    ['{"rows":[', /not JSON/],
    ['[]', /object with a list/],
    ['null', /object with a list/],
    ['{"rows":{}}', /must be a list/],
    ['{"rows":[1]}', /Entry 1/],
    ['{"rows":[{"row":1,"a":NaN}]}', /NaN and Infinity are not JSON/],
    ['{"rows":[\n{"row":1,,}]}', /line 2, column 10/],
    ['{"__proto__":{"rows":[]}}', /object with a list/],
  ])('%s', (text, message) => expect(unreadable(text)).toMatch(message));
  test('a million brackets are answered, not crashed on', () => {
    const deep = `{"rows":[{"row":1,"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}]}`;
    expect(judge(validation([{ row: 1, a: [[]] }]), readAnswer(deep, 'json', [])).matches).toBe(0);
    expect(unreadable('['.repeat(1_000_000))).toMatch(/not JSON/);
  });
  test('a size above the limit is answered with both sizes', () => {
    expect(answerTooLarge(3 * 1024 * 1024, 1024 * 1024)).toMatch(/3\.0 MB; at most 1\.0 MB/);
    expect(answerTooLarge(5, 5)).toBeUndefined();
  });
});

describe('CSV', () => {
  const expected = [{ row: 1, price: 1.5, name: 'x, "y"\nz', open: true, note: null }];
  const judgeCsv = (text: string): ReturnType<typeof judge> =>
    judge(validation(expected), readAnswer(text, 'csv', expected));
  test('cells are read as the type that is expected there', () => {
    const text = '\ufeffrow,price,name,open,note\r\n1,1.50,"x, ""y""\nz",True,\r\n';
    expect(judgeCsv(text).verdict).toBe('correct');
  });
  test('a row may be text or number, as expected', () => {
    const rows = [{ row: '007', a: 'x' }];
    expect(judge(validation(rows), readAnswer('row,a\n007,x\n', 'csv', rows)).verdict).toBe('correct');
  });
  test.each([
    ['', /empty/],
    ['a,b\n1,2\n', /no column "row"/],
    ['row;a\n1;2\n', /no column "row": separate columns by commas/],
    ['row,a,a\n1,2,3\n', /twice/],
    ['row,a\n1\n', /Line 2 has 1 cells; the header has 2/],
    ['row,a\n1,"x\n', /not closed/],
    ['row,a\n1,"x"y\n', /follows a closing quote/],
  ])('%j', (text, message) => expect(judgeCsv(text).message).toMatch(message));
});

describe('predictions', () => {
  const labels = [1, 2, 3, 4].map((row) => ({ row, price: row }));
  const metric = { name: 'mae', threshold: 0.5, column: 'price' } as const;
  const predict = (rows: Row[]): ReturnType<typeof judge> =>
    judge({ kind: 'batch_prediction', expected: labels, metric }, { rows });
  test('a metric within its threshold is correct', () => {
    const judgement = predict(labels.map(({ row }) => ({ row, prediction: row + 0.25 })));
    expect(judgement).toMatchObject({ verdict: 'correct', quality: { metric: 'mae', value: 0.25, rows: 4 } });
  });
  test('a metric outside is incorrect; leaving out rows is partial at best', () => {
    expect(predict(labels.map(({ row }) => ({ row, price: row + 1 }))).verdict).toBe('incorrect');
    expect(predict([{ row: 1, price: 1 }]).verdict).toBe('partial_correct');
  });
  test('the hidden label is never told', () => {
    const judgement = judge(
      {
        kind: 'batch_prediction',
        expected: [{ row: 1, c: 'secret' }],
        metric: { name: 'accuracy', threshold: 1, column: 'c' },
      },
      { rows: [{ row: 1, c: 'guess' }] },
    );
    expect(JSON.stringify(judgement)).not.toContain('secret');
    expect(judgement.verdict).toBe('incorrect');
  });
});

describe('laws', () => {
  /** As the app keeps cells: whole numbers that a double cannot count are text. */
  const number = fc
    .double({ noNaN: true })
    .map((value) =>
      Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21 ? `${value}` : value,
    );
  const cell = fc.oneof(number, fc.string(), fc.boolean(), fc.constant(null));
  const table = fc
    .uniqueArray(fc.integer(), { minLength: 1, maxLength: 20 })
    .chain((keys) =>
      fc.tuple(...keys.map((row) => fc.dictionary(fc.string(), cell).map((cells): Row => ({ ...cells, row })))),
    );
  test('every answer agrees with itself, in any order', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const answer = readAnswer(JSON.stringify({ rows: rows.toReversed() }), 'json', []);
        const judgement = judge(validation(JSON.parse(JSON.stringify(rows)) as Row[]), answer);
        expect(judgement).toMatchObject({ verdict: 'correct', matches: rows.length, wrong: 0 });
      }),
    );
  });
  test('matches, wrong and missing rows are all that was expected', () => {
    fc.assert(
      fc.property(table, table, (expected, rows) => {
        const { matches, wrong, missing } = judge(validation(expected), { rows });
        expect(matches + wrong + missing.length).toBe(expected.length);
      }),
    );
  });
});
