// Brings a database to the newest schema: numbered SQL files, each applied once, in order, in one transaction.
import { readdir, readFile } from 'node:fs/promises';
import type { QueryConfig } from 'pg';
import { inTransaction, type Database, type Pool } from './pool.ts';

const folder = new URL('./migrations/', import.meta.url);
/** Any fixed number: processes that start together take this advisory lock in turn. */
const migrationLock = 7_402_001;

/** Applies what is missing and returns the names of the migrations applied. Safe to run from several processes. */
export async function migrate(pool: Pool): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted();
  // As a rule nothing is missing: that is asked within the pool's limits, so that a connection that died is noticed.
  if ((await missingOf(names, pool)).length === 0) return [];
  return inTransaction(pool, async (database) => {
    // Another process may be at it, and a new index over many rows takes its time.
    await database.query('set local statement_timeout = 0');
    await patiently(database, 'select pg_advisory_xact_lock($1)', [migrationLock]);
    await database.query(
      'create table if not exists migration (name text primary key, applied_at timestamptz not null default now())',
    );
    const missing = await missingOf(names, database);
    for (const name of missing) {
      await patiently(database, await readFile(new URL(name, folder), 'utf8'));
      await database.query('insert into migration (name) values ($1)', [name]);
    }
    return missing;
  });
}

async function missingOf(names: readonly string[], database: Database): Promise<string[]> {
  const { rows: known } = await database.query<{ there: boolean }>(
    `select to_regclass('migration') is not null as there`,
  );
  if (!known[0]!.there) return [...names];
  const { rows } = await database.query<{ name: string }>('select name from migration');
  const done = new Set(rows.map((row) => row.name));
  return names.filter((name) => !done.has(name));
}

const longestMs = 3_600_000;

/** Without the pool's limit for an answer. */
function patiently(database: Database, text: string, values?: unknown[]): Promise<unknown> {
  const query = { text, query_timeout: longestMs, ...(values ? { values } : {}) };
  return database.query(query as QueryConfig);
}
