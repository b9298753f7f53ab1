// A pipeline file that was read before is not read again: its graph is kept, with all that its reader asked for.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { ReadPipeline } from '../domain/pipeline/read-pipeline.ts';
import { findPipeline, type FoundPipeline, isThere, type LoadOptions, readInside } from './find-pipeline.ts';
import type { LoadedPipeline } from './load-pipeline.ts';

/** Where graphs are kept, and which program reads: another one may read the same file in another way. */
export type Memory = { folder: string; program: string };

type Kept = {
  key: string;
  /** Paths that were looked for, and whether they were there. */
  existed: [path: string, existed: boolean][];
  /** Files whose content counted, by digest. */
  files: [path: string, digest: string][];
  read: ReadPipeline;
};

const mostKept = 50;

/** Like `loadPipeline`. Reading is a function of the bytes and of the answers to what was asked, so both are compared. */
export async function recallPipeline(options: LoadOptions, memory: Memory): Promise<LoadedPipeline | undefined> {
  const found = findPipeline(options);
  if (!found) return undefined;
  const { file, root, bytes } = found;
  const folder = join(memory.folder, 'pipelines');
  // `check` gives no values and `run` does: each has its own.
  const place = join(folder, digestOf(JSON.stringify([root, file, options.values !== undefined])).slice(0, 32));
  const key = keyOf(found, options, memory);
  const kept = readKept(place);
  if (kept?.key === key && isSame(kept, found)) return { ...kept.read, file, root, bytes };
  // Only now: the readers are most of the program.
  const { askDisk, readFound } = await import('./load-pipeline.ts');
  const disk = askDisk(found);
  const existed = new Map<string, boolean>();
  const files = new Map<string, string>();
  const loaded = readFound(found, options, {
    exists: (path) => put(existed, path, disk.exists(path)),
    readFile: (path) => {
      const content = disk.readFile(path);
      files.set(path, digestOf(content));
      return content;
    },
  });
  const { file: _file, root: _root, bytes: _bytes, ...read } = loaded;
  if (loaded.ok) keep(folder, place, { key, existed: [...existed], files: [...files], read });
  return loaded;
}

function put<T>(map: Map<string, T>, key: string, value: T): T {
  map.set(key, value);
  return value;
}

function keyOf({ file, bytes, depth, runners }: FoundPipeline, { values }: LoadOptions, { program }: Memory): string {
  const given = values && [...values];
  const rest = JSON.stringify([process.version, program, file, depth, given, runners?.file]);
  return [rest, bytes, runners?.bytes].map(digestOf).join(' ');
}

function digestOf(content: string | Uint8Array | undefined): string {
  return content === undefined ? 'absent' : createHash('sha256').update(content).digest('hex');
}

function isSame({ existed, files }: Kept, found: FoundPipeline): boolean {
  return (
    existed.every(([path, before]) => isThere(found.root, path) === before) &&
    files.every(([path, digest]) => digestOf(readInside(found, path)) === digest)
  );
}

function readKept(place: string): Kept | undefined {
  try {
    return deserialize(readFileSync(place)) as Kept;
  } catch {
    return undefined; // Nothing kept, or half of it.
  }
}

function keep(folder: string, place: string, kept: Kept): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Written aside and moved: another run may be reading it.
    const aside = `${place}.${process.pid}`;
    writeFileSync(aside, serialize(kept), { mode: 0o600 });
    renameSync(aside, place);
    const all = readdirSync(folder).map((name) => join(folder, name));
    if (all.length <= mostKept) return;
    const age = new Map(all.map((path) => [path, statSync(path).mtimeMs]));
    for (const path of all.toSorted((a, b) => age.get(b)! - age.get(a)!).slice(mostKept)) rmSync(path, { force: true });
  } catch {
    // It is read anew the next time.
  }
}
