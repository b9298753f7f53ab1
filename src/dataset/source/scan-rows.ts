// One pass over all rows of a source: their number, the kinds of its columns, and what is wrong where.
import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { splittingOf, type Table } from '../table/open-table.ts';
import { readRecords } from '../table/read-records.ts';
import type { Ranking } from '../table/rank-rows.ts';
import type { Batch } from '../table/split-records.ts';
import { DatasetError } from '../work/dataset-error.ts';
import { checkHeader, checkLayout } from './check-layout.ts';
import { faultOfFile } from './fault-of-file.ts';
import { ProblemList } from './problem-list.ts';
import { readSome } from './read-some.ts';
import { RowScan, type Scan, type Watched } from './row-scan.ts';

type Where = {
  name: string;
  folder: string | undefined;
  hash: Hash | undefined;
  ranking: Ranking | undefined;
};

/** `hash` is fed with every byte of the file, `ranking` with every row, `folder` is where the files are that rows name. */
export async function scanRows(table: Table, { name, folder, hash, ranking }: Where, watched: Watched): Promise<Scan> {
  const problems = new ProblemList(name);
  const layout = checkLayout(table, await readSome(table.path), problems);
  if (layout) checkHeader(table, problems);
  const scan = new RowScan(table, watched, problems, layout);
  const head = await readStart(table);
  hash?.update(head);
  let line = 1 + countLines(head, head.length);
  const onUnclosed = (): void =>
    problems.add(line, { code: 'unclosed-quote', message: 'a quote is opened but never closed' });
  const reading = { ...splittingOf(table), start: table.start, ...(hash ? { hash } : {}), onUnclosed };
  const batches = untilTooLong(readRecords(table.path, reading), (error) =>
    problems.add(line, { code: 'record-too-long', message: error.message.replaceAll(`${table.path}: `, '') }),
  );
  for await (const batch of batches) {
    const { bytes, starts, ends, count, lines, hollow } = batch;
    const lineOf = (position: number): number => line + countLines(bytes, position);
    scan.checkText(bytes, starts, ends, count, lineOf);
    scan.checkNul(bytes, lineOf);
    ranking?.note(batch);
    for (let at = 0; at < count; at++) {
      const start = starts[at]!;
      const end = ends[at]!;
      scan.row(bytes, start, end, () => lineOf(start));
      ranking?.see(bytes, scan.view);
      if (folder === undefined) continue;
      const fault = await faultOfFile(scan.path(), folder);
      if (fault) problems.add(() => lineOf(start), fault);
    }
    scan.hollow += hollow;
    line += lines;
  }
  return scan.finish();
}

/** A record without end is the last one, and told at its line. */
async function* untilTooLong(
  batches: AsyncIterable<Batch>,
  tell: (error: DatasetError) => void,
): AsyncGenerator<Batch> {
  try {
    yield* batches;
  } catch (error) {
    if (!(error instanceof DatasetError) || error.code !== 'record_too_long') throw error;
    tell(error);
  }
}

/** The bytes before the first row: a byte order mark, the header. */
async function readStart({ path, start }: Table): Promise<Buffer> {
  const chunks: Buffer[] = [];
  if (start > 0) for await (const chunk of createReadStream(path, { end: start - 1 })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function countLines(bytes: Buffer, end: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1 && at < end; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}
