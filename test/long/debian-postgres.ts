// A PostgreSQL server of Debian's, with its own tools, as a course would have one: for the scripts that call them.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '../../src/free-port.ts';

const installed = '/usr/lib/postgresql';
const version = existsSync(installed) ? readdirSync(installed).toSorted((a, b) => Number(b) - Number(a))[0] : undefined;

/** Where the tools are; undefined where this machine has none. */
export const postgresTools = version === undefined ? undefined : join(installed, version, 'bin');

export type DebianPostgres = {
  urlOf: (database: string) => string;
  /** The environment in which `pg_dump`, `psql` and `createdb` are found and reach the server. */
  env: NodeJS.ProcessEnv;
  stop: () => Promise<void>;
};

/** Starts a server in a folder of its own; its account is the one that is not root, which PostgreSQL refuses. */
export async function startDebianPostgres(): Promise<DebianPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'practicum-server-'));
  const isRoot = userInfo().uid === 0;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const account = isRoot ? { uid: id('-u'), gid: id('-g') } : {};
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid!);
  const data = join(folder, 'data');
  const tool = (name: string): string => join(postgresTools!, name);
  execFileSync(tool('initdb'), ['--pgdata', data, '--username', 'practicum', '--auth', 'trust', '--no-sync'], {
    ...account,
    stdio: 'ignore',
  });
  const port = await freePort();
  const server = spawn(tool('postgres'), ['-D', data, '-p', String(port), '-k', folder, '-c', 'fsync=off'], {
    ...account,
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const env = {
    ...process.env,
    PATH: [postgresTools, process.env['PATH']].join(delimiter),
    PGHOST: '127.0.0.1',
    PGPORT: String(port),
    PGUSER: 'practicum',
  };
  execFileSync('sh', ['-c', 'until pg_isready --quiet --dbname postgres; do :; done'], { env, timeout: 60_000 });
  return {
    urlOf: (database) => `postgres://practicum@127.0.0.1:${port}/${database}`,
    env,
    async stop() {
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
