// YAML that a person wrote → plain values that remember where they stood. Hostile input gets a problem, in bounded time.
import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, Node, Pair, YAMLMap } from 'yaml';
import { decodeText } from './decode-text.ts';
import type { Level, Problem } from './problem.ts';

/** The parser needs about a second for the worst text of this size. */
export const maxYamlBytes = 256 * 1024;
const maxDepth = 32;
const maxNodes = 100_000;
const maxAliases = 100;
const maxProblems = 50;

export type Path = readonly (string | number)[];
type Position = { line: number; column: number };

export type YamlSource = {
  file: string;
  /** Plain data: maps are objects without a prototype. */
  value: unknown;
  /** Where the value (or the key) at a path stands; for a path that does not exist, its nearest ancestor. */
  locate: (path: Path, what?: 'key' | 'value') => Position;
  /** The text of a plain value: numbers in it may have more digits than `value` holds. */
  written: (path: Path) => string | undefined;
  problem: (path: Path, level: Level, code: string, message: string, hint?: string, what?: 'key' | 'value') => Problem;
};

/** Parses one document. `source` is absent when the text cannot be understood at all. */
export function readYaml(bytes: Uint8Array, file: string): { source?: YamlSource; problems: Problem[] } {
  const decoded = decodeText(bytes, file, maxYamlBytes);
  if (!('text' in decoded)) return { problems: [decoded] };
  const lines = new LineCounter();
  const document = parseDocument(decoded.text, {
    lineCounter: lines,
    prettyErrors: false,
    // Not 'silent': that would hide a second document.
    logLevel: 'error',
    // The parser compares every key with every other; `toPlain` finds duplicates in one pass.
    uniqueKeys: false,
  });
  const found: Found[] = syntaxProblems(document, decoded.text);
  const value = found.length > 0 ? undefined : toPlain(document, found);
  const at = (offset: number): Position => position(lines, offset);
  const problems = found
    .slice(0, maxProblems)
    .map(({ offset, ...rest }): Problem => ({ file, ...at(offset), level: 'error', ...rest }));
  if (found.some((one) => fatal.has(one.code))) return { problems };
  if (value === null || value === undefined) {
    return {
      problems: [{ file, line: 1, column: 1, level: 'error', code: 'empty-file', message: 'the file is empty' }],
    };
  }
  const locate: YamlSource['locate'] = (path, what = 'value') => at(offsetOf(document, path, what));
  const problem: YamlSource['problem'] = (path, level, code, message, hint, what) => ({
    file,
    ...locate(path, what),
    level,
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
  });
  const written = (path: Path): string | undefined => {
    const node: unknown = document.getIn(path, true);
    return isScalar(node) ? node.source : undefined;
  };
  return { source: { file, value, locate, written, problem }, problems };
}

type Found = { offset: number; code: string; message: string; hint?: string };

const fatal = new Set(['yaml-syntax', 'yaml-too-deep', 'yaml-aliases']);

function position(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function syntaxProblems(document: Document, text: string): Found[] {
  const deep = document.errors.find((error) => error.code === 'RESOURCE_EXHAUSTION');
  if (deep) return [{ offset: 0, code: 'yaml-too-deep', message: 'the file is nested too deeply' }];
  const lines = new Set<number>();
  const first = document.errors.filter(({ pos: [offset] }) => {
    const lineStart = text.lastIndexOf('\n', offset - 1);
    return !lines.has(lineStart) && lines.add(lineStart);
  });
  // After the first fault of a line, the parser mostly speaks of its consequences.
  return first.slice(0, maxProblems).map((error) => ({
    offset: error.pos[0],
    code: 'yaml-syntax',
    message:
      error.code === 'MULTIPLE_DOCS' ? 'a second document begins here' : error.message.split('\n')[0]!.slice(0, 200),
    ...(error.code === 'TAB_AS_INDENT' ? { hint: 'indent with spaces' } : {}),
    ...(error.code === 'MULTIPLE_DOCS' ? { hint: 'one file holds one document: remove the `---`' } : {}),
  }));
}

type Walk = { document: Document; found: Found[]; nodes: number; aliases: number; stop: boolean };

function toPlain(document: Document, found: Found[]): unknown {
  return plain({ document, found, nodes: 0, aliases: 0, stop: false }, document.contents, 0, 0);
}

/** Aliases are followed and counted, so neither a bomb nor a cycle grows past the limits. */
function plain(walk: Walk, node: unknown, depth: number, offset: number): unknown {
  if (walk.stop || node === null || node === undefined) return null;
  const here = (node as Node).range?.[0] ?? offset;
  if (depth > maxDepth) return stop(walk, here, 'yaml-too-deep', 'the file is nested too deeply');
  if (++walk.nodes > maxNodes)
    return stop(walk, here, 'yaml-aliases', 'the file grows too large when its aliases are followed');
  if (isAlias(node)) {
    if (++walk.aliases > maxAliases) return stop(walk, here, 'yaml-aliases', `more than ${maxAliases} aliases`);
    return plain(walk, node.resolve(walk.document), depth + 1, here);
  }
  if (isSeq(node)) return node.items.map((item) => plain(walk, item, depth + 1, here));
  if (isMap(node)) return plainMap(walk, node, depth, here);
  return isScalar(node) ? node.value : null;
}

function plainMap(walk: Walk, map: YAMLMap, depth: number, offset: number): Record<string, unknown> {
  const object: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const pair of map.items) {
    const key = keyOf(pair);
    const at = (pair.key as Node | null)?.range?.[0] ?? offset;
    if (key === undefined) walk.found.push({ offset: at, code: 'bad-key', message: 'a key must be plain text' });
    else if (key === '__proto__')
      walk.found.push({ offset: at, code: 'bad-key', message: `\`${key}\` cannot be a key` });
    else if (key in object)
      walk.found.push({ offset: at, code: 'duplicate-key', message: `\`${key}\` is given twice` });
    else object[key] = plain(walk, pair.value, depth + 1, at);
  }
  return object;
}

function stop(walk: Walk, offset: number, code: string, message: string): null {
  walk.stop = true;
  walk.found.unshift({ offset, code, message });
  return null;
}

function keyOf(pair: Pair): string | undefined {
  if (!isScalar(pair.key)) return undefined;
  const { value } = pair.key;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

function offsetOf(document: Document, path: Path, what: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = (node as Node | null)?.range?.[0] ?? 0;
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node)) node = node.items[Number(step)];
    else if (isMap(node)) {
      const pair: Pair | undefined = node.items.find((item) => keyOf(item) === String(step));
      if (!pair) break;
      const keyOffset = (pair.key as Node | null)?.range?.[0];
      if (what === 'key' && index === path.length - 1) return keyOffset ?? offset;
      offset = keyOffset ?? offset;
      node = pair.value;
    } else break;
    if (node === undefined) break;
    // A block below its key is best pointed to by the key.
    const block = (isMap(node) || isSeq(node)) && node.flow !== true;
    if (block && typeof step === 'string') continue;
    offset = (node as Node | null)?.range?.[0] ?? offset;
  }
  return offset;
}
