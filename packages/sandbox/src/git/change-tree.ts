// A new tree from an old one and a set of changed paths, written folder by folder.
import { emptyTree, type TreeEntry } from './objects.ts';
import type { GitRepository } from './store.ts';

/** A new entry at a path, or null to take it away. */
export type TreeChange = { path: string; entry: { mode: string; oid: string } | null };

export class UnusablePath extends Error {}

type Node = { entry?: { mode: string; oid: string } | null; children?: Map<string, Node> };

/** Refuses what git itself refuses: empty parts, dots, `.git` in any spelling. */
function checkPath(path: string): void {
  const bad = (part: string) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git';
  if (path === '' || path.includes('\0') || path.split('/').some(bad)) {
    throw new UnusablePath(`tree.path contains a malformed path component: ${path}`);
  }
}

/** Writes the changed tree; its id is the empty tree's if nothing is left. Throws `UnusablePath` for a path that git cannot hold. */
export function changeTree(git: GitRepository, base: string, changes: readonly TreeChange[]): Promise<string> {
  const root: Node = { children: new Map() };
  for (const { path, entry } of changes) {
    checkPath(path);
    let node = root;
    for (const part of path.split('/')) {
      node.children ??= new Map();
      const child: Node = node.children.get(part) ?? {};
      node.children.set(part, child);
      node = child;
    }
    node.entry = entry;
  }
  return writeFolder(git, base, root);
}

async function writeFolder(git: GitRepository, base: string, node: Node): Promise<string> {
  const entries = new Map<string, TreeEntry>(((await git.tree(base)) ?? []).map((entry) => [entry.name, entry]));
  for (const [name, child] of node.children ?? []) {
    const old = entries.get(name);
    if (child.entry) entries.set(name, { ...child.entry, name });
    else if (child.entry === null) entries.delete(name);
    if (!child.children) continue;
    const current = child.entry === undefined ? old : child.entry;
    const folder = current?.mode === '040000' ? current.oid : emptyTree;
    const oid = await writeFolder(git, folder, child);
    if (oid === emptyTree) entries.delete(name);
    else entries.set(name, { mode: '040000', name, oid });
  }
  return git.writeTree([...entries.values()]);
}
