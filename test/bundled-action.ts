// The bundled Action: made once in a run of the tests, by whichever worker needs it first, and copied from there.
import { cp, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { bundleAction } from '../scripts/bundle-action.ts';

/** As `bundleAction`, which takes a second of a core. */
export async function copyBundledAction(folder: string): Promise<void> {
  await cp(await bundledAction(), folder, { recursive: true });
}

/** Its folder, to be read alone. */
export async function bundledAction(): Promise<string> {
  const shared = inject('shared');
  const bundled = join(shared, 'action');
  if (await isThere(bundled)) return bundled;
  const fresh = await mkdtemp(join(shared, 'action-'));
  await bundleAction(fresh);
  // The other worker may have been as fast: its bundle is the same.
  await rename(fresh, bundled).catch(() => rm(fresh, { recursive: true }));
  return bundled;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
