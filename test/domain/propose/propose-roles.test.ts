import { expect, test } from 'vitest';
import { plainCells } from '../../../src/domain/dataset/cell-reader.ts';
import { doubtsOf } from '../../../src/domain/propose/doubts-of.ts';
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

test.each([
  [
    'TID',
    'its periods (`2000M01`)',
    (n: number) => `${2000 + Math.floor(n / 12)}M${String((n % 12) + 1).padStart(2, '0')}`,
  ],
  ['week', 'its periods (`2023-W01`)', (n: number) => `2023-W${String(n + 1).padStart(2, '0')}`],
  ['ts', 'its seconds since 1970', (n: number) => String(1_700_000_000 + n * 3600)],
  ['Date', 'as a spreadsheet counts them', (n: number) => String(44_927 + n)],
  ['year', 'its years', (n: number) => String(1980 + n)],
])('the order of %s: %s', (name, why, cell) => {
  const proposed = proposeOrder([column(name, rows.map(cell)), column('mood', classes)], rows.length);
  expect(proposed.order).toEqual({ kind: 'column', column: name });
  expect(proposed.why).toContain(why);
});

test('what should be looked at is told with its line', () => {
  const values = rows.map((n) => String(n * 1.5));
  const tell = (...columns: SeenColumn[]): string => doubtsOf(columns, rows.length).join(' ');
  const units = [column('length', ['cm', ...values]), column('weight', ['kg', ...values])];
  expect(tell(...units)).toContain('2 columns are otherwise in line 2 alone: a second header, or units?');
  expect(tell(column('id', [...values, 'Total']))).toContain('`Total` in line 42: a row of sums?');
  expect(
    tell(
      column(
        'price',
        rows.map((n) => `${n}.50 kr.`),
      ),
    ),
  ).toContain('numbers with something added (`0.50 kr.`)');
  expect(
    tell(
      column(
        'balance',
        rows.map((n) => (n % 3 ? String(n) : `(${n})`)),
      ),
    ),
  ).toContain('something added');
  const days = [...rows, ...rows, ...rows].map((_, n) => `2023-${String((n % 12) + 1).padStart(2, '0')}-30`);
  expect(tell(column('day', days))).toContain('most of its cells are dates, but not `2023-02-30` in line 3');
  expect(tell(column('x', values), column('mood', classes))).toBe('');
});

test('a time that is not read is never shuffled', () => {
  const quarters = column(
    'Quarter',
    rows.map((n) => `Q${(n % 4) + 1} ${1960 + Math.floor(n / 4)}`),
  );
  const { order, why } = proposeOrder([quarters, column('mood', classes)], rows.length);
  expect(order).toEqual({ kind: 'file' });
  expect(why).toContain('Q1 1960');
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

const numbers = (step: number): string[] => rows.map((n) => String((n * step) % 97));

test.each([
  ['price', ['carat', 'price', 'x', 'y', 'z']],
  ['y', ['x', 'y']],
  ['y', ['x1', 'x2', 'y']],
  ['height', ['X', 'Y', 'height']],
  ['survived', ['survived', 'fare', 'class']],
  ['total', ['passenger_count', 'total']],
  ['fare', ['fare', 'storenum']],
  ['fare', ['fare', 'Unique Key']],
  ['fare', ['fare', 'gameID']],
  ['PAID', ['fare', 'PAID']],
  ['ideal', ['fare', 'ideal']],
  ['fare', ['fare', '__index_level_0__']],
])('%s is predicted of %j', (target, names) => {
  const columns = names.map((name, at) => column(name, numbers(at * 7 + 5)));
  expect(proposeTarget(columns, { kind: 'file' }, rows.length)).toBe(target);
});
