// Keys sorted in memory come in the order in which the engine sorts them, whatever the cells.
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openTable, type Table } from '../../src/dataset/table/open-table.ts';
import { rankRows } from '../../src/dataset/table/rank-rows.ts';
import { cellReader, type CellWords } from '../../src/domain/dataset/cell-reader.ts';
import { fileWith, workFolder } from './work-folder.ts';
import { caseCount } from '../case-count.ts';

const dir = workFolder();

async function ranksOf(table: Table, most?: number): Promise<number[]> {
  const { rows, rankOf, close } = await rankRows(table, 'k', mkdtempSync(join(dir, 'ranks-')), most);
  const ranks = Array.from({ length: rows }, (_, row) => rankOf(row));
  close();
  return ranks;
}

async function agree(cells: readonly string[], words?: CellWords): Promise<void> {
  const quoted = cells.map((cell) => (/[",\n\r]/.test(cell) || cell === '' ? `"${cell.replaceAll('"', '""')}"` : cell));
  const source = fileWith(dir, `id,k\n${quoted.map((cell, id) => `${id},${cell}\n`).join('')}`);
  const opened = await openTable(source, 'csv');
  const table = words ? { ...opened, cells: cellReader(words) } : opened;
  const inMemory = await ranksOf(table);
  expect(inMemory.toSorted((a, b) => a - b)).toEqual(cells.map((_, row) => row));
  expect(inMemory).toEqual(await ranksOf(table, 0));
}

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer({ min: -1000, max: 1000 }).map((value) => (value / 8).toFixed(2)),
  fc.constantFrom('0', '-0', '1e3', '9007199254740993', '9007199254740992'),
);
const date = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .chain((moment) => fc.constantFrom(10, 19, 24).map((length) => moment.toISOString().slice(0, length)));
const some = fc.constantFrom('', 'NA', 'x', 'Å', '𝄞', '"q"', '10', '2020-01-01');

test.each<[string, fc.Arbitrary<string>]>([
  ['numbers', number],
  ['dates', date],
  ['texts', fc.oneof(some, fc.string({ unit: 'grapheme', maxLength: 4 }))],
  ['mostly numbers', fc.oneof({ weight: 20, arbitrary: number }, { weight: 1, arbitrary: some })],
  ['mostly dates', fc.oneof({ weight: 20, arbitrary: date }, { weight: 1, arbitrary: some })],
])('%s', async (_, cell) => {
  const cells = fc.array(
    cell.filter((text) => !text.includes('\0')),
    { minLength: 1, maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(cells, (list) => agree(list)),
    { numRuns: caseCount(5, 15) },
  );
});

test('more rows than are looked at before it is decided what they are', async () => {
  const long = Array.from({ length: 3000 }, (_, row) => String((row * 7919) % 3001));
  await agree(long);
  await agree([...long, ...Array.from({ length: 4000 }, (_, row) => `text ${row % 17}`)]);
  await agree(['', ...long.map((text) => `${text},5`)], { decimal: ',' });
});
