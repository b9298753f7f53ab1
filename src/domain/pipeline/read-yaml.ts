// YAML text → a tree in which every value knows its line and column, within bounds that hostile text cannot pass.
import { isAlias, isMap, isScalar, isSeq, type Node, parseYaml, type YamlDocument } from '../text/parse-yaml.ts';
import type { Level, Problem } from '../text/problem.ts';
import type { ProblemCode } from '../text/problem-codes.ts';

export type Place = { line: number; column: number };
/** How Python's YAML would take a plain word. */
export type WordType = 'str' | 'int' | 'float' | 'bool' | 'null' | 'date';
/** `keyType`: what a plain key is to DVC, where that is no text. */
export type Entry = {
  key: string;
  keyAt: Place;
  value: Tree;
  plainKey?: boolean;
  keyTag?: WordType;
  keyType?: WordType;
};
export type Tree =
  | { kind: 'map'; at: Place; entries: Entry[] }
  | { kind: 'list'; at: Place; items: Tree[]; hasTuple?: boolean }
  | {
      kind: 'scalar';
      at: Place;
      value: string | number | boolean | null;
      source: string;
      /** Written without quotes, block or tag. */
      plain?: boolean;
      /** The type that a tag gives it, as in `!!float 1`. */
      tag?: WordType;
      type?: WordType;
    };

/** Collects problems of one file. */
export type Say = (
  at: Place,
  code: ProblemCode,
  message: string,
  more?: { level?: Level | undefined; hint?: string | undefined },
) => void;

export function collector(file: string, problems: Problem[]): Say {
  return (at, code, message, more = {}) => {
    const found: Problem = { file, ...at, level: more.level ?? 'error', code, message };
    problems.push(more.hint === undefined ? found : { ...found, hint: more.hint });
  };
}

export const start: Place = { line: 1, column: 1 };
const maximum = { bytes: 256 * 1024, depth: 100, nodes: 50_000 };

/** The tree of a YAML file, or undefined when it cannot be read; what is wrong goes to `say`. `whenEmpty` stands for a file without content. */
export function readTree(bytes: Uint8Array, say: Say, whenEmpty?: Tree): Tree | undefined {
  const result = parseYaml(bytes, { maxBytes: maximum.bytes, maxDepth: maximum.depth, maxAliases: 10_000 });
  if ('problems' in result) {
    // What comes after the first one is most often said because of it.
    const { line, column, code, message, hint } = result.problems[0]!;
    say({ line, column }, code, message, { hint });
    return undefined;
  }
  const { document } = result.parsed;
  if (document.contents === null) {
    if (!whenEmpty) say(start, 'file-empty', 'the file is empty');
    return whenEmpty;
  }
  try {
    return new Grower(result.parsed).grow(document.contents as Node, 0);
  } catch (error) {
    if (!(error instanceof Unbounded)) throw error;
    say(error.at, error.code, error.message);
    return undefined;
  }
}

class Unbounded extends Error {
  readonly code: ProblemCode;
  readonly at: Place;
  constructor(code: ProblemCode, message: string, at: Place) {
    super(message);
    this.code = code;
    this.at = at;
  }
}

/** Walks the document once. Aliases are followed, so what they expand to is counted and bounded like anything else. */
class Grower {
  private readonly anchors = new Map<string, Node>();
  private readonly open = new Set<Node>();
  private readonly parsed: YamlDocument;
  private count = 0;
  constructor(parsed: YamlDocument) {
    this.parsed = parsed;
  }

  grow(node: Node | null, depth: number): Tree {
    const at = this.place(node);
    if (++this.count > maximum.nodes) {
      throw new Unbounded('yaml-too-large', `more than ${maximum.nodes} values once aliases are followed`, at);
    }
    if (depth > maximum.depth) throw new Unbounded('yaml-too-deep', `more than ${maximum.depth} levels`, at);
    if (node === null) return { kind: 'scalar', at, value: null, source: '', plain: true };
    if (isAlias(node)) return this.follow(node.source, at, depth);
    if ('anchor' in node && typeof node.anchor === 'string') this.anchors.set(node.anchor, node);
    if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:') && node.tag !== '!')
      throw new Unbounded('yaml-syntax', `the tag ${node.tag.slice(0, 60)} means nothing here`, at);
    this.open.add(node);
    const tree = this.shape(node, at, depth);
    this.open.delete(node);
    return tree;
  }

