// `params:` of a stage in dvc.yaml: which values of which files it depends on, so that another's value is no reason to run it.
import { interpolate, joinPath, type ReadFile, readValueFile, type Values } from './dvc-values.ts';
import type { Reference } from './model.ts';
import { type Entry, type Place, readTree, type Say, type Tree } from './read-yaml.ts';
import { clip, get, isNull, kindOf, textOf, unknown } from './tree-lookup.ts';

const usualParams = 'params.yaml';

/** Where a stage stands, and what its `${…}` mean. */
export type Scope = { readFile: ReadFile; say: Say; values: Values; folder: string; stage: string };

/** Files and the values in them that a stage depends on. A parameter that its file does not have is a mistake. */
export function paramFiles(tree: Tree | undefined, scope: Scope): Reference[] {
  if (!tree) return [];
  const { say, stage, folder } = scope;
  if (tree.kind !== 'list') {
    say(
      tree.at,
      isNull(tree) ? 'null-list' : 'wrong-type',
      `\`params\` of ${clip(stage)} must be a list, not ${kindOf(tree)}`,
    );
    return [];
  }
  const files = new Map<string, Reference>();
  const depend = (file: string, at: Place, key?: string): void => {
    const path = joinPath(folder, file);
    const known = files.get(path) ?? { text: path, at, mustBePath: true, keys: [] };
    // A file that is named without a key counts as a whole.
    if (key === undefined) delete known.keys;
    else known.keys?.push(key);
    files.set(path, known);
    if (key !== undefined) checkParam(path, key, at, scope);
  };
  for (const item of tree.items) {
    const key = textOf(item);
    if (key !== undefined) depend(usualParams, item.at, interpolate(key, scope.values, item.at, say));
    else if (item.kind === 'map') for (const entry of item.entries) dependOnFile(entry, depend, scope);
    else say(item.at, 'wrong-type', `an item of \`params\` of ${clip(stage)} cannot be ${kindOf(item)}`);
  }
  return [...files.values()];
}

function dependOnFile(
  { key, keyAt, value }: Entry,
  depend: (file: string, at: Place, key?: string) => void,
  scope: Scope,
): void {
  const file = interpolate(key, scope.values, keyAt, scope.say);
  if (value.kind === 'list' && value.items.length > 0)
    for (const item of value.items) depend(file, item.at, textOf(item));
  else depend(file, keyAt);
  if (value.kind !== 'list' && !isNull(value))
    scope.say(value.at, 'wrong-type', `the parameters of ${clip(file)} must be a list, not ${kindOf(value)}`);
}

function checkParam(path: string, key: string, at: Place, { readFile, say, stage }: Scope): void {
  if (!/\.(ya?ml|json)$/i.test(path)) return;
  const tree = readValueFile(path, readFile, at, say);
  if (!tree) return;
  const found = valueAt(tree, key);
  const names = tree.kind === 'map' ? tree.entries.map((entry) => entry.key) : [];
  if (!found)
    say(
      at,
      'unknown-param',
      ...unknown(`stage ${clip(stage)}: ${clip(path)} has no parameter ${clip(key)}`, key, names),
    );
}

function valueAt(tree: Tree, key: string): Tree | undefined {
  let found: Tree | undefined = tree;
  for (const step of key.split('.')) found = get(found, step);
  return found;
}

/** The values of these keys as one text that is the same as long as they are; undefined when the file cannot be read so. */
export function describeParams(path: string, bytes: Uint8Array, keys: readonly string[]): string | undefined {
  if (!/\.(ya?ml|json)$/i.test(path)) return undefined;
  const tree = readTree(bytes, () => undefined);
  if (!tree) return undefined;
  return JSON.stringify(keys.toSorted().map((key) => [key, plain(valueAt(tree, key))]));
}

/** Without places. The order of keys is no difference. */
function plain(tree: Tree | undefined): unknown {
  if (tree === undefined) return ['absent'];
  if (tree.kind === 'list') return tree.items.map(plain);
  if (tree.kind === 'scalar') return { value: tree.value };
  return ['map', ...tree.entries.map(({ key, value }) => [key, plain(value)] as const).toSorted(byKey)];
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : Number(one > other);
}
