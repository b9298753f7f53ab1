// Writes a row anew with some cells changed, dropped or renamed; the bytes of all other cells stay as they are.
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
  const { delimiter, encoding, eol } = view.table;
  const between = Buffer.from([delimiter]);
  const parts: Buffer[] = [];
  for (const { index } of chosen) {
    if (parts.length > 0) parts.push(between);
    const [start, end] = view.span(index);
    const text = cells.get(index);
    if (text === undefined) parts.push(start < 0 ? Buffer.alloc(0) : bytes.subarray(start, end));
    else parts.push(Buffer.from(csvLiteral(text, delimiter, text !== '' && bytes[start] === quote), encoding));
  }
  parts.push(eol);
  return Buffer.concat(parts);
}

function renderJson(view: RowView, bytes: Buffer, cells: ReadonlyMap<number, string>, chosen: ColumnChoice): Buffer {
  const parts: Buffer[] = [];
  for (const { index, name } of chosen) {
    const [start, end] = view.span(index);
    if (start < 0) continue;
    const text = cells.get(index);
    const value =
      text === undefined ? bytes.subarray(start, end) : Buffer.from(jsonLiteral(text, bytes[start] === quote));
    parts.push(Buffer.from(`${parts.length === 0 ? '{' : ', '}${JSON.stringify(name)}: `), value);
  }
  return Buffer.concat([...(parts.length === 0 ? [Buffer.from('{')] : parts), Buffer.from('}'), view.table.eol]);
}

/**
 * The CSV record `[start, end)` with some cells replaced and everything between them as it is. Much cheaper than writing
 * the row anew; for rows that keep all their columns and have a line break.
 */
export function patchRow(
  view: RowView,
  bytes: Buffer,
  start: number,
  end: number,
  cells: ReadonlyMap<number, string>,
): Buffer {
  const { delimiter, encoding } = view.table;
  const parts: Buffer[] = [];
  let at = start;
  for (const index of [...cells.keys()].toSorted((a, b) => a - b)) {
    const [from, to] = view.span(index);
    if (from < 0) continue;
    const text = cells.get(index)!;
    parts.push(
      bytes.subarray(at, from),
      Buffer.from(csvLiteral(text, delimiter, text !== '' && bytes[from] === quote), encoding),
    );
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
