// Reads a file record by record in one pass and in bounded memory.
import { open } from 'node:fs/promises';
import type { Hash } from 'node:crypto';
import { DatasetError } from '../work/dataset-error.ts';
import { roomFor } from '../work/room-for.ts';
import { splittingOf, type Table } from './open-table.ts';
import { type Batch, RecordSplitter, type Splitting } from './split-records.ts';

const chunkBytes = 1 << 20;
/** A longer record is nearly always a quote that was never closed. */
const longestRecord = 64 << 20;

export type Reading = Splitting & {
  /** Byte at which the first record begins. */
  start?: number;
  /** Fed with every byte that is read. */
  hash?: Hash;
  /** Told when the file ends inside a quoted field. */
  onUnclosed?: () => void;
};

/** The records of a table from its first row on, in its order. */
export function recordsOf(table: Table): AsyncIterable<Batch> {
  return table.batches?.() ?? readRecords(table.path, { ...splittingOf(table), start: table.start });
}

/** Yields whole records; each batch is valid until the next one is asked for. Throws `record_too_long`. */
export async function* readRecords(path: string, reading: Reading): AsyncGenerator<Batch> {
  const splitter = new RecordSplitter(reading);
  const file = await open(path, 'r');
  try {
    let position = reading.start ?? 0;
    const room = await roomFor(file, chunkBytes);
    for (;;) {
      const space = splitter.space(room);
      const { bytesRead } = await file.read(space, 0, room, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      reading.hash?.update(space.subarray(0, bytesRead));
      const batch = splitter.push(bytesRead);
      if (batch.count > 0 || batch.hollow > 0) yield batch;
      splitter.release(batch);
      if (splitter.pending > longestRecord) {
        throw new DatasetError('record_too_long', `${path}: a record is longer than 64 MB; a quote may be unclosed`);
      }
    }
    if (splitter.insideQuotes) reading.onUnclosed?.();
    const last = splitter.end();
    if (last.count > 0 || last.hollow > 0) yield last;
  } finally {
    await file.close();
  }
}
