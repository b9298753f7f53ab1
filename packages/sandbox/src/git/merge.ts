// Merges two commits without a working tree.
import { emptyTree, type TreeEntry } from './objects.ts';
import type { GitRepository } from './store.ts';

/** The merged tree, or the paths in conflict. */
export async function mergeCommits(
  git: GitRepository,
  base: string,
  head: string,
): Promise<{ tree: string | undefined; conflicts: string[] }> {
  const plain = await mergePlain(git, base, head);
  if (plain !== undefined) return { tree: plain, conflicts: [] };
  const result = await git.run(['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', base, head]);
  const [tree = '', ...conflicts] = result.stdout.toString().split('\0').filter(Boolean);
  if (result.code === 0) return { tree, conflicts: [] };
  if (result.code === 1) return { tree: undefined, conflicts };
  // Unrelated histories: nothing to merge.
  return { tree: undefined, conflicts: [] };
}

/** The merge where no path was changed on both sides and none taken away: nothing for git to weigh. */
async function mergePlain(git: GitRepository, base: string, head: string): Promise<string | undefined> {
  const start = await git.mergeBase(base, head);
  const [old, ours, theirs] = await Promise.all([start, base, head].map((oid) => (oid ? git.commit(oid) : undefined)));
  return old && ours && theirs ? mergeTrees(git, old.tree, ours.tree, theirs.tree) : undefined;
}

async function mergeTrees(git: GitRepository, old: string, ours: string, theirs: string): Promise<string | undefined> {
  if (ours === theirs || theirs === old) return ours;
  const [before, left, right] = await Promise.all([old, ours, theirs].map((oid) => entriesOf(git, oid)));
  const merged: TreeEntry[] = [];
  for (const name of new Set([...before!.keys(), ...left!.keys(), ...right!.keys()])) {
    const [was, our, their] = [before!.get(name), left!.get(name), right!.get(name)];
    if (was && (!our || !their)) return undefined;
    if (same(our, their) || same(was, their)) merged.push(our!);
    else if (same(was, our)) merged.push(their!);
    else {
      if (![our, their].every(isFolder) || (was && !isFolder(was))) return undefined;
      const oid = await mergeTrees(git, was?.oid ?? emptyTree, our!.oid, their!.oid);
      if (oid === undefined) return undefined;
      merged.push({ mode: '040000', name, oid });
    }
  }
  return git.writeTree(merged);
}

const isFolder = (entry: TreeEntry | undefined): boolean => entry?.mode === '040000';
const same = (one: TreeEntry | undefined, other: TreeEntry | undefined): boolean =>
  one?.oid === other?.oid && one?.mode === other?.mode;

async function entriesOf(git: GitRepository, tree: string): Promise<Map<string, TreeEntry>> {
  return new Map(((await git.tree(tree)) ?? []).map((entry) => [entry.name, entry]));
}
