// `${…}` of a dvc.yaml replaced by what it names, over a whole tree: texts, keys of maps, anything.
import type { Entry, Say, Tree } from './read-yaml.ts';
import { clip, get, kindOf, unknown } from './tree-lookup.ts';

export type Values = ReadonlyMap<string, Tree>;

/** How much may come of a file: a few lines can mean a great many. */
export type Budget = { nodes: number; letters: number };
export const fullBudget = (): Budget => ({ nodes: 200_000, letters: 4_000_000 });

export type Resolving = {
  values: Values;
  say: Say;
  budget: Budget;
  /** In a command a map becomes options. */
  asCommand?: boolean;
  /** Where lists and maps may come out of a reference, as in `foreach`. */
  anyKind?: boolean;
  /** Where a key may be a reference and nothing else, though lists and maps may come out of one. */
  wholeKeys?: boolean;
  /** Collects what a reference gave as a whole. */
  replaced?: (tree: Tree) => void;
};

// As DVC finds them: not behind a backslash, on one line, up to the first brace.
const reference = /(?<!\\)\$\{([^}\n\r\u2028\u2029]{0,500})\}/g;

/** The tree with nothing left to replace. What cannot be is said, and stays as it is. */
export function resolveTree(tree: Tree, to: Resolving): Tree {
  if (--to.budget.nodes < 0 || to.budget.letters < 0) return tree;
  if (tree.kind === 'list') return { ...tree, items: tree.items.map((item) => resolveTree(item, to)) };
  if (tree.kind === 'map') {
    return { ...tree, entries: tree.entries.map((entry) => resolveEntry(entry, to)) };
  }
  if (typeof tree.value !== 'string' || (tree.type ?? 'str') !== 'str') return tree;
  const whole = exactName(tree.value);
  if (whole === undefined) return text(tree, textIn(tree.value, tree.at, to));
  const found = select(whole, tree.at, to);
  if (!found) return tree;
  if (found.kind !== 'scalar' && !to.anyKind) {
    if (to.asCommand && found.kind === 'map') return text(tree, textIn(tree.value, tree.at, to));
    to.say(tree.at, 'wrong-type', `\${${clip(whole)}} is ${kindOf(found)}, but text is expected here`);
    return tree;
  }
  to.replaced?.(found);
  return { ...found, at: tree.at };
}

/** A key that is one reference and nothing else takes the type of what it names. */
function resolveEntry(entry: Entry, to: Resolving): Entry {
  const value = resolveTree(entry.value, to);
  if (entry.keyType || isRefusedKey(entry, to)) return { ...entry, value };
  const written: Tree = { kind: 'scalar', at: entry.keyAt, value: entry.key, source: entry.key, type: 'str' };
  const key = resolveTree(written, { ...to, anyKind: false, asCommand: false });
  if (key.kind !== 'scalar') return { ...entry, value };
  return { ...entry, key: key.source, value, ...((key.type ?? 'str') === 'str' ? {} : { keyType: key.type! }) };
}

/** DVC cannot take a value whole for the key of what is gone through. */
function isRefusedKey({ key, keyAt }: Entry, { anyKind, wholeKeys, say }: Resolving): boolean {
  if (!anyKind || wholeKeys || exactName(key) === undefined) return false;
  say(keyAt, 'not-supported', `${clip(key)} cannot be a key here`);
  return true;
}

/** The name in a text that is one reference and nothing else. */
function exactName(value: string): string | undefined {
  const matches = [...value.matchAll(reference)];
  return matches.length === 1 && matches[0]![0] === value ? matches[0]![1] : undefined;
}

function textIn(value: string, at: Tree['at'], to: Resolving): string {
  const filled = value.replaceAll(reference, (whole, name: string) => {
    const found = select(name, at, to);
    if (!found) return whole;
    if (found.kind === 'scalar') return found.source;
    if (to.asCommand && found.kind === 'map') return optionsOf(found, at, to.say);
    to.say(at, 'wrong-type', `\${${clip(name)}} is ${kindOf(found)}, but text is expected here`);
    return whole;
  });
  to.budget.letters -= filled.length;
  return filled.replaceAll('\\${', '${');
}

