// Opens a CSV or JSON-lines file: finds its delimiter, header and line breaks, and reads single cells of its rows.
import { open } from 'node:fs/promises';
import { type CellReader, plainCells } from '../../domain/dataset/cell-reader.ts';
import { csvSpans, csvText } from './csv-fields.ts';
import { DatasetError } from '../work/dataset-error.ts';
import { roomFor } from '../work/room-for.ts';
import { jsonMembers, JsonScanner, jsonText, type Member } from './json-fields.ts';
import { type Batch, RecordSplitter, type Splitting, textEnd } from './split-records.ts';

export type Encoding = 'utf8' | 'latin1';

/** A table of records as bytes on disk. `header` is empty for JSON lines; `start` is where the first row begins. */
export type Table = {
  path: string;
  format: 'csv' | 'jsonl';
  encoding: Encoding;
  delimiter: number;
  columns: string[];
  header: Buffer;
  eol: Buffer;
  start: number;
  /** Its records in another order than the file has; else they are read from the file. */
  batches?: () => AsyncIterable<Batch>;
  /** Every line is a row, also one without a value in it. */
  everyLine?: boolean;
  /** How its cells are read. */
  cells: CellReader;
};

const delimiters = [',', ';', '\t'].map((text) => text.charCodeAt(0));
const headerBytes = 1 << 20;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Reads the header (CSV) or the keys of the objects in the first MiB (JSON lines). Throws `source_empty` when there is neither. */
export async function openTable(path: string, format: 'csv' | 'jsonl', encoding: Encoding = 'utf8'): Promise<Table> {
  const head = await readHead(path);
  const mark = head.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
  return format === 'csv' ? csvTable(path, head, mark, encoding) : jsonTable(path, head, mark);
}

