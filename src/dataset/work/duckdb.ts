// DuckDB, for what needs an engine with types: Parquet, and sorting more keys than memory holds.
import type { DuckDBConnection } from '@duckdb/node-api';

/** Runs with a database in memory that spills to `dir`, and closes it. */
export async function withDuckDb<T>(dir: string, use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  // Loaded only where it is used: the library takes some 40 MB, and most datasets are plain CSV.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '384MB',
    threads: '2',
    temp_directory: `${dir}/duckdb-spill`,
    preserve_insertion_order: 'true',
    // No file may make the engine load code or go to the network.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A path or text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
