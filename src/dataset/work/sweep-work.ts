// Removes what processes that were killed left behind in a store.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Work folders begin so; nothing else in a store does. */
export const workPrefix = '.work-';
/** No cut takes this long: what is older belongs to nobody. */
const oldMs = 24 * 3_600_000;

export async function sweepWork(dir: string, now: number): Promise<void> {
  const names = await readdir(dir).catch(() => []);
  for (const name of names.filter((text) => text.startsWith(workPrefix))) {
    const path = join(dir, name);
    const info = await stat(path).catch(() => undefined);
    if (info && now - info.mtimeMs > oldMs) await rm(path, { recursive: true, force: true });
  }
}
