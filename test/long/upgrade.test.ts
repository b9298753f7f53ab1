// An upgrade over eight changes of the database: an older version of this repository writes a course, this one goes on with it.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import type { Gradebook } from '../../src/domain/grade/gradebook.ts';
import { inForce } from '../../src/flows/course/in-force.ts';
import { readStandings } from '../flows/grade/read-standings.ts';
import { readGradebook } from '../../src/flows/grade/read-gradebook.ts';
import { verifyStored } from '../../src/flows/ledger/verify-stored.ts';
import { writeLedger } from '../../src/flows/ledger/write-ledger.ts';
import type { FlowPorts } from '../../src/ports/flow-ports.ts';
import { migrate } from '../../src/postgres/migrate.ts';
import { openPool, type Pool } from '../../src/postgres/pool.ts';
import { openStore } from '../../src/postgres/store.ts';
import { serveApp, type Served } from '../edges/serve-app.ts';
import { testWhere } from '../needs.ts';
import { midTerm, organisation } from '../web/fill-course.ts';

const root = join(import.meta.dirname, '../..');
const changes = 8;
const git = (...args: string[]) => spawnSync('git', args, { cwd: root, maxBuffer: 1 << 28 });

/** The commit before the last changes of the database; undefined where the history is not here. */
function olderVersion(): string | undefined {
  const added = git('log', '--diff-filter=A', '--format=%H', `-${changes}`, '--', 'src/postgres/migrations');
  const oldest = String(added.stdout).trim().split('\n')[changes - 1];
  const parent = oldest === undefined ? undefined : git('rev-parse', '--verify', '--quiet', `${oldest}~1`);
  return parent?.status === 0 ? String(parent.stdout).trim() : undefined;
}

const older = olderVersion();
const withHistory = testWhere(older !== undefined, 'the history of git');

const fill = `
import { migrate } from './src/postgres/migrate.ts';
import { openPool } from './src/postgres/pool.ts';
import { openStore } from './src/postgres/store.ts';
import { writeLedger } from './src/flows/ledger/write-ledger.ts';
import { fillCourse, midTerm, organisation } from './test/web/fill-course.ts';
const pool = openPool(process.env.DATABASE_URL, 3);
await migrate(pool);
const store = openStore(pool);
await fillCourse(store);
await writeLedger({ store, clock: { now: () => midTerm } }, { organisation });
await pool.end();
`;

let folder: string;
let url: string;
let pool: Pool;
let app: Served | undefined;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'practicum-upgrade-'));
  const server = inject('postgres');
  const admin = openPool(server, 1);
  await admin.query('drop database if exists upgraded with (force)');
  await admin.query('create database upgraded');
  await admin.end();
  url = Object.assign(new URL(server), { pathname: '/upgraded' }).href;
  pool = openPool(url, 3);
});
afterAll(async () => {
  await app?.stop();
  if (!app) await pool.end();
  rmSync(folder, { recursive: true, force: true });
});

/** The older version's own code writes the course, with the packages that are here. */
function writeByOlder(): void {
  const archive = git('archive', older!, 'src', 'test', 'packages', 'package.json', 'templates', 'schema', 'app.yml');
  execFileSync('tar', ['--extract', '--directory', folder], { input: archive.stdout });
  mkdirSync(join(folder, 'node_modules/@practicum'), { recursive: true });
  for (const name of execFileSync('ls', ['-A', join(root, 'node_modules')], { encoding: 'utf8' })
    .trim()
    .split('\n'))
    if (name !== '@practicum') symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  cpSync(join(folder, 'packages/sandbox'), join(folder, 'node_modules/@practicum/sandbox'), { recursive: true });
  writeFileSync(join(folder, 'fill.ts'), fill);
  execFileSync(process.execPath, ['fill.ts'], { cwd: folder, env: { ...process.env, DATABASE_URL: url } });
}

const rowsOf = async (tables: readonly string[]): Promise<Record<string, Record<string, unknown>[]>> => {
  const all: Record<string, Record<string, unknown>[]> = {};
  for (const table of tables)
    all[table] = (await pool.query(`select * from "${table}" t order by to_json(t)::text`)).rows;
  return all;
};

/** What may not be lost, as docs/operations.md says. */
const lasting = ['course', 'student_repository', 'shipment', 'evidence', 'request', 'ledger', 'grade_act'];

withHistory('what an older version wrote is there, the same, and goes on', async () => {
  writeByOlder();
  const before = await rowsOf(lasting);
  expect(before['shipment']!.length).toBeGreaterThan(10);
  expect(before['ledger']!.length).toBeGreaterThan(10);
  expect((await migrate(pool)).length).toBeGreaterThanOrEqual(changes);
  const after = await rowsOf(lasting);
  for (const table of lasting) {
    // Columns may be new; each row is there once, and says what it said.
    const columns = Object.keys(before[table]![0] ?? {}).filter((name) => name in (after[table]![0] ?? {}));
    const said = (rows: Record<string, unknown>[]): string[] =>
      rows.map((row) => JSON.stringify(columns.map((name) => row[name]))).toSorted();
    expect([table, said(after[table]!)]).toEqual([table, said(before[table]!)]);
  }
  const store = openStore(pool);
  expect(await verifyStored(store, organisation)).toMatchObject({ ok: true });
  const wanted = { ...(await inForce(store, organisation))!, organisation, now: midTerm };
  const points = ({ rows }: Gradebook) => rows.map(({ owner, challenge, total }) => [owner, challenge, total]);
  expect(points(await readStandings(store, wanted))).toEqual(points(await readGradebook(store, wanted)));
  // Words of the older version are shown for an hour at most.
  const later = { ...wanted, now: new Date(midTerm.getTime() + 2 * 3_600_000) };
  expect(await readStandings(store, later)).toEqual(await readGradebook(store, later));
  await writeLedger({ store, clock: { now: () => midTerm } } as unknown as FlowPorts, { organisation });
  expect(await verifyStored(store, organisation)).toMatchObject({ ok: true });
  expect(await migrate(pool)).toEqual([]);
  app = await serveApp({ database: { name: 'older', pool, url, drop: () => pool.end() } });
  const page = await app.get(`/${organisation}?token=open`);
  expect([page.status, (await app.get('/healthz')).status]).toEqual([200, 200]);
});
