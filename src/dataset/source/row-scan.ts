// What is seen of a source while its rows pass by: the kinds of its columns, and what is wrong where.
import { isUtf8 } from 'node:buffer';
import { plainCells } from '../../domain/dataset/cell-reader.ts';
import { ColumnEvidence } from '../../domain/dataset/column-evidence.ts';
import type { NamedColumn } from '../../domain/dataset/doubt-of-header.ts';
import type { DatasetColumn } from '../../domain/dataset/facts.ts';
import type { ProblemCode } from '../../domain/text/problem-codes.ts';
import type { Problem } from '../../domain/text/problem.ts';
import { RowView, type Table } from '../table/open-table.ts';
import { plainMoment, plainNumber } from '../table/plain-cells.ts';
import { textEnd } from '../table/split-records.ts';
import { notUtf8, utf8Hint } from './check-layout.ts';
import { causeOfRagged } from './cause-of-ragged.ts';
import { faultOfHeader } from './fault-of-header.ts';
import { faultOfQuote } from './fault-of-quote.ts';
import { hintOfRagged } from './hint-of-ragged.ts';
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
      const first = columns.length === 1 ? `there is one line (\`${columns[0]!.slice(0, 60)}\`)` : 'there is a header';
      const message = format === 'csv' ? `${first} but not one row` : 'there is not one row';
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

  #tellNames(): void {
    if (this.#table.format !== 'csv') return;
    const fault = faultOfHeader(this.#namedColumns(), this.#rows);
    if (!fault) return;
    if (fault.level !== 'warning') {
      // Names that are twice, and a row like the header, follow from it.
      for (const code of ['duplicate-column', 'header-repeated', 'column-unnamed'] as const) this.#problems.drop(code);
      this.#outOfStep = true;
    }
    this.#problems.add(1, fault);
  }

  #namedColumns(): NamedColumn[] {
    return this.#table.columns.map((name, index) => {
      const evidence = this.#evidence[index]!;
      return { name, numeric: evidence.summary().kind === 'number', isValue: evidence.holds(name) };
    });
  }

  /** Where the rows are out of step with the header in the same way, that is one mistake. */
  #tellCause(): void {
    const counts = {
      rows: this.#rows,
      ragged: this.#problems.count('ragged-row'),
      longer: this.#longer,
      trailing: this.#trailing,
      shorter: this.#shorter,
    };
    const cause = causeOfRagged(counts, this.#table);
    if (!cause) return;
    const { line, isOutOfStep = false, ...fault } = cause;
    this.#problems.drop('ragged-row');
    this.#outOfStep ||= isOutOfStep;
    this.#problems.add(line, fault);
  }
}

function isRagged(view: RowView): boolean {
  return view.table.format === 'csv' ? view.fields !== view.table.columns.length : view.fields < 0;
}
