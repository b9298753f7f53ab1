// The one way in for YAML that people wrote: within bounds that hostile text cannot pass, in time linear in its length.
import type { ProblemCode } from './problem-codes.ts';
import { composeFirst } from './compose-yaml.ts';
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair } from 'yaml';

export { isAlias, isMap, isScalar, isSeq };
export type { Document, Node, Pair, YAMLMap } from 'yaml';

export type YamlLimits = {
  maxBytes: number;
  /** Levels of maps, lists and brackets. */
  maxDepth: number;
  maxAliases: number;
  /** Keys in the whole file. */
  maxKeys: number;
};

export type YamlPlace = { line: number; column: number };
export type YamlFault = YamlPlace & { code: ProblemCode; message: string; hint?: string };

export type YamlDocument = {
  document: Document;
  /** Line and column of an offset into the text, both from 1. */
  placeAt: (offset: number) => YamlPlace;
};

const usual: YamlLimits = { maxBytes: 256 * 1024, maxDepth: 64, maxAliases: 100, maxKeys: 50_000 };
const maxFaults = 50;
const maxNodes = 100_000;

/** One document, or what keeps the text from being one. Keys that stand twice are left to those who read them. */
export function parseYaml(
  input: string | Uint8Array,
  given: Partial<YamlLimits> = {},
): { parsed: YamlDocument } | { problems: YamlFault[] } {
  const limits = { ...usual, ...given };
  const text = toText(input, limits.maxBytes);
  if (typeof text !== 'string') return { problems: [text] };
  const deep = findDepth(text, limits.maxDepth);
  // The parser recurses, and where its stack ends the whole process may end: such text never reaches it.
  if (deep !== undefined)
    return { problems: [{ ...placeIn(text, deep), code: 'yaml-too-deep', message: tooDeep(limits.maxDepth) }] };
  const lines = new LineCounter();
  const document = composeFirst(text, lines, maxFaults);
  const placeAt = (offset: number): YamlPlace => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const faults =
    document.errors.length > 0 ? syntaxFaults(document, text, placeAt) : countFaults(document, limits, placeAt);
  return faults.length > 0 ? { problems: faults } : { parsed: { document, placeAt } };
}

/** The value of a text that is to be read as plain data, without places. Maps have no prototype. */
export function readYamlValue(
  input: string | Uint8Array,
  given: Partial<YamlLimits> = {},
): { value: unknown } | { problems: YamlFault[] } {
  const result = parseYaml(input, given);
  if ('problems' in result) return result;
  const walk: Walk = { ...result.parsed, maxDepth: given.maxDepth ?? usual.maxDepth, nodes: 0, faults: [] };
  const value = toValue(walk, result.parsed.document.contents, 0, 0);
  return walk.faults.length > 0 ? { problems: walk.faults } : { value };
}

function toText(input: string | Uint8Array, maxBytes: number): string | YamlFault {
  const size = typeof input === 'string' ? input.length : input.byteLength;
  const start = { line: 1, column: 1 };
  if (size > maxBytes)
    return { ...start, code: 'file-too-large', message: `${size} bytes; at most ${maxBytes} are read` };
  if (typeof input === 'string') return withBreaks(input.replace(/^\uFEFF/, ''));
  try {
    return withBreaks(new TextDecoder('utf-8', { fatal: true }).decode(input));
  } catch {
    return { ...start, code: 'not-utf8', message: 'the file is not UTF-8 text' };
  }
}

/** A carriage return alone ends a line in YAML as well, but not to the parser. */
function withBreaks(text: string): string {
  return text.includes('\r') ? text.replaceAll(/\r(?!\n)/g, '\n') : text;
}

const tooDeep = (most: number): string => `nested too deeply: more than ${most} levels`;

/**
 * Where the nesting passes the bound, by an upper estimate that costs one pass: open brackets, and columns at which
 * something begins. Text in quotes and blocks counts as if it were structure, which honest text does not notice.
 */
function findDepth(text: string, most: number): number | undefined {
  const columns: number[] = [];
  let brackets = 0;
  for (let lineStart = 0; lineStart < text.length;) {
    const next = text.indexOf('\n', lineStart);
    const end = next === -1 ? text.length : next;
    let at = skipSpaces(text, lineStart, end);
    if (at < end && brackets === 0) {
      while (columns.length > 0 && columns.at(-1)! >= at - lineStart) columns.pop();
      for (;;) {
        columns.push(at - lineStart);
        if (columns.length > most) return at;
        if (!isIndicator(text, at, end)) break;
        at = skipSpaces(text, at + 1, end);
      }
    }
    for (; at < end; at++) {
      const letter = text.charCodeAt(at);
      if (letter === 91 || letter === 123) {
        if (++brackets > most) return at;
      } else if ((letter === 93 || letter === 125) && brackets > 0) brackets--;
    }
    lineStart = end + 1;
  }
  return undefined;
}

/** `- `, `? ` and `: ` at the beginning of a line open a level each, and so may what follows them. */
function isIndicator(text: string, at: number, end: number): boolean {
  const letter = text[at];
  if (at >= end || (letter !== '-' && letter !== '?' && letter !== ':')) return false;
  return at + 1 >= end || text[at + 1] === ' ' || text[at + 1] === '\t';
}

function skipSpaces(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (text[at] === ' ' || text[at] === '\t' || text[at] === '\r')) at++;
  return at;
}

