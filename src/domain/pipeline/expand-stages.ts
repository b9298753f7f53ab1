// `foreach` and `matrix` of a dvc.yaml: one stage written, many meant.
import { resolveWhole, type Values } from './dvc-values.ts';
import type { Entry, Place, Say, Tree } from './read-yaml.ts';
import { clip, get, isNull, kindOf, refuseUnknownKeys, textOf } from './tree-lookup.ts';

/** A stage to read: its name, its body, and the values that hold inside it. */
export type Stage = { name: string; at: Place; body: Tree; values: Values };

const most = 1_000;

export function expandStage({ key, keyAt, value }: Entry, values: Values, say: Say): Stage[] {
  if (value.kind !== 'map') {
    say(isNull(value) ? keyAt : value.at, 'wrong-type', `stage ${clip(key)} must be a map, not ${kindOf(value)}`);
    return [];
  }
  const foreach = get(value, 'foreach');
  const matrix = get(value, 'matrix');
  if (!foreach && !matrix) return [{ name: key, at: keyAt, body: value, values }];
  const stages = foreach
    ? forEach(key, keyAt, value, foreach, values, say)
    : overMatrix(key, keyAt, value, matrix!, values, say);
  if (stages.length <= most) return stages;
  say(keyAt, 'too-many-stages', `stage ${clip(key)} stands for ${stages.length} stages; at most ${most} can be read`);
  return [];
}

function forEach(key: string, at: Place, value: Tree, over: Tree, values: Values, say: Say): Stage[] {
  if (value.kind === 'map') refuseUnknownKeys(value.entries, ['foreach', 'do'], `stage ${clip(key)} with foreach`, say);
  const body = get(value, 'do');
  if (!body) {
    say(at, 'missing-key', `stage ${clip(key)}: do missing beside foreach`);
    return [];
  }
  const list = resolveWhole(over, values);
  if (list.kind === 'map') {
    return list.entries.map((entry) => ({
      name: `${key}@${entry.key}`,
      at,
      body,
      values: new Map([...values, ['item', entry.value], ['key', scalar(entry.key, at)]]),
    }));
  }
  if (list.kind !== 'list') {
    say(over.at, 'wrong-type', `\`foreach\` of ${clip(key)} must be a list or a map, not ${kindOf(over)}`);
    return [];
  }
  return list.items.map((item, index) => ({
    name: `${key}@${textOf(item) ?? index}`,
    at,
    body,
    values: new Map([...values, ['item', item]]),
  }));
}

function overMatrix(key: string, at: Place, value: Tree, matrix: Tree, values: Values, say: Say): Stage[] {
  const axes = resolveWhole(matrix, values);
  if (axes.kind !== 'map' || axes.entries.length === 0) {
    say(matrix.at, 'wrong-type', `\`matrix\` of ${clip(key)} must be a map of lists, not ${kindOf(axes)}`);
    return [];
  }
  const body: Tree =
    value.kind === 'map' ? { ...value, entries: value.entries.filter((entry) => entry.key !== 'matrix') } : value;
  let rows: Entry[][] = [[]];
  let names: string[][] = [[]];
  for (const axis of axes.entries) {
    const list = resolveWhole(axis.value, values);
    if (list.kind !== 'list') {
      say(
        axis.value.at,
        'wrong-type',
        `\`matrix.${clip(axis.key)}\` of ${clip(key)} must be a list, not ${kindOf(list)}`,
      );
      return [];
    }
    if (rows.length * list.items.length > most) {
      say(axis.keyAt, 'too-many-stages', `the matrix of ${clip(key)} stands for more than ${most} stages`);
      return [];
    }
    const cells = list.items.map((item, index) => ({
      entry: { ...axis, value: item },
      name: textOf(item) ?? `${axis.key}${index}`,
    }));
    rows = rows.flatMap((row) => cells.map(({ entry }) => [...row, entry]));
    names = names.flatMap((name) => cells.map((cell) => [...name, cell.name]));
  }
  return rows.map((entries, index) => ({
    name: `${key}@${names[index]!.join('-')}`,
    at,
    body,
    values: new Map([
      ...values,
      ['item', { kind: 'map', at, entries } satisfies Tree],
      ['key', scalar(names[index]!.join('-'), at)],
    ]),
  }));
}

function scalar(text: string, at: Place): Tree {
  return { kind: 'scalar', at, value: text, source: text };
}
