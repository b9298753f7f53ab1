// Some rows of a slice or of the held-out rows, as text cells: for requests and probes.
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { splitCsv } from '../../domain/text/split-csv.ts';
import { DatasetError } from '../work/dataset-error.ts';
import { parquetToCsv } from '../source/convert-parquet.ts';
import type { Encoding } from '../table/open-table.ts';

type Cells = Readonly<Record<string, string>>;
type Table = { count: number; row: (index: number) => Cells };
type Known = { stamp: string; table: Promise<Table> };

/** Larger files are refused: a question about them would hold the process up for everybody. */
const mostBytes = 256 * 1024 * 1024;
/** Tables last read, newest last: every student of a course is asked about the same files. */
const tables = new Map<string, Known>();
const mostTables = 4;
const mostKeptBytes = 32 * 1024 * 1024;

/** The rows at the indices that `choose` gives, knowing how many there are. Throws `rows_unreadable`. */
export async function readCells(
  path: string,
  choose: (available: number) => readonly number[],
  encoding: Encoding = 'utf8',
): Promise<Cells[]> {
  const { size, mtimeMs } = await stat(path);
  if (size > mostBytes) throw new DatasetError('rows_unreadable', `${path} is too large to ask about single rows`);
  const stamp = `${size} ${mtimeMs}`;
  const known = tables.get(path);
  const table = known?.stamp === stamp ? known.table : readTable(path, encoding);
  tables.delete(path);
  if (size <= mostKeptBytes) {
    tables.set(path, { stamp, table });
    table.catch(() => tables.delete(path));
    for (const oldest of [...tables.keys()].slice(0, -mostTables)) tables.delete(oldest);
  }
  const { count, row } = await table;
  return choose(count).map(row);
}

async function readTable(path: string, encoding: Encoding): Promise<Table> {
  const extension = extname(path).toLowerCase();
  if (['.csv', '.tsv', '.txt', ''].includes(extension)) return csvTable(await readText(path, encoding));
  if (['.jsonl', '.ndjson'].includes(extension)) {
    const lines = (await readText(path)).split('\n').filter((line) => line.trim() !== '');
    return { count: lines.length, row: (index) => toCells(JSON.parse(lines[index]!)) };
  }
  if (extension === '.json') {
    const values = JSON.parse(await readText(path)) as unknown;
    if (Array.isArray(values)) return { count: values.length, row: (index) => toCells(values[index]) };
  }
  if (extension === '.parquet') return csvTable(await parquetText(path));
  throw new DatasetError('rows_unreadable', `requests and probes cannot read rows of ${extension || 'this file'}`);
}

/** Numbers in their shortest exact form, nulls as nothing: as a CSV of the same rows would have them. */
async function parquetText(path: string): Promise<string> {
  const work = await mkdtemp(join(tmpdir(), 'practicum-cells-'));
  try {
    await parquetToCsv(path, join(work, 'rows.csv'), work);
    return await readText(join(work, 'rows.csv'));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function readText(path: string, encoding: Encoding = 'utf8'): Promise<string> {
  return (await readFile(path, encoding)).replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
}

function csvTable(text: string): Table {
  const [header, ...records] = splitCsv(text).records;
  const columns = header?.fields.map((field) => field.text) ?? [];
  // Nobody can be asked about a column without a name.
  const named = columns.flatMap((column, place) => (column === '' ? [] : [[column, place] as const]));
  return {
    count: records.length,
    row: (index) =>
      Object.fromEntries(named.map(([column, place]) => [column, records[index]!.fields[place]?.text ?? ''])),
  };
}

/** JSON values as the text that a CSV would have; what is null or not there is empty. */
function toCells(value: unknown): Cells {
  const entries = Object.entries((value ?? {}) as Record<string, unknown>);
  return Object.fromEntries(entries.map(([key, value]) => [key, textOf(value)]));
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
