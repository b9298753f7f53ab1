// Gives finished slices the form of their source again: a JSON array from lines, Parquet from CSV text.
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { csvToParquet } from './convert-parquet.ts';
import { hashFile } from '../work/hash-file.ts';
import type { SliceRecord } from '../work/output-set.ts';
import type { PreparedSource } from './prepare-source.ts';
import { readRecords } from '../table/read-records.ts';
import { textEnd } from '../table/split-records.ts';

/**
 * `originsOf` tells what the columns of a release are called in the source.
 * A slice whose path ends in `.json` or `.parquet` is converted, if its source was one; others stay as they are.
 */
export async function finishFormat(
  slices: SliceRecord[],
  source: PreparedSource,
  originsOf: (release: string) => ReadonlyMap<string, string>,
  work: string,
): Promise<SliceRecord[]> {
  const finished: SliceRecord[] = [];
  for (const slice of slices) finished.push(await finishOne(slice, source, originsOf(slice.release), work));
  return finished;
}

async function finishOne(
  slice: SliceRecord,
  source: PreparedSource,
  origins: ReadonlyMap<string, string>,
  work: string,
): Promise<SliceRecord> {
  const extension = extname(slice.path).toLowerCase();
  const toParquet = source.format === 'parquet' && extension === '.parquet';
  const toArray = source.format === 'json' && extension === '.json';
  if (!toParquet && !toArray) return slice;
  const from = join(work, 'unfinished');
  await rename(slice.path, from);
  const types = new Map(source.types.map(({ name, type }) => [name, type]));
  const typed = slice.columns.map((name) => ({ name, type: types.get(origins.get(name) ?? name) ?? 'VARCHAR' }));
  if (toParquet) await csvToParquet(from, slice.path, typed, work);
  else await linesToArray(from, slice.path);
  return { ...slice, ...(await hashFile(slice.path)) };
}

/** `[`, one element per line, `]`; without elements `[]`. */
async function linesToArray(from: string, to: string): Promise<void> {
  async function* array(): AsyncGenerator<Buffer> {
    let any = false;
    for await (const { bytes, starts, ends, count } of readRecords(from, { quotes: false, delimiter: 0 })) {
      const parts: Buffer[] = [];
      for (let row = 0; row < count; row++) {
        parts.push(any ? between : opening, bytes.subarray(starts[row]!, textEnd(bytes, starts[row]!, ends[row]!)));
        any = true;
      }
      yield Buffer.concat(parts);
    }
    yield Buffer.from(any ? '\n]\n' : '[]\n');
  }
  await pipeline(array, createWriteStream(to));
}

const opening = Buffer.from('[\n');
const between = Buffer.from(',\n');