  private shape(node: Node, at: Place, depth: number): Tree {
    if (isMap(node)) {
      const entries = node.items.map(({ key, value }) => ({
        ...this.key(key as Node | null, at),
        value: this.grow(value as Node | null, depth + 1),
      }));
      return { kind: 'map', at, entries: merge(entries) };
    }
    if (isSeq(node)) return { kind: 'list', at, items: node.items.map((item) => this.grow(item as Node, depth + 1)) };
    const raw = isScalar(node) ? node.value : null;
    const plain = raw === null || ['string', 'number', 'boolean'].includes(typeof raw);
    const value = plain ? (raw as string | number | boolean | null) : String(raw);
    const source = isScalar(node) && typeof node.source === 'string' ? node.source : String(value ?? '');
    if (isPlain(node)) this.refuseOld(source, at);
    const tag = typeOfTag(node);
    return { kind: 'scalar', at, value, source, ...(isPlain(node) ? { plain: true } : {}), ...(tag ? { tag } : {}) };
  }

  private key(key: Node | null, parent: Place): Omit<Entry, 'value'> {
    const keyAt = key === null ? parent : this.place(key);
    const target = isAlias(key) ? this.anchors.get(key.source) : undefined;
    if (target) return { ...this.key(target, parent), keyAt };
    if (isScalar(key)) {
      if (key.anchor !== undefined) this.anchors.set(key.anchor, key);
      const name = typeof key.source === 'string' ? key.source : String(key.value);
      if (isPlain(key)) this.refuseOld(name, keyAt);
      const keyTag = typeOfTag(key);
      return { key: name, keyAt, ...(isPlain(key) ? { plainKey: true } : {}), ...(keyTag ? { keyTag } : {}) };
    }
    throw new Unbounded('yaml-syntax', 'a key must be a plain word', keyAt);
  }

  /** Words that mean something else to a reader that heeds `%YAML 1.1`. */
  private refuseOld(word: string, at: Place): void {
    const { yaml } = this.parsed.document.directives!;
    if (!yaml.explicit || yaml.version !== '1.1' || !oldWord.test(word)) return;
    throw new Unbounded('not-supported', `by %YAML 1.1, ${word.slice(0, 60)} is no text: remove that line`, at);
  }

  private follow(name: string, at: Place, depth: number): Tree {
    const target = this.anchors.get(name);
    if (!target) throw new Unbounded('yaml-syntax', `no anchor &${name} before this alias`, at);
    if (this.open.has(target)) throw new Unbounded('yaml-syntax', `the alias *${name} contains itself`, at);
    return this.grow(target, depth + 1);
  }

  private place(node: Node | null): Place {
    const offset = node?.range?.[0];
    if (offset === undefined) return start;
    return this.parsed.placeAt(offset);
  }
}

const oldWord = /^(?:yes|no|on|off|[-+]?0[0-7_]+|[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?|[-+]?\d[\d_]*e[-+]?\d+)$/i;
const tags: Readonly<Record<string, WordType>> = { int: 'int', float: 'float', bool: 'bool', null: 'null' };

function typeOfTag({ tag }: Node): WordType | undefined {
  return tag === undefined ? undefined : tags[tag.replace('tag:yaml.org,2002:', '')];
}

function isPlain(node: Node): boolean {
  return isScalar(node) && (node.type === undefined || node.type === 'PLAIN') && node.tag === undefined;
}

/** `<<: *defaults`: keys written beside it win. */
function merge(entries: Entry[]): Entry[] {
  const merged = entries.filter((entry) => entry.key === '<<' && entry.plainKey);
  if (merged.length === 0) return entries;
  if (merged[1])
    throw new Unbounded('duplicate-key', 'duplicate key <<; `<<: [*one, *other]` takes both', merged[1].keyAt);
  const own = entries.filter((entry) => entry !== merged[0]);
  const names = new Set(own.map((entry) => entry.key));
  const inherited = merged
    .flatMap((entry) => (entry.value.kind === 'list' ? entry.value.items : [entry.value]))
    .flatMap(entriesOf)
    .filter((entry) => !names.has(entry.key) && names.add(entry.key));
  return [...own, ...inherited];
}

function entriesOf(tree: Tree): Entry[] {
  if (tree.kind === 'map') return tree.entries;
  throw new Unbounded(
    'yaml-syntax',
    '`<<` takes the keys of a map, or of a list of maps, and of nothing else',
    tree.at,
  );
}
