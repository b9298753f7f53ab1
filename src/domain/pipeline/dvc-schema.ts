// The shape of a dvc.yaml, held against a tree: one description for all its parts, as DVC 3 has it.
import { type Entry, type Say, start, type Tree } from './read-yaml.ts';
import { clip, isNull, kindOf, refuseTwice, unknown } from './tree-lookup.ts';

type Keys = { keys: Readonly<Record<string, Shape>>; needs?: readonly string[] };

export type Shape =
  | 'any'
  | 'text'
  | 'bool'
  | 'map'
  | 'list'
  | 'null'
  | { list: Shape }
  | { each: Shape }
  | Keys
  /** The first whose kind is that of the value decides. */
  | { oneOf: readonly Shape[] };

const annotations = { desc: 'text', type: 'text', labels: { list: 'text' }, meta: 'any' } as const;
const outOptions = {
  ...annotations,
  cache: 'bool',
  persist: 'bool',
  checkpoint: 'bool',
  remote: 'text',
  push: 'bool',
} as const;
const plotOptions = {
  ...outOptions,
  template: 'text',
  x: 'text',
  y: 'text',
  x_label: 'text',
  y_label: 'text',
  title: 'text',
  header: 'bool',
} as const;
const vars: Shape = { list: { oneOf: ['text', 'map'] } };
const outs: Shape = { list: { oneOf: ['text', { each: { keys: outOptions } }] } };

export const stageShape: Shape = {
  needs: ['cmd'],
  keys: {
    cmd: { oneOf: ['text', 'list'] },
    wdir: 'text',
    deps: { list: 'text' },
    params: { list: { oneOf: ['text', 'map'] } },
    vars,
    outs,
    metrics: outs,
    plots: { list: { oneOf: ['text', { each: { keys: plotOptions } }] } },
    frozen: 'bool',
    always_changed: 'bool',
    desc: 'text',
    meta: 'any',
    matrix: { each: { oneOf: ['text', 'list'] } },
  },
};

export const foreachShape: Shape = {
  needs: ['foreach', 'do'],
  keys: { foreach: { oneOf: ['map', 'list', 'text'] }, do: stageShape },
};

const shownPlot: Shape = {
  keys: {
    x: { oneOf: ['text', { each: 'text' }] },
    y: { oneOf: ['text', { list: 'text' }, { each: { oneOf: ['text', { list: 'text' }] } }] },
    x_label: 'text',
    y_label: 'text',
    title: 'text',
    template: 'text',
  },
};

/** `stages` is checked stage by stage, since a stage has one of two shapes. */
export const fileShape: Shape = {
  keys: {
    vars,
    stages: { each: 'any' },
    params: { list: 'text' },
    metrics: { list: 'text' },
    plots: { list: { oneOf: ['text', { each: { oneOf: [shownPlot, 'null'] } }] } },
    artifacts: { each: { keys: { path: 'text', ...annotations }, needs: ['path'] } },
    datasets: { oneOf: ['list', 'map'] },
  },
};

/** True when the tree has the shape; otherwise every place where it has not is said. */
export function hasShape(tree: Tree, shape: Shape, what: string, say: Say): boolean {
  if (typeof shape === 'string') return isWord(tree, shape) || refuse(tree, shape, what, say);
  if ('oneOf' in shape) {
    const meant = shape.oneOf.find((candidate) => isWord(tree, kindOfShape(candidate)));
    return meant ? hasShape(tree, meant, what, say) : refuseAll(tree, shape.oneOf, what, say);
  }
  if ('list' in shape) {
    if (tree.kind !== 'list') return refuse(tree, 'list', what, say);
    return all(tree.items, (item) => hasShape(item, shape.list, `an item of ${what}`, say));
  }
  if (tree.kind !== 'map') return refuse(tree, 'map', what, say);
  if ('each' in shape) {
    return all(
      tree.entries,
      (entry) => hasTextKey(entry, what, say) && hasShape(entry.value, shape.each, quoted(entry.key, what), say),
    );
  }
  return hasKeys(tree, shape, what, say);
}

