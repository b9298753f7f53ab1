// Keeps a store from growing for ever: entries that nobody has used for long go, and the longest unused where there is too much.
import { readdir, rm, rmdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

export type Bounds = {
  /** Above this, the longest unused go first. */
  mostBytes: number;
  /** Unused for so long, an entry goes anyway. */
  keepMs: number;
  /** Used since, an entry stays whatever the size of the store: somebody may be reading it. */
  spareMs: number;
};

const dayMs = 24 * 3_600_000;
export const usualBounds: Bounds = { mostBytes: 32 * 2 ** 30, keepMs: 120 * dayMs, spareMs: dayMs };

type Entry = { path: string; bytes: number; used: number };

/** Entries are the folders within folders of `dir` that a store made. What is gone can be cut again, with the same bytes. */
export async function evictEntries(dir: string, now: number, { mostBytes, keepMs, spareMs }: Bounds): Promise<void> {
  const groups = (await readdir(dir).catch(() => [])).filter((name) => /^[0-9a-f]{32}-[0-9a-f]{8}$/.test(name));
  const entries: Entry[] = [];
  for (const group of groups) {
    for (const name of await readdir(join(dir, group)).catch(() => [])) {
      const path = join(dir, group, name);
      const info = await stat(path).catch(() => undefined);
      if (info) entries.push({ path, bytes: await bytesBelow(path), used: info.mtimeMs });
    }
  }
  let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { path, bytes, used } of entries.toSorted((a, b) => a.used - b.used)) {
    const unused = now - used;
    if (unused <= spareMs || (unused <= keepMs && total <= mostBytes)) continue;
    await rm(path, { recursive: true, force: true });
    total -= bytes;
  }
  // Fails, as it should, where something is left in it.
  for (const group of groups) await rmdir(join(dir, group)).catch(() => undefined);
}

/** Marks an entry as used. */
export async function markUsed(path: string, now: number): Promise<void> {
  const at = new Date(now);
  await utimes(path, at, at).catch(() => undefined);
}

async function bytesBelow(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
  }
  return bytes;
}
