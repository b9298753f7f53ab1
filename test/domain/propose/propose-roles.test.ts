import { expect, test } from 'vitest';
import { plainCells } from '../../../src/domain/dataset/cell-reader.ts';
import { proposeOrder, proposeTarget } from '../../../src/domain/propose/propose-roles.ts';
import { ColumnView, type SeenColumn } from '../../../src/domain/propose/seen-column.ts';

function column(name: string, cells: string[]): SeenColumn {
  const view = new ColumnView(name, plainCells);
  cells.forEach((cell, index) => view.add(cell, () => index + 2));
  return view.seen();
}

const rows = Array.from({ length: 40 }, (_, index) => index);
const classes = rows.map((index) => (index % 2 ? 'good' : 'bad'));

test.each(['sentiment', 'Sentiment', 'mood'])('the last column, %s, is no time', (name) => {
  const columns = [
    column(
      'verified',
      rows.map((n) => String(n % 3 === 0)),
    ),
    column(name, classes),
  ];
  expect(proposeTarget(columns, { kind: 'file' }, rows.length)).toBe(name);
});

test.each(['pickup_time', 'OrderDate', 'datetime', 'weekday', 'ts'])('%s is a time, and not predicted', (name) => {
  const columns = [
    column('mood', classes),
    column(
      name,
      rows.map((n) => String(n % 7)),
    ),
  ];
  expect(proposeTarget(columns, { kind: 'file' }, rows.length)).toBe('mood');
});

test.each([
  ['Month', '1949-01', (n: number) => `19${49 + Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, '0')}`],
  ['Date', '2027-01-01', (n: number) => `2027-01-${String((n % 28) + 1).padStart(2, '0')}`],
])('%s such as %s is the order', (name, _, cell) => {
  const columns = [column(name, rows.map(cell)), column('mood', classes)];
  expect(proposeOrder(columns, rows.length).order).toEqual({ kind: 'column', column: name });
});

test('a time that is not read is never shuffled', () => {
  const quarters = column(
    'Quarter',
    rows.map((n) => `${1960 + Math.floor(n / 4)} Q${(n % 4) + 1}`),
  );
  const { order, why } = proposeOrder([quarters, column('mood', classes)], rows.length);
  expect(order).toEqual({ kind: 'file' });
  expect(why).toContain('1960 Q1');
  // Lunch and dinner come again each day.
  const times = column(
    'time',
    rows.map((n) => (n % 2 ? 'Lunch' : 'Dinner')),
  );
  expect(proposeOrder([times], rows.length).order.kind).toBe('shuffle');
});

test('addresses are not predicted', () => {
  const columns = [
    column('mood', classes),
    column(
      'url',
      rows.map((n) => `https://example.org/${n % 9}`),
    ),
  ];
  expect(proposeTarget(columns, { kind: 'file' }, rows.length)).toBe('mood');
});
