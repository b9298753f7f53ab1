// rclone as the rest of the program sees it: which remotes there are, put a file there once, fetch one from there.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { below, readTarget, showTarget, type Target } from './check-target.ts';
import { RcloneError } from './rclone-error.ts';
import { type RcloneSettings, reasonOf, runRclone } from './run-rclone.ts';

/** What a copy did; `already` when the same bytes were there before. */
export type Copied = { target: string; bytes: number; already: boolean };

export type Rclone = {
  /** Version of the program, or undefined when there is none. */
  version: () => Promise<string | undefined>;
  /** Names of the configured remotes, without colons. */
  remotes: () => Promise<string[]>;
  /** Why this target cannot be used, in words; undefined when it can be tried. */
  fault: (target: string) => Promise<string | undefined>;
  /** Puts a file at `target` / `name`. What is there with the same bytes is left alone. */
  put: (file: string, target: string, name: string) => Promise<Copied>;
  /** Gives what is there another name. Does nothing where it has that name already. */
  move: (target: string, from: string, to: string) => Promise<void>;
  /** Fetches one file, or a folder with all that is in it. */
  fetch: (source: string, to: string) => Promise<void>;
  /** What is there, as one text that changes with names, sizes, times and digests. */
  list: (source: string) => Promise<string>;
};

export function openRclone(settings: RcloneSettings = {}): Rclone {
  const run = (args: readonly string[]): ReturnType<typeof runRclone> => runRclone(args, settings);
  const version = async (): Promise<string | undefined> => {
    const ran = await run(['version']).catch((error: unknown) => {
      if (error instanceof RcloneError && error.code === 'rclone_missing') return undefined;
      throw error;
    });
    return ran && /rclone v(\S+)/.exec(ran.stdout)?.[1];
  };
  const remotes = async (): Promise<string[]> => {
    const ran = await run(['listremotes']);
    return ran.stdout.split('\n').flatMap((line) => (line.endsWith(':') ? [line.slice(0, -1)] : []));
  };
  return {
    version,
    remotes,
    fault: (target) => faultOf(target, version, remotes),
    put: (file, target, name) => put(file, below(readTarget(target), name), run, remotes),
    move: (target, from, to) => move(below(readTarget(target), from), below(readTarget(target), to), run, remotes),
    fetch: (source, to) => fetch(readTarget(source), to, run, remotes),
    list: (source) => list(readTarget(source), run, remotes),
  };
}

type Run = (args: readonly string[]) => ReturnType<typeof runRclone>;
type Remotes = () => Promise<string[]>;

async function faultOf(text: string, version: Rclone['version'], remotes: Remotes): Promise<string | undefined> {
  try {
    const target = readTarget(text);
    if ((await version()) === undefined) return 'rclone is not installed where the app runs';
    await requireRemote(target, remotes);
    return undefined;
  } catch (error) {
    if (error instanceof RcloneError) return error.message;
    throw error;
  }
}

async function requireRemote({ remote }: Target, remotes: Remotes): Promise<void> {
  const known = await remotes();
  if (known.includes(remote)) return;
  const listed = known.length === 0 ? 'none is configured' : `there are: ${known.join(', ')}`;
  throw new RcloneError('remote_missing', `rclone has no remote "${remote}"; ${listed}`);
}

async function put(file: string, target: Target, run: Run, remotes: Remotes): Promise<Copied> {
  await requireRemote(target, remotes);
  const { size } = await stat(file);
  const shown = showTarget(target);
  if (await isThere(file, size, target, run)) return { target: shown, bytes: size, already: true };
  const ran = await run(['copyto', '--ignore-times', '--', file, shown]);
  if (ran.code !== 0) throw new RcloneError('copy_failed', `${shown}: ${reasonOf(ran)}`, true);
  if (!(await isThere(file, size, target, run))) {
    throw new RcloneError('not_verified', `${shown} does not have the bytes that were copied to it`, true);
  }
  return { target: shown, bytes: size, already: false };
}

async function move(from: Target, to: Target, run: Run, remotes: Remotes): Promise<void> {
  await requireRemote(from, remotes);
  const isAt = async (target: Target): Promise<boolean> => {
    const listed = await run(['lsjson', '--stat', '--', showTarget(target)]);
    return listed.code === 0 && readListing(listed.stdout) !== undefined && readListing(listed.stdout) !== null;
  };
  if (!(await isAt(from)) && (await isAt(to))) return;
  const ran = await run(['moveto', '--', showTarget(from), showTarget(to)]);
  if (ran.code !== 0) throw new RcloneError('copy_failed', `${showTarget(from)}: ${reasonOf(ran)}`, true);
}

/** Same size, and the same digest where the remote knows one; else its bytes are read back and hashed. */
async function isThere(file: string, size: number, target: Target, run: Run): Promise<boolean> {
  const shown = showTarget(target);
  const listed = await run(['lsjson', '--stat', '--hash', '--', shown]);
  if (listed.code !== 0) return false;
  const found = readListing(listed.stdout);
  if (!found || found.Size !== size || found.IsDir === true) return false;
  for (const kind of ['sha256', 'sha1', 'md5'] as const) {
    const remote = found.Hashes?.[kind];
    if (remote !== undefined && remote !== '') return remote.toLowerCase() === (await digestOf(file, kind));
  }
  const ran = await run(['hashsum', 'sha256', '--download', '--', shown]);
  return ran.code === 0 && ran.stdout.split(/\s/)[0] === (await digestOf(file, 'sha256'));
}

type Listing = { Size?: number; IsDir?: boolean; Hashes?: Record<string, string> };

function readListing(text: string): Listing | undefined {
  try {
    return JSON.parse(text) as Listing | undefined;
  } catch {
    return undefined;
  }
}

async function digestOf(file: string, kind: string): Promise<string> {
  const hash = createHash(kind);
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function fetch(source: Target, to: string, run: Run, remotes: Remotes): Promise<void> {
  await requireRemote(source, remotes);
  const shown = showTarget(source);
  const listed = await run(['lsjson', '--stat', '--', shown]);
  const found = listed.code === 0 ? readListing(listed.stdout) : undefined;
  if (!found)
    throw new RcloneError('fetch_failed', `${shown}: ${listed.code === 0 ? 'not found' : reasonOf(listed)}`, true);
  const ran = await run([found.IsDir === true ? 'copy' : 'copyto', '--', shown, to]);
  if (ran.code !== 0) throw new RcloneError('fetch_failed', `${shown}: ${reasonOf(ran)}`, true);
}

async function list(source: Target, run: Run, remotes: Remotes): Promise<string> {
  await requireRemote(source, remotes);
  const shown = showTarget(source);
  const ran = await run(['lsjson', '--recursive', '--files-only', '--hash', '--', shown]);
  if (ran.code !== 0) throw new RcloneError('fetch_failed', `${shown}: ${reasonOf(ran)}`, true);
  const files = JSON.parse(ran.stdout) as { Path: string; Size: number; ModTime: string; Hashes?: unknown }[];
  const lines = files.map(({ Path, Size, ModTime, Hashes }) => JSON.stringify([Path, Size, ModTime, Hashes ?? null]));
  return createHash('sha256').update(lines.toSorted().join('\n')).digest('hex');
}
