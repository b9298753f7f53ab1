// DuckDB, for what needs an engine with types: Parquet, and sorting more keys than memory holds.
import { resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * Runs with a database in memory that spills to `dir`, and closes it. It reaches the files below `dir` and those that are
 * named, and nothing else: no other file of this machine, and no network, whatever a dataset or a course says. `connect`
 * gives one more connection to the same database, for what goes on at the same time.
 */
export async function withDuckDb<T>(
  dir: string,
  use: (connection: DuckDBConnection, connect: () => Promise<DuckDBConnection>) => Promise<T>,
  files: readonly string[] = [],
): Promise<T> {
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
  const connections: DuckDBConnection[] = [];
  const connect = async (): Promise<DuckDBConnection> => {
    const connection = await instance.connect();
    connections.push(connection);
    return connection;
  };
  try {
    const connection = await connect();
    await connection.run(`
      set allow_community_extensions = false;
      set allowed_directories = ${sqlList([dir, resolve(dir)])};
      set allowed_paths = ${sqlList(files.flatMap((file) => [file, resolve(file)]))};
      set enable_external_access = false;
      set allowed_configs = ['external_threads'];
      set lock_configuration = true`);
    return await use(connection, connect);
  } finally {
    for (const connection of connections) connection.closeSync();
    instance.closeSync();
  }
}

/**
 * From now on each of two connections does its work itself. Else the thread of one gives its work to those of the engine, and
 * waits for them without rest: a quarter of the processor time, where work comes in small parts.
 */
export async function workApart(connection: DuckDBConnection): Promise<void> {
  await connection.run('set external_threads = 2');
}

function sqlList(texts: readonly string[]): string {
  return `[${[...new Set(texts)].map(sqlText).join(', ')}]`;
}

/** A path or text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
