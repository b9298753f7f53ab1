// A file of parameters → a tree: YAML and JSON with the types that Python gives them, TOML, or assignments in Python.
import { parse as parseToml } from 'smol-toml';
import { asPython, refuseSigns, showFloat } from './python-scalar.ts';
import { readPython } from './read-python.ts';
import { type Entry, type Place, readTree, type Say, start, type Tree } from './read-yaml.ts';

const nothing: Tree = { kind: 'map', at: start, entries: [] };

/** As DVC: by the ending, and YAML where it says nothing. A file without content holds no values. */
export function readValues(path: string, bytes: Uint8Array, say: Say): Tree | undefined {
  const text = (): string => new TextDecoder().decode(bytes);
  if (path.endsWith('.toml')) return readToml(text(), say);
  if (path.endsWith('.py')) return readPython(text(), say);
  const tree = readTree(bytes, say, nothing);
  if (!tree) return undefined;
  refuseSigns(tree, say);
  const typed = asPython(tree);
  return isEmpty(typed) ? nothing : typed;
}

/** What Python takes for false. */
export function isEmpty(tree: Tree): boolean {
  if (tree.kind === 'list') return tree.items.length === 0;
  return (
    tree.kind === 'scalar' && (tree.value === null || tree.value === '' || tree.value === 0 || tree.value === false)
  );
}

function readToml(text: string, say: Say): Tree | undefined {
  try {
    return fromPlain(parseToml(text, { integersAsBigInt: true, maxDepth: 100 }), start);
  } catch (error) {
    const [line = 1, column = 1] = [Reflect.get(error as object, 'line'), Reflect.get(error as object, 'column')];
    const message = (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
    say({ line: Number(line), column: Number(column) }, 'bad-values', message);
    return undefined;
  }
}

function fromPlain(value: unknown, at: Place): Tree {
  if (Array.isArray(value)) return { kind: 'list', at, items: value.map((item) => fromPlain(item, at)) };
  if (typeof value === 'bigint')
    return { kind: 'scalar', at, value: Number(value), source: String(value), type: 'int' };
  if (typeof value === 'number') return { kind: 'scalar', at, value, source: showFloat(value), type: 'float' };
  if (typeof value === 'boolean') return { kind: 'scalar', at, value, source: String(value), type: 'bool' };
  if (typeof value === 'string') return { kind: 'scalar', at, value, source: value, type: 'str' };
  if (value === null || value === undefined) return { kind: 'scalar', at, value: null, source: 'None', type: 'null' };
  if (value instanceof Date) return { kind: 'scalar', at, value: String(value), source: String(value), type: 'date' };
  const entries = Object.entries(value).map(([key, inner]): Entry => ({ key, keyAt: at, value: fromPlain(inner, at) }));
  return { kind: 'map', at, entries };
}
