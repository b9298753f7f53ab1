// What is learnt of one column while its values pass by.
import type { ColumnStats } from '../../domain/drift/drift-context.ts';
import { type CellReader, plainCells } from '../../domain/dataset/cell-reader.ts';
import { ruling } from '../../domain/dataset/column-evidence.ts';
import { looksMissing } from '../../domain/dataset/recognize-form.ts';
import { mostClasses } from '../../domain/dataset/stratum.ts';

/** Counts values and classes (in order of first appearance, the first 254 of them). */
export class ColumnTally {
  readonly #classes = new Map<string, number>();
  #numbers = 0;
  #others = 0;
  #wordsAside = 0;
  readonly #cells: CellReader;
  readonly #text: boolean;
  #sum = 0;
  #integer = true;

  constructor(cells: CellReader = plainCells, column = '') {
    this.#cells = cells;
    this.#text = cells.isText(column);
  }

  /** Notes a value; returns its class. */
  add(text: string, value: number = this.#cells.number(text) ?? Number.NaN): number {
    if (!Number.isNaN(value)) {
      this.#numbers += 1;
      this.#sum += value;
      if (!Number.isInteger(value) || (this.#cells.plain(text) ?? text).includes('.')) this.#integer = false;
    } else if (!this.#cells.isMissing(text)) {
      this.#others += 1;
      if (looksMissing(text)) this.#wordsAside += 1;
    }
    const known = this.#classes.get(text);
    if (known !== undefined) return known;
    if (this.#classes.size >= mostClasses) return mostClasses;
    this.#classes.set(text, this.#classes.size);
    return this.#classes.size - 1;
  }

  get classes(): string[] {
    return [...this.#classes.keys()];
  }

  /** True when every value that is not missing is a number, but for the few that do not change what a column holds. */
  get numeric(): boolean {
    const counts = { values: this.#numbers + this.#others, numbers: this.#numbers, dates: 0 };
    return !this.#text && ruling({ ...counts, wordsAside: this.#wordsAside }) === 'number';
  }

  /** Of a column of numbers, what is no number is no class either. */
  #isClass(text: string): boolean {
    return this.#cells.isMissing(text) ? false : !this.numeric || this.#cells.number(text) !== undefined;
  }

  stats(): ColumnStats {
    return {
      numeric: this.numeric,
      integer: this.numeric && this.#integer,
      mean: this.#numbers === 0 ? 0 : this.#sum / this.#numbers,
      classes: this.classes.filter((text) => this.#isClass(text)).toSorted(byText),
    };
  }
}

/** By code unit, so that no locale has a say. */
function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
