// One `.env` for every command: read in the folder where the command is run, below what is exported.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bareEnvironment } from '../bare-environment.ts';
import { startEmbedded } from '../../src/postgres/embedded.ts';
import { cloneDatabase } from '../database.ts';

const main = join(import.meta.dirname, '../../src/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'practicum-env-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Ran = { code: number; out: string; err: string };

function practicum(args: string[], env: Record<string, string> = {}, cwd = folder): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [main, ...args],
      { cwd, env: { ...bareEnvironment, ...env }, timeout: 60_000 },
      (error, out, err) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });
}

test('a database that only .env names serves the commands, and what is exported prevails', async () => {
  const database = await cloneDatabase();
  writeFileSync(join(folder, '.env'), `\uFEFFDATABASE_URL=${database.url}\r\nPRACTICUM_HOME=home\r\n`);
  expect(await practicum(['migrate'])).toMatchObject({ code: 0, out: 'The database is up to date.\n' });
  expect(await practicum(['shipments', '--json'])).toMatchObject({ code: 0, out: '[]\n' });
  expect((await practicum(['ledger', 'export'])).err).toContain('0 courses in force');
  const elsewhere = await practicum(['migrate'], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
  expect(elsewhere.code).toBe(1);
  expect(elsewhere.err).toContain('ECONNREFUSED');
  await database.drop();
});

test(
  'without one, the commands find the database that the app keeps below PRACTICUM_HOME',
  { timeout: 120_000 },
  async () => {
    writeFileSync(join(folder, '.env'), 'PRACTICUM_HOME=kept\n');
    expect((await practicum(['ledger', 'export'])).err).toContain('the database is needed');
    const server = await startEmbedded(join(folder, 'kept'), { durable: false });
    try {
      expect((await practicum(['migrate'])).out).toContain('Applied 0001');
      expect((await practicum(['ledger', 'export'])).err).toContain('0 courses in force');
      expect((await practicum(['shipments', '--json'])).out).toBe('[]\n');
    } finally {
      await server.erase();
    }
  },
);

test('all that is missing, wrong or weak is said at once, and a key that is none is told as such', async () => {
  writeFileSync(join(folder, '.env'), 'APP_ID=practicum\nPRIVATE_KEY=abc\nWEBHOOK_SECRET=a-long-secret\nPORT=x\n');
  for (const command of [['serve'], ['doctor']]) {
    const { code, out, err } = await practicum(command, { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
    expect(code).toBe(command[0] === 'doctor' ? 1 : 2);
    for (const words of [/APP_ID/, /PORT/, /PRIVATE_KEY is not a private key/, /WEBHOOK_SECRET is too weak/])
      expect(out + err, command[0]).toMatch(words);
    expect(out + err).not.toContain('github-unreachable');
  }
});

test('a folder of that name is somebody’s Python', async () => {
  const own = join(folder, 'python');
  mkdirSync(join(own, '.env'), { recursive: true });
  expect((await practicum(['--help'], {}, own)).code).toBe(0);
});
