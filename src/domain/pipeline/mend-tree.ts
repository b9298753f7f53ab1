// A pipeline.yml without what its schema refused, so that the rest of its mistakes can be said at once.
import type { z } from 'zod';
import { start, type Tree } from './read-yaml.ts';
import { get } from './tree-lookup.ts';

export type Mended = {
  tree: Tree;
  /** Inputs and tasks of which something was left out: nothing is to be said about what refers to them. */
  unread: Set<string>;
};

/** For each issue what it is about goes, as far up as nothing wrong is left; what a task must have is put in its place. */
export function mendTree(root: Tree, issues: readonly z.core.$ZodIssue[]): Mended {
  const mended: Mended = { tree: root, unread: new Set() };
  for (const issue of issues) {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) leaveOut(mended, [...path, key]);
    else leaveOut(mended, path);
  }
  return mended;
}

function leaveOut(mended: Mended, [part = '', name, key]: readonly string[]): void {
  const put = (path: string[], value?: Tree): void => void (mended.tree = replace(mended.tree, path, value));
  if (part === 'version') return put([part], scalar(1));
  if (part === 'name') return put([part], scalar('unnamed'));
  if (name === undefined || !['tasks', 'inputs'].includes(part)) return put([part]);
  mended.unread.add(name);
  const whole = get(get(mended.tree, part), name);
  if (key === 'run') put([part, name, key], scalar('true'));
  else if (key !== undefined && whole?.kind === 'map') put([part, name, key]);
  else put([part, name]);
}

function scalar(value: string | number): Tree {
  return { kind: 'scalar', at: start, value, source: String(value) };
}

/** The tree with another value at a path of keys, or without it. */
function replace(tree: Tree, [key, ...rest]: readonly string[], value: Tree | undefined): Tree {
  if (tree.kind !== 'map' || key === undefined) return tree;
  const old = tree.entries.find((entry) => entry.key === key);
  const others = tree.entries.filter((entry) => entry.key !== key);
  const inner = rest.length > 0 && old ? replace(old.value, rest, value) : value;
  if (inner === undefined) return { ...tree, entries: others };
  if (!old) return { ...tree, entries: [...others, { key, keyAt: tree.at, value: inner }] };
  return { ...tree, entries: tree.entries.map((entry) => (entry === old ? { ...entry, value: inner } : entry)) };
}
