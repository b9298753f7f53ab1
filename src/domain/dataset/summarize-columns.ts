// What the columns of one slice hold, in a few numbers each: for the data card.
import { type CellReader, plainCells } from './cell-reader.ts';
import { ruling } from './column-evidence.ts';
import { compareExactly } from './exact-number.ts';
import { looksMissing } from './recognize-form.ts';

export type ColumnSummary = {
  name: string;
  kind: 'number' | 'date' | 'text' | 'empty';
  missing: number;
  /** Cells that are not what the rest of the column is, with the first of them. */
  odd?: { count: number; example: string };
  /** The texts of the smallest and the largest number or date. */
  min?: string;
  max?: string;
  mean?: number;
  /** The most frequent values with their counts, when there are few different ones. */
  values?: [value: string, count: number][];
};

export type SliceSummary = { rows: number; columns: ColumnSummary[] };

const mostValues = 12;

type Range = { count: number; sum: number; low?: { key: number; text: string }; high?: { key: number; text: string } };

/** Follows one column, value by value, in bounded memory. */
export class ColumnSummarizer {
  readonly #name: string;
  readonly #cells: CellReader;
  #missing = 0;
  #count = 0;
  #wordsAside = 0;
  readonly #numbers: Range = { count: 0, sum: 0 };
  readonly #dates: Range = { count: 0, sum: 0 };
  /** The first cell that was no number, and the first that was no date. */
  #noNumber: string | undefined;
  #noDate: string | undefined;
  #values: Map<string, number> | undefined = new Map();

  constructor(name: string, cells: CellReader = plainCells) {
    this.#name = name;
    this.#cells = cells;
  }

  add(text: string): void {
    if (this.#cells.isMissing(text)) {
      this.#missing += 1;
      return;
    }
    this.#count += 1;
    this.#tally(text);
    if (this.#cells.isText(this.#name)) return;
    const number = this.#cells.number(text);
    const date = number === undefined ? this.#cells.date(text) : undefined;
    if (number === undefined) this.#noNumber ??= text;
    if (date === undefined) this.#noDate ??= text;
    if (number !== undefined) widen(this.#numbers, number, text, (value) => this.#cells.plain(value) ?? value);
    else if (date !== undefined) widen(this.#dates, date, text, (value) => value.replaceAll(/\D/g, ''));
    else if (looksMissing(text)) this.#wordsAside += 1;
  }

  summary(): ColumnSummary {
    const common = { name: this.#name, missing: this.#missing };
    if (this.#count === 0) return { ...common, kind: 'empty' };
    const counts = { numbers: this.#numbers.count, dates: this.#dates.count, wordsAside: this.#wordsAside };
    const kind = ruling({ values: this.#count, ...counts }) ?? 'text';
    const byCount = [...(this.#values ?? [])].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const values = this.#values ? { values: byCount } : {};
    if (kind === 'text') return { ...common, kind, ...values };
    const { count, sum, low, high } = kind === 'number' ? this.#numbers : this.#dates;
    const odd = this.#count - count;
    const example = (kind === 'number' ? this.#noNumber : this.#noDate) ?? '';
    return {
      ...common,
      kind,
      ...(odd > 0 ? { odd: { count: odd, example } } : {}),
      min: low!.text,
      max: high!.text,
      ...(kind === 'number' ? { mean: sum / count } : {}),
      ...values,
    };
  }

  #tally(text: string): void {
    if (!this.#values) return;
    const known = this.#values.get(text);
    if (known === undefined && this.#values.size >= mostValues) this.#values = undefined;
    else this.#values.set(text, (known ?? 0) + 1);
  }
}

/** `plain` orders two texts that are the same number to a double. */
function widen(range: Range, key: number, text: string, plain: (text: string) => string): void {
  range.count += 1;
  range.sum += key;
  const isBelow = (one: { key: number; text: string }, other: { key: number; text: string }): boolean =>
    one.key === other.key && one.text !== other.text
      ? compareExactly(plain(one.text), plain(other.text)) < 0
      : one.key < other.key;
  const cell = { key, text };
  if (!range.low || isBelow(cell, range.low)) range.low = cell;
  if (!range.high || isBelow(range.high, cell)) range.high = cell;
}
