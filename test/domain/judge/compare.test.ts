// Which cells are the same, kind of column by kind of column, and what is told of a row in which one differs.
import { describe, expect, test } from 'vitest';
import { firstMismatch, rowKey, type CellRule } from '../../../src/domain/judge/compare.ts';
import type { ColumnKind } from '../../../src/domain/text/column-kinds.ts';

type More = { kind?: ColumnKind; tolerance?: number; missing?: string[] };
const rule = ({ kind, tolerance = 1e-6, missing = [] }: More = {}): CellRule => ({
  tolerance,
  kinds: new Map(kind ? [['a', kind]] : []),
  missing: new Set(missing),
});
const same = (expected: unknown, submitted: unknown, more?: More): boolean =>
  firstMismatch(1, { row: 1, a: expected }, { row: 1, a: submitted }, rule(more)) === undefined;
const nested = (depth: number, core: unknown): unknown => (depth === 0 ? core : [nested(depth - 1, core)]);

describe('the same cell', () => {
  test.each<[string, unknown, unknown, More?]>([
    ['numbers exactly as far apart as the tolerance allows', 0.5, 0.5, { tolerance: 0 }],
    ['a small whole number of a column that may hold others, within a wide tolerance', 3, 4, { tolerance: 0.5 }],
    ['a name of fewer than six digits, within a wide tolerance', 99_999, 99_998, { tolerance: 0.5 }],
    ['infinity', Infinity, Infinity],
    ['not a number, in each spelling', 'nan', 'NaN'],
    ['nothing', Number.NaN, ''],
    ['a number of a mixed column and its text', 7, '7', { kind: 'mixed' }],
    ['a number of a mixed column and its text with a zero before it', 7, '007', { kind: 'mixed' }],
    ['a text of digits in a mixed column and the number', '7', 7.0, { kind: 'mixed' }],
    ['two spellings of a number in a mixed column', '1007', '1007.0', { kind: 'mixed' }],
    ['true and 1 in a mixed column', true, '1', { kind: 'mixed' }],
    ['names in a mixed column', '007', '007', { kind: 'mixed' }],
    ['digits that no number holds, as text', 1e21, '1000000000000000000000'],
    ['true and 1 in a list', { x: [true] }, { x: [1] }],
    ['lists 64 deep', nested(64, 1), nested(64, 1)],
  ])('%s', (_, expected, submitted, more) => expect(same(expected, submitted, more)).toBe(true));
});

describe('another cell', () => {
  test.each<[string, unknown, unknown, More?]>([
    ['a decimal and infinity', 0.5, Infinity],
    ['infinity and a decimal', Infinity, 0.5],
    ['a whole number, though the tolerance is wide', 3, 4, { kind: 'whole', tolerance: 0.5 }],
    ['a whole number that is off by less than the tolerance, which is zero', 3, 3.000_000_5, { tolerance: 0 }],
    ['a whole number under the usual tolerance', 3, 3.000_002],
    ['a name of six digits, though the tolerance is wide', 100_000, 100_001, { tolerance: 0.5 }],
    ['a whole number of a mixed column, though the tolerance is wide', 3, '4', { kind: 'mixed', tolerance: 0.5 }],
    ['text in a mixed column', 'a', 'b', { kind: 'mixed' }],
    ['a number in place of text in a mixed column', 'a', 7, { kind: 'mixed' }],
    ['text in place of a number in a mixed column', 7, 'a', { kind: 'mixed' }],
    ['a list in place of a number in a mixed column', 7, [7], { kind: 'mixed' }],
    ['numbers too large to be exact in a mixed column', '9007199254740993', '9007199254740992', { kind: 'mixed' }],
    ['a name without its zero', '007', '7', { kind: 'mixed' }],
    ['a name with a zero too many', '7', '007', { kind: 'mixed' }],
    ['a name after blanks without its zero', '  07', '7', { kind: 'mixed' }],
    ['a name with a sign without its zero', '-07', '-7', { kind: 'mixed' }],
    ['a word for a missing value that looks like the number', '-999', -999, { kind: 'mixed', missing: ['-999'] }],
    ['a number that looks like the word for a missing value', -999, '-999', { kind: 'mixed', missing: ['-999'] }],
    ['digits that no number holds, and others', 1e21, '1000000000000000999999'],
    ['a number and its text', 1, '1'],
    ['nothing and a dictionary in a list', [null], [{}]],
    ['a dictionary and nothing in a list', [{}], [null]],
    ['a dictionary and a number in a list', [{}], [0]],
    ['a number and a dictionary in a list', [0], [{}]],
    ['a list and a dictionary', [[]], [{}]],
    ['a dictionary with a cell more', { x: 1 }, { x: 1, y: 1 }],
    ['lists deeper than 64, which nobody compares', nested(65, 1), nested(65, 1)],
  ])('%s', (_, expected, submitted, more) => expect(same(expected, submitted, more)).toBe(false));
});

test('of a row the first cell that differs is told, then one that is missing, then one that was not asked for', () => {
  const expected = { row: 1, a: 1, b: 2 };
  const told = (submitted: Record<string, unknown>) => firstMismatch(1, expected, { row: 1, ...submitted }, rule());
  expect(told({ a: 3, b: 4 })).toStrictEqual({ row: 1, key: 'a', expected: 1, submitted: 3 });
  expect(told({ b: 2 })).toStrictEqual({ row: 1, key: 'a', expected: 1 });
  expect(told({ a: 1, b: 2, c: 5 })).toStrictEqual({ row: 1, key: 'c', submitted: 5 });
  expect(told({ a: 1, b: 2 })).toBeUndefined();
});

test.each([
  ['text', 'ada', 'ada'],
  ['a number', 7, 7],
  ['a decimal', 0.5, 0.5],
  ['the largest exact number', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ['a number that is not exact', 2 ** 53, undefined],
  ['infinity', Infinity, undefined],
  ['true', true, undefined],
  ['nothing', undefined, undefined],
])('%s as the key of a row', (_, row, key) => expect(rowKey({ row })).toBe(key));
