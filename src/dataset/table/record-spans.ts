// Where each record of a file is: its rows can be fetched again in any order without looking for them.
import { doubled } from './doubled.ts';
import type { Batch } from './split-records.ts';

/** Eight bytes a record; of a file of less than 4 GB. */
export class RecordSpans {
  #starts = new Uint32Array(1 << 14);
  #ends = new Uint32Array(1 << 14);
  rows = 0;
  /** In bytes, without the line break that the last one may lack. */
  longest = 0;
  /** The last one lacks its line break. */
  isOpen = false;

  /** `from`: where the records of the table begin in its file. */
  note({ bytes, starts, ends, count, at }: Batch, from: number): void {
    while (this.rows + count > this.#starts.length) this.#grow();
    const base = from + at;
    for (let row = 0; row < count; row++) {
      const start = starts[row]!;
      const end = ends[row]!;
      this.#starts[this.rows + row] = base + start;
      this.#ends[this.rows + row] = base + end;
      if (end - start > this.longest) this.longest = end - start;
    }
    this.rows += count;
    if (count > 0) this.isOpen = bytes[ends[count - 1]! - 1] !== 10;
  }

  startOf(row: number): number {
    return this.#starts[row]!;
  }

  endOf(row: number): number {
    return this.#ends[row]!;
  }

  #grow(): void {
    this.#starts = doubled(this.#starts);
    this.#ends = doubled(this.#ends);
  }
}
