// What a source holds, found in one pass: rows, columns, digest, the target, and every mistake a person should know of.
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from '../../domain/dataset/dataset.ts';
import type { DatasetFacts } from '../../domain/dataset/facts.ts';
import type { Problem } from '../../domain/text/problem.ts';
import { ColumnTally } from '../table/column-tally.ts';
import { DatasetError, problemCodeOf } from '../work/dataset-error.ts';
import { digestSource } from './digest-source.ts';
import { fileOf, pathColumnOf } from './list-folder.ts';
import { KindGuess } from './guess-kind.ts';
import { RowView, splittingOf, type Table } from '../table/open-table.ts';
import { prepareSource, type SourceOptions, sourceOptions } from './prepare-source.ts';
import { readRecords } from '../table/read-records.ts';
import type { ProblemCode } from '../../domain/text/problem-codes.ts';

export type TargetFacts = { column: string; numeric: boolean; mean: number; classes: string[] };

export type SourceFacts = DatasetFacts & {
  bytes: number;
  sha256: string;
  format: string;
  target?: TargetFacts;
  problems: Problem[];
};

export type DescribeOptions = SourceOptions & { target?: string; work?: string };

/** What a challenge says about its source. */
export function describeOptions(dataset: Dataset): DescribeOptions {
  return { ...sourceOptions(dataset), ...(dataset.target === undefined ? {} : { target: dataset.target }) };
}

/** Problems of one kind are listed up to this number; one more says how many there are. */
const mostProblems = 20;
/** Kinds are guessed from the first rows and from every 64th behind them. */
const firstRows = 10_000;

/** Never throws for what a person did wrong in the file: that is in `problems`. Throws when it cannot be read. */
export async function describeSource(path: string, options: DescribeOptions = {}): Promise<SourceFacts> {
  const work = await mkdtemp(join(options.work ?? tmpdir(), 'practicum-describe-'));
  const name = options.name ?? path;
  try {
    const { table, format } = await prepareSource(path, work, options);
    const own = table.path === path;
    const hash = createHash('sha256');
    const folder = format === 'folder' ? path : undefined;
    const facts = await scan(table, { name, folder, hash: own ? hash : undefined }, options);
    const digest = own ? { bytes: (await stat(path)).size, sha256: hash.digest('hex') } : await digestSource(path);
    return { ...facts, ...digest, format };
  } catch (error) {
    if (!(error instanceof DatasetError) || !isMistake(error)) throw error;
    const { code } = error;
    const message = error.message.replaceAll(path, name);
    const problem: Problem = {
      file: name,
      line: 1,
      column: 1,
      level: 'error',
      code: problemCodeOf(code),
      message,
    };
    return { rows: 0, columns: [], ...(await digestSource(path)), format: 'unknown', problems: [problem] };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** An empty or unreadable file, or a record without end, is the teacher's to mend. */
function isMistake({ code }: DatasetError): boolean {
  return code === 'source_empty' || code === 'source_unreadable' || code === 'record_too_long';
}

type Hash = ReturnType<typeof createHash>;
type Scan = Omit<SourceFacts, 'bytes' | 'sha256' | 'format'>;

async function scan(
  table: Table,
  { name, folder, hash }: { name: string; folder: string | undefined; hash: Hash | undefined },
  { target }: DescribeOptions,
): Promise<Scan> {
  const problems = new ProblemList(name);
  checkHeader(table, problems);
  const view = new RowView(table);
  const kinds = table.columns.map(() => new KindGuess());
  const tally = new ColumnTally();
  const targetIndex = target === undefined ? -1 : table.columns.indexOf(target);
  const pathColumn = pathColumnOf(table);
  let rows = 0;
  const head = await readStart(table);
  hash?.update(head);
  let line = 1 + countLines(head, head.length);
  const onUnclosed = (): void => problems.add(line, 'unclosed-quote', 'a quote is opened but never closed');
  const lineOf = (bytes: Buffer, position: number): number => line + countLines(bytes, position);
  const reading = { ...splittingOf(table), start: table.start, ...(hash ? { hash } : {}), onUnclosed };
  for await (const { bytes, starts, ends, count, lines } of readRecords(table.path, reading)) {
    const sound = table.encoding !== 'utf8' || isUtf8(bytes);
    for (let at = 0; at < count; at++) {
      // The whole file is in another encoding then: once is enough.
      if (!sound && !problems.has('not-utf8') && !isUtf8(bytes.subarray(starts[at]!, ends[at]!))) {
        problems.add(lineOf(bytes, starts[at]!), 'not-utf8', notUtf8, utf8Hint(table));
      }
      view.set(bytes, starts[at]!, ends[at]!);
      if (isRagged(view)) problems.add(() => lineOf(bytes, starts[at]!), 'ragged-row', raggedMessage(view));
      if (folder !== undefined) {
        const fault = await faultOfFile(view.text(pathColumn), folder);
        if (fault !== undefined) problems.add(() => lineOf(bytes, starts[at]!), 'file-missing', fault);
      }
      if (targetIndex >= 0) tally.add(view.text(targetIndex));
      rows += 1;
      if (rows <= firstRows || rows % 64 === 0) kinds.forEach((kind, column) => kind.add(view.text(column)));
    }
    line += lines;
  }
  if (rows === 0) problems.add(1, 'source-empty', 'there is a header but not one row');
  const columns = table.columns.map((column, index) => ({ name: column, ...kinds[index]!.kind() }));
  const { numeric, mean, classes } = tally.stats();
  const known = targetIndex >= 0 && target !== undefined ? { target: { column: target, numeric, mean, classes } } : {};
  return { rows, columns, problems: problems.list(), ...known };
}

/** What keeps the file that a row of an index names from being shipped. */
async function faultOfFile(path: string, folder: string): Promise<string | undefined> {
  if (path === '') return 'the row names no file';
  return fileOf(path, folder).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof DatasetError) return error.message;
      throw error;
    },
  );
}

