// Plain words as DVC takes them: what type Python's YAML gives them, and how Python prints that.
import type { Entry, Say, Tree, WordType } from './read-yaml.ts';
import { clip } from './tree-lookup.ts';

const int = /^[-+]?(?:0b[01_]+|0o?[0-7_]+|[0-9][0-9_]*|0x[0-9a-fA-F_]+)$/;
const float =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+|[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const date = /^\d{4}-(?:\d\d-\d\d$|\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d)/;

/** The type of a plain word by YAML 1.2 as Python's reader has it. */
function typeOf(word: string): WordType {
  if (word === '' || /^(?:~|null|Null|NULL)$/.test(word)) return 'null';
  if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(word)) return 'bool';
  if (int.test(word)) return 'int';
  if (float.test(word)) return 'float';
  return date.test(word) ? 'date' : 'str';
}

/**
 * What makes Python's reader give the whole file up: two signs that have a meaning of their own in YAML and none as a value,
 * and a word that is not what its tag says.
 */
export function refuseSigns(tree: Tree, say: Say): void {
  if (tree.kind === 'list') for (const item of tree.items) refuseSigns(item, say);
  if (tree.kind === 'map') for (const { value } of tree.entries) refuseSigns(value, say);
  if (tree.kind === 'scalar' && tree.tag && !fitsTag(tree.source, tree.tag))
    say(tree.at, 'yaml-syntax', `DVC cannot read ${clip(tree.source)} as !!${tree.tag}`);
  if (tree.kind === 'scalar' && tree.plain && (tree.source === '=' || tree.source === '<<'))
    say(tree.at, 'yaml-syntax', `DVC cannot read a file with a bare ${tree.source} as a value`, {
      hint: `write it in quotes: "${tree.source}"`,
    });
}

function fitsTag(word: string, tag: WordType): boolean {
  if (tag === 'int') return int.test(word);
  if (tag === 'float') return float.test(word) || int.test(word);
  return tag !== 'bool' || /^(?:true|false|yes|no|on|off|y|n)$/i.test(word);
}

/** The same tree with every plain word typed; `source` becomes what Python prints. */
export function asPython(tree: Tree): Tree {
  if (tree.kind === 'list') return { ...tree, items: tree.items.map(asPython) };
  if (tree.kind === 'map') return { ...tree, entries: tree.entries.map(asEntry) };
  const text = typeof tree.value === 'string' ? tree.value : tree.source;
  const type = tree.tag ?? (tree.plain ? typeOf(tree.source) : 'str');
  if (type === 'str' || type === 'date') return { ...tree, value: text, source: text, type };
  if (type === 'null') return { ...tree, value: null, source: 'None', type };
  if (type === 'bool') {
    const value = /^(?:t|y|on)/i.test(tree.source);
    return { ...tree, value, source: String(value), type };
  }
  if (tree.tag && !fitsTag(tree.source, tree.tag)) return { ...tree, value: text, source: text, type: 'str' };
  const value = type === 'int' ? readInt(tree.source) : readFloat(tree.source);
  return { ...tree, value: Number(value), source: typeof value === 'number' ? showFloat(value) : String(value), type };
}

function asEntry(entry: Entry): Entry {
  const { key, keyAt, keyTag } = entry;
  const keyType = keyTag ?? (entry.plainKey ? typeOf(key) : 'str');
  const value = asPython(entry.value);
  if (keyType === 'str') return { ...entry, value };
  const tag = keyTag ? { tag: keyTag } : {};
  const shown = asPython({ kind: 'scalar', at: keyAt, value: key, source: key, plain: true, ...tag });
  return { ...entry, key: shown.kind === 'scalar' ? shown.source : entry.key, value, keyType };
}

function readInt(word: string): bigint {
  const digits = word.replaceAll('_', '');
  const sign = digits.startsWith('-') ? -1n : 1n;
  const bare = digits.replace(/^[-+]/, '');
  if (/^0[box]./i.test(bare)) return sign * BigInt(bare);
  return sign * BigInt(bare === '' ? 0 : bare);
}

function readFloat(word: string): number {
  const bare = word.replaceAll('_', '').toLowerCase();
  if (bare.endsWith('.nan')) return Number.NaN;
  if (bare.endsWith('.inf')) return bare.startsWith('-') ? -Infinity : Infinity;
  return Number(bare);
}

/** As `repr` writes a float: `1.0`, `0.0001`, `1e-05`, `1e+16`. */
export function showFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (value !== 0 && (exponent < -4 || exponent >= 16)) {
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  const plain =
    exponent < 0 ? value.toFixed(Math.min(100, (mantissa.split('.')[1]?.length ?? 0) - exponent)) : String(value);
  return plain.includes('.') ? plain : `${plain}.0`;
}

/** True when a plain word is a text to Python's YAML. */
export function isText(word: string): boolean {
  return typeOf(word) === 'str';
}
