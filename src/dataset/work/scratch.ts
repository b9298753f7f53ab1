// A file with one record of fixed size per row: how facts about every row are kept without keeping them in memory.
import { closeSync, openSync, readSync, writeSync } from 'node:fs';

const recordsPerBlock = 16_384;

/** Appends records; `next` gives the place to write one. Little-endian, on this machine only. */
export class ScratchWriter {
  readonly #file: number;
  readonly #size: number;
  readonly #block: Buffer;
  #used = 0;

  constructor(path: string, recordSize: number) {
    this.#file = openSync(path, 'w');
    this.#size = recordSize;
    this.#block = Buffer.alloc(recordSize * recordsPerBlock);
  }

  /** Calls `write` with a block and the offset of a fresh record in it. */
  append(write: (block: Buffer, offset: number) => void): void {
    if (this.#used === this.#block.length) this.#flush();
    write(this.#block, this.#used);
    this.#used += this.#size;
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    writeSync(this.#file, this.#block, 0, this.#used);
    this.#used = 0;
  }
}

/** Reads the records back in order; `undefined` once they are all read. */
export class ScratchReader {
  readonly #file: number;
  readonly #size: number;
  #filled = 0;
  #position = 0;
  readonly block: Buffer;

  constructor(path: string, recordSize: number) {
    this.#file = openSync(path, 'r');
    this.#size = recordSize;
    this.block = Buffer.alloc(recordSize * recordsPerBlock);
  }

  /** The offset in `block` of the next record, or -1 at the end. */
  next(): number {
    if (this.#position === this.#filled) {
      this.#filled = readSync(this.#file, this.block, 0, this.block.length, null);
      this.#position = 0;
      if (this.#filled === 0) return -1;
    }
    const offset = this.#position;
    this.#position += this.#size;
    return offset;
  }

  close(): void {
    closeSync(this.#file);
  }
}
