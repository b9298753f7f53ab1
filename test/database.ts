// A database of one's own for a test file: a clone of the migrated template, dropped at the end.
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { openPool, type Pool } from '../src/postgres/pool.ts';
import { templateDatabase } from './postgres-server.ts';

export type TestDatabase = { name: string; pool: Pool; url: string; drop: () => Promise<void> };

/** A clone of the migrated template, or of another database that nobody is connected to. */
export async function cloneDatabase(template = templateDatabase): Promise<TestDatabase> {
  const server = inject('postgres');
  const name = `test_${randomBytes(8).toString('hex')}`;
  const admin = openPool(server, 1);
  // Two clones at once fail where both read the template: one after the other.
  await admin.query('select pg_advisory_lock(7402002)');
  await admin.query(`create database ${name} template ${template}`);
  await admin.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  const pool = openPool(url.href);
  return {
    name,
    pool,
    url: url.href,
    async drop() {
      if (!pool.ended) await pool.end();
      const again = openPool(server, 1);
      await again.query(`drop database ${name} with (force)`);
      await again.end();
    },
  };
}
