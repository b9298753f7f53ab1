// One pass over all rows of a source: their number, the kinds of its columns, and what is wrong where.
import { isUtf8 } from 'node:buffer';
import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { plainCells } from '../../domain/dataset/cell-reader.ts';
import { ColumnEvidence } from '../../domain/dataset/column-evidence.ts';
import { numberOf } from '../../domain/text/read-cell.ts';
import type { DatasetColumn } from '../../domain/dataset/facts.ts';
import type { ProblemCode } from '../../domain/text/problem-codes.ts';
import type { Problem } from '../../domain/text/problem.ts';
import { RowView, splittingOf, type Table } from '../table/open-table.ts';
import { plainMoment, plainNumber } from '../table/plain-cells.ts';
import { readRecords } from '../table/read-records.ts';
import { textEnd } from '../table/split-records.ts';
import { DatasetError, NotTableError } from '../work/dataset-error.ts';
import { checkHeader, checkLayout, notUtf8, utf8Hint } from './check-layout.ts';
import { tellPointer } from './first-bytes.ts';
import { fileOf, pathColumnOf } from './list-folder.ts';
import { ProblemList } from './problem-list.ts';

export type Scan = { rows: number; columns: DatasetColumn[]; problems: Problem[] };
type Where = { name: string; folder: string | undefined; hash: Hash | undefined };
type Watched = { watch?: readonly string[] };

/** Columns that nothing uses are looked at in the first rows, and in every 64th behind them. */
export const firstRows = 10_000;
const longestHead = 1 << 16;

/** `hash` is fed with every byte of the file, `folder` is where the files are that rows name. */
export async function scanRows(table: Table, { name, folder, hash }: Where, watched: Watched): Promise<Scan> {
  const problems = new ProblemList(name);
  const layout = checkLayout(table, await readSome(table.path), problems);
  if (layout) checkHeader(table, problems);
  const scan = new RowScan(table, watched, problems, layout);
  const head = await readStart(table);
  hash?.update(head);
  let line = 1 + countLines(head, head.length);
  const onUnclosed = (): void =>
    problems.add(line, { code: 'unclosed-quote', message: 'a quote is opened but never closed' });
  const reading = { ...splittingOf(table), start: table.start, ...(hash ? { hash } : {}), onUnclosed };
  for await (const batch of readRecords(table.path, reading)) {
    const { bytes, starts, ends, count, lines, hollow } = batch;
    const lineOf = (position: number): number => line + countLines(bytes, position);
    scan.checkText(bytes, starts, ends, count, lineOf);
    for (let at = 0; at < count; at++) {
      const start = starts[at]!;
      const end = ends[at]!;
      scan.row(bytes, start, end, () => lineOf(start));
      if (folder === undefined) continue;
      const fault = await faultOfFile(scan.path(), folder);
      if (fault) problems.add(() => lineOf(start), fault);
    }
    scan.hollow += hollow;
    line += lines;
  }
  return scan.finish();
}

class RowScan {
  hollow = 0;
  readonly #table: Table;
  readonly #problems: ProblemList;
  readonly #layout: boolean;
  readonly #view: RowView;
  readonly #evidence: ColumnEvidence[];
  readonly #always: boolean[];
  readonly #pathColumn: number;
  readonly #plain: boolean;
  #rows = 0;
  /** Rows with one field more than the header, and those of them whose last field is empty. */
  #longer = 0;
  #trailing = 0;

  constructor(table: Table, { watch = [] }: Watched, problems: ProblemList, layout: boolean) {
    this.#table = table;
    this.#problems = problems;
    this.#layout = layout;
    this.#view = new RowView(table);
    this.#evidence = table.columns.map((column) => new ColumnEvidence(table.cells, column));
    this.#always = table.columns.map((column) => watch.includes(column));
    this.#pathColumn = pathColumnOf(table);
    this.#plain = table.cells === plainCells;
  }

