// What is learnt of one column while its values pass by.
import type { ColumnStats } from '../../domain/dataset/drift-context.ts';
import { isMissing, numberOf } from '../../domain/dataset/read-cell.ts';
import { mostClasses } from '../../domain/dataset/stratum.ts';

/** Counts values and classes (in order of first appearance, the first 254 of them). */
export class ColumnTally {
  readonly #classes = new Map<string, number>();
  #numbers = 0;
  #others = 0;
  #sum = 0;
  #integer = true;

  /** Notes a value; returns its class. */
  add(text: string, value: number = numberOf(text) ?? Number.NaN): number {
    if (!Number.isNaN(value)) {
      this.#numbers += 1;
      this.#sum += value;
      if (!Number.isInteger(value) || text.includes('.')) this.#integer = false;
    } else if (!isMissing(text)) this.#others += 1;
    const known = this.#classes.get(text);
    if (known !== undefined) return known;
    if (this.#classes.size >= mostClasses) return mostClasses;
    this.#classes.set(text, this.#classes.size);
    return this.#classes.size - 1;
  }

  get classes(): string[] {
    return [...this.#classes.keys()];
  }

  /** True when every value that is not missing is a number. */
  get numeric(): boolean {
    return this.#numbers > 0 && this.#others === 0;
  }

  stats(): ColumnStats {
    return {
      numeric: this.numeric,
      integer: this.numeric && this.#integer,
      mean: this.#numbers === 0 ? 0 : this.#sum / this.#numbers,
      classes: this.classes.filter((text) => !isMissing(text)).toSorted(byText),
    };
  }
}

/** By code unit, so that no locale has a say. */
function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
