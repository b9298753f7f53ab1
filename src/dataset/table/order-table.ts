// Gives the rows of a table in another order, their bytes unchanged: by a column, or shuffled by a seed. Of a file that may be
// read several times, each row is put in its place; of a larger one, rows are distributed to buckets of neighbouring ranks,
// each small enough to be put in order in memory. Only sequential reading and writing.
import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Order } from '../../domain/dataset/dataset.ts';
import { permutation } from '../../domain/dataset/sample.ts';
import type { Table } from './open-table.ts';
import { placeRows } from './place-rows.ts';
import { mostKeys, type Ranks, rankRows, spansFor } from './rank-rows.ts';
import { recordsOf } from './read-records.ts';
import type { Batch } from './split-records.ts';

const bucketBytes = 16 << 20;
const mostBuckets = 512;
/** All buckets together hold about this much unwritten data. */
const budget = 24 << 20;
/** Before each record in a bucket: its rank (6 bytes) and its length (4). */
const headBytes = 10;

/** The same rows, from the file or from buckets in `dir`. Equal keys keep the order of the file; missing keys come last. */
export async function orderTable(
  table: Table,
  order: Exclude<Order, { kind: 'file' }>,
  dir: string,
  known?: Ranks,
): Promise<Table> {
  const { rows, rankOf, close, spans } =
    order.kind === 'shuffle'
      ? await shuffled(table, order.seed)
      : (known ?? (await rankRows(table, order.column, dir)));
  if (spans) return { ...table, batches: () => placeRows(table, spans, rankOf) };
  const size = statSync(table.path).size;
  const buckets = Math.max(1, Math.min(mostBuckets, Math.ceil(size / bucketBytes)));
  const outputs = Array.from({ length: buckets }, (_, index) => new Bucket(join(dir, `bucket-${index}.bin`), buckets));
  const perBucket = buckets / Math.max(1, rows);
  let row = 0;
  for await (const { bytes, starts, ends, count } of recordsOf(table)) {
    for (let at = 0; at < count; at++) {
      const rank = rankOf(row++);
      outputs[Math.min(buckets - 1, Math.floor(rank * perBucket))]!.add(rank, bytes, starts[at]!, ends[at]!, table.eol);
    }
  }
  close();
  for (const output of outputs) output.close();
  return { ...table, batches: () => inOrder(outputs) };
}

async function shuffled(table: Table, seed: number): Promise<Ranks> {
  let rows = 0;
  let spans = spansFor(table);
  for await (const batch of recordsOf(table)) {
    rows += batch.count;
    if (rows > mostKeys) spans = undefined;
    spans?.note(batch, table.start);
  }
  const rankOf = permutation(seed, rows);
  const close = (): void => undefined;
  if (!spans) return { rows, rankOf, close };
  // A window after another asks for each.
  const ranks = Uint32Array.from({ length: rows }, (_, row) => rankOf(row));
  return { rows, rankOf: (row) => ranks[row]!, close, spans };
}

/** Records of neighbouring ranks, each with its head. */
class Bucket {
  readonly path: string;
  /** The least rank in it, and how many records there are. */
  first = Number.POSITIVE_INFINITY;
  count = 0;
  readonly #file: number;
  #buffer: Buffer;
  #used = 0;

  constructor(path: string, buckets: number) {
    this.path = path;
    this.#file = openSync(path, 'w');
    this.#buffer = Buffer.allocUnsafe(Math.max(1 << 14, Math.floor(budget / buckets)));
  }

  add(rank: number, bytes: Buffer, start: number, end: number, eol: Buffer): void {
    const whole = bytes[end - 1] === 10;
    const length = end - start + (whole ? 0 : eol.length);
    if (this.#used + headBytes + length > this.#buffer.length) this.#flush();
    if (headBytes + length > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(headBytes + length);
    const buffer = this.#buffer;
    if (rank < this.first) this.first = rank;
    this.count += 1;
    buffer.writeUInt32LE(rank % 2 ** 32, this.#used);
    buffer.writeUInt16LE(Math.floor(rank / 2 ** 32), this.#used + 4);
    buffer.writeUInt32LE(length, this.#used + 6);
    this.#used += headBytes;
    this.#used += bytes.copy(buffer, this.#used, start, end);
    if (!whole) this.#used += eol.copy(buffer, this.#used);
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
    this.#buffer = Buffer.alloc(0);
  }

  /** One write may take only a part of a large buffer. */
  #flush(): void {
    for (let at = 0; at < this.#used;) at += writeSync(this.#file, this.#buffer, at, this.#used - at);
    this.#used = 0;
  }
}

/**
 * The records of each bucket by rank. Its ranks are neighbours without gaps, so each tells its record's place: no sort.
 */
async function* inOrder(buckets: readonly Bucket[]): AsyncGenerator<Batch> {
  for (const { path, first, count } of buckets) {
    const bytes = readFileSync(path);
    const places = new Float64Array(count);
    for (let at = 0; at < bytes.length; at += headBytes + bytes.readUInt32LE(at + 6)) {
      places[bytes.readUInt32LE(at) + bytes.readUInt16LE(at + 4) * 2 ** 32 - first] = at;
    }
    yield gather(bytes, places);
  }
}

function gather(bytes: Buffer, places: Float64Array): Batch {
  const count = places.length;
  const ordered = Buffer.allocUnsafe(bytes.length - count * headBytes);
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  let used = 0;
  for (let row = 0; row < count; row++) {
    const start = places[row]! + headBytes;
    starts[row] = used;
    used += bytes.copy(ordered, used, start, start + bytes.readUInt32LE(start - 4));
    ends[row] = used;
  }
  return { bytes: ordered, starts, ends, count, lines: count, hollow: 0, at: 0 };
}
