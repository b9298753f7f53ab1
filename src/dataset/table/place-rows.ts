// The rows of a file by rank, a window of the result at a time: each row is put where it belongs in it, and a window costs one
// reading of the file. For files that are read a few times sooner than they are written to buckets and read from them.
import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { DatasetError } from '../work/dataset-error.ts';
import type { Table } from './open-table.ts';
import type { RecordSpans } from './record-spans.ts';
import type { Batch } from './split-records.ts';

/** In bytes: a window of the result, what is read at once of the file, and what is given at once of a window. */
type Sizes = { window: number; chunk: number; part: number };
const usualSizes: Sizes = { window: 64 << 20, chunk: 1 << 20, part: 4 << 20 };
/** A larger file would be read too often. */
export const mostPlaced = 8 * usualSizes.window;

/** Its rows have the ranks from `first` to `end`; `starts` are their places in it, and behind them its length. */
type Window = { first: number; end: number; starts: Int32Array };
/** The records of `[row, to)`, to be read to the half of the space that is free. */
type Chunk = { row: number; to: number; half: number };

export async function* placeRows(
  { path, eol }: Table,
  spans: RecordSpans,
  rankOf: (row: number) => number,
  sizes: Sizes = usualSizes,
): AsyncGenerator<Batch> {
  const lengths = new Uint32Array(spans.rows);
  let total = 0;
  for (let row = 0; row < spans.rows; row++) {
    const length = lengthOf(spans, row, eol);
    lengths[rankOf(row)] = length;
    total += length;
  }
  const longest = spans.longest + eol.length;
  const room = Math.min(total, Math.max(sizes.window, longest));
  const reader = new Placer(path, eol, spans, rankOf, { room, half: Math.max(sizes.chunk, longest) });
  for (let first = 0; first < spans.rows;) {
    const window = windowFrom(first, lengths, room);
    await reader.fill(window);
    yield* partsOf(reader.bytes, window, sizes.part);
    first = window.end;
  }
}

/** With the line break that the last record may lack. */
function lengthOf(spans: RecordSpans, row: number, eol: Buffer): number {
  const length = spans.endOf(row) - spans.startOf(row);
  return spans.isOpen && row === spans.rows - 1 ? length + eol.length : length;
}

function windowFrom(first: number, lengths: Uint32Array, room: number): Window {
  let end = first;
  for (let used = 0; end < lengths.length && used + lengths[end]! <= room; end++) used += lengths[end]!;
  const starts = new Int32Array(end - first + 1);
  for (let rank = first; rank < end; rank++) starts[rank - first + 1] = starts[rank - first]! + lengths[rank]!;
  return { first, end, starts };
}

async function* partsOf(bytes: Buffer, { starts }: Window, most: number): AsyncGenerator<Batch> {
  const rows = starts.length - 1;
  for (let from = 0; from < rows;) {
    let to = from + 1;
    while (to < rows && starts[to + 1]! - starts[from]! <= most) to += 1;
    // Another buffer for each: who looks at one by its rows may note what it has seen of it.
    const part = bytes.subarray(starts[from]!, starts[to]!);
    const places = starts.subarray(from, to + 1).map((place) => place - starts[from]!);
    const count = to - from;
    yield { bytes: part, starts: places, ends: places.subarray(1), count, lines: count, hollow: 0, at: 0 };
    // Whoever has written it lets others have their turn.
    await setImmediate();
    from = to;
  }
}

/** Window and chunks are in one buffer: bytes are moved within it much sooner than from one to another. */
class Placer {
  readonly bytes: Buffer;
  readonly #path: string;
  readonly #eol: Buffer;
  readonly #spans: RecordSpans;
  readonly #rankOf: (row: number) => number;
  readonly #room: number;
  readonly #half: number;

  constructor(
    path: string,
    eol: Buffer,
    spans: RecordSpans,
    rankOf: (row: number) => number,
    { room, half }: { room: number; half: number },
  ) {
    this.bytes = Buffer.allocUnsafeSlow(room + 2 * half);
    this.#path = path;
    this.#eol = eol;
    this.#spans = spans;
    this.#rankOf = rankOf;
    this.#room = room;
    this.#half = half;
  }

  /** While one chunk is placed, the next one is read. */
  async fill(window: Window): Promise<void> {
    const file = await open(this.#path, 'r');
    try {
      let chunk = this.#chunkFrom(0, 0, window);
      let reading = chunk && this.#read(file, chunk);
      while (chunk) {
        await reading;
        const next = this.#chunkFrom(chunk.to, 1 - chunk.half, window);
        reading = next && this.#read(file, next);
        // Whoever waits for it comes later: its failure is not unheard.
        reading?.catch(() => undefined);
        this.#place(chunk, window);
        chunk = next;
      }
    } finally {
      await file.close();
    }
  }

  /** From the next row that belongs to the window on. */
  #chunkFrom(from: number, half: number, { first, end }: Window): Chunk | undefined {
    const { rows } = this.#spans;
    let row = from;
    for (; row < rows; row++) {
      const rank = this.#rankOf(row);
      if (rank >= first && rank < end) break;
    }
    if (row === rows) return undefined;
    const start = this.#spans.startOf(row);
    let to = row + 1;
    while (to < rows && this.#spans.endOf(to) - start <= this.#half) to += 1;
    return { row, to, half };
  }

  async #read(file: FileHandle, { row, to, half }: Chunk): Promise<void> {
    const start = this.#spans.startOf(row);
    const length = this.#spans.endOf(to - 1) - start;
    const offset = this.#room + half * this.#half;
    for (let read = 0; read < length;) {
      const { bytesRead } = await file.read(this.bytes, offset + read, length - read, start + read);
      if (bytesRead === 0) throw new DatasetError('source_changed', `${this.#path} was changed while it was read`);
      read += bytesRead;
    }
  }

  #place({ row: from, to, half }: Chunk, { first, end, starts }: Window): void {
    const { bytes } = this;
    const spans = this.#spans;
    const offset = this.#room + half * this.#half - spans.startOf(from);
    for (let row = from; row < to; row++) {
      const rank = this.#rankOf(row);
      if (rank < first || rank >= end) continue;
      const place = starts[rank - first]!;
      bytes.copyWithin(place, offset + spans.startOf(row), offset + spans.endOf(row));
    }
    if (!spans.isOpen || to < spans.rows) return;
    const rank = this.#rankOf(to - 1);
    if (rank >= first && rank < end) this.#eol.copy(bytes, starts[rank - first + 1]! - this.#eol.length);
  }
}
