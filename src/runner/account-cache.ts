// A folder of this account alone, for what can be made anew at any time: `~/.cache/practicum`.
import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Undefined where others could write into it, and where it would lie in a repository: what somebody commits must never
 * count for what was made here. Without it all is as it is, but slower.
 */
export function openAccountCache(home: string = homedir()): string | undefined {
  const folder = join(home, '.cache', 'practicum');
  try {
    for (let at = folder; dirname(at) !== at; at = dirname(at)) if (existsSync(join(at, '.git'))) return undefined;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stat = lstatSync(folder);
    const isOwn = stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
    return isOwn ? folder : undefined;
  } catch {
    // No home, a full disk, or one that only can be read.
    return undefined;
  }
}
