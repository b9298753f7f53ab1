// The values that a dvc.yaml refers to: params.yaml, `vars:`, and `${…}` replaced by what they name.
import { collector, readTree, type Say, type Tree } from './read-yaml.ts';
import type { Problem } from '../text/problem.ts';
import { clip, get, kindOf, textOf, unknown } from './tree-lookup.ts';

export type ReadFile = (path: string) => Uint8Array | undefined;

/** Named values; later ones win. */
export type Values = ReadonlyMap<string, Tree>;

/** A file of values as a tree. What is wrong in it is said at the place that named it. */
export function readValueFile(path: string, readFile: ReadFile, at: Tree['at'], say: Say): Tree | undefined {
  const bytes = readFile(path);
  if (!bytes) return undefined;
  if (!/\.(ya?ml|json)$/i.test(path)) {
    say(at, 'not-supported', `values from ${clip(path)} cannot be read; only YAML and JSON can`);
    return undefined;
  }
  const problems: Problem[] = [];
  const tree = readTree(bytes, collector(path, problems));
  const first = problems[0];
  if (first) say(at, 'bad-values', `${clip(path)}, line ${first.line}: ${first.message}`);
  return tree;
}

/** Values of params.yaml and of a list of `vars:` (files, `file:key,key`, or maps). `base` is the folder they are relative to. */
export function gatherValues(
  vars: Tree | undefined,
  before: Values,
  base: string,
  readFile: ReadFile,
  say: Say,
): Values {
  const values = new Map(before);
  const add = (tree: Tree | undefined, only?: readonly string[]): void => {
    if (tree?.kind === 'map')
      for (const { key, value } of tree.entries) if (!only || only.includes(key)) values.set(key, value);
  };
  if (!vars) return values;
  if (vars.kind !== 'list') {
    say(vars.at, 'wrong-type', `\`vars\` must be a list, not ${kindOf(vars)}`);
    return values;
  }
  for (const item of vars.items) {
    const text = textOf(item);
    if (text === undefined) {
      add(item);
      continue;
    }
    const [path = '', keys] = text.split(':');
    const file = readValueFile(joinPath(base, path), readFile, item.at, say);
    if (!file) say(item.at, 'absent-file', `there is no file ${clip(path)} with values`);
    add(
      file,
      keys?.split(',').map((key) => key.trim()),
    );
  }
  return values;
}

export function joinPath(base: string, path: string): string {
  return base === '.' ? path : `${base}/${path}`;
}

const reference = /(\\?)\$\{\s*([^}]*?)\s*\}/g;

/** Text with every `${name}` replaced. `asCommand`: a map becomes options, as in DVC. */
export function interpolate(text: string, values: Values, at: Tree['at'], say: Say, asCommand = false): string {
  return text.replaceAll(reference, (whole, escaped: string, name: string) => {
    if (escaped) return whole.slice(1);
    const found = lookUp(name, values);
    if (!found) {
      say(at, 'unknown-value', ...unknown(`no value for \${${clip(name)}}`, name, namesOf(values)));
      return whole;
    }
    if (found.kind === 'scalar') return shown(found);
    if (asCommand && found.kind === 'map') return optionsOf(found, '').join(' ');
    if (asCommand && found.kind === 'list') return found.items.map(shown).join(' ');
    say(at, 'wrong-type', `\${${clip(name)}} is ${kindOf(found)}, and a text belongs here`);
    return whole;
  });
}

/** The value behind `a.b[0].c`. */
function lookUp(name: string, values: Values): Tree | undefined {
  const [first = '', ...rest] = name.replaceAll(/\[(\w+)\]/g, '.$1').split('.');
  let tree = values.get(first);
  for (const step of rest) tree = tree?.kind === 'list' ? tree.items[Number(step)] : get(tree, step);
  return tree;
}

/** A text that is one reference and nothing else gives the value itself; anything else stays as it is. */
export function resolveWhole(tree: Tree, values: Values): Tree {
  const name =
    tree.kind === 'scalar' && typeof tree.value === 'string'
      ? /^\$\{\s*([^}]+?)\s*\}$/.exec(tree.value)?.[1]
      : undefined;
  return (name === undefined ? undefined : lookUp(name, values)) ?? tree;
}

function shown(tree: Tree): string {
  if (tree.kind !== 'scalar') return '';
  return tree.value === null ? '' : tree.source;
}

/** `{ lr: 0.1, deep: true, layers: [1, 2] }` → `--lr 0.1 --deep --layers 1 2`. */
function optionsOf(tree: Tree, prefix: string): string[] {
  if (tree.kind !== 'map') return [];
  return tree.entries.flatMap(({ key, value }) => {
    const name = `${prefix}${key}`;
    if (value.kind === 'map') return optionsOf(value, `${name}.`);
    if (value.kind === 'list') return [`--${name}`, ...value.items.map((item) => quote(shown(item)))];
    if (typeof value.value === 'boolean') return value.value ? [`--${name}`] : [];
    return [`--${name}`, quote(shown(value))];
  });
}

function quote(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
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
