// One column of a file from which a course is proposed: all that was seen of it.
import type { CellReader } from '../dataset/cell-reader.ts';
import { type ColumnCells, ColumnEvidence } from '../dataset/column-evidence.ts';
import { type ColumnSummary, ColumnSummarizer } from '../dataset/summarize-columns.ts';

export type SeenColumn = {
  name: string;
  cells: ColumnCells;
  summary: ColumnSummary;
  /** Different values, when there are at most `mostClasses` of them. */
  classes?: string[];
  /** No value comes twice, as far as could be remembered. */
  unique: boolean;
  /** The first value. */
  first?: string;
  integer: boolean;
  /** Whole numbers of one length, some of which begin with a zero: names, such as those of postal districts. */
  padded: boolean;
  /** All such as `2000M01`, `2023-W05`: text order is the order of time. */
  periods: boolean;
  /** Of numbers, or of moments in milliseconds. */
  low?: number;
  high?: number;
  /** How often a value is smaller than the one before it. */
  falls: number;
};

const periodForm = /^(?:1[5-9]|20|21)\d\d[- ]?[A-Z]\d{1,2}$/;
/** Hours and months are written with zeros in front, too. */
const shortestName = 4;
const mostClasses = 60;
const mostRemembered = 500_000;

export class ColumnView {
  readonly #name: string;
  readonly #cells: CellReader;
  readonly #evidence: ColumnEvidence;
  readonly #summary: ColumnSummarizer;
  readonly #seen = new Set<string>();
  #classes: Set<string> | undefined = new Set();
  #unique = true;
  #first: string | undefined;
  #integer = true;
  #isEven = true;
  #zeros = 0;
  #periods = true;
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  #falls = 0;

  constructor(name: string, cells: CellReader) {
    this.#name = name;
    this.#cells = cells;
    this.#evidence = new ColumnEvidence(cells, name);
    this.#summary = new ColumnSummarizer(name, cells);
  }

  add(text: string, lineOf: () => number): void {
    this.#evidence.add(text, lineOf);
    this.#summary.add(text);
    if (this.#cells.isMissing(text)) return;
    this.#first ??= text;
    if (text.length !== this.#first.length) this.#isEven = false;
    if (text.startsWith('0')) this.#zeros += 1;
    this.#periods &&= periodForm.test(text);
    this.#remember(text);
    const number = this.#cells.number(text);
    const value = number ?? this.#cells.date(text);
    if (number === undefined || !/^[+-]?\d+$/.test(this.#cells.plain(text) ?? '')) this.#integer = false;
    if (value === undefined) return;
    this.#low = Math.min(this.#low, value);
    this.#high = Math.max(this.#high, value);
    if (value < this.#last) this.#falls += 1;
    this.#last = value;
  }

  seen(): SeenColumn {
    const bounded = this.#low <= this.#high ? { low: this.#low, high: this.#high } : {};
    return {
      name: this.#name,
      cells: this.#evidence.summary(),
      summary: this.#summary.summary(),
      ...(this.#classes ? { classes: [...this.#classes].toSorted() } : {}),
      unique: this.#unique,
      ...(this.#first === undefined ? {} : { first: this.#first }),
      integer: this.#integer,
      padded: this.#integer && this.#isEven && this.#zeros > 0 && (this.#first ?? '').length >= shortestName,
      periods: this.#first !== undefined && this.#periods && this.#isEven,
      ...bounded,
      falls: this.#falls,
    };
  }

  #remember(text: string): void {
    if (this.#classes && this.#classes.add(text).size > mostClasses) this.#classes = undefined;
    if (!this.#unique) return;
    if (this.#seen.has(text) || this.#seen.size >= mostRemembered) {
      this.#unique = false;
      this.#seen.clear();
    } else this.#seen.add(text);
  }
}
