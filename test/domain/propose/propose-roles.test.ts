import { expect, test } from 'vitest';
import { plainCells } from '../../../src/domain/dataset/cell-reader.ts';
import { proposeTarget } from '../../../src/domain/propose/propose-roles.ts';
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
