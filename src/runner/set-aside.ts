// Moves what a task made before out of its way, so that what is there afterwards was made now. It comes back if the task fails.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Task } from '../domain/pipeline/model.ts';
import { stateFolder } from './keep-tasks.ts';

type Moved = { path: string; kept: string; note: string };

export type SetAside = {
  /** The task did well: what was there before goes. */
  drop: () => void;
  /** The task failed: what was there before is there again, in place of what it left. */
  putBack: () => void;
  /** Before another attempt: what the last one left goes. */
  clear: () => void;
};

const asideFolder = `${stateFolder}/aside`;
/** Files by which people keep an otherwise empty folder in git. */
const keepers = ['.gitkeep', '.gitignore'];

let last = 0;

/** Sets the outputs of a task aside, but for those that it is to go on with, and makes the folders that they will be in. */
export function setAside(task: Task, root: string): SetAside {
  const paths = task.outputs.flatMap(({ path, persist }) => (path === undefined || persist ? [] : [path]));
  const moved = paths.flatMap((path): Moved[] => (isThere(join(root, path)) ? [moveAside(root, path)] : []));
  const ownFolders = 'command' in task.work ? foldersMadeBy(task.work.command) : new Set<string>();
  for (const { path } of task.outputs) {
    if (path === undefined) continue;
    const folder = dirname(path);
    if (!isUnder(folder, ownFolders)) mkdirSync(join(root, folder), { recursive: true });
    else if (moved.some((entry) => entry.path === path)) removeEmpty(root, folder, ownFolders);
  }
  const clear = (): void => {
    for (const path of paths) rmSync(join(root, path), { recursive: true, force: true });
  };
  return {
    clear,
    drop: () => {
      for (const entry of moved) drop(root, entry);
    },
    putBack: () => {
      if (moved.length === 0) return;
      for (const entry of moved) putBack(root, entry);
    },
  };
}

/** A run that was killed left things aside: they come back where nothing has taken their place. */
export function recoverAside(root: string): void {
  const folder = join(root, asideFolder);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.path'))) {
    const note = join(folder, name);
    const path = readFileSync(note, 'utf8');
    const kept = note.slice(0, -'.path'.length);
    if (isThere(kept) && !isThere(join(root, path))) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      renameSync(kept, join(root, path));
    }
  }
  rmSync(folder, { recursive: true, force: true });
}

function moveAside(root: string, path: string): Moved {
  mkdirSync(join(root, asideFolder), { recursive: true });
  const kept = join(root, asideFolder, `${process.pid}-${++last}`);
  const note = `${kept}.path`;
  // The note comes first: without it nobody would know where the thing belongs.
  writeFileSync(note, path);
  renameSync(join(root, path), kept);
  return { path, kept, note };
}

function drop(root: string, { path, kept, note }: Moved): void {
  const now = join(root, path);
  if (isFolder(kept) && isFolder(now))
    for (const name of keepers)
      if (isThere(join(kept, name)) && !isThere(join(now, name))) renameSync(join(kept, name), join(now, name));
  rmSync(kept, { recursive: true, force: true });
  rmSync(note, { force: true });
}

function putBack(root: string, { path, kept, note }: Moved): void {
  // The task removed it, with the whole folder of records: there is nothing to put back.
  if (!isThere(kept)) return;
  const now = join(root, path);
  rmSync(now, { recursive: true, force: true });
  mkdirSync(dirname(now), { recursive: true });
  renameSync(kept, now);
  rmSync(note, { force: true });
}

/** Folders that a command makes itself and may not find: `mkdir d`, without `-p`. */
function foldersMadeBy(command: string): Set<string> {
  const made = new Set<string>();
  for (const [, words = ''] of command.matchAll(/\bmkdir\s+([^;&|\n<>]+)/g)) {
    const parts = words.trim().split(/\s+/);
    if (parts.some((part) => /^-\w*p|^--parents$/.test(part))) continue;
    for (const part of parts)
      if (!part.startsWith('-')) made.add(part.replaceAll(/^["']|["']$|\/+$/g, '').replace(/^\.\//, ''));
  }
  return made;
}

function isUnder(folder: string, made: ReadonlySet<string>): boolean {
  const parts = folder.split('/');
  return parts.some((_, index) => made.has(parts.slice(0, index + 1).join('/')));
}

/** Only ever an empty folder: something else in it belongs to somebody. */
function removeEmpty(root: string, folder: string, made: ReadonlySet<string>): void {
  try {
    for (let at = folder; isUnder(at, made); at = dirname(at)) rmdirSync(join(root, at));
  } catch {
    // Not empty, or not there.
  }
}

function isThere(path: string): boolean {
  // A link that leads nowhere is there as well.
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
