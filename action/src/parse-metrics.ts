// The numbers in a file of metrics: JSON as Python writes it, YAML, TOML, and tables with a header.
import { parse as parseToml } from 'smol-toml';
import { readYamlValue } from '../../src/domain/text/parse-yaml.ts';
import { parsePythonJson } from '../../src/domain/text/python-json.ts';

/** `notes`: what the file holds that is no number to compare. */
export type ParsedMetrics = { numbers: [string, number][]; notes: string[] };

const most = { depth: 8, name: 200 };

/** Throws a sentence when the text is not what the name of the file says. */
export function parseMetrics(path: string, bytes: Uint8Array): ParsedMetrics {
  const text = decode(bytes);
  if (text.trim() === '') throw new Error('it is empty');
  const found: ParsedMetrics = { numbers: [], notes: [] };
  if (text.includes('\uFFFD')) found.notes.push('some letters are not UTF-8, and were replaced');
  flatten(read(path, text), '', 0, found);
  return found;
}

function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8').decode(bytes); // which drops a byte order mark
}

function read(path: string, text: string): unknown {
  const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase();
  if (ending === 'csv') return readTable(text, ',');
  if (ending === 'tsv') return readTable(text, '\t');
  if (ending === 'toml') return parseToml(text);
  if (ending === 'yaml' || ending === 'yml') return readYaml(text);
  try {
    return readJson(text);
  } catch (error) {
    // One object a line, each for one moment of the training: the last is what came of it.
    const lines = text.trim().split(/\r?\n/);
    if (lines.length > 1 && lines.every((line) => /^\s*\{.*\}\s*$/.test(line))) return readJson(lines.at(-1)!);
    if (ending === 'json') throw error;
    return readYaml(text);
  }
}

function readYaml(text: string): unknown {
  const read = readYamlValue(text, { maxBytes: 4 * 1024 * 1024 });
  if ('value' in read) return read.value;
  const [fault] = read.problems;
  throw new Error(`line ${fault!.line}: ${fault!.message}`);
}

function readJson(text: string): unknown {
  const read = parsePythonJson(text);
  if ('value' in read) return read.value;
  throw new Error(read.unreadable);
}

/** With a header: names beside their values, or a row for each moment, of which the last one counts. */
function readTable(text: string, separator: string): unknown {
  const rows = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(separator).map((cell) => cell.trim().replaceAll(/^"|"$/g, '')));
  const [header = [], ...values] = rows;
  if (header.length === 2 && values.every(([name]) => name !== '' && Number.isNaN(Number(name))))
    return Object.fromEntries(isNumber(header[1]!) ? rows : values);
  if (values.length === 0) throw new Error('it has a header and no row');
  // Some write training and validation into rows of their own, each with the other's cells empty.
  const last = (index: number): string | undefined => values.findLast((row) => (row[index] ?? '') !== '')?.[index];
  return Object.fromEntries(header.map((name, index) => [name, last(index)]));
}

function flatten(value: unknown, name: string, depth: number, found: ParsedMetrics): void {
  const known = name || 'value';
  if (typeof value === 'bigint') return void found.numbers.push([known, Number(value)]);
  if (typeof value === 'number' || (typeof value === 'string' && isNumber(value))) {
    const number = toNumber(value);
    if (Number.isFinite(number)) found.numbers.push([known, number]);
    else found.notes.push(`${known} is ${String(number)}`);
    return;
  }
  if (typeof value === 'string' && /^\s*[-+]?[\d.]+\s*%\s*$/.test(value))
    found.notes.push(`${known} is the text "${value.trim()}", not a number: write it without the percent sign`);
  if (value === null) found.notes.push(`${known} is null, not a number`);
  if (typeof value !== 'object' || value === null) return;
  if (depth >= most.depth) return void found.notes.push(`${known} is nested too deeply`);
  for (const [key, inner] of Object.entries(value))
    flatten(inner, (name ? `${name}.${key}` : key).slice(0, most.name), depth + 1, found);
}

const words: Record<string, number> = { nan: Number.NaN, inf: Infinity, infinity: Infinity };

function isNumber(text: string): boolean {
  const bare = text.trim();
  return (
    /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/.test(bare) ||
    Object.hasOwn(words, bare.replace(/^[-+.]+/, '').toLowerCase())
  );
}

function toNumber(value: string | number): number {
  if (typeof value === 'number') return value;
  const bare = value.trim();
  const word = words[bare.replace(/^[-+.]+/, '').toLowerCase()];
  if (word === undefined) return Number(bare);
  return bare.startsWith('-') ? -word : word;
}
