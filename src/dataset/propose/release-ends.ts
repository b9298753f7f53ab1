// A slice as a teacher looks at it: the first and the last value of a column, which show that the order is right; its first rows.
import { type Encoding, openTable, RowView, splittingOf, type Table } from '../table/open-table.ts';
import { prepareSource } from '../source/prepare-source.ts';
import { readRecords } from '../table/read-records.ts';
import { extname, join } from 'node:path';

export type Ends = { rows: number; first: string; last: string };

/** So much of a row is shown. */
const mostShown = 4;

/**
 * Of the order's column the first and the last value; where rows come in no column's order, the first and the last row:
 * some of its cells, by name. `work` is a folder that the caller removes.
 */
export async function endsOf(
  path: string,
  { column, target }: { column?: string | undefined; target?: string | undefined },
  work: string,
  encoding?: Encoding,
): Promise<Ends> {
  const table = await openSlice(path, work, encoding);
  const view = new RowView(table);
  const show =
    column === undefined ? rowShower(table, target) : (row: RowView) => row.text(table.columns.indexOf(column));
  const ends = { rows: 0, first: '', last: '' };
  for await (const { bytes, starts, ends: stops, count } of readRecords(table.path, {
    ...splittingOf(table),
    start: table.start,
  })) {
    if (count === 0) continue;
    if (ends.rows === 0) ends.first = show(view.set(bytes, starts[0]!, stops[0]!));
    ends.last = show(view.set(bytes, starts[count - 1]!, stops[count - 1]!));
    ends.rows += count;
  }
  return ends;
}

/** `size 12.5, colour red`: the first columns that have a name, and the target. */
function rowShower({ columns }: Table, target: string | undefined): (row: RowView) => string {
  const named = columns.flatMap((name, index) => (name.trim() === '' || name === target ? [] : [index]));
  const goal = target === undefined ? -1 : columns.indexOf(target);
  const shown = [...named.slice(0, goal < 0 ? mostShown : mostShown - 1), ...(goal < 0 ? [] : [goal])];
  return (row) => shown.map((index) => `${columns[index]} ${clip(row.text(index))}`).join(', ');
}

function clip(text: string): string {
  if (text === '') return '(nothing)';
  return text.length > 20 ? `${text.slice(0, 19)}…` : text;
}

/** The first rows of a slice, cells as they are written. */
export async function firstRows(
  path: string,
  count: number,
  work: string,
  encoding?: Encoding,
): Promise<{ columns: string[]; rows: Record<string, string>[] }> {
  const table = await openSlice(path, work, encoding);
  const view = new RowView(table);
  const rows: Record<string, string>[] = [];
  for await (const batch of readRecords(table.path, { ...splittingOf(table), start: table.start })) {
    for (let at = 0; at < batch.count && rows.length < count; at++) {
      view.set(batch.bytes, batch.starts[at]!, batch.ends[at]!);
      rows.push(Object.fromEntries(table.columns.map((name, index) => [name, view.text(index)])));
    }
    if (rows.length === count) break;
  }
  return { columns: [...table.columns], rows };
}

/** The cells of some columns, of the first rows; a column that is not there has none. */
export async function columnCells(
  path: string,
  wanted: readonly string[],
  most: number,
  work: string,
  encoding?: Encoding,
): Promise<{ columns: string[]; rows: number; cells: Map<string, string[]> }> {
  const table = await openSlice(path, work, encoding);
  const view = new RowView(table);
  const cells = new Map(wanted.filter((name) => table.columns.includes(name)).map((name) => [name, [] as string[]]));
  const places = [...cells].map(([name, list]) => ({ list, index: table.columns.indexOf(name) }));
  let rows = 0;
  for await (const batch of readRecords(table.path, { ...splittingOf(table), start: table.start })) {
    for (let at = 0; at < batch.count && rows + at < most; at++) {
      view.set(batch.bytes, batch.starts[at]!, batch.ends[at]!);
      for (const { list, index } of places) list.push(view.text(index));
    }
    rows += batch.count;
  }
  return { columns: [...table.columns], rows, cells };
}

async function openSlice(path: string, work: string, encoding?: Encoding): Promise<Table> {
  const converted = ['.parquet', '.json'].includes(extname(path));
  return converted ? (await prepareSource(path, join(work, 'ends'))).table : openTable(path, formatOf(path), encoding);
}

function formatOf(path: string): 'csv' | 'jsonl' {
  return /\.(?:jsonl|ndjson|json)$/.test(path) ? 'jsonl' : 'csv';
}
