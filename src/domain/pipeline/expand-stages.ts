// `foreach` and `matrix` of a dvc.yaml: one stage written, many meant.
import { type Budget, resolveTree, type Resolving } from './dvc-resolve.ts';
import { foreachShape, hasShape, stageShape } from './dvc-schema.ts';
import { type Context, refuseDates, withValues } from './dvc-values.ts';
import type { Entry, Place, Say, Tree } from './read-yaml.ts';
import { clip, get, kindOf } from './tree-lookup.ts';

/** A stage to read: its name, its body, and the values that hold inside it. */
export type Stage = { name: string; at: Place; body: Tree; context: Context };

const most = 1_000;

/** The stages that one entry stands for; none when its shape is wrong, which is said. */
export function expandStage({ key, keyAt, value }: Entry, context: Context, budget: Budget, say: Say): Stage[] {
  const what = `stage ${clip(key)}`;
  if (key === '') {
    say(keyAt, 'bad-name', 'a stage needs a name');
    return [];
  }
  const foreach = get(value, 'foreach');
  if (foreach || get(value, 'do')) {
    if (!hasShape(placed(value, keyAt), foreachShape, `${what} with foreach`, say)) return [];
    return new Expansion(key, keyAt, context, budget, say).forEach(foreach!, get(value, 'do')!);
  }
  if (!hasShape(placed(value, keyAt), stageShape, what, say)) return [];
  const matrix = get(value, 'matrix');
  if (matrix) return new Expansion(key, keyAt, context, budget, say).overMatrix(matrix, value);
  if (key.includes('@')) {
    say(keyAt, 'bad-name', `${what}: a name with @ is kept for stages made by foreach and matrix`);
    return [];
  }
  return [{ name: key, at: keyAt, body: value, context }];
}

/** What is said of a whole stage is said at its name. */
function placed(tree: Tree, at: Place): Tree {
  return tree.kind === 'list' ? tree : { ...tree, at };
}

class Expansion {
  private readonly name: string;
  private readonly at: Place;
  private readonly context: Context;
  private readonly say: Say;
  private readonly resolving: Resolving;
  /** What stood in the values already, and not here: Python prints its truths otherwise. */
  private readonly borrowed = new Set<Tree>();

  constructor(name: string, at: Place, context: Context, budget: Budget, say: Say) {
    this.name = name;
    this.at = at;
    this.context = context;
    this.say = say;
    this.resolving = { values: context.values, say, budget, anyKind: true, replaced: (tree) => this.borrow(tree) };
  }

  forEach(over: Tree, body: Tree): Stage[] {
    const list = this.resolve(over);
    const made = new Map<string, [string, Tree][]>();
    if (list.kind === 'map') {
      for (const { key, value, keyType } of list.entries) {
        if (keyType !== undefined && over.kind === 'scalar') continue;
        made.set(key, [
          ['item', value],
          ['key', scalar(key, this.at)],
        ]);
      }
    } else if (list.kind === 'list') {
      const composite = list.items.some(({ kind }) => kind !== 'scalar');
      list.items.forEach((item, index) => made.set(composite ? String(index) : this.nameOf(item), [['item', item]]));
    } else {
      const message = `\`foreach\` of ${clip(this.name)} must be a list or a map, not ${kindOf(over)}`;
      this.say(over.at, 'wrong-type', message);
    }
    return this.stages(made, body);
  }

  overMatrix(matrix: Tree, whole: Tree): Stage[] {
    const body: Tree =
      whole.kind === 'map' ? { ...whole, entries: whole.entries.filter(({ key }) => key !== 'matrix') } : whole;
    const axes = this.resolve(matrix);
    if (axes.kind === 'map' && axes.entries.length === 0) {
      this.say(matrix.at, 'wrong-type', `\`matrix\` of ${clip(this.name)} is empty`);
      return [];
    }
    let rows: { names: string[]; entries: Entry[] }[] = [{ names: [], entries: [] }];
    for (const axis of axes.kind === 'map' ? axes.entries : []) {
      const items = this.itemsOf(axis.value);
      if (!items) {
        const message = `\`matrix.${clip(axis.key)}\` of ${clip(this.name)} must be a list, not ${kindOf(axis.value)}`;
        this.say(axis.value.at, 'wrong-type', message);
        return [];
      }
      if (rows.length * items.length > most) return this.tooMany();
      rows = rows.flatMap(({ names, entries }) =>
        items.map((item, index) => ({
          names: [...names, item.kind === 'scalar' ? this.nameOf(item) : `${axis.key}${index}`],
          entries: [...entries, { ...axis, value: item }],
        })),
      );
    }
    const made = new Map(
      rows.map(({ names, entries }): [string, [string, Tree][]] => {
        const key = names.join('-');
        return [
          key,
          [
            ['item', { kind: 'map', at: this.at, entries }],
            ['key', scalar(key, this.at)],
          ],
        ];
      }),
    );
    return this.stages(made, body);
  }

  private resolve(tree: Tree): Tree {
    return resolveTree(tree, this.resolving);
  }

  private borrow(tree: Tree): void {
    for (const item of tree.kind === 'list' ? tree.items : [tree]) this.borrowed.add(item);
  }

  /** What can be gone through: DVC takes the letters of a text that stands there, and the keys of a map, one by one. */
  private itemsOf(tree: Tree): readonly Tree[] | undefined {
    if (tree.kind === 'list') return tree.items;
    if (tree.kind === 'map') return tree.entries.map(({ key, keyAt }) => scalar(key, keyAt));
    return typeof tree.value === 'string' && !this.isBorrowed(tree)
      ? Array.from(tree.value, (letter) => scalar(letter, tree.at))
      : undefined;
  }

  private nameOf(tree: Tree): string {
    if (tree.kind !== 'scalar') return '';
    const asPrinted = typeof tree.value === 'boolean' && this.isBorrowed(tree);
    return asPrinted ? (tree.value ? 'True' : 'False') : tree.source;
  }

  /** A reference gives a copy that knows its own place. */
  private isBorrowed(tree: Tree & { kind: 'scalar' }): boolean {
    if (this.borrowed.has(tree)) return true;
    return [...this.borrowed].some((item) => item.kind === 'scalar' && item.value === tree.value);
  }

  private stages(made: ReadonlyMap<string, [string, Tree][]>, body: Tree): Stage[] {
    if (made.size > most) return this.tooMany();
    return [...made].flatMap(([key, values]) => {
      for (const [, value] of values) refuseDates(value, 'item', value.at, this.say);
      const wrong = key === '' ? 'an empty text makes no name' : 'a name with @ cannot be told apart again';
      if (key === '' || key.includes('@')) {
        this.say(this.at, 'bad-name', `${clip(this.name)} over ${clip(key) || '""'}: ${wrong}`);
        return [];
      }
      return [{ name: `${this.name}@${key}`, at: this.at, body, context: withValues(this.context, values) }];
    });
  }

  private tooMany(): Stage[] {
    const message = `stage ${clip(this.name)} stands for more than ${most} stages, which is the most that is read`;
    this.say(this.at, 'too-many-stages', message);
    return [];
  }
}

function scalar(text: string, at: Place): Tree {
  return { kind: 'scalar', at, value: text, source: text, type: 'str' };
}
