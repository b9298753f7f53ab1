// Can the app do its work now? What it needs is asked: the database, GitHub, and room on the disk.
import { randomBytes } from 'node:crypto';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { classifyFailure } from '../domain/jobs/classify-failure.ts';
import { within } from './within.ts';
import { codeOf, Failure } from '../domain/text/failure.ts';

type Settings = {
  /** Tries what a webhook needs. */
  askDatabase: () => Promise<unknown>;
  home: string;
  /** False until GitHub has answered for the first time. */
  reachedGitHub: () => boolean;
};

/** One question for all who ask within this time: the address is open to anybody. */
const keptMs = 1000;
const patienceMs = 5000;
/** Below this much, the next slice may not fit. */
const leastFree = 16 * 1024 * 1024;

/** Rejects with `not-ready` and all that is missing, in words. */
export function readiness({ askDatabase, home, reachedGitHub }: Settings): () => Promise<void> {
  let last: { at: number; troubles: Promise<string[]> } | undefined;
  const database = oneAtATime(() => askDatabase().then(() => undefined, sayDatabase));
  const disk = oneAtATime(() => checkDisk(home));
  const look = async (): Promise<string[]> => {
    const github = reachedGitHub() ? undefined : 'GitHub has not answered since the start; webhooks are stored';
    const asked = await Promise.all([
      within(patienceMs, 'the database', database()).catch(sayDatabase),
      within(patienceMs, 'the disk', disk()).catch((error: Error) => error.message),
    ]);
    return [...asked, github].filter((trouble) => trouble !== undefined);
  };
  return async () => {
    if (!last || performance.now() - last.at > keptMs) last = { at: performance.now(), troubles: look() };
    const troubles = await last.troubles;
    if (troubles.length > 0) throw new Failure('not-ready', troubles.join('\n'));
  };
}

/** Whoever asks while nothing has come of the last question waits for that: each that hangs holds a connection, or a thread. */
function oneAtATime<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () =>
    (asked ??= ask().finally(() => {
      asked = undefined;
    }));
}

/** The database's own words may name files: whoever asks here is told the code. */
function sayDatabase(error: unknown): string {
  const code = codeOf(error);
  return code !== undefined && sqlState.test(code)
    ? `the database stores nothing (${code}${reasons[code] ?? ''})`
    : 'the database does not answer';
}

const sqlState = /^[0-9A-Z]{5}$/;
const reasons: Record<string, string> = {
  '25006': ': it is read-only',
  '28P01': ': it refuses our password',
  '53100': ': its disk is full',
  '53300': ': it has too many connections',
};

/** Writes and deletes a few bytes: quotas, and file systems remounted read-only, show in nothing else. */
async function checkDisk(home: string): Promise<string | undefined> {
  const file = join(home, `.ready-${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    await writeFile(file, Buffer.alloc(64 * 1024), { mode: 0o600, flush: true });
    const { bavail, bsize } = await statfs(home);
    return bavail * bsize < leastFree ? 'disk-full: PRACTICUM_HOME has less than 16 MB left' : undefined;
  } catch (error) {
    const { code = 'error', message } = error as NodeJS.ErrnoException;
    return classifyFailure(error) === 'disk' && code !== 'EROFS'
      ? `disk-full: PRACTICUM_HOME has no room left (${code})`
      : `disk-not-writable: PRACTICUM_HOME cannot be written to (${code}): ${message.split('\n')[0]}`;
  } finally {
    await rm(file, { force: true }).catch(() => undefined);
  }
}
