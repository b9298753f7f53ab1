// Digests of files and folders: the same content has the same digest on every machine.
import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

const skipped = new Set([
  '.git',
  '.practicum',
  'node_modules',
  '.venv',
  'venv',
  '__pycache__',
  '.pytest_cache',
  '.dvc',
]);

/** One for all, since nothing waits between two reads: a new one for each file would keep the garbage collector busy. */
const piece = Buffer.allocUnsafeSlow(1 << 16);

/** SHA-256 of a file (MD5 where DVC wants it) as hex, read in pieces. */
export function hashFile(path: string, algorithm: 'sha256' | 'md5' = 'sha256'): string {
  const hash = createHash(algorithm);
  const file = openSync(path, 'r');
  try {
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) hash.update(piece.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

/** Digest of a file, or of a folder's names and contents; undefined when there is nothing. Links are not followed out. */
export function hashPath(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return undefined;
  if (!stat.isDirectory()) return stat.isFile() ? hashFile(path) : undefined;
  const hash = createHash('sha256');
  for (const file of listFiles(path)) hash.update(`${file}\0${entryDigest(join(path, file))}\n`);
  return hash.digest('hex');
}

/** Digests of one run. While no command runs, what was read once need not be read again. */
export class Digests {
  private readonly known = new Map<string, string | undefined>();
  private working = 0;

  of(path: string): string | undefined {
    if (this.working > 0) return hashPath(path);
    if (!this.known.has(path)) this.known.set(path, hashPath(path));
    return this.known.get(path);
  }

  /** Whatever a command may change is read anew until it ends, and after. */
  async during<T>(command: () => Promise<T>): Promise<T> {
    this.known.clear();
    this.working++;
    try {
      return await command();
    } finally {
      this.working--;
    }
  }
}

function entryDigest(path: string): string {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return `link:${readlinkSync(path)}`;
  return stat.isFile() ? hashFile(path) : 'other';
}

/** Files below a folder, with `/` between names, in one order; without version control, caches and installed packages. */
export function listFiles(folder: string, accept: (name: string) => boolean = () => true, most = 100_000): string[] {
  const found: string[] = [];
  const walk = (inner: string): void => {
    for (const entry of readdirSync(join(folder, inner), { withFileTypes: true })) {
      const path = inner === '' ? entry.name : `${inner}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!skipped.has(entry.name)) walk(path);
      } else if (accept(entry.name) && found.length < most) found.push(path);
    }
  };
  walk('');
  return found.sort();
}
