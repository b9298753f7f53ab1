// Merges two commits without a working tree.
import type { GitRepository } from './store.ts';

/** The merged tree, or the paths in conflict. */
export async function mergeCommits(
  git: GitRepository,
  base: string,
  head: string,
): Promise<{ tree: string | undefined; conflicts: string[] }> {
  const result = await git.run(['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', base, head]);
  const [tree = '', ...conflicts] = result.stdout.toString().split('\0').filter(Boolean);
  if (result.code === 0) return { tree, conflicts: [] };
  if (result.code === 1) return { tree: undefined, conflicts };
  // Unrelated histories: nothing to merge.
  return { tree: undefined, conflicts: [] };
}
