// What is seen of a source while its rows pass by: the kinds of its columns, and what is wrong where.
import { isUtf8 } from 'node:buffer';
import { plainCells } from '../../domain/dataset/cell-reader.ts';
import { ColumnEvidence } from '../../domain/dataset/column-evidence.ts';
import { doubtOfHeader, type NamedColumn } from '../../domain/dataset/doubt-of-header.ts';
import type { DatasetColumn } from '../../domain/dataset/facts.ts';
import type { ProblemCode } from '../../domain/text/problem-codes.ts';
import type { Problem } from '../../domain/text/problem.ts';
import { RowView, type Table } from '../table/open-table.ts';
import { plainMoment, plainNumber } from '../table/plain-cells.ts';
import { textEnd } from '../table/split-records.ts';
import { notUtf8, utf8Hint } from './check-layout.ts';
import { faultOfQuote } from './fault-of-quote.ts';
import { hintOfRagged, oneMore } from './hint-of-ragged.ts';
import { pathColumnOf } from './list-folder.ts';
import type { ProblemList } from './problem-list.ts';

export type Scan = { rows: number; columns: DatasetColumn[]; problems: Problem[] };
export type Watched = { watch?: readonly string[] };

/** Columns that nothing uses are looked at in the first rows, and in every 64th behind them. */
export const firstRows = 10_000;

/** Problems after which nothing that is found of the columns means anything. */
const roots: ProblemCode[] = [
  'source-empty',
  'record-too-long',
  'unclosed-quote',
  'json-rows',
  'nul-byte',
  'trailing-delimiter',
  'row-names',
];

export class RowScan {
  hollow = 0;
  readonly #table: Table;
  readonly #problems: ProblemList;
  readonly #layout: boolean;
  readonly view: RowView;
  readonly #evidence: ColumnEvidence[];
  readonly #always: boolean[];
  readonly #pathColumn: number;
  readonly #plain: boolean;
  readonly #headerStart: number;
  #rows = 0;
  /** Rows with one field more than the header, and those of them whose last field is empty. */
  #longer = 0;
  #trailing = 0;
  #shorter = 0;
  #outOfStep = false;

  constructor(table: Table, { watch = [] }: Watched, problems: ProblemList, layout: boolean) {
    this.#table = table;
    this.#problems = problems;
    this.#layout = layout;
    this.view = new RowView(table);
    this.#evidence = table.columns.map((column) => new ColumnEvidence(table.cells, column));
    this.#always = table.columns.map((column) => watch.includes(column));
    this.#pathColumn = pathColumnOf(table);
    this.#plain = table.cells === plainCells;
    this.#headerStart = table.header[0] === 0xef ? 3 : 0;
  }

