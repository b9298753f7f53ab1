// What tells a file of another tool: its name, its keys, its syntax; and the advice that its owner gets.
import type { Tree } from './read-yaml.ts';
import { get } from './tree-lookup.ts';

export type Format = {
  name: string;
  /** How to begin, in one sentence. */
  advice: string;
  /** In place of "a file of …". */
  what?: string;
  file?: RegExp;
  /** Of a text that is no YAML of ours. */
  text?: RegExp;
  /** What its text has as well: two expressions, since one that goes from the first to the second is not linear. */
  also?: RegExp;
  /** What its text never has. */
  unless?: RegExp;
  /** Its text might also be a broken file of ours. */
  isLoose?: boolean;
  keys?: (root: Tree) => boolean;
};

export const has = (tree: Tree | undefined, ...keys: string[]): boolean =>
  keys.some((key) => get(tree, key) !== undefined);
export const hasAll = (tree: Tree | undefined, ...keys: string[]): boolean =>
  keys.every((key) => get(tree, key) !== undefined);
export const values = (tree: Tree | undefined): readonly Tree[] =>
  tree?.kind === 'map' ? tree.entries.map(({ value }) => value) : tree?.kind === 'list' ? tree.items : [];
export const isList = (tree: Tree | undefined): boolean => tree?.kind === 'list';
export const isMap = (tree: Tree | undefined): boolean => tree?.kind === 'map';
export const someHave = (tree: Tree | undefined, ...keys: string[]): boolean =>
  values(tree).some((value) => has(value, ...keys));
export const textAt = (tree: Tree | undefined, key: string): string => {
  const found = get(tree, key);
  return found?.kind === 'scalar' ? found.source : '';
};
