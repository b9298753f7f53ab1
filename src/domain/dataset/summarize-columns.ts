// What the columns of one slice hold, in a few numbers each: for the data card.
import { dateOf, isMissing, numberOf } from './read-cell.ts';

export type ColumnSummary = {
  name: string;
  kind: 'number' | 'date' | 'text' | 'empty';
  missing: number;
  /** The texts of the smallest and the largest number or date. */
  min?: string;
  max?: string;
  mean?: number;
  /** The most frequent values with their counts, when there are few different ones. */
  values?: [value: string, count: number][];
};

export type SliceSummary = { rows: number; columns: ColumnSummary[] };

const mostValues = 12;

/** Follows one column, value by value, in bounded memory. */
export class ColumnSummarizer {
  readonly #name: string;
  #missing = 0;
  #numbers = true;
  #dates = true;
  #sum = 0;
  #count = 0;
  #low: { key: number; text: string } | undefined;
  #high: { key: number; text: string } | undefined;
  #values: Map<string, number> | undefined = new Map();

  constructor(name: string) {
    this.#name = name;
  }

  add(text: string): void {
    if (isMissing(text)) {
      this.#missing += 1;
      return;
    }
    this.#count += 1;
    this.#tally(text);
    const number = this.#numbers ? numberOf(text) : undefined;
    const key = number ?? (this.#dates ? dateOf(text) : undefined);
    this.#numbers &&= number !== undefined;
    this.#dates &&= number === undefined && key !== undefined;
    if (key === undefined) return;
    this.#sum += key;
    if (!this.#low || key < this.#low.key) this.#low = { key, text };
    if (!this.#high || key > this.#high.key) this.#high = { key, text };
  }

  summary(): ColumnSummary {
    const common = { name: this.#name, missing: this.#missing };
    if (this.#count === 0) return { ...common, kind: 'empty' };
    const kind = this.#numbers ? 'number' : this.#dates ? 'date' : 'text';
    const byCount = [...(this.#values ?? [])].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    return {
      ...common,
      kind,
      ...(kind === 'text' ? {} : { min: this.#low!.text, max: this.#high!.text }),
      ...(kind === 'number' ? { mean: this.#sum / this.#count } : {}),
      ...(this.#values ? { values: byCount } : {}),
    };
  }

  #tally(text: string): void {
    if (!this.#values) return;
    const known = this.#values.get(text);
    if (known === undefined && this.#values.size >= mostValues) this.#values = undefined;
    else this.#values.set(text, (known ?? 0) + 1);
  }
}
