// The pass before the slices are written: counts rows and strata, and notes of each row its target and its release.
import { join } from 'node:path';
import type { ColumnStats } from '../../domain/drift/drift-context.ts';
import { meetsConditions } from '../../domain/dataset/meet-conditions.ts';
import type { SliceSpec } from '../../domain/shipment/slice-spec.ts';
import { chooseStrata, type Strata } from '../../domain/dataset/stratum.ts';
import { ColumnTally } from './column-tally.ts';
import { DatasetError } from '../work/dataset-error.ts';
import { RowView, type Table } from './open-table.ts';
import { recordsOf } from './read-records.ts';
import { ScratchReader, ScratchWriter } from '../work/scratch.ts';

/** Per row: the target as a number (8 bytes), its class (1) and the release whose `where` it meets (2). */
export const surveyRecord = { size: 11, value: 0, klass: 8, release: 9 } as const;
/** No release's `where` is met. */
export const noRelease = 0xffff;
/** Ranks are found in a sample of at most this many evenly spaced values. */
const rankSample = 1 << 20;

export type Survey = { rows: number; path: string; strata: Strata; stats: Map<string, ColumnStats> };

/** Reads the table once. `columns` are those whose statistics are asked for. */
export async function surveyRows(
  table: Table,
  spec: SliceSpec,
  columns: readonly string[],
  dir: string,
): Promise<Survey> {
  const path = join(dir, 'survey.bin');
  const target = spec.dataset.target === undefined ? -1 : columnIndex(table, spec.dataset.target);
  const wheres = spec.releases.map((release) => release.where);
  const view = new RowView(table);
  const cell = (name: string): string => view.text(columnIndex(table, name));
  const { cells } = table;
  const tally = new ColumnTally(cells, spec.dataset.target);
  const tallies = columns.map((name) => ({
    name,
    index: columnIndex(table, name),
    tally: new ColumnTally(cells, name),
  }));
  const scratch = new ScratchWriter(path, surveyRecord.size);
  let rows = 0;
  for await (const batch of recordsOf(table)) {
    for (let row = 0; row < batch.count; row++) {
      view.set(batch.bytes, batch.starts[row]!, batch.ends[row]!);
      const text = target < 0 ? '' : view.text(target);
      const value = cells.number(text) ?? Number.NaN;
      const klass = target < 0 ? 0 : tally.add(text, value);
      for (const column of tallies) column.tally.add(view.text(column.index));
      const found = wheres.findIndex((where) => where !== undefined && meetsConditions(where, cell, cells));
      scratch.append((block, offset) => {
        block.writeDoubleLE(value, offset + surveyRecord.value);
        block[offset + surveyRecord.klass] = klass;
        block.writeUInt16LE(found < 0 ? noRelease : found, offset + surveyRecord.release);
      });
    }
    rows += batch.count;
  }
  scratch.close();
  const strata = target < 0 ? { kind: 'none' as const } : strataOf(tally, path, rows);
  return { rows, path, strata, stats: new Map(tallies.map((column) => [column.name, column.tally.stats()])) };
}

/** The position of a column. Throws `column_missing`: a plan that names a wrong column is refused before. */
export function columnIndex(table: Table, name: string): number {
  const index = table.columns.indexOf(name);
  if (index < 0) throw new DatasetError('column_missing', `the dataset has no column "${name}"`);
  return index;
}

function strataOf(tally: ColumnTally, path: string, rows: number): Strata {
  if (!tally.numeric || tally.classes.length <= 1) return chooseStrata(tally.classes, false, new Float64Array());
  const step = Math.max(1, Math.ceil(rows / rankSample));
  const values = new Float64Array(Math.ceil(rows / step));
  const reader = new ScratchReader(path, surveyRecord.size);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const value = reader.block.readDoubleLE(reader.next() + surveyRecord.value);
    if (row % step === 0 && !Number.isNaN(value)) values[count++] = value;
  }
  reader.close();
  return chooseStrata(tally.classes, true, values.subarray(0, count).sort());
}
