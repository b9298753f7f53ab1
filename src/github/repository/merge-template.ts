// The three-way merge: the student's commit and the new template, against the template that the repository was made from.
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SimpleGit } from 'simple-git';
import type { TemplateUpdates } from '../../ports/repository.ts';
import { gitIn } from './git.ts';

type Input = Pick<Parameters<TemplateUpdates['apply']>[0], 'repository' | 'to' | 'adapt'> & {
  git: SimpleGit;
  mirror: string;
  /** Variables that name who commits. */
  identity: Record<string, string>;
  /** The student's commit. */
  head: string;
  /** The template's commit that the repository was made from. */
  from: string;
};

export type Merge = {
  tree: string;
  /** False when the student's files are the same after it. */
  changes: boolean;
  /** The student changed one of the files, or git could not merge. */
  touched: boolean;
  /** What the template changed. */
  files: string[];
  /** What is to be settled by a person, each with what happened to it. */
  conflicts: string[];
};

export async function mergeTemplate(input: Input): Promise<Merge> {
  const { git, repository, head } = input;
  const before = await adaptTree(input, input.from);
  const after = await adaptTree(input, input.to);
  const own = (await git.raw(['rev-parse', `${head}^{tree}`])).trim();
  const files = await changedBetween(git, before, after);
  const mine = new Set(await changedBetween(git, before, own));
  // The histories have nothing in common: a parent is made for both, which is what the repository began as.
  const base = await commitTree(git, before);
  const names = { yours: `yours/${repository}`, template: `template/${repository}` };
  await git.raw(['update-ref', `refs/heads/${names.yours}`, await commitTree(git, own, base)]);
  await git.raw(['update-ref', `refs/heads/${names.template}`, await commitTree(git, after, base)]);
  // Conflicts end it with code 1 and nothing on standard error, which is no failure here.
  const merged = await git.raw([
    'merge-tree',
    '--write-tree',
    '-z',
    '--name-only',
    '--no-messages',
    names.yours,
    names.template,
  ]);
  const [tree = '', ...left] = merged.split('\0').filter((part) => part !== '');
  const trees = { before, own, after };
  const conflicts = await Promise.all([...new Set(left)].map((path) => describeConflict(git, path, trees)));
  const touched = conflicts.length > 0 || files.some((path) => mine.has(path));
  return { tree, changes: tree !== own, touched, files, conflicts };
}

/** The template's files at a commit, changed as they were when the repository was made. */
export async function adaptTree(
  { git, mirror, identity, adapt }: Pick<Input, 'git' | 'mirror' | 'identity' | 'adapt'>,
  commit: string,
): Promise<string> {
  const tree = (await git.raw(['rev-parse', `${commit}^{tree}`])).trim();
  const entry = (await git.raw(['ls-tree', tree, adapt.path])).split(/\s/);
  const changed = entry.length < 3 ? undefined : adapt.change(await git.raw(['cat-file', 'blob', entry[2]!]));
  if (changed === undefined) return tree;
  const scratch = join(mirror, `adapt-${randomUUID()}`);
  const inScratch = gitIn(mirror, { ...identity, GIT_INDEX_FILE: `${scratch}.index` });
  try {
    await writeFile(scratch, changed);
    const blob = (await git.raw(['hash-object', '-w', '--no-filters', scratch])).trim();
    await inScratch.raw(['read-tree', tree]);
    await inScratch.raw(['update-index', '--cacheinfo', `${entry[0]},${blob},${adapt.path}`]);
    return (await inScratch.raw(['write-tree'])).trim();
  } finally {
    await rm(scratch, { force: true });
    await rm(`${scratch}.index`, { force: true });
  }
}

async function commitTree(git: SimpleGit, tree: string, parent?: string): Promise<string> {
  const parents = parent === undefined ? [] : ['-p', parent];
  return (await git.raw(['commit-tree', tree, ...parents, '-m', 'template update'])).trim();
}

async function changedBetween(git: SimpleGit, one: string, other: string): Promise<string[]> {
  const out = await git.raw(['diff-tree', '-r', '--no-renames', '--name-only', '-z', one, other]);
  return out.split('\0').filter((path) => path !== '');
}

async function describeConflict(
  git: SimpleGit,
  path: string,
  trees: { before: string; own: string; after: string },
): Promise<string> {
  const has = async (tree: string): Promise<boolean> => (await git.raw(['ls-tree', '-z', tree, '--', path])) !== '';
  const [before, own, after] = [await has(trees.before), await has(trees.own), await has(trees.after)];
  if (before && own && after) return `${path}: changed here and in the template`;
  if (before && own) return `${path}: changed here, deleted in the template`;
  if (before && after) return `${path}: deleted here, changed in the template`;
  if (own && after) return `${path}: added here and in the template`;
  return `${path}: a file here and a folder in the template, or renamed on both sides`;
}
