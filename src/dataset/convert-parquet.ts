// Parquet in and out: rows travel through the engine as CSV text, and get their types back at the end.
import { DatasetError } from './dataset-error.ts';
import { sqlName, sqlText, withDuckDb } from './duckdb.ts';

/** Name and SQL type of each column of a Parquet file. */
export type ParquetColumn = { name: string; type: string };

const csvOptions = "format csv, header true, nullstr '', delimiter ','";

/** Writes the file as CSV: nulls as nothing, empty texts as `""`, numbers in their shortest exact form. */
export async function parquetToCsv(from: string, to: string, dir: string): Promise<ParquetColumn[]> {
  try {
    return await withDuckDb(dir, async (connection) => {
      const source = `read_parquet(${sqlText(from)})`;
      const described = await connection.runAndReadAll(`describe select * from ${source}`);
      await connection.run(`copy (select * from ${source}) to ${sqlText(to)} (${csvOptions})`);
      return described
        .getRowObjects()
        .map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }));
    });
  } catch (cause) {
    throw new DatasetError('source_unreadable', `${from} is not a readable Parquet file`, cause);
  }
}

/** Writes a CSV slice as Parquet. A column without a known type (renamed, or changed by drift) becomes text. */
export async function csvToParquet(
  from: string,
  to: string,
  columns: readonly string[],
  types: readonly ParquetColumn[],
  dir: string,
): Promise<void> {
  const known = new Map(types.map(({ name, type }) => [name, type]));
  const chosen = columns.map((name) => {
    const type = known.get(name);
    return type === undefined ? sqlName(name) : `try_cast(${sqlName(name)} as ${type}) as ${sqlName(name)}`;
  });
  const names = columns.map((name) => `${sqlText(name)}: 'VARCHAR'`).join(', ');
  const reading = `delim = ',', quote = '"', escape = '"', header = true, auto_detect = false, columns = {${names}}`;
  await withDuckDb(dir, async (connection) => {
    const source = `read_csv(${sqlText(from)}, ${reading}, nullstr = '', allow_quoted_nulls = false)`;
    await connection.run(`copy (select ${chosen.join(', ')} from ${source}) to ${sqlText(to)} (format parquet)`);
  });
}
