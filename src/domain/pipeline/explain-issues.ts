// What the schema found, said at the line where it is, with the names that would be right.
import type { z } from 'zod';
import { type Place, type Say, start, type Tree } from './read-yaml.ts';
import { clip, isNull, kindOf, unknown } from './tree-lookup.ts';

type Issue = z.core.$ZodIssue;

/** Plain data for the schema. Objects have no prototype, so that `__proto__` is a key like any other. */
export function toPlain(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(toPlain);
  const plain = Object.create(null) as Record<string, unknown>;
  for (const { key, value } of tree.entries) plain[key] = toPlain(value);
  return plain;
}

/** Says each issue at its place. `knownKeys` gives the keys that an object at a path may have. */
export function explainIssues(
  issues: readonly Issue[],
  root: Tree,
  knownKeys: (path: readonly PropertyKey[]) => readonly string[],
  say: Say,
): void {
  for (const issue of issues) {
    const { tree, at } = locate(root, issue.path);
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        say(
          keyPlace(tree, key) ?? at,
          'unknown-key',
          ...unknown(`unknown key \`${clip(key)}\``, key, knownKeys(issue.path)),
        );
      }
    } else if (issue.code === 'invalid_union') {
      // The branch that the author meant is the one that got furthest: a map was meant as a map.
      const branches = issue.errors.map((branch) =>
        branch.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
      );
      const meant = branches.find((branch) =>
        branch.every((inner) => inner.code !== 'invalid_type' || inner.path.length > issue.path.length),
      );
      if (meant) explainIssues(meant as Issue[], root, knownKeys, say);
      else say(at, 'wrong-type', `${nameOf(issue.path)} cannot be ${tree ? kindOf(tree) : 'missing'}`);
    } else if (issue.code === 'invalid_key') {
      const key = String(issue.path.at(-1));
      say(
        keyPlace(locate(root, issue.path.slice(0, -1)).tree, key) ?? at,
        'bad-name',
        `${clip(key)}: ${issue.issues[0]?.message ?? 'not a name'}`,
      );
    } else sayPlain(issue, tree, at, say);
  }
}

function sayPlain(issue: Issue, tree: Tree | undefined, at: Place, say: Say): void {
  const what = nameOf(issue.path);
  if (!tree) return say(at, 'missing-key', `${what} is missing`);
  if (issue.code === 'invalid_type') {
    if (issue.expected === 'array' && isNull(tree)) {
      return say(tree.at, 'null-list', `${what} is null where a list belongs; write [] for none`);
    }
    const words: Record<string, string> = {
      record: 'a map',
      object: 'a map',
      array: 'a list',
      string: 'a text',
      int: 'a whole number',
      number: 'a number',
    };
    return say(
      tree.at,
      'wrong-type',
      `${what} must be ${words[issue.expected] ?? issue.expected}, not ${kindOf(tree)}`,
    );
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    return say(
      tree.at,
      'wrong-value',
      ...unknown(`${what} cannot be ${kindOf(tree)}`, tree.kind === 'scalar' ? clip(tree.source) : '', values),
    );
  }
  say(tree.at, 'wrong-value', `${what}: ${issue.message}`);
}

function locate(root: Tree, path: readonly PropertyKey[]): { tree: Tree | undefined; at: Place } {
  let tree: Tree | undefined = root;
  let at = root.at;
  for (const step of path) {
    const next: Tree | undefined =
      tree?.kind === 'map'
        ? tree.entries.find((entry) => entry.key === step)?.value
        : tree?.kind === 'list'
          ? tree.items[Number(step)]
          : undefined;
    tree = next;
    if (next) at = next.at;
  }
  return { tree, at };
}

function keyPlace(tree: Tree | undefined, key: string): Place | undefined {
  if (tree?.kind !== 'map') return undefined;
  return tree.entries.find((entry) => entry.key === key)?.keyAt ?? start;
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'the file' : `\`${clip(path.map(String).join('.'))}\``;
}
