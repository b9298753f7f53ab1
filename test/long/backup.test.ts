// Everything but the backup is gone: the scripts bring the database and the settings back, and nothing is lost or doubled.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { verifyStored } from '../../src/flows/ledger/verify-stored.ts';
import { writeLedger } from '../../src/flows/ledger/write-ledger.ts';
import type { FlowPorts } from '../../src/ports/flow-ports.ts';
import { migrate } from '../../src/postgres/migrate.ts';
import { openPool, type Pool } from '../../src/postgres/pool.ts';
import { openStore } from '../../src/postgres/store.ts';
import { serveApp, type Served } from '../edges/serve-app.ts';
import { fillCourse, midTerm, organisation } from '../web/fill-course.ts';
import { testWhere } from '../needs.ts';
import { postgresTools, startDebianPostgres, type DebianPostgres } from './debian-postgres.ts';

const scripts = join(import.meta.dirname, '../../scripts');
const onServer = testWhere(postgresTools !== undefined, 'postgresql');

let server: DebianPostgres;
let folder: string;
let app: Served | undefined;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'practicum-backup-'));
  if (postgresTools !== undefined) server = await startDebianPostgres();
});
afterAll(async () => {
  await app?.stop();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function withDatabase<T>(name: string, work: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = openPool(server.urlOf(name), 3);
  return work(pool).finally(() => pool.end());
}

const create = (name: string): Buffer => execFileSync('createdb', [name], { env: server.env });
const run = (script: string, argument: string, database: string) =>
  spawnSync(join(scripts, script), [argument], {
    cwd: folder,
    env: { ...server.env, DATABASE_URL: server.urlOf(database) },
    encoding: 'utf8',
  });

/** Every row of every table, in an order of its own text. */
const everything = (pool: Pool): Promise<Record<string, string[]>> =>
  pool
    .query<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'public' order by 1`)
    .then(async ({ rows: tables }) => {
      const all: Record<string, string[]> = {};
      for (const { name } of tables) {
        const { rows } = await pool.query<{ row: string }>(
          `select to_json(t)::text as row from "${name}" t order by 1`,
        );
        all[name] = rows.map(({ row }) => row);
      }
      return all;
    });

async function fill(pool: Pool): Promise<void> {
  await migrate(pool);
  const store = openStore(pool);
  await fillCourse(store);
  await writeLedger({ store, clock: { now: () => midTerm } } as unknown as FlowPorts, { organisation });
}

onServer('a backup, then an empty server: row by row the same, the ledger sound, and the app serves', async () => {
  create('course');
  const before = await withDatabase('course', async (pool) => {
    await fill(pool);
    return everything(pool);
  });
  expect(before['shipment']!.length).toBeGreaterThan(10);
  expect(before['ledger']!.length).toBeGreaterThan(10);
  writeFileSync(join(folder, '.env'), 'APP_ID=1\n', { mode: 0o600 });
  const backup = run('backup.sh', 'backups', 'course');
  expect(backup.stderr).toBe('');
  const file = backup.stdout.trim();
  expect(statSync(join(folder, file)).mode & 0o077).toBe(0);

  execFileSync('dropdb', ['course'], { env: server.env });
  create('again');
  expect(run('restore.sh', file, 'again')).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(join(folder, '.env.restored'), 'utf8')).toBe('APP_ID=1\n');
  await withDatabase('again', async (pool) => {
    expect(await everything(pool)).toEqual(before);
    expect(await migrate(pool)).toEqual([]);
    expect(await verifyStored(openStore(pool), organisation)).toMatchObject({ ok: true });
    // The next entry follows on the last of the backup, and none is written twice.
    await writeLedger({ store: openStore(pool), clock: { now: () => midTerm } } as unknown as FlowPorts, {
      organisation,
    });
    expect((await everything(pool))['ledger']).toEqual(before['ledger']);
    // What was on record is protected as before.
    await expect(pool.query('delete from ledger')).rejects.toThrow(/only ever added/);
  });
  const pool = openPool(server.urlOf('again'), 2);
  app = await serveApp({ database: { name: 'again', pool, url: server.urlOf('again'), drop: () => pool.end() } });
  expect((await app.get('/healthz')).status).toBe(200);
});

onServer('what is there is not overwritten, and a database that is away leaves no file', async () => {
  create('full');
  await withDatabase('full', migrate);
  const backup = run('backup.sh', 'others', 'full');
  const refused = run('restore.sh', backup.stdout.trim(), 'full');
  expect(refused.status).not.toBe(0);
  expect(refused.stderr).toContain('not empty: nothing was restored');
  expect(run('backup.sh', 'nowhere', 'missing').status).not.toBe(0);
  expect(readdirSync(folder).toSorted()).not.toContain('nowhere');
});