/** The bytes before the first row: a byte order mark, the header. */
async function readStart({ path, start }: Table): Promise<Buffer> {
  const chunks: Buffer[] = [];
  if (start > 0) for await (const chunk of createReadStream(path, { end: start - 1 })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function isRagged(view: RowView): boolean {
  return view.table.format === 'csv' ? view.fields !== view.table.columns.length : view.fields < 0;
}

function raggedMessage({ table, fields }: RowView): string {
  if (table.format === 'jsonl') return 'the line is not a JSON object';
  return `the row has ${fields} field${fields === 1 ? '' : 's'}, the header has ${table.columns.length}`;
}

const notUtf8 = 'the text is not valid UTF-8';

function utf8Hint({ format }: Table): string {
  return format === 'csv'
    ? 'write `encoding: latin-1` below `dataset`, or convert the file'
    : 'convert the file to UTF-8';
}

function countLines(bytes: Buffer, end: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1 && at < end; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}

function checkHeader(table: Table, problems: ProblemList): void {
  if (table.encoding === 'utf8' && !isUtf8(table.header)) problems.add(1, 'not-utf8', notUtf8, utf8Hint(table));
  const seen = new Map<string, number>();
  table.columns.forEach((column, index) => {
    if (column.trim() === '') problems.add(1, 'column-unnamed', `column ${index + 1} has no name`);
    else if (seen.has(column)) problems.add(1, 'duplicate-column', `there are two columns named "${column}"`);
    seen.set(column, index);
  });
}

/** Problems by code, the first ones with their lines and the rest as a number. */
class ProblemList {
  readonly #file: string;
  readonly #problems: Problem[] = [];
  readonly #counts = new Map<ProblemCode, number>();

  constructor(file: string) {
    this.#file = file;
  }

  /** Finding the line takes a look at the text before it: that is done for those that are listed only. */
  add(line: number | (() => number), code: ProblemCode, message: string, hint?: string): void {
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    if (count > mostProblems) return;
    const at = typeof line === 'number' ? line : line();
    const hinted = hint === undefined ? {} : { hint };
    this.#problems.push({ file: this.#file, line: at, column: 1, level: 'error', code, message, ...hinted });
  }

  has(code: ProblemCode): boolean {
    return this.#counts.has(code);
  }

  list(): Problem[] {
    const more = [...this.#counts].flatMap(([code, count]): Problem[] => {
      if (count <= mostProblems) return [];
      const message = `${count - mostProblems} more of the same`;
      return [{ file: this.#file, line: 1, column: 1, level: 'error', code, message }];
    });
    return [...this.#problems, ...more];
  }
}
