// What a column is when some of its cells are not: the decision, and the sentence at each use of it.
import { describe, expect, test } from 'vitest';
import { type CellWords, cellReader } from '../../../src/domain/dataset/cell-reader.ts';
import { faultOfUse } from '../../../src/domain/dataset/check-columns.ts';
import { type ColumnCells, ColumnEvidence } from '../../../src/domain/dataset/column-evidence.ts';

function look(texts: readonly string[], words: CellWords = {}): ColumnCells {
  const evidence = new ColumnEvidence(cellReader(words), 'x');
  texts.forEach((text, index) => evidence.add(text, () => index + 2));
  return evidence.summary();
}

const numbers = ['10', '9', '100', '8', '7'];

test.each(['NA', 'NaN', 'null', 'None', '-', '?', 'n/a', '#N/A', '1 200', '1.000,5', '$9', '5 %', '12 kg', '<LOD'])(
  'one %j among numbers is odd, and an error wherever a number is needed',
  (text) => {
    const cells = look([...numbers, text]);
    expect(cells).toMatchObject({ kind: 'number', odd: 1, oddCells: [{ text, line: 7 }] });
    for (const use of ['order', 'target', 'where'] as const) {
      expect(faultOfUse('x', cells, use)).toMatchObject({ level: 'error', code: 'cells-of-other-kind' });
    }
    expect(faultOfUse('x', look([...numbers, text], { missing: [text] }), 'order')).toBeUndefined();
    expect(faultOfUse('x', look([...numbers, text], { text: ['x'] }), 'order')).toBeUndefined();
  },
);

test('words for missing values do not make a column text, however many there are; other words do', () => {
  expect(look([...numbers, ...Array.from({ length: 20 }, () => 'NA')])).toMatchObject({ kind: 'number', odd: 20 });
  expect(look([...numbers, 'a', 'b', 'c', 'd'])).toMatchObject({ kind: 'text', odd: 0 });
  expect(look(['true', 'False'])).toMatchObject({ kind: 'boolean' });
  expect(look(['', ''])).toMatchObject({ values: 0, missing: 2 });
});

describe('what is not plain names the key that makes it so', () => {
  test.each([
    [['30.12.2023', '02.01.2024'], 'dates: dd.mm.yyyy'],
    [['30/12/2023', '02/01/2024'], 'dates: dd/mm/yyyy'],
    [['12/30/2023', '02/01/2024'], 'dates: mm/dd/yyyy'],
    [['Jan 2024', 'Feb 2024'], 'dates: mmm yyyy'],
    [['2024-1-2', '2024-10-1'], 'dates: yyyy-m-d'],
    [['1.2.24', '30.12.23'], 'dates: dd.mm.yy'],
    [['Jan 1 2000', 'Dec 5 1999'], 'dates: mmm d yyyy'],
    [['1,5', '0,75', '3'], 'decimal: ","'],
    [['1.000,5', '2.500,25'], 'decimal: ",", thousands: "."'],
    [['1 200', '10 100'], 'thousands: " "'],
  ])('%j: %s', (texts, key) => {
    expect(faultOfUse('x', look(texts), 'order')).toMatchObject({
      level: 'error',
      hint: expect.stringContaining(key) as unknown,
    });
  });

  test('a date that may be two is named as both', () => {
    const fault = faultOfUse('x', look(['10/03/2004', '05/04/2004']), 'order');
    expect(fault?.hint).toContain('`dates: dd/mm/yyyy` or `dates: mm/dd/yyyy`');
  });

  test('signs and units stay text, and are refused as an order', () => {
    expect(faultOfUse('x', look(['9 kg', '10 kg']), 'order')).toMatchObject({
      code: 'numbers-decorated',
      level: 'error',
    });
    expect(faultOfUse('x', look(['9 kg', '10 kg']), 'target')).toMatchObject({ level: 'warning' });
    expect(faultOfUse('x', look(['Albany', 'York']), 'order')).toBeUndefined();
    expect(faultOfUse('x', look(['A', '10', '9', 'B']), 'order')).toMatchObject({ code: 'order-as-text' });
    expect(faultOfUse('x', look(['yes', 'no', 'NA']), 'target')).toMatchObject({ code: 'missing-as-class' });
  });
});