function select(name: string, at: Tree['at'], { values, say }: Resolving): Tree | undefined {
  if (!/^[^.[\]]+(?:\.[^.[\]]+|\[[^.[\]]+\])*$/.test(name)) {
    const hint = 'inside the braces stands a name such as train.lr or layers[0]; for the shell write \\${…}';
    say(at, 'unknown-value', `\${${clip(name)}} cannot be read`, { hint });
    return undefined;
  }
  const found = lookUp(name, values);
  if (found) return found;
  const [message, more] = unknown(`no value for \${${clip(name)}}`, name, namesOf(values));
  say(at, 'unknown-value', message, more.hint === undefined ? { hint: 'if the shell is meant, write \\${…}' } : more);
  return undefined;
}

/** The value behind `a.b[0].c`. */
function lookUp(name: string, values: Values): Tree | undefined {
  const [first = '', ...rest] = name.replaceAll('[', '.').replaceAll(']', '').split('.');
  let tree = values.get(first.trim());
  for (const step of rest) tree = tree?.kind === 'list' ? at(tree.items, step.trim()) : own(tree, step.trim());
  return tree;
}

function at(items: readonly Tree[], index: string): Tree | undefined {
  return /^[-+]?\d+$/.test(index) ? items.at(Number(index)) : undefined;
}

/** DVC sees only names that are texts. */
function own(tree: Tree | undefined, key: string): Tree | undefined {
  if (tree?.kind !== 'map') return undefined;
  return tree.entries.find((entry) => entry.key === key && entry.keyType === undefined)?.value ?? undefined;
}

/** `{ lr: 0.1, deep: true, layers: [1, 2] }` → `--lr 0.1 --deep --layers 1 2`. */
function optionsOf(tree: Tree, where: Tree['at'], say: Say, prefix = ''): string {
  if (tree.kind !== 'map') return '';
  const options = tree.entries.flatMap(({ key, value, keyType }): string[] => {
    if (keyType !== undefined) return [];
    const name = `${prefix}${key}`;
    if (value.kind === 'map') return [optionsOf(value, where, say, `${name}.`)].filter(Boolean);
    if (value.kind === 'scalar') {
      if (typeof value.value === 'boolean') return value.value ? [`--${name}`] : [];
      return [`--${name} ${shown(value)}`];
    }
    if (value.items.some((item) => item.kind !== 'scalar'))
      say(where, 'wrong-type', `${clip(name)} is a list of lists, which has no form as options`);
    return value.items.length === 0 ? [] : [`--${name} ${value.items.map(shown).join(' ')}`];
  });
  return options.join(' ');
}

function shown(tree: Tree): string {
  if (tree.kind !== 'scalar') return '';
  // Inside a list Python prints its own words.
  if (typeof tree.value === 'boolean') return tree.value ? 'True' : 'False';
  return (tree.type ?? 'str') === 'str' ? quote(tree.source) : tree.source;
}

/** As Python's shlex does. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

function text(tree: Tree & { kind: 'scalar' }, value: string): Tree {
  return value === tree.value ? tree : { ...tree, value, source: value };
}

function namesOf(values: Values): string[] {
  const names: string[] = [];
  const walk = (tree: Tree, name: string): void => {
    if (names.length >= 200) return;
    names.push(name);
    if (tree.kind === 'map') for (const { key, value } of tree.entries) walk(value, `${name}.${key}`);
  };
  for (const [name, tree] of values) walk(tree, name);
  return names;
}

/** The value at `a.b.0` in a file of parameters. Unlike in `${…}`, every key counts as text. */
export function valueAt(tree: Tree | undefined, key: string): Tree | undefined {
  let found = tree;
  for (const step of key.split('.'))
    found = found?.kind === 'list' ? (/^\d+$/.test(step) ? found.items[Number(step)] : undefined) : get(found, step);
  return found;
}
