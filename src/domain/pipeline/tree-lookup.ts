// Reading a tree: keys, texts and lists, with the problem said where the shape is wrong.
import type { ProblemCode } from '../text/problem-codes.ts';
import { suggest } from '../text/suggest.ts';
import type { Entry, Place, Say, Tree } from './read-yaml.ts';

/** The value of a key, or undefined. */
export function get(tree: Tree | undefined, key: string): Tree | undefined {
  return tree?.kind === 'map' ? tree.entries.find((entry) => entry.key === key)?.value : undefined;
}

/** True for `key:` with nothing after it, `~` and `null`. */
export function isNull(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.value === null;
}

/** A word for what a value is, for messages. */
export function kindOf(tree: Tree): string {
  if (tree.kind === 'map') return 'a map';
  if (tree.kind === 'list') return 'a list';
  return tree.value === null ? 'null' : tree.value === '' ? 'an empty text' : `"${clip(tree.source)}"`;
}

/** The text of a scalar as it was written: `0` and `007` stay what the author typed. */
export function textOf(tree: Tree | undefined): string | undefined {
  if (tree?.kind !== 'scalar' || tree.value === null) return undefined;
  return typeof tree.value === 'string' ? tree.value : tree.source;
}

/** A text, or a problem that names what stands there instead. */
export function needText(tree: Tree, what: string, say: Say): string | undefined {
  const text = textOf(tree);
  if (text === undefined || text.trim() === '') {
    say(tree.at, 'wrong-type', `${what} must be text, not ${kindOf(tree)}`);
    return undefined;
  }
  return text;
}

/** Items of a list; null where a list belongs is a problem of its own, because YAML makes it so easy to write. */
export function needList(tree: Tree, what: string, say: Say): Tree[] | undefined {
  if (tree.kind === 'list') return tree.items;
  if (isNull(tree)) say(tree.at, 'null-list', `${what} is null where a list belongs; write [] for none`);
  else say(tree.at, 'wrong-type', `${what} must be a list, not ${kindOf(tree)}`);
  return undefined;
}

/** Says every key that is not among the known ones. */
export function refuseUnknownKeys(entries: readonly Entry[], known: readonly string[], what: string, say: Say): void {
  for (const { key, keyAt } of entries) {
    if (!known.includes(key))
      say(keyAt, 'unknown-key', ...unknown(`unknown key \`${clip(key)}\` in ${what}`, key, known));
  }
}

/** Says every key that stands twice in one map. */
export function refuseTwice(
  entries: readonly Entry[],
  what: string,
  say: Say,
  code: ProblemCode = 'duplicate-key',
): void {
  const first = new Map<string, Place>();
  for (const { key, keyAt } of entries) {
    const before = first.get(key);
    if (before) say(keyAt, code, `duplicate ${what} ${clip(key)}; the first is on line ${before.line}`);
    else first.set(key, keyAt);
  }
}

/** Message and hint for an unknown name: the list of known ones, and the nearest. */
export function unknown(
  message: string,
  name: string,
  known: readonly string[],
): [string, { hint?: string | undefined }] {
  const shown = known.slice(0, 30).join(', ') + (known.length > 30 ? `, and ${known.length - 30} more` : '');
  const near = suggest(name, known);
  return [`${message} (known: ${shown || 'none'})`, { hint: near === undefined ? undefined : `did you mean ${near}?` }];
}

/** Text for a message: no control characters, not longer than a line. */
export function clip(text: string): string {
  const clean = text.replaceAll(/\p{Cc}/gu, ' ');
  return clean.length > 80 ? `${clean.slice(0, 77)}...` : clean;
}
