import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFormula } from '../../../src/domain/text/formula.ts';

const compute = (text: string, row: Record<string, number | null> = {}): number | null => {
  const formula = parseFormula(text);
  if ('problem' in formula) throw new Error(formula.problem);
  return formula.compute((column) => row[column] ?? null);
};

test.each([
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['8 / 4 / 2', 1],
  ['2 ^ 3 ^ 2', 512],
  ['2 ** 3', 8],
  ['-2 ^ 2', -4],
  ['2 ^ -1', 0.5],
  ['--3', 3],
  ['7 % 3', 1],
  ['-7 % 3', 2],
  ['1e3 + .5', 1000.5],
  ['max(1, min(5, 3), 2)', 3],
  ['sqrt(abs(-16))', 4],
  ['log(exp(2))', 2],
  ['mean(1, 2, 6)', 3],
  ['1 / 0', null],
  ['log(0)', null],
  ['sqrt(-1)', null],
])('%s = %s', (text, value) => expect(compute(text)).toBe(value));

describe('columns', () => {
  test('by name, in quotes or in backticks', () => {
    const formula = parseFormula('spread = "Total Volume" / `4046 (small)` + Größe - temp_max');
    expect(formula).toMatchObject({
      feature: 'spread',
      columns: ['Total Volume', '4046 (small)', 'Größe', 'temp_max'],
    });
    expect(compute('"a b" * c', { 'a b': 6, c: 7 })).toBe(42);
  });
  test('a missing number makes the result missing', () => expect(compute('0 * a', { a: null })).toBeNull());
  test('a function’s name without brackets is a column; names of objects are only names', () => {
    expect(compute('log + constructor', { log: 1, constructor: 2 })).toBe(3);
  });
  test('without a name the feature is called feature', () =>
    expect(parseFormula('a')).toMatchObject({ feature: 'feature' }));
});

test.each([
  ['', /unexpected the end at character 1/],
  ['1 +', /unexpected the end/],
  ['1 2', /unexpected "2" at character 2/],
  ['(1', /unexpected the end/],
  ['a; process.exit()', /unexpected ";" at character 2/],
  ['a.b', /unexpected "\."/],
  ['a[0]', /unexpected "\["/],
  ['constructor("x")', /there is no function constructor/],
  ['lgo(1)', /did you mean log/],
  ['pow(1)', /pow takes 2 values, not 1/],
  ['log()', /unexpected "\)"/],
  ['"open', /unexpected/],
  ['('.repeat(200), /nested too deeply/],
  ['-'.repeat(400), /nested too deeply/],
  ['a'.repeat(501), /at most 500/],
])('%s is told', (text, message) => {
  const formula = parseFormula(text);
  expect('problem' in formula ? formula.problem : '').toMatch(message);
});

test('any text is a formula or a problem, never a crash', () => {
  const piece = fc.constantFrom(
    'a',
    '1',
    '.5',
    '+',
    '-',
    '*',
    '/',
    '^',
    '(',
    ')',
    ',',
    'log',
    'max',
    '"x y"',
    ' ',
    '=',
    '`',
    '%',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(piece).map((all) => all.join('')),
      ),
      (text) => {
        const formula = parseFormula(text);
        if ('problem' in formula) expect(formula.at).toBeLessThanOrEqual(500);
        else expect([null, ...'number'].length && typeof (formula.compute(() => 1) ?? 0)).toBe('number');
      },
    ),
    { numRuns: 1000 },
  );
});
