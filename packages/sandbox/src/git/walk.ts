// History walked without starting git: what is reachable, ranges, merge bases, and the commits that touched a path.
import { entryAt } from './diff-trees.ts';
import type { Commit } from './objects.ts';
import type { GitReader } from './reader.ts';

/** Longer histories are left to git itself. */
const longest = 5000;

/** All commits reachable from the tips, themselves included; undefined where there are too many. */
async function reachable(git: GitReader, tips: readonly string[]): Promise<Set<string> | undefined> {
  const seen = new Set(tips);
  // A set that grows while it is walked is walked to its end.
  for (const oid of seen) {
    for (const parent of (await git.commit(oid))?.parents ?? []) seen.add(parent);
    if (seen.size > longest) return undefined;
  }
  return seen;
}

export async function isReachable(git: GitReader, wanted: string, from: string): Promise<boolean | undefined> {
  const seen = new Set([from]);
  for (const oid of seen) {
    if (oid === wanted) return true;
    for (const parent of (await git.commit(oid))?.parents ?? []) seen.add(parent);
    if (seen.size > longest) return undefined;
  }
  return false;
}

/** As `git rev-list INCLUDE ^EXCLUDE… [-- PATH]`: newest first, commits of the same second in the order they are met. */
export async function listCommits(
  git: GitReader,
  include: string,
  exclude: readonly string[] = [],
  path?: string,
): Promise<string[] | undefined> {
  const excluded = await reachable(git, exclude);
  if (!excluded) return undefined;
  const met = new Set<string>();
  const queue: Commit[] = [];
  const meet = async (oid: string): Promise<void> => {
    if (met.has(oid) || excluded.has(oid)) return;
    met.add(oid);
    const commit = await git.commit(oid);
    if (!commit) return;
    const later = queue.findIndex(({ committer }) => committer.date < commit.committer.date);
    queue.splice(later < 0 ? queue.length : later, 0, commit);
  };
  await meet(include);
  const listed: string[] = [];
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (met.size > longest) return undefined;
    const { changes, follow } =
      path === undefined ? { changes: true, follow: next.parents } : await at(git, next, path);
    if (changes) listed.push(next.oid);
    for (const parent of follow) await meet(parent);
  }
  return listed;
}

/** Whether a commit changed a path, and which parents to go on with: the first that has the same there says it all. */
async function at(git: GitReader, commit: Commit, path: string): Promise<{ changes: boolean; follow: string[] }> {
  const here = await placeOf(git, commit, path);
  if (commit.parents.length === 0) return { changes: here !== undefined, follow: [] };
  for (const parent of commit.parents) {
    const before = await git.commit(parent);
    if (before && (await placeOf(git, before, path)) === here) return { changes: false, follow: [parent] };
  }
  return { changes: true, follow: commit.parents };
}

async function placeOf(git: GitReader, { tree }: Commit, path: string): Promise<string | undefined> {
  const entry = await entryAt(git, tree, path);
  return entry && `${entry.mode} ${entry.oid}`;
}

/** The best common ancestor, null without one; undefined where that is not plain to see. */
export async function commonAncestor(git: GitReader, one: string, other: string): Promise<string | null | undefined> {
  const ours = await reachable(git, [one]);
  if (!ours) return undefined;
  const seen = new Set([other]);
  const common: string[] = [];
  for (const oid of seen) {
    if (ours.has(oid)) {
      common.push(oid);
      continue;
    }
    for (const parent of (await git.commit(oid))?.parents ?? []) seen.add(parent);
    if (seen.size > longest) return undefined;
  }
  return common.length > 1 ? undefined : (common[0] ?? null);
}
