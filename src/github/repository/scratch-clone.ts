// What an update fetches of a student's repository lies in a folder of its own, bounded, and is gone with the update.
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../../domain/text/failure.ts';
import { countCost } from '../../ports/costs.ts';
import { gitIn } from './git.ts';

const prefix = '.template-scratch-';
/** Left behind by a process that was killed. */
const abandonedMs = 86_400_000;
/** More than a repository with all released data takes, and less than a disk. */
const mostBytes = 2 * 2 ** 30;
const lookEveryMs = 500;

/** `shared` holds the template's commits: they are read from there, and nothing is written to it. */
export async function withScratch<T>(shared: string, use: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(dirname(shared), prefix));
  try {
    await gitIn(scratch).raw(['init', '--quiet', '--bare']);
    await gitIn(scratch).raw(['config', 'gc.auto', '0']);
    await writeFile(join(scratch, 'objects', 'info', 'alternates'), `${join(shared, 'objects')}\n`);
    return await use(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

type Bounds = {
  most?: number;
  /** What comes counts for the repository that the work is about. */
  counted?: boolean;
};

/** Ends what fills the folder beyond the limit; throws `repository-too-large` then. */
export async function whileSmall<T>(
  folder: string,
  fill: (abort: AbortSignal) => Promise<T>,
  { most = mostBytes, counted = true }: Bounds = {},
): Promise<T> {
  const before = await sizeOf(folder);
  const abort = new AbortController();
  const watch = setInterval(() => {
    void sizeOf(folder).then((bytes) => bytes > most && abort.abort());
  }, lookEveryMs);
  const tooLarge = (cause?: unknown): Failure =>
    new Failure('repository-too-large', `what is fetched is larger than ${Math.round(most / 2 ** 20)} MB`, {
      permanent: true,
      cause,
    });
  try {
    const filled = await fill(abort.signal).catch((error: unknown) => {
      throw abort.signal.aborted ? tooLarge(error) : error;
    });
    if ((await sizeOf(folder)) > most) throw tooLarge();
    return filled;
  } finally {
    clearInterval(watch);
    // Git takes away what it did not finish.
    const came = abort.signal.aborted ? most : (await sizeOf(folder)) - before;
    if (counted) countCost('megabytes', came);
  }
}

/** Takes away what killed processes left, and a shared folder from the time when students' commits lay there too. */
export async function collectMirrors(shared: string, most: number = mostBytes): Promise<void> {
  const home = dirname(shared);
  for (const name of await readdir(home).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const made = (await stat(join(home, name)).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (Date.now() - made > abandonedMs) await rm(join(home, name), { recursive: true, force: true });
  }
  // Whoever reads from it at this moment fails and tries again: it is a copy, made anew when it is needed.
  if ((await sizeOf(shared)) > most) await rm(shared, { recursive: true, force: true });
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name)).catch(() => undefined))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
