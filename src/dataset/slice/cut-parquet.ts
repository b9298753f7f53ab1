// Parquet slices of a Parquet source, written by the engine: no value of them passes through text. Which row goes where is
// decided by the same code as for text, from a table of the row numbers and the few columns that the decision needs.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Condition, Order } from '../../domain/dataset/dataset.ts';
import type { SliceSpec } from '../../domain/shipment/slice-spec.ts';
import { cellReader } from '../../domain/dataset/cell-reader.ts';
import { detectFormat } from '../source/detect-format.ts';
import {
  columnsOfParquet,
  csvOptions,
  inPlace,
  isOutOfMemory,
  kindOfType,
  ordinary,
  type ParquetColumn,
  rowNumber,
  unreadable,
} from '../source/convert-parquet.ts';
import { openTable } from '../table/open-table.ts';
import { sqlName, sqlText, withDuckDb, workApart } from '../work/duckdb.ts';
import { type FileDigest, hashFile } from '../work/hash-file.ts';
import type { SliceRecord } from '../work/output-set.ts';
import type { WrittenSlice } from '../work/slice-output.ts';
import { checkRanges } from './assign-rows.ts';
import { type Cut, type CutJob, cutTable, needsSurvey } from './cut-table.ts';
import { joinLists, type Part } from './join-lists.ts';
import { shareOut } from './share-out.ts';

/** Drift writes new cells, and text is what it writes: those slices get their types back afterwards. */
export async function staysParquet({ source, options, spec, place, owners }: CutJob): Promise<boolean> {
  if (spec.drift.length > 0) return false;
  const owner = spec.per === 'student' ? owners[0]?.owner : undefined;
  if (spec.releases.some(({ name }) => extname(place(name, owner)).toLowerCase() !== '.parquet')) return false;
  const { format, packed } = await detectFormat(source, options.name ?? source);
  return format === 'parquet' && !packed;
}

/** `rowsOf`: the query of arranged rows; asked for at most so many rows at once where there is a `most`. */
type Arranged = { parts: Part[]; rows: number; rowsOf: (from: number, to: number) => string; most?: number };

/** More columns than this and the engine cannot sort whole rows, of which it keeps a block for each column. */
const mostColumns = 200;

/** Undefined where the file has a column of the name by which the engine numbers rows: then it is cut as text. */
export async function cutParquet(job: CutJob): Promise<Cut | undefined> {
  const { source, spec, work, teacher } = job;
  mkdirSync(work, { recursive: true });
  const owners = spec.per === 'student' ? job.owners : [undefined];
  const places = spec.releases.flatMap(({ name }) => owners.map((owner) => job.place(name, owner?.owner)));
  const held = teacher !== undefined && spec.dataset.holdOut > 0 ? join(teacher, 'hold-out.csv') : undefined;
  for (const path of new Set(places.map((place) => dirname(place)))) mkdirSync(path, { recursive: true });
  const files = [source, ...places, ...(held === undefined ? [] : [held])];
  const written = await withDuckDb(work, (...database) => write(database, job, held), files).catch(unreadable(source));
  if (!written) return undefined;
  const { columns, rows } = written;
  const slices: SliceRecord[] = [];
  let holdOut: WrittenSlice | undefined;
  for (const { path, from, to, release, owner, digest } of written.parts) {
    const file = { path, rows: to - from, ...digest };
    if (release === undefined) holdOut = file;
    else slices.push({ release, ...(owner === undefined ? {} : { owner }), columns, ...file });
  }
  return { slices, rows, format: 'parquet', columns, ...(holdOut ? { holdOut } : {}) };
}

type WrittenPart = Part & { digest: FileDigest };
type WrittenParts = { columns: string[]; rows: number; parts: WrittenPart[] };
type Database = [connection: DuckDBConnection, connect: () => Promise<DuckDBConnection>];

