// Parquet in and out: rows travel through the engine as CSV text, and get their types back at the end.
import { DatasetError } from '../work/dataset-error.ts';
import { sqlName, sqlText, withDuckDb } from '../work/duckdb.ts';

/** Name and SQL type of each column of a Parquet file. */
export type ParquetColumn = { name: string; type: string };

const csvOptions = "format csv, header true, nullstr '', delimiter ','";

/** Writes the file as CSV: nulls as nothing, empty texts as `""`, numbers in their shortest exact form. */
export async function parquetToCsv(from: string, to: string, dir: string): Promise<ParquetColumn[]> {
  try {
    return await withDuckDb(
      dir,
      async (connection) => {
        const source = `read_parquet(${sqlText(from)})`;
        const described = await connection.runAndReadAll(`describe select * from ${source}`);
        await connection.run(`copy (select * from ${source}) to ${sqlText(to)} (${csvOptions})`);
        return described
          .getRowObjects()
          .map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }));
      },
      [from, to],
    );
  } catch (cause) {
    throw new DatasetError('source_unreadable', `${from} is not a readable Parquet file`, cause);
  }
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
      await connection.run(`copy (select ${chosen.join(', ')} from ${source}) to ${sqlText(to)} (format parquet)`);
    },
    [from, to],
  );
}

/** How many values a cast would lose. */
function lostBy(name: string, type: string): string {
  return `count(*) filter (${sqlName(name)} is not null and try_cast(${sqlName(name)} as ${type}) is null)`;
}
