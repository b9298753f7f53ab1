// Guesses from values what a column holds. A hint for checks and cards, never a reason to rewrite a value.
import type { DatasetColumn } from '../../domain/dataset/facts.ts';
import { dateOf, isBoolean, numberOf } from '../../domain/dataset/read-cell.ts';

export class KindGuess {
  #values = 0;
  #number = true;
  #date = true;
  #boolean = true;

  add(text: string): void {
    if (text === '') return;
    this.#values += 1;
    this.#number &&= numberOf(text) !== undefined;
    this.#date &&= dateOf(text) !== undefined;
    this.#boolean &&= isBoolean(text);
  }

  /** Nothing when the column had no value at all. */
  kind(): Pick<DatasetColumn, 'kind'> {
    if (this.#values === 0) return {};
    if (this.#number) return { kind: 'number' };
    if (this.#date) return { kind: 'date' };
    return { kind: this.#boolean ? 'boolean' : 'text' };
  }
}
