// YAML that a person wrote → plain values that remember where they stood. Hostile input gets a problem, in bounded time.
import { decodeText } from './decode-text.ts';
import { isAlias, isMap, isScalar, isSeq, parseYaml } from './parse-yaml.ts';
import type { Document, Node, Pair, YAMLMap } from './parse-yaml.ts';
import type { Level, Problem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';

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
  problem: (
    path: Path,
    level: Level,
    code: ProblemCode,
    message: string,
    hint?: string,
    what?: 'key' | 'value',
  ) => Problem;
};

/** Parses one document. `source` is absent when the text cannot be understood at all. */
export function readYaml(bytes: Uint8Array, file: string): { source?: YamlSource; problems: Problem[] } {
  const decoded = decodeText(bytes, file, maxYamlBytes);
  if (!('text' in decoded)) return { problems: [decoded] };
  const result = parseYaml(decoded.text, { maxBytes: maxYamlBytes, maxDepth, maxAliases });
  if ('problems' in result)
    return { problems: result.problems.map((fault): Problem => ({ file, level: 'error', ...fault })) };
  const { document, placeAt: at } = result.parsed;
  const found: YamlFault[] = [];
  const value = toPlain(document, found);
  const problems = found
    .slice(0, maxProblems)
    .map(({ offset, ...rest }): Problem => ({ file, ...at(offset), level: 'error', ...rest }));
  if (found.some((yamlFault) => fatal.has(yamlFault.code))) return { problems };
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

type YamlFault = { offset: number; code: ProblemCode; message: string; hint?: string };

const fatal = new Set(['yaml-syntax', 'yaml-too-deep', 'yaml-aliases']);

type Walk = { document: Document; found: YamlFault[]; nodes: number; aliases: number; stop: boolean };

function toPlain(document: Document, found: YamlFault[]): unknown {
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

function stop(walk: Walk, offset: number, code: ProblemCode, message: string): null {
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