  /** The whole file is in another encoding where a row is: once is enough. */
  checkText(bytes: Buffer, starts: Int32Array, ends: Int32Array, count: number, lineOf: (at: number) => number): void {
    if (this.#table.encoding !== 'utf8' || this.#problems.has('not-utf8') || isUtf8(bytes)) return;
    for (let at = 0; at < count; at++) {
      const row = bytes.subarray(starts[at]!, ends[at]!);
      if (isUtf8(row)) continue;
      const hint = utf8Hint(this.#table, row);
      return this.#problems.add(lineOf(starts[at]!), { code: 'not-utf8', message: notUtf8, hint });
    }
  }

  /** A file that was cut off, or is no text. */
  checkNul(bytes: Buffer, lineOf: (at: number) => number): void {
    const at = bytes.indexOf(0);
    if (at < 0 || this.#problems.has('nul-byte')) return;
    const before = bytes.subarray(0, at);
    const column = at - Math.max(before.lastIndexOf(10), before.lastIndexOf(13));
    const message = 'a NUL byte stands here: the file is damaged, or no text';
    const hint = 'take the NUL bytes out, or export the file again';
    this.#problems.add(lineOf(at), { code: 'nul-byte', message, hint, column });
  }

  row(bytes: Buffer, start: number, end: number, lineOf: () => number): void {
    const view = this.view.set(bytes, start, end);
    this.#rows += 1;
    // Its cells are out of step, and would each be complained of.
    if (this.#layout && isRagged(view)) return this.#ragged(bytes, start, end, lineOf);
    if (this.#isHeader(bytes, start, end)) {
      const hint = 'take it out: files were put together with their headers';
      return this.#problems.add(lineOf, { code: 'header-repeated', message: 'the row is the header once more', hint });
    }
    const all = this.#rows <= firstRows || this.#rows % 64 === 0;
    for (let column = 0; column < this.#evidence.length; column++) {
      if ((all || this.#always[column]) && !this.#isCounted(column, bytes)) {
        const text = view.text(column);
        const odd = text.includes('"') && !this.#problems.has('csv-quotes') && faultOfQuote(view, bytes, column);
        if (odd) this.#problems.add(lineOf, odd);
        this.#evidence[column]!.add(text, lineOf);
      }
    }
  }

  #isHeader(bytes: Buffer, start: number, end: number): boolean {
    const { header, format } = this.#table;
    // A file that was put behind another one brings its mark along.
    if (bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf) start += 3;
    if (format !== 'csv' || bytes[start] !== header[this.#headerStart]) return false;
    const length = textEnd(bytes, start, end) - start;
    if (length !== textEnd(header, this.#headerStart, header.length) - this.#headerStart) return false;
    return (
      this.#table.columns.length > 1 &&
      header.compare(bytes, start, start + length, this.#headerStart, this.#headerStart + length) === 0
    );
  }

  /** A number or date of the usual form becomes no text. */
  #isCounted(column: number, bytes: Buffer): boolean {
    const start = this.#plain ? this.view.startOf(column) : -1;
    if (start < 0) return false;
    const end = this.view.endOf(column);
    const evidence = this.#evidence[column]!;
    const number = plainNumber(bytes, start, end);
    if (!Number.isNaN(number)) return evidence.count('number', number);
    const moment = plainMoment(bytes, start, end);
    return !Number.isNaN(moment) && evidence.count('date', moment);
  }

  /** What the row names, of an index. */
  path(): string {
    return this.view.text(this.#pathColumn);
  }

  finish(): Scan {
    const { columns, format } = this.#table;
    this.#tellCause();
    if (this.#layout) this.#tellNames();
    if (this.hollow > 0) {
      const message = `${this.hollow} line${this.hollow === 1 ? ' has' : 's have'} delimiters only: they are no rows, and are left out`;
      this.#problems.add(1, { code: 'rows-hollow', level: 'warning', message });
    }
    if (this.#problems.has('nul-byte')) this.#problems.drop('ragged-row');
    if (this.#rows === 0 && this.#layout && !roots.some((code) => this.#problems.has(code))) {
      this.#problems.drop('column-unnamed');
      this.#problems.drop('column-unseen');
      const one = columns.length === 1 ? `there is one line (\`${columns[0]!.slice(0, 60)}\`)` : 'there is a header';
      const message = format === 'csv' ? `${one} but not one row` : 'there is not one row';
      this.#problems.add(1, { code: 'source-empty', message });
    }
    return {
      rows: this.#rows,
      // What is no table would only be complained of once more, at each key that names a column.
      columns: this.#isUnderstood() ? this.#columns(columns) : [],
      problems: this.#problems.list(),
    };
  }

  #isUnderstood(): boolean {
    return this.#layout && !this.#outOfStep && !roots.some((code) => this.#problems.has(code));
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
    const { fields, table } = this.view;
    if (table.format === 'csv' && fields === table.columns.length + 1) {
      this.#longer += 1;
      if (bytes[textEnd(bytes, start, end) - 1] === table.delimiter) this.#trailing += 1;
    }
    if (fields < table.columns.length) this.#shorter += 1;
    if (table.format === 'jsonl') {
      const hint = 'each line holds one whole object, as `{"x": 1}`: mend the line, or take it out';
      return this.#problems.add(lineOf, { code: 'ragged-row', message: 'the line is not a JSON object', hint });
    }
    const message = `the row has ${fields} field${fields === 1 ? '' : 's'}, the header has ${table.columns.length}`;
    const hint = hintOfRagged(bytes.toString('latin1', start, Math.min(end, start + 10_000)), fields, table);
    this.#problems.add(lineOf, { code: 'ragged-row', message, hint });
  }

  /**
   * A file without a header has its first row for one. Where that is certain it is an error, and the only one that is told
   * of the header: names that are twice, and a row like it, follow from it.
   */
  #tellNames(): void {
    const doubt = this.#table.format === 'csv' ? doubtOfHeader(this.#namedColumns()) : 'none';
    if (doubt === 'none') return;
    const message = 'the first line looks like a row, not like the names of the columns';
    if (doubt === 'some') {
      const hint = 'if the file has no header, add one: its first line is never released';
      return this.#problems.add(1, { code: 'header-missing', level: 'warning', message, hint });
    }
    for (const code of ['duplicate-column', 'header-repeated', 'column-unnamed'] as const) this.#problems.drop(code);
    this.#outOfStep = true;
    const hint = 'the file has no header: put a first line with the names of the columns into it';
    this.#problems.add(1, { code: 'header-missing', message, hint });
  }

  #namedColumns(): NamedColumn[] {
    return this.#table.columns.map((name, index) => {
      const evidence = this.#evidence[index]!;
      return { name, numeric: evidence.summary().kind === 'number', isValue: evidence.holds(name) };
    });
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
    if (rows > 1 && this.#table.format === 'csv' && this.#shorter === rows) {
      this.#problems.drop('ragged-row');
      this.#outOfStep = true;
      const message = 'every row has fewer fields than the header';
      const hint = 'give the header as many names as rows have fields';
      return this.#problems.add(2, { code: 'ragged-row', message, hint });
    }
    if (rows === 1 && this.#table.format === 'jsonl' && !this.#problems.has('ragged-row')) {
      const message = 'there is but one JSON object, and not one for each row';
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
    const message = 'every row has one field more than the header';
    this.#problems.add(2, { code: 'row-names', message, hint: oneMore });
  }
}

function isRagged(view: RowView): boolean {
  return view.table.format === 'csv' ? view.fields !== view.table.columns.length : view.fields < 0;
}
