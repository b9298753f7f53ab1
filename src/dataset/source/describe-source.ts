// What a source holds, found in one pass: rows, columns, digest, and every mistake a person should know of.
import { createHash } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from '../../domain/dataset/dataset.ts';
import type { DatasetFacts } from '../../domain/dataset/facts.ts';
import type { Problem } from '../../domain/text/problem.ts';
import { DatasetError, NotTableError, problemCodeOf } from '../work/dataset-error.ts';
import type { KeptRanks } from './keep-ranks.ts';
import { detectFormat } from './detect-format.ts';
import { digestSource } from './digest-source.ts';
import { prepareSource, type SourceOptions, sourceOptions } from './prepare-source.ts';
import { scanParquet } from './scan-parquet.ts';
import type { Scan } from './row-scan.ts';
import { scanRows } from './scan-rows.ts';

export type SourceFacts = DatasetFacts & {
  bytes: number;
  sha256: string;
  format: string;
  problems: Problem[];
};

/** `watch`: columns of which every cell is looked at; `ranks` is told the order of a file that is read as it is. */
export type DescribeOptions = SourceOptions & { watch?: readonly string[]; work?: string; ranks?: KeptRanks };

/** What a challenge says about its source; `others` are columns that its conditions and drift name. */
export function describeOptions(dataset: Dataset, others: readonly string[] = []): DescribeOptions {
  const { target, order } = dataset;
  const used = [
    ...(target === undefined ? [] : [target]),
    ...(order.kind === 'column' ? [order.column] : []),
    ...others,
  ];
  const watch = [...new Set(used)];
  return { ...sourceOptions(dataset), watch };
}

/** Never throws for what a person did wrong in the file: that is in `problems`. Throws when it cannot be read. */
export async function describeSource(path: string, options: DescribeOptions = {}): Promise<SourceFacts> {
  const work = await mkdtemp(join(options.work ?? tmpdir(), 'practicum-describe-'));
  const name = options.name ?? path;
  try {
    const { format, packed } = await detectFormat(path, name);
    if (format === 'parquet' && !packed) {
      // The engine works in threads of its own.
      const [typed, digest] = await Promise.all([scanParquet(path, work, { ...options, name }), digestSource(path)]);
      if (typed) return { ...typed, ...digest, format };
    }
    return await describeTable(path, work, options);
  } catch (error) {
    if (!(error instanceof DatasetError) || !isMistake(error)) throw error;
    const told = error instanceof NotTableError ? { code: error.problem, hint: error.hint } : {};
    const problem: Problem = {
      file: name,
      line: 1,
      column: 1,
      level: 'error',
      code: problemCodeOf(error.code),
      // A converted copy is called otherwise, too.
      message: error.message.replaceAll(path, name).replaceAll(/\S*practicum-describe-\S+/g, name),
      ...told,
    };
    return { rows: 0, columns: [], ...(await digestSource(path)), format: 'unknown', problems: [problem] };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function describeTable(path: string, work: string, options: DescribeOptions): Promise<SourceFacts> {
  const { table, format } = await prepareSource(path, work, options);
  const own = table.path === path;
  const hash = createHash('sha256');
  const folder = format === 'folder' ? path : undefined;
  const looking = own ? await options.ranks?.begin(table) : undefined;
  const where = { name: options.name ?? path, folder, hash: own ? hash : undefined, ranking: looking?.ranking };
  const facts: Scan = await scanRows(table, where, options);
  looking?.keep();
  const digest = own ? { bytes: (await stat(path)).size, sha256: hash.digest('hex') } : await digestSource(path);
  return { ...facts, ...digest, format };
}

/** An empty or unreadable file, or a record without end, is for the teacher to fix. */
function isMistake({ code }: DatasetError): boolean {
  return mistakes.includes(code);
}

const mistakes = ['source_empty', 'source_unreadable', 'source_not_table', 'record_too_long'];