async function write(
  [connection, connect]: Database,
  job: CutJob,
  held: string | undefined,
): Promise<WrittenParts | undefined> {
  const columns = await columnsOfParquet(connection, job.source);
  if (columns.some(({ name }) => name.toLowerCase() === rowNumber)) return undefined;
  const arranged = await arrange(connection, job, columns, held);
  const shape = { columns: columns.length, work: job.work };
  const writePlace = async (own: DuckDBConnection, part: Part): Promise<WrittenPart> => {
    await writePart(own, arranged, part, shape);
    return { ...part, digest: await hashFile(part.path) };
  };
  // A part is a few groups of rows, too few for two threads: each writes parts of its own.
  if (arranged.parts.length > 1) await workApart(connection);
  const connections = [connection, await connect()];
  const parts = await shareOut(arranged.parts, connections, writePlace, isOutOfMemory);
  return { columns: columns.map(({ name }) => name), rows: arranged.rows, parts };
}

async function arrange(
  connection: DuckDBConnection,
  job: CutJob,
  columns: readonly ParquetColumn[],
  held: string | undefined,
): Promise<Arranged> {
  const { spec, source } = job;
  const key = needsSurvey(spec) ? undefined : orderKey(spec.dataset.order, columns, job);
  if (key === undefined) return pickRows(connection, job, columns, held);
  const counted = await connection.runAndReadAll(`select count(*) from read_parquet(${sqlText(source)})`);
  const rows = Number(counted.getRows()[0]![0]);
  checkRanges(spec, rows);
  const parts = spec.releases.map(({ name, rows: range }): Part => ({
    path: job.place(name),
    from: range![0],
    to: range![1],
    release: name,
  }));
  if (key === '')
    return { parts, rows, rowsOf: rowsBy(columns, `${numberedRows(source)} source`, 'source', rowNumber) };
  const numbers = `select ${rowNumber} as number, row_number() over (order by ${key}) - 1 as place`;
  const from = numberedRows(source);
  if (isApart(columns)) await connection.run(`create table picks as ${numbers} from ${from}`);
  else await connection.run(`create table arranged as select * exclude (${rowNumber}) from ${from} order by ${key}`);
  return { parts, rows, ...arrangedRows(columns, source) };
}

function numberedRows(source: string): string {
  return `read_parquet(${sqlText(source)}, ${rowNumber} = true)`;
}

/** `table`: what the rows are called in `from`. Columns are qualified: the data may have any names. */
function rowsBy(columns: readonly ParquetColumn[], from: string, table: string, position: string): Arranged['rowsOf'] {
  const names = columns.map(({ name }) => `${table}.${sqlName(name)}`).join(', ');
  return (first, end) => `select ${names} from ${from} where ${position} >= ${first} and ${position} < ${end}`;
}

/**
 * Rows that stay in the source and are joined by number: wide ones, and those with a column called `rowid`, which would
 * hide the engine's own.
 */
function isApart(columns: readonly ParquetColumn[]): boolean {
  return columns.length > mostColumns || columns.some(({ name }) => name.toLowerCase() === 'rowid');
}

/** The rows of the source with their places. */
const joined = (source: string): string =>
  `picks join ${numberedRows(source)} source on picks.number = source.${rowNumber}`;

/** From the table `arranged`, or where rows stay apart, from the source by the table `picks`. */
function arrangedRows(columns: readonly ParquetColumn[], source: string): Pick<Arranged, 'rowsOf' | 'most'> {
  if (!isApart(columns)) return { rowsOf: rowsBy(columns, 'arranged', 'arranged', 'rowid') };
  const picked = rowsBy(columns, joined(source), 'source', 'picks.place');
  return {
    rowsOf: (from, to) => `${picked(from, to)} order by picks.place`,
    most: Math.max(1000, Math.floor(4_000_000 / columns.length)),
  };
}

/** How the engine orders by a column with a type, as cells are ordered: empty for the file's order; undefined where cells decide. */
function orderKey(order: Order, columns: readonly ParquetColumn[], { options }: CutJob): string | undefined {
  if (order.kind === 'file') return '';
  if (order.kind === 'shuffle' || options.words) return undefined;
  const column = columns.find(({ name }) => name === order.column);
  const kind = column && kindOfType(column.type);
  if (!column || kind === undefined) return undefined;
  const key =
    kind === 'number' ? sqlName(column.name) : `case when ${ordinary(column)} then ${sqlName(column.name)} end`;
  return `${key} nulls last, ${rowNumber}`;
}