export function splittingOf(table: Table): Splitting {
  const { format, delimiter, everyLine } = table;
  return { quotes: format === 'csv', delimiter, ...(everyLine ? { everyLine } : {}) };
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new DatasetError('source_missing', `${path} cannot be read`, cause);
  });
  try {
    const buffer = Buffer.alloc(await roomFor(file, headerBytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The first record that is not blank, or undefined in an empty file. */
function firstRecord(head: Buffer, from: number, splitting: Splitting): { start: number; end: number } | undefined {
  const splitter = new RecordSplitter(splitting);
  head.copy(splitter.space(head.length - from), 0, from);
  const batch = splitter.push(head.length - from);
  if (batch.count > 0) return { start: from + batch.starts[0]!, end: from + batch.ends[0]! };
  splitter.release(batch);
  const last = splitter.end();
  return last.count > 0 ? { start: head.length - last.bytes.length, end: head.length } : undefined;
}

function csvTable(path: string, head: Buffer, mark: number, encoding: Encoding): Table {
  let best: { delimiter: number; fields: number; rows: number; end: number; start: number } | undefined;
  for (const delimiter of delimiters) {
    const record = firstRecord(head, mark, { quotes: true, delimiter });
    if (!record) break;
    const fields = csvSpans(head, record.start, textEnd(head, record.start, record.end), delimiter, new Int32Array(0));
    const rows = sameRows(head.subarray(record.end, record.end + 10_000), delimiter, fields);
    if (!best || fields > best.fields || (fields === best.fields && fields > 1 && rows > best.rows)) {
      best = { delimiter, fields, rows, ...record };
    }
  }
  if (!best) throw new DatasetError('source_empty', `${path} is empty: it has not even a header`);
  const { delimiter, fields, start, end } = best;
  if (end === headerBytes && head[end - 1] !== 10) {
    throw new DatasetError(
      'record_too_long',
      `${path}: the first line, which is to be the header, is longer than 1 MB`,
    );
  }
  const spans = new Int32Array(fields * 2);
  const last = textEnd(head, start, end);
  csvSpans(head, start, last, delimiter, spans);
  const columns = Array.from({ length: fields }, (_, index) =>
    csvText(head, spans[index * 2]!, spans[index * 2 + 1]!, encoding),
  );
  const eol = Buffer.from(head.subarray(last, end).length === 2 ? '\r\n' : '\n');
  const header = Buffer.concat([head.subarray(0, mark), head.subarray(start, last), eol]);
  return { path, format: 'csv', encoding, delimiter, columns, header, eol, start: end, cells: plainCells };
}

/** How many of the next lines have so many fields. */
function sameRows(bytes: Buffer, delimiter: number, fields: number): number {
  const lines = bytes
    .toString('latin1')
    .split(/\r?\n/)
    .slice(0, 20)
    .map((line) => Buffer.from(line, 'latin1'));
  return lines.filter((line) => csvSpans(line, 0, line.length, delimiter, new Int32Array(0)) === fields).length;
}

function jsonTable(path: string, head: Buffer, mark: number): Table {
  const splitting = { quotes: false, delimiter: 0 };
  const record = firstRecord(head, mark, splitting);
  if (!record) throw new DatasetError('source_empty', `${path} is empty`);
  const end = textEnd(head, record.start, record.end);
  const columns = jsonColumns(head.subarray(record.start), splitting);
  const eol = Buffer.from(head.subarray(end, record.end).length === 2 ? '\r\n' : '\n');
  const header = Buffer.alloc(0);
  return {
    path,
    format: 'jsonl',
    encoding: 'utf8',
    ...splitting,
    columns,
    header,
    eol,
    start: mark,
    cells: plainCells,
  };
}

/** Every member that the rows at the beginning of the file have, in the order in which they come up. */
function jsonColumns(head: Buffer, splitting: Splitting): string[] {
  const splitter = new RecordSplitter(splitting);
  head.copy(splitter.space(head.length));
  const names = new Set<string>();
  const note = ({ bytes, starts, ends, count }: Batch): void => {
    for (let row = 0; row < count; row++) {
      const members = jsonMembers(bytes, starts[row]!, textEnd(bytes, starts[row]!, ends[row]!));
      for (const { name } of members ?? []) names.add(name);
    }
  };
  const batch = splitter.push(head.length);
  note(batch);
  splitter.release(batch);
  // What is cut off by the end of the head is no object, and adds nothing.
  note(splitter.end());
  return [...names];
}

/** The cells of one row at a time, without copying it. */
export class RowView {
  readonly table: Table;
  readonly #spans: Int32Array;
  readonly #json: JsonScanner;
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  /** How many fields the row has (JSON lines: how many members), or -1 when it cannot be read. */
  fields = 0;

  constructor(table: Table) {
    this.table = table;
    this.#spans = new Int32Array(table.columns.length * 2);
    this.#json = new JsonScanner(new Map(table.columns.map((name, index) => [name, index])));
  }

  /** Looks at the record `[start, end)` of `bytes`; `end` may include the line break. */
  set(bytes: Buffer, start: number, end: number): this {
    this.#bytes = bytes;
    const last = textEnd(bytes, start, end);
    if (this.table.format === 'csv') this.fields = csvSpans(bytes, start, last, this.table.delimiter, this.#spans);
    else this.#setJson(bytes, start, last);
    return this;
  }

  /** Of a JSON object: all its members, also those that are no columns. */
  get members(): readonly Member[] {
    return jsonMembers(this.#bytes, this.#start, this.#end) ?? [];
  }

  /** Where the cell of the last `seek` is; -1 when the row has none. */
  cellStart = -1;
  cellEnd = -1;

  /** Finds one cell of a record, and looks at nothing behind it. */
  seek(bytes: Buffer, start: number, end: number, column: number): this {
    this.#bytes = bytes;
    const last = textEnd(bytes, start, end);
    if (this.table.format === 'jsonl') {
      this.#setJson(bytes, start, last);
      this.cellStart = this.#spans[column * 2]!;
      this.cellEnd = this.#spans[column * 2 + 1]!;
      return this;
    }
    const spans = this.#spans.subarray(0, column * 2 + 2);
    const found = csvSpans(bytes, start, last, this.table.delimiter, spans, column + 1);
    this.cellStart = found > column ? spans[column * 2]! : -1;
    this.cellEnd = found > column ? spans[column * 2 + 1]! : -1;
    return this;
  }

  /** The same of a record that was set. */
  point(column: number): this {
    this.cellStart = this.startOf(column);
    this.cellEnd = this.endOf(column);
    return this;
  }

  /** The text of the cell that was found. */
  cell(): string {
    if (this.cellStart < 0) return '';
    return this.table.format === 'csv'
      ? csvText(this.#bytes, this.cellStart, this.cellEnd, this.table.encoding)
      : jsonText(this.#bytes, this.cellStart, this.cellEnd);
  }

  /** The text of a cell; empty when the row is too short or lacks the member. */
  text(column: number): string {
    const start = this.startOf(column);
    if (start < 0) return '';
    const end = this.endOf(column);
    return this.table.format === 'csv'
      ? csvText(this.#bytes, start, end, this.table.encoding)
      : jsonText(this.#bytes, start, end);
  }

  /** Where the cell begins, and where it ends; -1 when the row has none. */
  startOf(column: number): number {
    return this.table.format === 'csv' && column >= this.fields ? -1 : (this.#spans[column * 2] ?? -1);
  }

  endOf(column: number): number {
    return this.#spans[column * 2 + 1] ?? -1;
  }

  /** Where the raw bytes of a cell are; `[-1, -1]` when the row has none. */
  span(column: number): [start: number, end: number] {
    const start = this.startOf(column);
    return start < 0 ? [-1, -1] : [start, this.endOf(column)];
  }

  #setJson(bytes: Buffer, start: number, end: number): void {
    this.#start = start;
    this.#end = end;
    this.fields = this.#json.scan(bytes, start, end, this.#spans);
  }
}