function hasKeys(tree: Tree & { kind: 'map' }, shape: Keys, what: string, say: Say): boolean {
  const { keys, needs = [] } = shape;
  const known = Object.keys(keys);
  const right = all(tree.entries, (entry) => {
    if (!hasTextKey(entry, what, say)) return false;
    if (Object.hasOwn(keys, entry.key)) return hasShape(entry.value, keys[entry.key]!, quoted(entry.key, what), say);
    say(entry.keyAt, 'unknown-key', ...unknown(`unknown key \`${clip(entry.key)}\` in ${what}`, entry.key, known));
    return false;
  });
  const absent = needs.filter((key) => !tree.entries.some((entry) => entry.key === key));
  if (absent.length > 0) say(tree.at ?? start, 'missing-key', `${what}: ${absent.join(', ')} missing`);
  return right && absent.length === 0;
}

/** Duplicate keys anywhere: YAML would silently keep the last. */
export function refuseRepeats(tree: Tree, say: Say, path: readonly string[] = []): void {
  if (tree.kind === 'list') for (const item of tree.items) refuseRepeats(item, say, [...path, '-']);
  if (tree.kind !== 'map') return;
  const isStages = path.length === 1 && path[0] === 'stages';
  refuseTwice(tree.entries, isStages ? 'stage' : 'key', say, isStages ? 'duplicate-task' : 'duplicate-key');
  for (const { key, value } of tree.entries) refuseRepeats(value, say, [...path, key]);
}

function hasTextKey({ key, keyAt, keyType }: Entry, what: string, say: Say): boolean {
  if (keyType === undefined) return true;
  const hint = `write it in quotes: "${clip(key)}"`;
  say(keyAt, 'bad-name', `${clip(key)} in ${what} must be text`, { hint });
  return false;
}

const quoted = (key: string, what: string): string => `\`${clip(key)}\` of ${what}`;

/** All are looked at, so that every problem is said. */
function all<T>(items: readonly T[], test: (item: T) => boolean): boolean {
  return items.filter((item) => !test(item)).length === 0;
}

function kindOfShape(shape: Shape): Shape & string {
  if (typeof shape === 'string') return shape;
  if ('oneOf' in shape) return 'any';
  return 'list' in shape ? 'list' : 'map';
}

function isWord(tree: Tree, shape: Shape & string): boolean {
  if (shape === 'any') return true;
  if (shape === 'map' || shape === 'list') return tree.kind === shape;
  if (tree.kind !== 'scalar') return false;
  if (shape === 'null') return tree.value === null;
  return shape === 'bool' ? typeof tree.value === 'boolean' : (tree.type ?? 'str') === 'str' && tree.value !== null;
}

const words: Readonly<Record<Shape & string, string>> = {
  any: 'anything',
  text: 'a text',
  bool: 'true or false',
  map: 'a map',
  list: 'a list',
  null: 'empty',
};

function refuse(tree: Tree, shape: Shape & string, what: string, say: Say): false {
  const isEmpty = shape === 'list' && isNull(tree);
  const message = isEmpty
    ? `${what} is null where a list belongs; write [] for none`
    : `${what} must be ${words[shape]}, not ${kindOf(tree)}`;
  say(tree.at, isEmpty ? 'null-list' : 'wrong-type', message, { hint: hintFor(tree, shape) });
  return false;
}

function refuseAll(tree: Tree, shapes: readonly Shape[], what: string, say: Say): false {
  const kinds = [...new Set(shapes.map((shape) => words[kindOfShape(shape)]))].join(' or ');
  say(tree.at, 'wrong-type', `${what} must be ${kinds}, not ${kindOf(tree)}`, { hint: hintFor(tree, 'text') });
  return false;
}

/** A number or date where text belongs needs nothing but quotes. */
function hintFor(tree: Tree, shape: Shape & string): string | undefined {
  const bare = shape === 'text' && tree.kind === 'scalar' && tree.value !== null && tree.source !== '';
  return bare ? `write it in quotes: "${clip(tree.source)}"` : undefined;
}