/** Rows chosen one by one: decided from the columns needed, then brought into the order of the parts. */
async function pickRows(
  connection: DuckDBConnection,
  job: CutJob,
  columns: readonly ParquetColumn[],
  held: string | undefined,
): Promise<Arranged> {
  const { spec, source, work, options } = job;
  const numbered = numberedRows(source);
  const needed = decidingColumns(spec).filter((column) => columns.some(({ name }) => name === column));
  const list = [rowNumber, ...needed.map(sqlName)].join(', ');
  const narrow = join(work, 'needed.csv');
  await connection.run(`copy (select ${list} from ${numbered}) to ${sqlText(narrow)} (${csvOptions})`);
  const opened = await openTable(narrow, 'csv');
  const table = { ...opened, everyLine: true, ...(options.words ? { cells: cellReader(options.words) } : {}) };
  const places = new Map<string, string>();
  const place = (release: string, owner?: string): string => {
    const key = JSON.stringify([release, owner]);
    const path = places.get(key) ?? join(work, 'picked', `${places.size}.csv`);
    places.set(key, path);
    return path;
  };
  const own = join(work, 'teacher');
  mkdirSync(own, { recursive: true });
  const cut = await cutTable(table, { ...job, place, teacher: own });
  const lists = [
    ...cut.slices.map((slice) => ({ ...slice, to: job.place(slice.release, slice.owner) })),
    ...(held !== undefined && cut.holdOut ? [{ ...cut.holdOut, to: held }] : []),
  ];
  const parts = await joinLists(lists, join(work, 'picks.csv'));
  const reading = `header = false, auto_detect = false, columns = {number: 'BIGINT'}`;
  await connection.run(
    `create table picks as select number, row_number() over () - 1 as place from read_csv(${sqlText(join(work, 'picks.csv'))}, ${reading})`,
  );
  if (!isApart(columns)) {
    const picked = `select source.* exclude (${rowNumber}) from ${joined(source)}`;
    await connection.run(`create table arranged as ${picked} order by picks.place`);
  }
  return { parts, rows: cut.rows, ...arrangedRows(columns, source) };
}

/** The columns by which it is decided which row goes where. */
export function decidingColumns({ releases, dataset: { target, order } }: SliceSpec): string[] {
  const named = (condition: Condition): string[] =>
    'any' in condition ? condition.any.map(({ column }) => column) : [condition.column];
  return [
    ...new Set([
      ...(target === undefined ? [] : [target]),
      ...(order.kind === 'column' ? [order.column] : []),
      ...releases.flatMap(({ where }) => (where ?? []).flatMap(named)),
    ]),
  ];
}

async function writePart(
  connection: DuckDBConnection,
  { rowsOf, most = Number.POSITIVE_INFINITY }: Arranged,
  { path, from, to, release }: Part,
  { columns, work }: { columns: number; work: string },
): Promise<void> {
  const typed = parquetOptions(columns);
  const form = release === undefined ? `${csvOptions}, ${inPlace}` : typed;
  const copy = async (query: string, file: string, options: string): Promise<unknown> =>
    connection.run(`copy (${query}) to ${sqlText(file)} (${options})`);
  if (to - from <= most) return void (await copy(rowsOf(from, to), path, form));
  const pieces: string[] = [];
  const own = mkdtempSync(join(work, 'pieces-'));
  for (let at = from; at < to; at += most) {
    const piece = join(own, `${pieces.length}.parquet`);
    pieces.push(piece);
    await copy(rowsOf(at, Math.min(to, at + most)), piece, typed);
  }
  await copy(`select * from read_parquet([${pieces.map(sqlText).join(', ')}])`, path, form);
  rmSync(own, { recursive: true });
}

/** Groups of rows as the engine writes them, but smaller where a row is so wide that one of them would fill the memory. */
function parquetOptions(columns: number): string {
  const rows = Math.max(2048, Math.min(122_880, Math.floor(2_000_000 / columns)));
  return `format parquet, row_group_size ${rows}, ${inPlace}`;
}
