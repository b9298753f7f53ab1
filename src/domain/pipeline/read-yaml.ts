// YAML text → a tree in which every value knows its line and column, within bounds that hostile text cannot pass.
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Level, Problem } from '../text/problem.ts';
import type { ProblemCode } from '../text/problem-codes.ts';

export type Place = { line: number; column: number };
export type Entry = { key: string; keyAt: Place; value: Tree };
export type Tree =
  | { kind: 'map'; at: Place; entries: Entry[] }
  | { kind: 'list'; at: Place; items: Tree[] }
  | { kind: 'scalar'; at: Place; value: string | number | boolean | null; source: string };

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

/** The tree of a YAML file, or undefined when it cannot be read; what is wrong goes to `say`. */
export function readTree(bytes: Uint8Array, say: Say): Tree | undefined {
  const text = decode(bytes, say);
  if (text === undefined) return undefined;
  if (nesting(text) > maximum.depth) {
    say(start, 'yaml-too-deep', `more than ${maximum.depth} levels of brackets`);
    return undefined;
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, stringKeys: false });
  // What comes after the first one is most often said because of it.
  const error = document.errors[0];
  if (error) {
    const at = lines.linePos(error.pos[0]);
    const message = error.message.split('\n')[0]!.replace(/ at line .*$/, '');
    const bare = /[[{,]\s*[^'"\s\],]*\$\{/.test(text.split('\n')[at.line - 1] ?? '');
    const hint = bare ? 'text with ${…} between brackets needs quotes: ["${name}.csv"]' : undefined;
    say({ line: at.line, column: at.col }, 'yaml-syntax', message, { hint });
    return undefined;
  }
  if (document.contents === null) {
    say(start, 'file-empty', 'the file is empty');
    return undefined;
  }
  try {
    return new Grower(lines).grow(document.contents as Node, 0);
  } catch (error) {
    if (!(error instanceof Unbounded)) throw error;
    say(error.at, error.code, error.message);
    return undefined;
  }
}

function decode(bytes: Uint8Array, say: Say): string | undefined {
  if (bytes.byteLength > maximum.bytes) {
    say(start, 'file-too-large', `${bytes.byteLength} bytes; a pipeline file has at most ${maximum.bytes}`);
    return undefined;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    say(start, 'not-utf8', 'the file is not UTF-8 text');
    return undefined;
  }
}

/** An upper bound on flow nesting that costs one pass: the parser's own time grows with the square of the depth. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let index = 0; index < text.length; index++) {
    const letter = text.charCodeAt(index);
    if (letter === 91 || letter === 123) deepest = Math.max(deepest, ++depth);
    else if ((letter === 93 || letter === 125) && depth > 0) depth--;
  }
  return deepest;
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
  private readonly lines: LineCounter;
  private count = 0;
  constructor(lines: LineCounter) {
    this.lines = lines;
  }

  grow(node: Node | null, depth: number): Tree {
    const at = this.place(node);
    if (++this.count > maximum.nodes) {
      throw new Unbounded('yaml-too-large', `more than ${maximum.nodes} values once aliases are followed`, at);
    }
    if (depth > maximum.depth) throw new Unbounded('yaml-too-deep', `more than ${maximum.depth} levels`, at);
    if (node === null) return { kind: 'scalar', at, value: null, source: '' };
    if (isAlias(node)) return this.follow(node.source, at, depth);
    if ('anchor' in node && typeof node.anchor === 'string') this.anchors.set(node.anchor, node);
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
    return { kind: 'scalar', at, value, source };
  }

  private key(key: Node | null, parent: Place): { key: string; keyAt: Place } {
    const keyAt = key === null ? parent : this.place(key);
    if (isScalar(key)) return { key: typeof key.source === 'string' ? key.source : String(key.value), keyAt };
    throw new Unbounded('yaml-syntax', 'a key must be a plain word', keyAt);
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
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

/** `<<: *defaults`: keys written beside it win. */
function merge(entries: Entry[]): Entry[] {
  if (!entries.some((entry) => entry.key === '<<')) return entries;
  const own = entries.filter((entry) => entry.key !== '<<');
  const names = new Set(own.map((entry) => entry.key));
  const inherited = entries
    .filter((entry) => entry.key === '<<')
    .flatMap((entry) => (entry.value.kind === 'list' ? entry.value.items : [entry.value]))
    .flatMap((tree) => (tree.kind === 'map' ? tree.entries : []))
    .filter((entry) => !names.has(entry.key) && names.add(entry.key));
  return [...own, ...inherited];
}
