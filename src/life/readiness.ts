// Can the app do its work now? What it needs is asked: the database, GitHub, and room on the disk.
import { randomBytes } from 'node:crypto';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { classifyFailure } from '../domain/jobs/classify-failure.ts';
import { within } from './within.ts';
import { Failure } from '../domain/text/failure.ts';

type Settings = {
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
export function readiness(settings: Settings): () => Promise<void> {
  let last: { at: number; troubles: Promise<string[]> } | undefined;
  return async () => {
    if (!last || performance.now() - last.at > keptMs) last = { at: performance.now(), troubles: look(settings) };
    const troubles = await last.troubles;
    if (troubles.length > 0) throw new Failure('not-ready', troubles.join('\n'));
  };
}

async function look({ askDatabase, home, reachedGitHub }: Settings): Promise<string[]> {
  const [database, disk] = await Promise.all([
    within(patienceMs, 'the database', askDatabase()).then(
      () => undefined,
      () => 'the database does not answer',
    ),
    within(patienceMs, 'the disk', checkDisk(home)).catch((error: Error) => error.message),
  ]);
  const github = reachedGitHub() ? undefined : 'GitHub has not answered since the start; webhooks are stored';
  return [database, disk, github].filter((trouble) => trouble !== undefined);
}

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
