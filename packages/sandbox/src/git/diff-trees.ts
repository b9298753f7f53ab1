// What differs between two trees, path by path, without starting git.
import { emptyTree, type TreeEntry } from './objects.ts';
import type { GitReader } from './reader.ts';

export type PathChange = {
  path: string;
  status: 'added' | 'removed' | 'modified';
  before: TreeEntry | undefined;
  after: TreeEntry | undefined;
};

const isFolder = (entry: TreeEntry | undefined) => entry?.mode === '040000';

/** Every file (never a folder) that was added, removed or modified; in path order within each folder. */
export async function diffTrees(git: GitReader, before: string, after: string, base = ''): Promise<PathChange[]> {
  if (before === after) return [];
  const old = new Map(((await git.tree(before)) ?? []).map((entry) => [entry.name, entry]));
  const current = new Map(((await git.tree(after)) ?? []).map((entry) => [entry.name, entry]));
  const changes: PathChange[] = [];
  for (const name of [...new Set([...old.keys(), ...current.keys()])].sort()) {
    const [left, right] = [old.get(name), current.get(name)];
    if (left?.oid === right?.oid && left?.mode === right?.mode) continue;
    const path = `${base}${name}`;
    if (isFolder(left) || isFolder(right)) {
      const folders = [left, right].map((entry) => (entry && isFolder(entry) ? entry.oid : emptyTree));
      changes.push(...(await diffTrees(git, folders[0] ?? emptyTree, folders[1] ?? emptyTree, `${path}/`)));
    }
    const [oldFile, newFile] = [isFolder(left) ? undefined : left, isFolder(right) ? undefined : right];
    if (oldFile && newFile) changes.push({ path, status: 'modified', before: oldFile, after: newFile });
    else if (newFile) changes.push({ path, status: 'added', before: undefined, after: newFile });
    else if (oldFile) changes.push({ path, status: 'removed', before: oldFile, after: undefined });
  }
  return changes;
}

/** The entry at a path of a tree; the tree itself for ''. */
export async function entryAt(git: GitReader, tree: string, path: string): Promise<TreeEntry | undefined> {
  let entry: TreeEntry = { mode: '040000', name: '', oid: tree };
  for (const name of path.split('/').filter((part) => part !== '')) {
    if (!isFolder(entry)) return undefined;
    const found = ((await git.tree(entry.oid)) ?? []).find((treeEntry) => treeEntry.name === name);
    if (!found) return undefined;
    entry = found;
  }
  return entry;
}
