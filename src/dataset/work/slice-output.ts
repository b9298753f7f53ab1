// The slice files being written: buffered, hashed on the way, and never more open files than the system allows.
import { createHash } from 'node:crypto';
import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export type WrittenSlice = { path: string; bytes: number; rows: number; sha256: string };

/** All outputs together hold about this much unwritten data. */
const budget = 48 << 20;
const largestBuffer = 1 << 18;
const smallestBuffer = 1 << 12;

/** More outputs side by side than this would take more memory than there is for them. */
export const mostOutputs = budget / smallestBuffer;

export function bufferBytes(outputs: number): number {
  return Math.min(largestBuffer, Math.max(smallestBuffer, Math.floor(budget / Math.max(1, outputs))));
}

/** One slice. The file is opened only while a full buffer is appended, so that thousands can be written side by side. */
export class SliceOutput {
  readonly path: string;
  readonly #hash = createHash('sha256');
  readonly #limit: number;
  #buffer: Buffer = Buffer.alloc(0);
  #used = 0;
  #bytes = 0;
  #late: Buffer[] = [];
  #lateBytes = 0;
  rows = 0;

  constructor(path: string, header: Buffer, limit: number) {
    this.path = path;
    this.#limit = limit;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
    this.append(header, 0, header.length, 0);
  }

  /** Adds bytes that hold `rows` rows. */
  append(bytes: Buffer, start: number, end: number, rows: number): void {
    this.rows += rows;
    if (this.#used + (end - start) > this.#limit) this.#flush();
    if (end - start > this.#limit) {
      this.#write(bytes.subarray(start, end));
      return;
    }
    if (this.#buffer.length === 0) this.#buffer = Buffer.allocUnsafe(this.#limit);
    this.#used += bytes.copy(this.#buffer, this.#used, start, end);
  }

  /** Keeps rows that arrive late: they follow when the slice is finished. */
  appendLate(bytes: Buffer): void {
    // A row may be a view of a buffer that is about to be reused.
    this.#late.push(Buffer.from(bytes));
    this.#lateBytes += bytes.length;
    this.rows += 1;
    if (this.#lateBytes > this.#limit) this.#putLate();
  }

  finish(): WrittenSlice {
    if (existsSync(this.#latePath)) this.#takeLate();
    for (const row of this.#late) this.append(row, 0, row.length, 0);
    this.#late = [];
    this.#flush();
    this.#buffer = Buffer.alloc(0);
    return { path: this.path, bytes: this.#bytes, rows: this.rows, sha256: this.#hash.digest('hex') };
  }

  #putLate(): void {
    appendFileSync(this.#latePath, Buffer.concat(this.#late));
    this.#late = [];
    this.#lateBytes = 0;
  }

  get #latePath(): string {
    return `${this.path}.late`;
  }

  #takeLate(): void {
    const chunk = Buffer.allocUnsafe(largestBuffer);
    const file = openSync(this.#latePath, 'r');
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) this.append(chunk, 0, read, 0);
    closeSync(file);
    rmSync(this.#latePath);
  }

  #flush(): void {
    if (this.#used > 0) this.#write(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  #write(bytes: Buffer): void {
    appendFileSync(this.path, bytes);
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }
}
