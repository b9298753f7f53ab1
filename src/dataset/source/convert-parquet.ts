// Parquet in and out: rows travel through the engine as CSV text, and get their types back at the end.
import type { DuckDBConnection } from '@duckdb/node-api';
import { DatasetError } from '../work/dataset-error.ts';
import { sqlName, sqlText, withDuckDb } from '../work/duckdb.ts';
import { mostTimes, mostUnpacked } from './unpack-limit.ts';

/** Written where it is to be: a file aside, as the engine makes one where there is one already, would be out of its reach. */
export const inPlace = 'use_tmp_file false';

/** Name and SQL type of each column of a Parquet file. */
export type ParquetColumn = { name: string; type: string };

/** Nulls as nothing, empty texts as `""`, numbers in their shortest exact form. */
export const csvOptions = "format csv, header true, nullstr '', delimiter ','";

/** Writes the file as CSV; with `only`, these columns of it. One page may say the same long text a million times: not what fills a disk. */
export async function parquetToCsv(
  from: string,
  to: string,
  dir: string,
  only?: readonly string[],
  { freeBytes }: { freeBytes?: number } = {},
): Promise<ParquetColumn[]> {
  const write = async (connection: DuckDBConnection): Promise<ParquetColumn[]> => {
    const columns = await columnsOfParquet(connection, from);
    const some = columns.filter(({ name }) => only?.includes(name));
    const chosen = some.length > 0 ? some : columns;
    const list = chosen.map(({ name }) => sqlName(name)).join(', ');
    if ((await bytesAsText(connection, from, chosen)) > (await mostUnpacked(from, freeBytes)))
      throw new DatasetError('source_unreadable', `${from} has more than ${mostTimes} times its size when it is text`);
    await connection.run(`copy (select ${list} from ${parquetOf(from)}) to ${sqlText(to)} (${csvOptions}, ${inPlace})`);
    return chosen;
  };
  return withDuckDb(dir, write, [from, to]).catch(unreadable(from));
}

/** About how much its cells are as text. */
async function bytesAsText(
  connection: DuckDBConnection,
  path: string,
  columns: readonly ParquetColumn[],
): Promise<number> {
  const sums = columns.map(({ name, type }) => {
    if (kindOfType(type) !== undefined || type === 'BOOLEAN') return `count(${sqlName(name)}) * 8`;
    return type === 'BLOB' ? `sum(octet_length(${sqlName(name)}))` : `sum(strlen(${sqlName(name)}::varchar))`;
  });
  const read = await connection.runAndReadAll(`select ${sums.join(', ')} from ${parquetOf(path)}`);
  return read.getRows()[0]!.reduce<number>((sum, bytes) => sum + Number(bytes ?? 0), 0);
}

/** As a table of the engine. */
function parquetOf(path: string): string {
  return `read_parquet(${sqlText(path)})`;
}

/** What the engine calls the position of a row in a file. */
export const rowNumber = 'file_row_number';

/** What every cell of a column with this type is, but for NaN, infinity and dates that no calendar has; undefined where it may be anything. */
export function kindOfType(type: string): 'number' | 'float' | 'date' | undefined {
  if (/^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL\(\d+, ?\d+\))$/.test(type)) return 'number';
  if (/^(?:FLOAT|DOUBLE)$/.test(type)) return 'float';
  return /^(?:DATE|TIMESTAMP|TIMESTAMP_(?:S|MS|NS))$/.test(type) ? 'date' : undefined;
}

/** True of a cell that is what the type of its column says, as its text would be read. */
export function ordinary({ name, type }: ParquetColumn): string {
  const kind = kindOfType(type);
  const cell = sqlName(name);
  if (kind === 'float' || type === 'TIMESTAMP_NS') return `isfinite(${cell})`;
  if (kind === 'date') return `(${cell} >= '0001-01-01'::${type} and ${cell} <= '9999-12-31'::${type})`;
  return `(${cell} is not null)`;
}

export async function columnsOfParquet(connection: DuckDBConnection, path: string): Promise<ParquetColumn[]> {
  const described = await connection.runAndReadAll(`describe select * from ${parquetOf(path)}`);
  return described
    .getRowObjects()
    .map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }));
}

/** The columns as the file itself names them: the engine has a name for each, and only one whatever its case. */
export async function namesInParquet(connection: DuckDBConnection, path: string): Promise<string[]> {
  const found = await connection.runAndReadAll(`select name, num_children from parquet_schema(${sqlText(path)})`);
  const [root, ...nodes] = found.getRows().map(([name, below]) => ({ name: String(name), below: Number(below ?? 0) }));
  const names: string[] = [];
  let at = 0;
  const skip = (): void => {
    const { below } = nodes[at++]!;
    for (let child = 0; child < below; child++) skip();
  };
  for (let column = 0; column < (root?.below ?? 0); column++) {
    names.push(nodes[at]!.name);
    skip();
  }
  return names;
}

/** What the engine says of a file that it cannot read. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Out of Memory');
}

export function unreadable(path: string): (cause: unknown) => never {
  return (cause) => {
    if (cause instanceof DatasetError) throw cause;
    if (isOutOfMemory(cause)) {
      throw new DatasetError('source_unreadable', `${path} has rows too wide for the memory that is set aside`, cause);
    }
    if (cause instanceof Error && cause.message.startsWith('Conversion Error: ')) {
      const why = cause.message.slice('Conversion Error: '.length).split('\n')[0]!;
      throw new DatasetError('source_unreadable', `${path} holds a value that cannot be read: ${why}`, cause);
    }
    throw new DatasetError('source_unreadable', `${path} is not a readable Parquet file`, cause);
  };
}

/**
 * Writes a CSV slice as Parquet. A column keeps its type unless drift put something into it that the type cannot hold: a
 * number that grew too large makes it a DOUBLE, anything else text. No value is lost.
 */
export async function csvToParquet(
  from: string,
  to: string,
  columns: readonly ParquetColumn[],
  dir: string,
): Promise<void> {
  const names = columns.map(({ name }) => `${sqlText(name)}: 'VARCHAR'`).join(', ');
  const reading = `delim = ',', quote = '"', escape = '"', header = true, auto_detect = false, columns = {${names}}`;
  await withDuckDb(
    dir,
    async (connection) => {
      const source = `read_csv(${sqlText(from)}, ${reading}, nullstr = '', allow_quoted_nulls = false)`;
      const lost = columns.flatMap(({ name, type }) => [lostBy(name, type), lostBy(name, 'DOUBLE')]);
      const counted = await connection.runAndReadAll(`select ${lost.join(', ')} from ${source}`);
      const counts = counted.getRows()[0] ?? [];
      const chosen = columns.map(({ name, type }, index) => {
        const fitting = counts[index * 2] ? (counts[index * 2 + 1] ? 'VARCHAR' : 'DOUBLE') : type;
        return `cast(${sqlName(name)} as ${fitting}) as ${sqlName(name)}`;
      });
      await connection.run(
        `copy (select ${chosen.join(', ')} from ${source}) to ${sqlText(to)} (format parquet, ${inPlace})`,
      );
    },
    [from, to],
  );
}

/** How many values a cast would lose. */
function lostBy(name: string, type: string): string {
  return `count_if(${sqlName(name)} is not null and try_cast(${sqlName(name)} as ${type}) is null)`;
}
