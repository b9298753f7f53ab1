// Rewrites a row with some cells changed, dropped or renamed; the bytes of all other cells stay as they are.
import { csvLiteral } from './csv-fields.ts';
import { jsonLiteral } from './json-fields.ts';
import type { RowView, Table } from './open-table.ts';

export type ColumnChoice = readonly { index: number; name: string }[];

const quote = 34;

/** The row that `view` looks at (in `bytes`), with its line break. */
export function renderRow(
  view: RowView,
  bytes: Buffer,
  cells: ReadonlyMap<number, string>,
  chosen: ColumnChoice,
): Buffer {
  return view.table.format === 'csv' ? renderCsv(view, bytes, cells, chosen) : renderJson(view, bytes, cells, chosen);
}

function renderCsv(view: RowView, bytes: Buffer, cells: ReadonlyMap<number, string>, chosen: ColumnChoice): Buffer {
  const { delimiter, eol } = view.table;
  const between = Buffer.from([delimiter]);
  const parts: Buffer[] = [];
  for (const { index } of chosen) {
    if (parts.length > 0) parts.push(between);
    const [start, end] = view.span(index);
    const text = cells.get(index);
    if (text === undefined) parts.push(start < 0 ? Buffer.alloc(0) : bytes.subarray(start, end));
    else parts.push(literal(view.table, text, bytes[start] === quote));
  }
  parts.push(eol);
  return Buffer.concat(parts);
}

/** The row's own members in its own order: those that are no columns travel with it, and cells that it lacks come last. */
function renderJson(view: RowView, bytes: Buffer, cells: ReadonlyMap<number, string>, chosen: ColumnChoice): Buffer {
  const { columns, eol } = view.table;
  const names = new Map(chosen.map(({ index, name }) => [index, name]));
  const parts: Buffer[] = [];
  const add = (name: string, value: Buffer): unknown =>
    parts.push(Buffer.from(`${parts.length === 0 ? '{' : ', '}${JSON.stringify(name)}: `), value);
  for (const { name: old, valueStart: start, valueEnd: end } of view.members) {
    const index = columns.indexOf(old);
    const name = index < 0 ? old : names.get(index);
    if (name === undefined) continue;
    const text = cells.get(index);
    add(name, text === undefined ? bytes.subarray(start, end) : literal(view.table, text, bytes[start] === quote));
  }
  for (const [index, text] of cells) {
    const name = names.get(index);
    if (name !== undefined && view.span(index)[0] < 0) add(name, literal(view.table, text, true));
  }
  return Buffer.concat([...(parts.length === 0 ? [Buffer.from('{')] : parts), Buffer.from('}'), eol]);
}

function literal({ format, delimiter, encoding }: Table, text: string, quotedBefore: boolean): Buffer {
  if (format === 'jsonl') return Buffer.from(jsonLiteral(text, quotedBefore));
  return Buffer.from(csvLiteral(text, delimiter, text !== '' && quotedBefore), encoding);
}

/** Whether the row has a place for each of these cells: then it can be patched. */
export function hasAll(view: RowView, cells: ReadonlyMap<number, string>): boolean {
  return cells.keys().every((index) => view.span(index)[0] >= 0);
}

/**
 * The record `[start, end)` with some cells replaced and everything between them as it is. Much cheaper than writing the
 * row again; for rows that keep all their columns, have a place for each of the cells, and end in a line break.
 */
export function patchRow(
  view: RowView,
  bytes: Buffer,
  start: number,
  end: number,
  cells: ReadonlyMap<number, string>,
): Buffer {
  const parts: Buffer[] = [];
  let at = start;
  // The members of a JSON object may come in any order.
  for (const index of [...cells.keys()].toSorted((a, b) => view.span(a)[0] - view.span(b)[0])) {
    const [from, to] = view.span(index);
    parts.push(bytes.subarray(at, from), literal(view.table, cells.get(index)!, bytes[from] === quote));
    at = to;
  }
  parts.push(bytes.subarray(at, end));
  return Buffer.concat(parts);
}

/** The header line with these columns: old names keep their bytes, new ones are quoted where they must be. */
export function renderHeader(table: Table, chosen: ColumnChoice, view: RowView): Buffer {
  if (table.format === 'jsonl') return Buffer.alloc(0);
  const mark = table.header[0] === 0xef ? 3 : 0;
  view.set(table.header, mark, table.header.length);
  const cells = new Map(chosen.flatMap(({ index, name }) => (name === table.columns[index] ? [] : [[index, name]])));
  return Buffer.concat([table.header.subarray(0, mark), renderCsv(view, table.header, cells, chosen)]);
}