  /** The whole file is in another encoding where a row is: once is enough. */
  checkText(bytes: Buffer, starts: Int32Array, ends: Int32Array, count: number, lineOf: (at: number) => number): void {
    if (this.#table.encoding !== 'utf8' || this.#problems.has('not-utf8') || isUtf8(bytes)) return;
    for (let at = 0; at < count; at++) {
      if (isUtf8(bytes.subarray(starts[at]!, ends[at]!))) continue;
      const hint = utf8Hint(this.#table);
      return this.#problems.add(lineOf(starts[at]!), { code: 'not-utf8', message: notUtf8, hint });
    }
  }

  row(bytes: Buffer, start: number, end: number, lineOf: () => number): void {
    const view = this.#view.set(bytes, start, end);
    if (this.#layout && isRagged(view)) this.#ragged(bytes, start, end, lineOf);
    this.#rows += 1;
    const all = this.#rows <= firstRows || this.#rows % 64 === 0;
    for (let column = 0; column < this.#evidence.length; column++) {
      if ((all || this.#always[column]) && !this.#isCounted(column, bytes)) {
        this.#evidence[column]!.add(view.text(column), lineOf);
      }
    }
  }

  /** A number or date of the usual form becomes no text. */
  #isCounted(column: number, bytes: Buffer): boolean {
    const start = this.#plain ? this.#view.startOf(column) : -1;
    if (start < 0) return false;
    const end = this.#view.endOf(column);
    const evidence = this.#evidence[column]!;
    if (!Number.isNaN(plainNumber(bytes, start, end))) return evidence.count('number');
    return !Number.isNaN(plainMoment(bytes, start, end)) && evidence.count('date');
  }

  /** What the row names, of an index. */
  path(): string {
    return this.#view.text(this.#pathColumn);
  }

  finish(): Scan {
    const { columns, format } = this.#table;
    this.#tellCause();
    if (this.#layout) this.#tellNames();
    if (this.hollow > 0) {
      const message = `${this.hollow} line${this.hollow === 1 ? ' has' : 's have'} delimiters only: they are no rows, and are left out`;
      this.#problems.add(1, { code: 'rows-hollow', level: 'warning', message });
    }
    if (this.#rows === 0 && this.#layout) {
      const message = format === 'csv' ? 'there is a header but not one row' : 'there is not one row';
      this.#problems.add(1, { code: 'source-empty', message });
    }
    return {
      rows: this.#rows,
      // Names that are no header would only be complained of once more.
      columns: this.#layout ? this.#columns(columns) : [],
      problems: this.#problems.list(),
    };
  }

  #columns(columns: readonly string[]): DatasetColumn[] {
    return columns.map((name, index): DatasetColumn => {
      const cells = this.#evidence[index]!.summary();
      const whole = this.#always[index] === true || this.#rows <= firstRows;
      const { kind } = cells;
      return { name, ...(kind === undefined ? {} : { kind }), ...(whole ? { cells } : {}) };
    });
  }

  #ragged(bytes: Buffer, start: number, end: number, lineOf: () => number): void {
    const { fields, table } = this.#view;
    if (table.format === 'csv' && fields === table.columns.length + 1) {
      this.#longer += 1;
      if (bytes[textEnd(bytes, start, end) - 1] === table.delimiter) this.#trailing += 1;
    }
    const message =
      table.format === 'jsonl'
        ? 'the line is not a JSON object'
        : `the row has ${fields} field${fields === 1 ? '' : 's'}, the header has ${table.columns.length}`;
    this.#problems.add(lineOf, { code: 'ragged-row', message });
  }

  /** A file without a header has its first row for one. Years may well be names. */
  #tellNames(): void {
    const numeric = this.#table.columns.filter((_, index) => this.#evidence[index]!.summary().kind === 'number');
    const isRow = (name: string): boolean => {
      const value = numberOf(name);
      return value !== undefined && !(Number.isInteger(value) && value >= 1500 && value <= 2200);
    };
    if (this.#table.format !== 'csv' || numeric.length === 0 || !numeric.every(isRow)) return;
    const message = 'the first line looks like a row, not like the names of the columns';
    const hint = 'if the file has no header, add one: its first line is never released';
    this.#problems.add(1, { code: 'header-missing', level: 'warning', message, hint });
  }

  /** Where all rows are out of step with the header in the same way, that is one mistake. */
  #tellCause(): void {
    const rows = this.#rows;
    if (rows > 0 && this.#table.format === 'jsonl' && this.#problems.count('ragged-row') === rows) {
      this.#problems.drop('ragged-row');
      const message = 'no line is a JSON object of its own';
      const hint = 'write one object per line, or an array of objects: `[{…}, {…}]`';
      return this.#problems.add(1, { code: 'json-rows', message, hint });
    }
    if (rows === 0 || this.#longer !== rows) return;
    this.#problems.drop('ragged-row');
    if (this.#trailing === rows) {
      const message = 'every row ends in a delimiter, and so has one empty field more than the header';
      const hint = 'take the delimiter at the end of each row away, or add one to the header';
      return this.#problems.add(2, { code: 'trailing-delimiter', message, hint });
    }
    const message =
      'every row has one field more than the header, at its beginning most likely: row names that R wrote';
    const hint = 'write the file with `row.names = FALSE`, or begin the header with a name for that column';
    this.#problems.add(2, { code: 'row-names', message, hint });
  }
}

function isRagged(view: RowView): boolean {
  return view.table.format === 'csv' ? view.fields !== view.table.columns.length : view.fields < 0;
}

type Fault = { code: ProblemCode; message: string; hint?: string };

/** What keeps the file that a row of an index names from being shipped. */
async function faultOfFile(path: string, folder: string): Promise<Fault | undefined> {
  if (path === '') return { code: 'file-missing', message: 'the row names no file' };
  try {
    const { from, bytes } = await fileOf(path, folder);
    // Only what stands for a file is as small as this.
    const told = bytes < 2000 ? tellPointer((await readSome(from)).toString('latin1'), path) : undefined;
    return told && { code: told.code, message: `\`${path}\` is ${told.what}`, hint: told.hint };
  } catch (error) {
    if (error instanceof NotTableError || !(error instanceof DatasetError)) throw error;
    return { code: 'file-missing', message: error.message };
  }
}

/** The bytes before the first row: a byte order mark, the header. */
async function readStart({ path, start }: Table): Promise<Buffer> {
  const chunks: Buffer[] = [];
  if (start > 0) for await (const chunk of createReadStream(path, { end: start - 1 })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function readSome(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(longestHead);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function countLines(bytes: Buffer, end: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1 && at < end; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}
