// A disk of the app's own that can be full: a file system in memory, where this machine lets us mount one.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type SmallDisk = { fill: () => void; free: () => void; close: () => Promise<void> };

/** Mounts it at `folder`. Undefined where we may not: then the disk is never full. */
export function mountSmallDisk(folder: string, megabytes = 256): SmallDisk | undefined {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const ballast = join(folder, 'ballast');
  return {
    fill() {
      mkdirSync(ballast, { recursive: true });
      try {
        for (let part = 0; ; part++) writeFileSync(join(ballast, String(part)), Buffer.alloc(1 << 20));
      } catch {
        // Full.
      }
    },
    free: () => rmSync(ballast, { recursive: true, force: true }),
    close: async () => void execFileSync('umount', ['--lazy', folder]),
  };
}
