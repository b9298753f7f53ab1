// Cuts bytes into records without changing any: a line, or a CSV row whose quoted fields may hold line breaks.
import { doubled } from './doubled.ts';

/** Whole records in one buffer. The arrays and the bytes are overwritten by the next `push`. */
export type Batch = {
  bytes: Buffer;
  starts: Int32Array;
  ends: Int32Array;
  count: number;
  /** Line breaks in `bytes`, those of blank lines and of quoted fields included. */
  lines: number;
  /** CSV: lines of delimiters alone, which are no records. */
  hollow: number;
  /** Where `bytes` begin in all that was given to be cut. */
  at: number;
};

export type Splitting = {
  /** CSV: a quote that opens a field hides line breaks until it is closed. */
  quotes: boolean;
  /** The delimiter's byte: a quote is an opening one only at the start of a record or behind it. */
  delimiter: number;
  /** Blank lines and lines of delimiters alone are records, too: of a text that a program wrote, one line for each row. */
  everyLine?: boolean;
};

const lineFeed = 10;
const carriageReturn = 13;
const quote = 34;

/** Splits a stream given chunk by chunk. Blank lines are no records. Ends include the line break, where there is one. */
export class RecordSplitter {
  readonly #quotes: boolean;
  readonly #delimiter: number;
  readonly #everyLine: boolean;
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;
  /** Bytes forgotten. */
  #passed = 0;
  #position = 0;
  #inside = false;
  /** Where a quoted field was last closed: a quote right behind it re-opens the field. */
  #closed = -2;
  #starts = new Int32Array(4096);
  #ends = new Int32Array(4096);
  #count = 0;
  /** Line breaks, and lines of delimiters alone, seen since the last batch. */
  #lines = 0;
  #hollow = 0;
  /** Line breaks inside the record that has not ended. */
  #open = 0;

  constructor(splitting: Splitting) {
    this.#quotes = splitting.quotes;
    this.#delimiter = splitting.delimiter;
    this.#everyLine = splitting.everyLine === true;
  }

  /** Bytes that belong to a record that has not ended yet. */
  get pending(): number {
    return this.#length;
  }

  /** True when the input ended, or stands, inside a quoted field. */
  get insideQuotes(): boolean {
    return this.#inside;
  }

  /** Where the caller may write up to `size` more bytes, before it says how many by `push`. */
  space(size: number): Buffer {
    if (this.#bytes.length < this.#length + size) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length + size, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    return this.#bytes.subarray(this.#length, this.#length + size);
  }

  /** The records that are complete once `written` more bytes stand in the space. Call `release` before the next space. */
  push(written: number): Batch {
    this.#length += written;
    this.#count = 0;
    const rest = this.#scan();
    return this.#batch(rest);
  }

  /** The last record, when its line break is missing. */
  end(): Batch {
    this.#count = 0;
    this.#open = 0;
    this.#add(0, this.#length);
    return this.#batch(this.#length);
  }

  /** Forgets the records of the last batch and keeps what belongs to the next. */
  release(batch: Batch): void {
    const used = batch.bytes.length;
    this.#bytes.copyWithin(0, used, this.#length);
    this.#length -= used;
    this.#passed += used;
    this.#position -= used;
    this.#closed -= used;
  }

  #batch(used: number): Batch {
    const lines = this.#lines - this.#open;
    const hollow = this.#hollow;
    this.#lines = this.#open;
    this.#hollow = 0;
    const bytes = this.#bytes.subarray(0, used);
    return { bytes, starts: this.#starts, ends: this.#ends, count: this.#count, lines, hollow, at: this.#passed };
  }

  #scan(): number {
    const bytes = this.#bytes.subarray(0, this.#length);
    const quoted = this.#quotes && (this.#inside || bytes.indexOf(quote, this.#position) !== -1);
    return quoted ? this.#scanQuoted(bytes) : this.#scanLines(bytes);
  }

  #scanLines(bytes: Buffer): number {
    let start = 0;
    let end = bytes.indexOf(lineFeed, this.#position);
    while (end !== -1) {
      this.#lines += 1;
      this.#add(start, end + 1);
      start = end + 1;
      end = bytes.indexOf(lineFeed, start);
    }
    this.#position = bytes.length;
    return start;
  }

  /** One look at each byte; a doubled quote inside a field closes and opens it again, which comes to the same. */
  #scanQuoted(bytes: Buffer): number {
    const delimiter = this.#delimiter;
    let inside = this.#inside;
    let closed = this.#closed;
    let lines = 0;
    let open = this.#open;
    let start = 0;
    for (let index = this.#position; index < bytes.length; index++) {
      const byte = bytes[index];
      if (byte === quote) {
        if (inside) {
          inside = false;
          closed = index;
        } else inside = index === start || index === closed + 1 || bytes[index - 1] === delimiter;
      } else if (byte === lineFeed) {
        lines += 1;
        open = inside ? open + 1 : 0;
        if (inside) continue;
        this.#add(start, index + 1);
        start = index + 1;
      }
    }
    this.#lines += lines;
    this.#open = open;
    this.#inside = inside;
    this.#closed = closed;
    this.#position = bytes.length;
    return start;
  }

  #add(start: number, end: number): void {
    const last = textEnd(this.#bytes, start, end);
    if (end === start || (!this.#everyLine && this.#isNoRecord(start, last))) return;
    if (this.#count === this.#starts.length) this.#grow();
    this.#starts[this.#count] = start;
    this.#ends[this.#count] = end;
    this.#count += 1;
  }

  #isNoRecord(start: number, last: number): boolean {
    if (last === start) return true;
    if (!this.#quotes || this.#bytes[start] !== this.#delimiter || !this.#isHollow(start, last)) return false;
    this.#hollow += 1;
    return true;
  }

  #isHollow(start: number, end: number): boolean {
    let at = start;
    while (at < end && this.#bytes[at] === this.#delimiter) at += 1;
    return at === end;
  }

  #grow(): void {
    this.#starts = doubled(this.#starts);
    this.#ends = doubled(this.#ends);
  }
}

/** Where the text of a record ends: before its line break (LF or CRLF), if it has one. */
export function textEnd(bytes: Uint8Array, start: number, end: number): number {
  let last = end;
  if (last > start && bytes[last - 1] === lineFeed) last -= 1;
  if (last > start && bytes[last - 1] === carriageReturn) last -= 1;
  return last;
}
