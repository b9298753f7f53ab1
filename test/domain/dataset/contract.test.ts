// schema.yml: what can be wrong with it, and what it finds wrong with data.
import { describe, expect, test } from 'vitest';
import { ContractCheck } from '../../../src/domain/dataset/contract-check.ts';
import { parseContract } from '../../../src/domain/dataset/contract.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

const text = `version: 1
columns:
  day: { type: date, unique: true, min: "2020-01-01" }
  size: { type: number, min: 0, max: 10, nullable: true }
  count: { type: integer }
  kind: { type: string, values: [a, b] }
  note: { type: string, optional: true }
`;

/** Checks rows of texts; the first row is at line 2. */
function check(columns: string[], ...rows: string[][]): string[] {
  const { contract, problems } = parseContract(bytes(text), 'schema.yml');
  expect(problems).toEqual([]);
  const checking = new ContractCheck(contract!, columns, 'x.csv');
  rows.forEach((row, index) => checking.row(index + 2, (column) => row[column] ?? ''));
  return checking
    .problems()
    .map(({ line, code, message, hint }) => `${line} ${code} ${message}${hint ? ` (${hint})` : ''}`);
}

describe('the file', () => {
  test('every mistake at its line', () => {
    const { contract, problems } = parseContract(
      bytes(`version: 1
columns:
  a: { type: nummber }
  b: { type: string, min: 3 }
  c: { type: number, min: 5, max: 3 }
  d: { type: date, max: soon }
  e: { type: number, maximum: 3 }
`),
      'schema.yml',
    );
    expect(contract).toBeUndefined();
    expect(problems.map(({ line, level }) => [line, level])).toContainEqual([3, 'error']);
    expect(problems.map(({ line }) => line)).toContain(7);
  });

  test('bounds that mean nothing', () => {
    const { problems } = parseContract(
      bytes(
        'version: 1\ncolumns:\n  b: { type: string, min: 3 }\n  c: { type: number, min: 5, max: 3 }\n  d: { type: date, max: soon }\n',
      ),
      'schema.yml',
    );
    expect(problems.map(({ line, code }) => [line, code])).toEqual([
      [3, 'contract-bound'],
      [4, 'contract-bound'],
      [5, 'contract-bound'],
    ]);
  });

  test.each(['', '[]', 'version: 2\ncolumns: {}', 'columns: 3'])('%j is no contract', (bad) => {
    const { contract, problems } = parseContract(bytes(bad), 'schema.yml');
    expect(contract).toBeUndefined();
    expect(problems.length).toBeGreaterThan(0);
  });
});

describe('the data', () => {
  const columns = ['day', 'size', 'count', 'kind'];

  test('what keeps to the contract has no problem', () => {
    expect(check(columns, ['2020-01-01', '.2', '3', 'a'], ['2020-01-02', '', '-4', 'b'])).toEqual([]);
  });

  test('each kind of breach once, at its first row, with examples and a count', () => {
    const rows = [
      ['2019-12-31', '11', '1.5', 'c'],
      ['2019-12-31', '-1', 'x', ''],
      ['soon', 'NaN', '1', 'c'],
    ];
    expect(check(columns, ...rows)).toEqual([
      '2 contract-range day: below 2020-01-01: "2019-12-31" (2 rows)',
      '2 contract-range size: above 10: "11" (1 row)',
      '2 contract-type count: not an integer: "1.5", "x" (2 rows)',
      '2 contract-value kind: unexpected "c" (2 rows)',
      '3 contract-unique day: repeated "2019-12-31" (1 row)',
      '3 contract-range size: below 0: "-1" (1 row)',
      '3 contract-missing kind: a value is missing (1 row)',
      '4 contract-type day: not a date: "soon" (1 row)',
      '4 contract-type size: not a number: "NaN" (1 row)',
    ]);
  });

  test('columns that are missing, misspelt or too many', () => {
    expect(check(['day', 'Size', 'count'])).toEqual([
      '1 contract-column size: the column is missing (there is "Size")',
      '1 contract-column kind: the column is missing',
      '1 contract-column Size: the column is not in the contract',
    ]);
  });
});
