// `params:` of a stage in dvc.yaml: which values of which files it depends on, so that another's value is no reason to run it.
import { valueAt } from './dvc-resolve.ts';
import { type ReadFile, readValueFile } from './dvc-values.ts';
import type { Reference } from './model.ts';
import { readValues } from './read-values.ts';
import { checkPath } from './pipeline-path.ts';
import type { Place, Say, Tree } from './read-yaml.ts';
import { clip, isNull, kindOf, unknown } from './tree-lookup.ts';

const usualParams = 'params.yaml';

/** Where a stage stands. */
export type Scope = { readFile: ReadFile; say: Say; folder: string; stage: string };

/** Files and the values in them that a stage depends on. A parameter that its file does not have is a mistake. */
export function paramFiles(tree: Tree | undefined, scope: Scope): Reference[] {
  if (tree?.kind !== 'list') return [];
  const whole = new Set(tree.items.flatMap(wholeFiles));
  const files = new Map<string, Reference>();
  const depend = (file: string, at: Place, key?: string): void => {
    const checked = checkPath(file, 100, scope.folder);
    const path = checked.ok ? checked.path : file;
    const known = files.get(path) ?? { text: path, at, mustBePath: true, keys: [], isParams: true, written: file };
    files.set(path, known);
    // A file that is named without a key counts as a whole.
    if (whole.has(file)) delete known.keys;
    else if (key !== undefined) {
      known.keys?.push(key);
      checkParam(path, key, at, scope);
    }
  };
  for (const item of tree.items) {
    if (item.kind === 'scalar') {
      const key = nameOf(item, usualParams, scope);
      if (!whole.has(usualParams)) depend(usualParams, item.at, key);
    } else if (item.kind === 'map') {
      for (const { key: file, keyAt, keyType, value } of item.entries) {
        if (keyType !== undefined)
          scope.say(keyAt, 'bad-name', `${clip(file)} must be the name of a file`, { hint: 'write it in quotes' });
        else if (isRefusedFile(file, keyAt, scope.say)) continue;
        else if (whole.has(file)) depend(file, keyAt);
        else if (value.kind !== 'list')
          scope.say(value.at, 'wrong-type', `the parameters of ${clip(file)} must be a list, not ${kindOf(value)}`);
        else for (const name of value.items) depend(file, name.at, nameOf(name, file, scope));
      }
    }
  }
  return [...files.values()];
}

/** Addresses, and what belongs to DVC itself. */
export function isRefusedFile(path: string, at: Place, say: Say): boolean {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
    const message = `${clip(path)} is outside the repository: only files in it can be read and written here`;
    say(at, 'not-supported', message, { hint: 'keep the file in the repository, or fetch it in a stage' });
    return true;
  }
  const isOfDvc = /(?:^|\/)dvc\.yaml$|\.dvc$/.test(path);
  if (isOfDvc) say(at, 'not-supported', `${clip(path)} belongs to DVC, and can be neither read nor written by a stage`);
  return isOfDvc;
}

function nameOf(tree: Tree, file: string, { say }: Scope): string | undefined {
  if (tree.kind === 'scalar' && typeof tree.value === 'string') return tree.value;
  say(tree.at, 'wrong-type', `a parameter of ${clip(file)} must be text, not ${kindOf(tree)}`);
  return undefined;
}

/** Files of which everything counts: named with nothing behind. */
function wholeFiles(item: Tree): string[] {
  if (item.kind !== 'map') return [];
  return item.entries.flatMap(({ key, value }) => (isNull(value) || isEmptyList(value) ? [key] : []));
}

const isEmptyList = (tree: Tree): boolean =>
  (tree.kind === 'list' && tree.items.length === 0) ||
  (tree.kind === 'map' && tree.entries.length === 0) ||
  (tree.kind === 'scalar' && !tree.value);

function checkParam(path: string, key: string, at: Place, { readFile, say, stage }: Scope): void {
  const tree = readValueFile(path, readFile, at, say);
  if (!tree || valueAt(tree, key)) return;
  // A pattern stands for whatever it fits.
  if (/[*?[]/.test(key) && !/\[\d+\]/.test(key)) return;
  const names = tree.kind === 'map' ? tree.entries.map((entry) => entry.key) : [];
  say(at, 'unknown-param', ...unknown(`stage ${clip(stage)}: ${clip(path)} has no parameter ${clip(key)}`, key, names));
}

/** The values of these keys as one text that is the same as long as they are; undefined when the file cannot be read so. */
export function describeParams(path: string, bytes: Uint8Array, keys: readonly string[]): string | undefined {
  const tree = readValues(path, bytes, () => undefined);
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
