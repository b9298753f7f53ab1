// Writes the rows of a table in another order, their bytes unchanged: by a column, or shuffled by a seed.
// Ranks come from a sort in DuckDB (which spills) or from a seeded permutation; then rows are distributed to buckets of
// neighbouring ranks, each small enough to be put in order in memory. Only sequential reading and writing.
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Order } from '../../domain/dataset/dataset.ts';
import type { CellReader } from '../../domain/dataset/cell-reader.ts';
import { ruling } from '../../domain/dataset/column-evidence.ts';
import { tieBreak } from '../../domain/dataset/exact-number.ts';
import { looksMissing } from '../../domain/dataset/recognize-form.ts';
import { permutation } from '../../domain/dataset/sample.ts';
import { RowView, splittingOf, type Table } from './open-table.ts';
import { rankByKeys } from './rank-keys.ts';
import { readRecords } from './read-records.ts';
import { ScratchReader } from '../work/scratch.ts';
import { SliceOutput } from '../work/slice-output.ts';
import { columnIndex } from './survey-rows.ts';

const bucketBytes = 32 << 20;
const mostBuckets = 512;
/** Before each record in a bucket: its rank (6 bytes) and its length (4). */
const headBytes = 10;

/** The ordered copy in `dir`. Equal keys keep the order of the file; missing keys come last. */
export async function orderTable(table: Table, order: Exclude<Order, { kind: 'file' }>, dir: string): Promise<Table> {
  const to = join(dir, `ordered.${table.format}`);
  const { rows, rankOf, close } =
    order.kind === 'shuffle' ? await shuffled(table, order.seed) : await sorted(table, order.column, dir);
  const size = statSync(table.path).size;
  const buckets = Math.max(1, Math.min(mostBuckets, Math.ceil(size / bucketBytes)));
  const files = await distribute(
    table,
    rankOf,
    (rank) => Math.floor((rank * buckets) / Math.max(1, rows)),
    dir,
    buckets,
  );
  close();
  const output = openSync(to, 'w');
  writeSync(output, table.header);
  for (const file of files) {
    writeWhole(output, inOrder(file));
    rmSync(file, { force: true });
  }
  closeSync(output);
  return { ...table, path: to, start: table.header.length };
}

/** One write may take only a part of a large buffer. */
function writeWhole(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}

type Ranks = { rows: number; rankOf: (row: number) => number; close: () => void };

async function shuffled(table: Table, seed: number): Promise<Ranks> {
  let rows = 0;
  for await (const batch of readRecords(table.path, { ...splittingOf(table), start: table.start })) rows += batch.count;
  return { rows, rankOf: permutation(seed, rows), close: () => undefined };
}

/**
 * Keys are compared as numbers when the column's cells are numbers, as dates when they are dates, else as text by code
 * point. The few that break the kind of a column come last, with what is missing.
 */
async function sorted(table: Table, name: string, dir: string): Promise<Ranks> {
  const column = columnIndex(table, name);
  const { cells } = table;
  const view = new RowView(table);
  const path = join(dir, 'keys.csv');
  const keys = new SliceOutput(path, Buffer.from('text,number,date,exact\n'), 1 << 18);
  const counts = { values: 0, numbers: 0, dates: 0, wordsAside: 0 };
  let rows = 0;
  for await (const batch of readRecords(table.path, { ...splittingOf(table), start: table.start })) {
    for (let row = 0; row < batch.count; row++) {
      const text = view.set(batch.bytes, batch.starts[row]!, batch.ends[row]!).text(column);
      const line = Buffer.from(keyOf(text, cells, counts));
      keys.append(line, 0, line.length, 1);
    }
    rows += batch.count;
  }
  keys.finish();
  const ranks = join(dir, 'ranks.bin');
  await rankByKeys(path, cells.isText(name) ? 'text' : (ruling(counts) ?? 'text'), ranks, dir);
  const reader = new ScratchReader(ranks, 6);
  const rankOf = (): number => reader.block.readUIntLE(reader.next(), 6);
  return { rows, rankOf, close: () => reader.close() };
}

/** A line of keys; counts what the cell is. */
function keyOf(
  text: string,
  cells: CellReader,
  counts: { values: number; numbers: number; dates: number; wordsAside: number },
): string {
  if (cells.isMissing(text)) return '"",,,\n';
  counts.values += 1;
  const key = `"${text.replaceAll('"', '""')}"`;
  const number = cells.number(text);
  if (number !== undefined) {
    counts.numbers += 1;
    return `${key},${number},,${tieBreak(cells.plain(text) ?? '')}\n`;
  }
  const date = cells.date(text);
  if (date !== undefined) {
    counts.dates += 1;
    // What of a second is finer than a millisecond.
    return `${key},,${date},${/[.,]\d{3}(\d+)/.exec(text)?.[1]?.replace(/0+$/, '') ?? ''}\n`;
  }
  if (looksMissing(text)) counts.wordsAside += 1;
  return `${key},,,\n`;
}

/** Appends every record, with its rank and length before it, to the bucket of its rank. */
async function distribute(
  table: Table,
  rankOf: (row: number) => number,
  bucketOf: (rank: number) => number,
  dir: string,
  buckets: number,
): Promise<string[]> {
  const empty = Buffer.alloc(0);
  const limit = Math.max(1 << 14, Math.floor((48 << 20) / buckets));
  const paths = Array.from({ length: buckets }, (_, index) => join(dir, `bucket-${index}.bin`));
  const outputs = paths.map((path) => new SliceOutput(path, empty, limit));
  const head = Buffer.alloc(headBytes);
  let row = 0;
  for await (const batch of readRecords(table.path, { ...splittingOf(table), start: table.start })) {
    for (let at = 0; at < batch.count; at++) {
      const start = batch.starts[at]!;
      const end = batch.ends[at]!;
      const missing = batch.bytes[end - 1] === 10 ? empty : table.eol;
      const rank = rankOf(row++);
      head.writeUIntLE(rank, 0, 6);
      head.writeUInt32LE(end - start + missing.length, 6);
      const output = outputs[bucketOf(rank)]!;
      output.append(head, 0, head.length, 0);
      output.append(batch.bytes, start, end, 1);
      output.append(missing, 0, missing.length, 0);
    }
  }
  for (const output of outputs) output.finish();
  return paths;
}

/** The records of one bucket by rank. Its ranks are neighbours without gaps, so each tells its record's place: no sort. */
function inOrder(path: string): Buffer {
  const bytes = readFileSync(path);
  let count = 0;
  let first = Number.POSITIVE_INFINITY;
  for (let at = 0; at < bytes.length; at += headBytes + bytes.readUInt32LE(at + 6)) {
    first = Math.min(first, bytes.readUIntLE(at, 6));
    count += 1;
  }
  const places = new Float64Array(count);
  for (let at = 0; at < bytes.length; at += headBytes + bytes.readUInt32LE(at + 6)) {
    places[bytes.readUIntLE(at, 6) - first] = at;
  }
  const ordered = Buffer.allocUnsafe(bytes.length - count * headBytes);
  let used = 0;
  for (const at of places) {
    const start = at + headBytes;
    used += bytes.copy(ordered, used, start, start + bytes.readUInt32LE(at + 6));
  }
  return ordered;
}
