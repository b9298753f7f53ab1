// References on disk, by git's own locking protocol, so that a running `git push` and the API cannot overwrite each other.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { git, gitOutput } from './spawn.ts';
import { isOid, zeroOid } from './objects.ts';

/** At once: for so few bytes the way to another thread and back takes many times as long as the reading. */
function readText(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function packedRefs(directory: string): Map<string, string> {
  const refs = new Map<string, string>();
  for (const line of (readText(join(directory, 'packed-refs')) ?? '').split('\n')) {
    const [oid = '', name = ''] = line.split(' ');
    if (isOid(oid) && name !== '') refs.set(name, oid);
  }
  return refs;
}

/** The object id of a full reference name, or undefined. */
export async function readRef(directory: string, name: string): Promise<string | undefined> {
  const loose = readText(join(directory, name));
  if (loose !== undefined && isOid(loose)) return loose;
  return packedRefs(directory).get(name);
}

/** All references below a prefix (`refs/heads/`), by name. */
export async function listRefs(directory: string, prefix = 'refs/'): Promise<Map<string, string>> {
  const refs = new Map([...packedRefs(directory)].filter(([name]) => name.startsWith(prefix)));
  const start = join(directory, prefix.slice(0, prefix.lastIndexOf('/') + 1));
  let files: string[] = [];
  try {
    const found = readdirSync(start, { recursive: true, withFileTypes: true });
    files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  for (const file of files) {
    const name = relative(directory, file).split(sep).join('/');
    if (!name.startsWith(prefix) || name.endsWith('.lock')) continue;
    const oid = readText(file);
    if (oid !== undefined && isOid(oid)) refs.set(name, oid);
  }
  return new Map([...refs].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Moves a reference from `before` to `after` (either may be the zero id); false if it was not at `before` any more or is locked. */
export async function moveRef(directory: string, name: string, before: string, after: string): Promise<boolean> {
  if (after === zeroOid) {
    const result = await git(directory, ['update-ref', '-d', name, before]);
    return result.code === 0;
  }
  const file = join(directory, name);
  try {
    await mkdir(dirname(file), { recursive: true });
    const lock = await open(`${file}.lock`, 'wx');
    try {
      if (((await readRef(directory, name)) ?? zeroOid) !== before) {
        await rm(`${file}.lock`);
        return false;
      }
      await lock.writeFile(`${after}\n`);
    } finally {
      await lock.close();
    }
    await rename(`${file}.lock`, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    await rm(`${file}.lock`, { force: true }).catch(() => {});
    if (code === 'EEXIST') return false;
    // A folder is in the way, or a file where a folder is needed: git knows when that is allowed.
    const result = await git(directory, ['update-ref', name, after, before]);
    return result.code === 0;
  }
}

/** Whether git accepts this as a full reference name. */
export async function isRefName(name: string): Promise<boolean> {
  const plain = /^refs(?:\/[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?){2,}$/.test(name);
  if (plain && !name.includes('..') && !/\.lock(?:\/|$)/.test(name)) return true;
  if (!name.startsWith('refs/') || name.split('/').length < 3) return false;
  return (await git('.', ['check-ref-format', name])).code === 0;
}

/** The branch that HEAD names, which need not exist yet. */
export async function readHead(directory: string): Promise<string> {
  return (readText(join(directory, 'HEAD')) ?? '').replace(/^ref: /, '');
}

export async function writeHead(directory: string, branch: string): Promise<void> {
  await gitOutput(directory, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
}
