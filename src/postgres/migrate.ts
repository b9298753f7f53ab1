// Brings a database to the newest schema: numbered SQL files, each applied once, in order, in one transaction.
import { readdir, readFile } from 'node:fs/promises';
import { inTransaction, type Pool } from './pool.ts';

const folder = new URL('./migrations/', import.meta.url);
/** Any fixed number: processes that start together take this advisory lock in turn. */
const migrationLock = 7_402_001;

/** Applies what is missing and returns the names of the migrations applied. Safe to run from several processes. */
export async function migrate(pool: Pool): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted();
  return inTransaction(pool, async (database) => {
    await database.query('select pg_advisory_xact_lock($1)', [migrationLock]);
    await database.query(
      'create table if not exists migration (name text primary key, applied_at timestamptz not null default now())',
    );
    const { rows } = await database.query<{ name: string }>('select name from migration');
    const done = new Set(rows.map((row) => row.name));
    const missing = names.filter((name) => !done.has(name));
    for (const name of missing) {
      await database.query(await readFile(new URL(name, folder), 'utf8'));
      await database.query('insert into migration (name) values ($1)', [name]);
    }
    return missing;
  });
}
