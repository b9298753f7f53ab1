// After a run of a dvc.yaml: dvc.lock says what was made from what, and DVC's cache has it, so that a student can go on with DVC.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type Digest, listFolder, lockStage, type LockedStage, writeLock } from '../domain/pipeline/dvc-lock.ts';
import type { Pipeline } from '../domain/pipeline/model.ts';
import { hashFile } from './hash-path.ts';
import type { RunResult } from './run-state.ts';

/** Writes dvc.lock beside the file for the stages that passed; others keep what is said of them. */
export function writeDvcLock(pipeline: Pipeline, result: RunResult, root: string, file: string): void {
  const passed = new Set(
    result.tasks.filter(({ state }) => state === 'succeeded' || state === 'kept').map(({ name }) => name),
  );
  const cache = cacheFolder(root);
  const digests = new Map<string, Digest | undefined>();
  const digestOf = (path: string): Digest | undefined => {
    if (!digests.has(path)) digests.set(path, digest(join(root, path)));
    return digests.get(path);
  };
  const readFile = (path: string): Uint8Array | undefined =>
    existsSync(join(root, path)) ? readFileSync(join(root, path)) : undefined;
  const made = new Map<string, LockedStage>();
  for (const task of pipeline.tasks) {
    if (!passed.has(task.name)) continue;
    const entry = lockStage(task, digestOf, readFile);
    if (!entry) continue;
    made.set(task.name, entry);
    for (const { path, cache: isCached } of task.outputs)
      if (cache !== undefined && path !== undefined && isCached !== false) keep(join(root, path), cache);
  }
  const lock = join(root, file.replace(/^.*[\\/]/, '').replace(/\.ya?ml$/, '.lock'));
  const before = existsSync(lock) ? readFileSync(lock, 'utf8') : undefined;
  const text = writeLock(
    before,
    made,
    pipeline.tasks.map(({ name }) => name),
  );
  if (text === before || (made.size === 0 && before === undefined)) return;
  writeFileSync(`${lock}.new`, text);
  renameSync(`${lock}.new`, lock);
}

function digest(path: string): Digest | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return undefined;
  if (!stat.isDirectory()) return { md5: hashFile(path, 'md5'), size: stat.size };
  const files = filesBelow(path);
  const list = listFolder(files.map((relpath) => ({ md5: hashFile(join(path, relpath), 'md5'), relpath })));
  const size = files.reduce((sum, relpath) => sum + statSync(join(path, relpath)).size, 0);
  return { md5: `${createHash('md5').update(list).digest('hex')}.dir`, size, nfiles: files.length };
}

/** All files, but for what DVC leaves out whatever is said. */
function filesBelow(folder: string): string[] {
  const found: string[] = [];
  const walk = (inner: string): void => {
    for (const name of readdirSync(join(folder, inner))) {
      const path = inner === '' ? name : `${inner}/${name}`;
      const stat = statSync(join(folder, path), { throwIfNoEntry: false });
      if (stat?.isDirectory()) {
        if (!['.git', '.hg', '.dvc'].includes(name)) walk(path);
      } else if (stat?.isFile()) found.push(path);
    }
  };
  walk('');
  return found;
}

/** The cache of the DVC repository around a folder, where there is one and it is where DVC puts it. */
function cacheFolder(root: string): string | undefined {
  for (let at = root; ; at = dirname(at)) {
    const config = join(at, '.dvc/config');
    if (existsSync(config)) {
      const isElsewhere =
        /^\s*\[cache\]/m.test(readFileSync(config, 'utf8')) || existsSync(join(at, '.dvc/config.local'));
      return isElsewhere ? undefined : join(at, '.dvc/cache/files/md5');
    }
    if (dirname(at) === at) return undefined;
  }
}

function keep(path: string, cache: string): void {
  if (!statSync(path).isDirectory()) return void keepFile(path, cache);
  const files = filesBelow(path).map((relpath) => ({ relpath, md5: keepFile(join(path, relpath), cache) }));
  const list = listFolder(files);
  const place = placeIn(cache, `${createHash('md5').update(list).digest('hex')}.dir`);
  if (!existsSync(place)) writeFileSync(place, list, { mode: 0o444 });
}

function keepFile(path: string, cache: string): string {
  const md5 = hashFile(path, 'md5');
  const place = placeIn(cache, md5);
  if (!existsSync(place)) {
    // Written aside and moved: a cache never holds half a file.
    copyFileSync(path, `${place}.new`, constants.COPYFILE_FICLONE);
    chmodSync(`${place}.new`, 0o444);
    renameSync(`${place}.new`, place);
  }
  return md5;
}

function placeIn(cache: string, md5: string): string {
  const folder = join(cache, md5.slice(0, 2));
  mkdirSync(folder, { recursive: true });
  return join(folder, md5.slice(2));
}
