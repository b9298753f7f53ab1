// The values that a dvc.yaml refers to: params.yaml, `vars:`, and files named there, merged as DVC merges them.
import type { Problem } from '../text/problem.ts';
import type { Values } from './dvc-resolve.ts';
import { readValues } from './read-values.ts';
import { checkPath } from './pipeline-path.ts';
import { collector, type Entry, type Say, type Tree } from './read-yaml.ts';
import { clip, kindOf } from './tree-lookup.ts';

export type ReadFile = (path: string) => Uint8Array | undefined;

/** Values that hold somewhere, and which files they came from: `null` for a whole one, or the keys that were taken. */
export type Context = { values: Values; files: ReadonlyMap<string, readonly string[] | null> };

/** Where values are looked for, and to whom what is wrong is said. */
export type Loading = { folder: string; readFile: ReadFile; say: Say };

/** A file of values as a tree. What is wrong in it is said at the place that named it. */
export function readValueFile(path: string, readFile: ReadFile, at: Tree['at'], say: Say): Tree | undefined {
  const bytes = readFile(path);
  if (!bytes) return undefined;
  const problems: Problem[] = [];
  const tree = readValues(path, bytes, collector(path, problems));
  const first = problems[0];
  if (first) say(at, 'bad-values', `${clip(path)}, line ${first.line}: ${first.message}`);
  return tree;
}

/** The values of params.yaml, which need not be there. */
export function usualValues(at: Tree['at'], loading: Loading): Context {
  const empty: Context = { values: new Map(), files: new Map() };
  return loading.readFile('params.yaml') ? addFile(empty, 'params.yaml', at, loading) : empty;
}

/** `vars:`: files, `file:key,key`, or maps. Nothing may be given twice. */
export function addVars(vars: Tree | undefined, before: Context, loading: Loading): Context {
  if (vars?.kind !== 'list') return before;
  let context = before;
  for (const item of vars.items) {
    refuseReferences(item, loading.say);
    if (item.kind === 'map')
      context = { ...context, values: mergeInto(context.values, item.entries, 'vars', loading.say) };
    else if (item.kind === 'scalar') context = addFile(context, item.source, item.at, loading);
  }
  return context;
}

function addFile(context: Context, item: string, at: Tree['at'], { folder, readFile, say }: Loading): Context {
  const colon = item.indexOf(':');
  const named = colon < 0 ? item : item.slice(0, colon);
  const keys =
    colon < 0
      ? []
      : item
          .slice(colon + 1)
          .split(',')
          .filter(Boolean);
  const checked = checkPath(named, 100, folder);
  const path = checked.ok ? checked.path : named;
  const known = context.files.get(path);
  if (known !== undefined) {
    if (known === null && keys.length === 0) return context;
    if (known === null || keys.length === 0 || keys.some((key) => known.includes(key))) {
      say(at, 'duplicate-value', `${clip(item)} is read already, so its values would be given twice`);
      return context;
    }
  }
  const problems: Problem[] = [];
  const tree = readValueFile(path, readFile, at, (...said) => {
    say(...said);
    collector(path, problems)(...said);
  });
  if (!tree) {
    if (problems.length === 0) say(at, 'absent-file', `there is no file ${clip(path)} with values`);
    return context;
  }
  if (tree.kind !== 'map') {
    say(at, 'wrong-type', `${clip(path)} must hold names with values, not ${kindOf(tree)}`);
    return context;
  }
  const absent = keys.filter((key) => !tree.entries.some((entry) => entry.key === key));
  for (const key of absent) say(at, 'unknown-param', `${clip(path)} has no ${clip(key)}`);
  const entries = keys.length === 0 ? tree.entries : tree.entries.filter((entry) => keys.includes(entry.key));
  return {
    values: mergeInto(context.values, entries, path, say, at),
    files: new Map([...context.files, [path, keys.length === 0 ? null : [...(known ?? []), ...keys]]]),
  };
}

/** Maps grow into each other; anything else that is there already is a mistake. */
function mergeInto(into: Values, entries: readonly Entry[], source: string, say: Say, at?: Tree['at']): Values {
  const values = new Map(into);
  for (const entry of entries) {
    // A name that is no text cannot be referred to.
    if (entry.keyType !== undefined) continue;
    refuseDates(entry.value, entry.key, at ?? entry.keyAt, say);
    const there = values.get(entry.key);
    values.set(entry.key, there ? mergeTrees(there, entry, entry.key, source, say, at) : entry.value);
  }
  return values;
}

function mergeTrees(
  there: Tree,
  { keyAt, value }: Entry,
  name: string,
  source: string,
  say: Say,
  at?: Tree['at'],
): Tree {
  if (there.kind !== 'map' || value.kind !== 'map') {
    say(
      at ?? keyAt,
      'duplicate-value',
      `${clip(name)} from ${clip(source)} is given already, and a value has one place`,
    );
    return there;
  }
  const entries = [...there.entries];
  const places = new Map(entries.map((entry, index) => [entry.key, index]));
  for (const entry of value.entries) {
    const place = places.get(entry.key);
    if (place === undefined) entries.push(entry);
    else {
      const merged = mergeTrees(entries[place]!.value, entry, `${name}.${entry.key}`, source, say, at);
      entries[place] = { ...entries[place]!, value: merged };
    }
  }
  return { ...there, entries };
}

/** DVC itself fails at a date among its values, and at a tuple of Python. */
export function refuseDates(tree: Tree, name: string, at: Tree['at'], say: Say): void {
  if (tree.kind === 'list' && tree.hasTuple)
    say(at, 'wrong-type', `${clip(name)} is a tuple, which DVC cannot use`, { hint: 'write a list: [1, 2]' });
  if (tree.kind === 'map') for (const { key, value } of tree.entries) refuseDates(value, `${name}.${key}`, at, say);
  if (tree.kind === 'list') for (const item of tree.items) refuseDates(item, name, at, say);
  if (tree.kind === 'scalar' && tree.type === 'date')
    say(at, 'wrong-type', `${clip(name)} is a date, which DVC cannot use`, {
      hint: `write it in quotes: "${tree.source}"`,
    });
}

function refuseReferences(tree: Tree, say: Say): void {
  const refuse = (text: unknown, at: Tree['at']): void => {
    if (typeof text === 'string' && /(?<!\\)\$\{[^}\n\r\u2028\u2029]{0,500}\}/.test(text))
      say(at, 'not-supported', '`vars` cannot refer to other values with ${…}');
  };
  if (tree.kind === 'list') for (const item of tree.items) refuseReferences(item, say);
  if (tree.kind === 'map')
    for (const { key, keyAt, value } of tree.entries) {
      refuse(key, keyAt);
      refuseReferences(value, say);
    }
  if (tree.kind === 'scalar') refuse(tree.value, tree.at);
}

export function withValues(context: Context, more: readonly (readonly [string, Tree])[]): Context {
  return { ...context, values: new Map([...context.values, ...more]) };
}
