// dvc.lock: what each stage of a dvc.yaml was made from, in the words that DVC itself reads and writes.
import { readYamlValue } from '../text/parse-yaml.ts';
import { writeYaml } from '../text/write-yaml.ts';
import { valueAt } from './dvc-resolve.ts';
import type { Reference, Task } from './model.ts';
import { isText } from './python-scalar.ts';
import { readValues } from './read-values.ts';
import type { Tree } from './read-yaml.ts';

/** What DVC keeps of a file or folder: of a folder the digest of the list of its files, marked as such. */
export type Digest = { md5: string; size: number; nfiles?: number };

export type LockedStage = Record<string, unknown>;

/** The entry of one stage; undefined when something that it names cannot be found. */
export function lockStage(
  task: Task,
  digestOf: (path: string) => Digest | undefined,
  readFile: (path: string) => Uint8Array | undefined,
): LockedStage | undefined {
  if (task.work.type !== 'shell') return undefined;
  const entry: LockedStage = { cmd: task.commands ?? task.work.command };
  const deps = listed(
    task.inputs.filter(({ isParams }) => !isParams).map(({ text, written }) => [text, written ?? text]),
    digestOf,
  );
  const outs = listed(
    task.outputs.flatMap(({ path, written }) => (path === undefined ? [] : [[path, written ?? path]])),
    digestOf,
  );
  const params = lockParams(
    task.inputs.filter(({ isParams }) => isParams),
    readFile,
  );
  if (!deps || !outs || !params) return undefined;
  if (deps.length > 0) entry['deps'] = deps;
  if (params.size > 0) entry['params'] = params;
  if (outs.length > 0) entry['outs'] = outs;
  return entry;
}

function listed(
  paths: readonly (readonly [path: string, written: string] | string[])[],
  digestOf: (path: string) => Digest | undefined,
): unknown[] | undefined {
  const entries: ({ path: string; hash: string } & Digest)[] = [];
  for (const [path = '', written = ''] of paths) {
    const digest = digestOf(path);
    if (!digest) return undefined;
    entries.push({ path: written, hash: 'md5', ...digest });
  }
  return entries.toSorted((a, b) => byText(a.path, b.path));
}

/** params.yaml first, then the others by name; the keys of each by name. */
function lockParams(
  references: readonly Reference[],
  readFile: (path: string) => Uint8Array | undefined,
): Map<string, unknown> | undefined {
  const files = new Map<string, unknown>();
  for (const { text, written = text, keys } of references.toSorted(byFile)) {
    const bytes = readFile(text);
    const tree = bytes && readValues(text, bytes, () => undefined);
    if (!tree) return undefined;
    const names = keys ?? (tree.kind === 'map' ? tree.entries.map(({ key }) => key) : []);
    const values = names.toSorted(byText).map((key) => [key, valueAt(tree, key)] as const);
    if (values.some(([, value]) => value === undefined) && keys) return undefined;
    files.set(written, new Map(values.map(([key, value]) => [key, plain(value ?? own(tree, key)!)])));
  }
  return files;
}

const own = (tree: Tree, key: string): Tree | undefined =>
  tree.kind === 'map' ? tree.entries.find((entry) => entry.key === key)?.value : undefined;

function plain(tree: Tree): unknown {
  if (tree.kind === 'list') return tree.items.map(plain);
  if (tree.kind === 'map') return new Map(tree.entries.map(({ key, value }) => [key, plain(value)]));
  return tree.type === 'int' ? BigInt(tree.source) : tree.value;
}

/** The text of dvc.lock with these entries in place of theirs; entries of stages that there are no longer go. */
export function writeLock(
  before: string | undefined,
  made: ReadonlyMap<string, LockedStage>,
  stages: readonly string[],
): string {
  const known = before === undefined ? undefined : readYamlValue(before, { maxBytes: 8 * 1024 * 1024, maxAliases: 0 });
  const old = known && 'value' in known ? stagesOf(known.value) : {};
  const entries = stages.flatMap((name) => {
    const entry = made.get(name) ?? old[name];
    return entry === undefined ? [] : [[name, entry] as const];
  });
  return writeYaml(
    new Map<string, unknown>([
      ['schema', '2.0'],
      ['stages', new Map(entries)],
    ]),
    { quote: (text) => !isText(text), flatLists: true },
  );
}

function stagesOf(value: unknown): Record<string, unknown> {
  const stages = typeof value === 'object' && value !== null ? Reflect.get(value, 'stages') : undefined;
  return typeof stages === 'object' && stages !== null ? (stages as Record<string, unknown>) : {};
}

/** The list of a folder's files as DVC writes it, of which it keeps the digest. */
export function listFolder(files: readonly { md5: string; relpath: string }[]): string {
  const items = files
    .toSorted((a, b) => byText(a.relpath, b.relpath))
    .map(({ md5, relpath }) => `{"md5": "${md5}", "relpath": ${asAscii(relpath)}}`);
  return `[${items.join(', ')}]`;
}

function asAscii(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** By code points, as Python sorts. */
function byText(a: string, b: string): number {
  const [one, other] = [Array.from(a), Array.from(b)];
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    const difference = one[at]!.codePointAt(0)! - other[at]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

function byFile(a: Reference, b: Reference): number {
  const [one, other] = [a.written ?? a.text, b.written ?? b.text];
  return Number(other === 'params.yaml') - Number(one === 'params.yaml') || byText(one, other);
}