function placeIn(text: string, offset: number): YamlPlace {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

function syntaxFaults(document: Document, text: string, placeAt: YamlDocument['placeAt']): YamlFault[] {
  const deep = document.errors.find((error) => error.code === 'RESOURCE_EXHAUSTION');
  if (deep) return [{ line: 1, column: 1, code: 'yaml-too-deep', message: 'nested too deeply' }];
  const lines = new Set<number>();
  // After the first fault of a line, the parser mostly speaks of its consequences.
  const first = document.errors.filter(({ pos: [offset] }) => {
    const { line } = placeAt(offset);
    return !lines.has(line) && lines.add(line);
  });
  return first.slice(0, maxFaults).map((error) => ({
    ...placeAt(error.pos[0]),
    code: 'yaml-syntax',
    message:
      error.code === 'MULTIPLE_DOCS' ? 'a second document begins here' : error.message.split('\n')[0]!.slice(0, 200),
    ...hintFor(error.code, text, placeAt(error.pos[0]).line),
  }));
}

function hintFor(code: string, text: string, line: number): { hint?: string } {
  if (code === 'TAB_AS_INDENT') return { hint: 'indent with spaces' };
  if (code === 'MULTIPLE_DOCS') return { hint: 'one file holds one document: remove the `---`' };
  const bare = /[[{,][^'"\],]*\$\{/.test((text.split('\n', line).at(-1) ?? '').slice(0, 2_000));
  return bare ? { hint: 'text with ${…} between brackets needs quotes: ["${name}.csv"]' } : {};
}

/** What no honest file has, as one fault where it goes too far. Aliases are counted, not followed. */
function countFaults(document: Document, limits: YamlLimits, placeAt: YamlDocument['placeAt']): YamlFault[] {
  let aliases = 0;
  let keys = 0;
  const queue: [node: unknown, depth: number, offset: number][] = [[document.contents, 0, 0]];
  for (let next = queue.pop(); next; next = queue.pop()) {
    const [node, depth, offset] = next;
    const here = (node as Node | null)?.range?.[0] ?? offset;
    const fault = (code: ProblemCode, message: string): YamlFault[] => [{ ...placeAt(here), code, message }];
    if (depth > limits.maxDepth) return fault('yaml-too-deep', tooDeep(limits.maxDepth));
    if (isAlias(node) && ++aliases > limits.maxAliases)
      return fault('yaml-aliases', `more than ${limits.maxAliases} aliases`);
    if (isSeq(node)) for (const item of node.items) queue.push([item, depth + 1, here]);
    if (!isMap(node)) continue;
    keys += node.items.length;
    if (keys > limits.maxKeys) return fault('yaml-too-many-keys', `more than ${limits.maxKeys} keys`);
    for (const pair of node.items as Pair[]) queue.push([pair.key, depth + 1, here], [pair.value, depth + 1, here]);
  }
  return [];
}

type Walk = YamlDocument & { maxDepth: number; nodes: number; faults: YamlFault[] };

/** Aliases are followed and counted, so neither a bomb nor a cycle grows past the bounds. */
function toValue(walk: Walk, node: unknown, depth: number, offset: number): unknown {
  if (walk.faults.length > 0 || node === null || node === undefined) return null;
  const here = (node as Node).range?.[0] ?? offset;
  if (depth > walk.maxDepth) return stop(walk, here, 'yaml-too-deep', tooDeep(walk.maxDepth));
  if (++walk.nodes > maxNodes) return stop(walk, here, 'yaml-aliases', 'too large when its aliases are followed');
  if (isAlias(node)) {
    const target = node.resolve(walk.document);
    if (!target) return stop(walk, here, 'yaml-syntax', `no anchor &${node.source.slice(0, 60)} before this alias`);
    return toValue(walk, target, depth + 1, here);
  }
  if (isSeq(node)) return node.items.map((item) => toValue(walk, item, depth + 1, here));
  if (isMap(node)) return toRecord(walk, node.items as Pair[], depth, here);
  return isScalar(node) ? node.value : null;
}

function toRecord(walk: Walk, pairs: readonly Pair[], depth: number, offset: number): unknown {
  const record = Object.create(null) as Record<string, unknown>;
  const inherited: unknown[] = [];
  for (const { key, value } of pairs) {
    const at = (key as Node | null)?.range?.[0] ?? offset;
    if (!isScalar(key)) return stop(walk, at, 'bad-key', 'a key must be plain text');
    const name = String(key.value);
    if (name === '<<') {
      inherited.push(toValue(walk, value, depth + 1, at));
      continue;
    }
    if (name === '__proto__') return stop(walk, at, 'bad-key', `\`${name}\` cannot be a key`);
    if (Object.hasOwn(record, name)) return stop(walk, at, 'duplicate-key', `\`${name.slice(0, 80)}\` is given twice`);
    record[name] = toValue(walk, value, depth + 1, at);
  }
  // `<<: *defaults`: keys written beside it win.
  for (const base of inherited.flat()) {
    if (typeof base !== 'object' || base === null) continue;
    for (const [name, value] of Object.entries(base)) if (!Object.hasOwn(record, name)) record[name] = value;
  }
  return record;
}

function stop(walk: Walk, offset: number, code: ProblemCode, message: string): null {
  walk.faults.push({ ...walk.placeAt(offset), code, message });
  return null;
}
