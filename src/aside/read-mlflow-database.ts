// MLflow's runs in a database that a stranger made, by SQLite in WebAssembly: it reaches nothing, and ends with its thread.
// Rows of plain tables are copied out; nothing that the database could have run (views, generated columns) is asked for.
import initSqlJs from 'sql.js';
import { explainDatabase, toDatabaseRuns } from '../domain/milestones/read-mlflow-database.ts';
import type { DatabaseRead, DatabaseTables } from '../domain/milestones/read-mlflow-database.ts';

type Database = InstanceType<Awaited<ReturnType<typeof initSqlJs>>['Database']>;

/** What SQLite may use; the limits of a thread do not count the memory of WebAssembly. */
const heapBytes = 32_000_000;
const mostRows = 20_000;
/** Of a name or a word; MLflow's own are shorter. */
const longest = 300;

/** In the order of the columns that are read. */
const wanted = {
  runs: ['run_uuid', 'name', 'status', 'start_time', 'lifecycle_stage'],
  latest_metrics: ['run_uuid', 'key', 'value', 'is_nan'],
  params: ['run_uuid'],
} as const;

/** The instance of SQLite is one for a thread: a thread that has called this is to be ended. */
export async function readMlflowDatabase(bytes: Uint8Array): Promise<DatabaseRead> {
  const fault = explainDatabase(bytes);
  if (fault !== undefined) return { unreadable: fault };
  const { Database } = await initSqlJs();
  try {
    const database = new Database(bytes);
    database.run(`PRAGMA hard_heap_limit = ${heapBytes}; PRAGMA trusted_schema = OFF; PRAGMA query_only = ON`);
    const kinds = new Map(rows(database, 'PRAGMA main.table_list').map(([, name, kind]) => [name, kind]));
    const tables: DatabaseTables = { runs: [], latest_metrics: [], params: [] };
    for (const [name, columns] of Object.entries(wanted) as [keyof typeof wanted, readonly string[]][]) {
      const refused = refuse(database, name, kinds.get(name), columns);
      if (refused !== undefined) return { unreadable: refused };
      tables[name] = copy(database, name, columns);
      if (tables[name].length > mostRows) return { unreadable: `${name} has more than ${mostRows} rows` };
    }
    return toDatabaseRuns(tables);
  } catch (error) {
    return { unreadable: `SQLite says: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Words for what is not a table as MLflow makes it. */
function refuse(database: Database, name: string, kind: unknown, columns: readonly string[]): string | undefined {
  if (kind === undefined) return `there is no table ${name} as MLflow makes it`;
  if (kind !== 'table') return `${name} is a ${String(kind)} and no table: it is not run`;
  // Of a column: number, name, type, not null, default, key, hidden (2 and 3: generated).
  const found = rows(database, `PRAGMA main.table_xinfo(${name})`);
  const generated = found.find(([, , , , , , hidden]) => hidden !== 0);
  if (generated) return `${name} has a generated column, ${String(generated[1])}: it is not run`;
  const lacking = columns.filter((column) => !found.some(([, known]) => known === column));
  return lacking.length > 0 ? `${name} has no column ${lacking.join(' and no column ')}` : undefined;
}

function copy(database: Database, name: string, columns: readonly string[]): unknown[][] {
  const cells = columns.map((column) => `iif(typeof(${column}) = 'text', substr(${column}, 1, ${longest}), ${column})`);
  return rows(database, `SELECT ${cells.join(', ')} FROM main.${name} NOT INDEXED LIMIT ${mostRows + 1}`);
}

function rows(database: Database, query: string): unknown[][] {
  return database.exec(query)[0]?.values ?? [];
}
