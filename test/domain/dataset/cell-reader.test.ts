// What cells mean under declared words: dates in their form, numbers in theirs, and more digits than a double has.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellReader } from '../../../src/domain/dataset/cell-reader.ts';
import { readDatesBy } from '../../../src/domain/dataset/date-format.ts';
import { compareExactly, isLongNumber, tieBreak } from '../../../src/domain/dataset/exact-number.ts';

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);

describe('dates', () => {
  test.each([
    ['dd.mm.yyyy', '30.12.2023', '2023-12-30'],
    ['dd.mm.yyyy', '1.2.2024', '2024-02-01'],
    ['mm/dd/yyyy', '12/30/2023', '2023-12-30'],
    ['d/m/Y', '30/12/2023', undefined],
    ['%d/%m/%Y', '30/12/2023', '2023-12-30'],
    ['mmm d yyyy', 'Jan 1 2000', '2000-01-01'],
    ['mmm yyyy', 'Sept 2024', '2024-09-01'],
    ['mmmm d, yyyy', 'March 5, 2024', '2024-03-05'],
    ['yyyy-m-d', '2024-1-2', '2024-01-02'],
    ['dd.mm.yy', '1.2.24', '2024-02-01'],
    ['dd.mm.yy', '1.2.69', '1969-02-01'],
    ['yyyymmdd', '20240131', '2024-01-31'],
    ['dd.mm.yyyy', '31.02.2024', undefined],
    ['dd.mm.yyyy', '2024-01-31', undefined],
  ])('%s reads %s as %s', (form, text, wanted) => {
    expect(readDatesBy(form)?.(text)).toBe(wanted === undefined ? undefined : day(wanted));
  });

  test('minutes stand behind hours, halves of the day count, and offsets and zones are kept to', () => {
    expect(readDatesBy('mm/dd/yyyy hh:mm tt')!('12/30/2023 2:05 PM')).toBe(Date.parse('2023-12-30T14:05:00Z'));
    expect(readDatesBy('dd.mm.yyyy hh:mm:ss z')!('30.12.2023 14:05:06 +0100')).toBe(Date.parse('2023-12-30T13:05:06Z'));
    expect(readDatesBy('dd.mm.yyyy hh:mm', 'Europe/Copenhagen')!('30.06.2023 14:05')).toBe(
      Date.parse('2023-06-30T12:05:00Z'),
    );
    expect(cellReader({ timezone: 'Europe/Copenhagen' }).date('2023-06-30T14:05')).toBe(
      Date.parse('2023-06-30T12:05Z'),
    );
    expect(cellReader({ timezone: 'Europe/Copenhagen' }).date('2023-06-30T14:05Z')).toBe(
      Date.parse('2023-06-30T14:05Z'),
    );
  });

  test.each(['', 'foo', 'dd', 'dd.mm', 'yyyyy', 'dd.dd.yyyy'])('%j is no form', (form) => {
    expect(readDatesBy(form)).toBeUndefined();
  });

  test('ISO dates are read beside a form that they cannot be taken for, and only then', () => {
    expect(cellReader({ dates: 'dd.mm.yyyy' }).date('2024-01-13')).toBe(day('2024-01-13'));
    expect(cellReader({ dates: 'yyyy-dd-mm' }).date('2024-01-13')).toBeUndefined();
  });
});

describe('numbers', () => {
  test('are read as they are declared, and not otherwise', () => {
    const german = cellReader({ decimal: ',', thousands: '.' });
    expect(['1.000,5', '1000,5', '1.000', '1.00', ',5', '-2,', '1.000.5'].map(german.number)).toEqual([
      1000.5,
      1000.5,
      1000,
      undefined,
      0.5,
      -2,
      undefined,
    ]);
    expect(cellReader({ decimal: ',' }).number('1.5')).toBeUndefined();
    expect(cellReader({ thousands: ' ' }).number('1\u00A0200')).toBe(1200);
    expect(cellReader({}).number('1,200')).toBeUndefined();
    expect(cellReader({ missing: ['-999'] }).number('-999')).toBeUndefined();
  });

  test('what is declared missing is missing, blanks around it aside', () => {
    const { isMissing } = cellReader({ missing: ['NA', ''] });
    expect(['NA', ' NA ', '', '  ', 'na', 'N/A'].map(isMissing)).toEqual([true, true, true, true, false, false]);
  });

  test('of any number of digits compare exactly', () => {
    const digits = fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n });
    const near = fc.tuple(digits, fc.bigInt({ min: -3n, max: 3n })).map(([a, step]) => [a, a + step] as const);
    fc.assert(
      fc.property(near, fc.nat({ max: 20 }), ([a, b], shift) => {
        const wanted = a < b ? -1 : a > b ? 1 : 0;
        expect(Math.sign(compareExactly(String(a), String(b)))).toBe(wanted);
        const [x, y] = [a, b].map((value) => decimal(value, shift));
        expect(Math.sign(compareExactly(x!, y!))).toBe(wanted);
      }),
      { numRuns: 500 },
    );
  });

  test('that are equal as doubles are ordered by their tie break', () => {
    const texts = ['1234567890123456790', '1234567890123456700', '1234567890123456789', '1234567890123456699'];
    expect(texts.toSorted((a, b) => (tieBreak(a) < tieBreak(b) ? -1 : 1))).toEqual([
      '1234567890123456699',
      '1234567890123456700',
      '1234567890123456789',
      '1234567890123456790',
    ]);
    expect(isLongNumber('9007199254740993')).toBe(true);
    expect(tieBreak('12.5')).toBe('');
  });
});

/** The number with its point moved by `shift` digits. */
function decimal(value: bigint, shift: number): string {
  const sign = value < 0n ? '-' : '';
  const digits = String(value < 0n ? -value : value).padStart(shift + 1, '0');
  return `${sign}${digits.slice(0, digits.length - shift)}.${digits.slice(digits.length - shift)}`;
}
