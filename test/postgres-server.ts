// Starts one PostgreSQL for the whole test run, with a migrated template database that test files clone.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../src/postgres/embedded.ts';
import { migrate } from '../src/postgres/migrate.ts';
import { openPool } from '../src/postgres/pool.ts';

export const templateDatabase = 'practicum_template';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: string;
    /** A folder of this run, for what its files share. */
    shared: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL'];
  const directory = await mkdtemp(join(tmpdir(), 'practicum-test-'));
  const server = given ? undefined : await startEmbedded(directory, { durable: false });
  const url = given ?? server!.url;
  const admin = openPool(url, 1);
  await admin.query(`drop database if exists ${templateDatabase} with (force)`);
  await admin.query(`create database ${templateDatabase}`);
  await admin.end();
  const template = new URL(url);
  template.pathname = `/${templateDatabase}`;
  const pool = openPool(template.href, 1);
  await migrate(pool);
  await pool.end();
  project.provide('postgres', url);
  project.provide('shared', directory);
  return async () => {
    await server?.erase();
    await rm(directory, { recursive: true, force: true });
  };
}
