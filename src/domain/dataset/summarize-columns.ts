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

type Cell = { key: number; text: string };
type Range = { count: number; sum: number; low?: Cell; high?: Cell };

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

  readonly #plainNumber = (text: string): string => this.#cells.plain(text) ?? text;

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
    if (number !== undefined) widen(this.#numbers, number, text, this.#plainNumber);
    else if (date !== undefined) widen(this.#dates, date, text, plainDate);
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

const plainDate = (text: string): string => text.replaceAll(/\D/g, '');

/** `plain` orders two texts that are the same number to a double. */
function widen(range: Range, key: number, text: string, plain: (text: string) => string): void {
  const { low, high } = range;
  range.count += 1;
  range.sum += key;
  if (!low || compare(key, text, low, plain) < 0) range.low = { key, text };
  if (!high || compare(key, text, high, plain) > 0) range.high = { key, text };
}

function compare(key: number, text: string, other: Cell, plain: (text: string) => string): number {
  if (key !== other.key) return key - other.key;
  return text === other.text ? 0 : compareExactly(plain(text), plain(other.text));
}
