// The bytes of a release as a fault leaves them: the same for the same seed. And whether a file is free of the fault.
import { createHash } from 'node:crypto';
import type { DrillKind } from '../challenge/challenge.ts';
import { permutation } from '../dataset/sample.ts';
import { separatorOf, splitCsv } from '../text/split-csv.ts';

type Table = { header: string[]; rows: string[][]; write: (header: string[], rows: string[][]) => string };

/** Share of the labels that a poisoned batch exchanges. */
const poisoned = 0.3;

/** Undefined where this kind can do nothing to these bytes. Text is taken byte by byte, so that any encoding survives. */
export function faultBytes(
  kind: DrillKind,
  bytes: Buffer,
  { path, target, seed }: { path: string; target?: string | undefined; seed: number },
): Buffer | undefined {
  if (kind === 'corrupted_shipment') return corrupt(bytes);
  const text = bytes.toString('latin1');
  const table = /\.(jsonl|ndjson)$/i.test(path) ? readLines(text) : readTable(text);
  if (!table || table.rows.length === 0 || table.header.length === 0) return undefined;
  const label = target === undefined ? -1 : table.header.indexOf(Buffer.from(target).toString('latin1'));
  if (kind === 'schema_change') return Buffer.from(renameColumn(table, label, seed), 'latin1');
  if (kind !== 'poisoned_labels' || label < 0) return undefined;
  const written = poison(table, label, seed);
  return written === undefined ? undefined : Buffer.from(written, 'latin1');
}

/** The last two fifths are missing, and what is left ends in bytes that are no text. */
function corrupt(bytes: Buffer): Buffer | undefined {
  if (bytes.length < 20) return undefined;
  const kept = bytes.subarray(0, Math.floor(bytes.length * 0.6));
  return Buffer.concat([kept, Buffer.from([0x00, 0xff, 0xfe, 0x00, 0x1a])]);
}

function renameColumn({ header, rows, write }: Table, label: number, seed: number): string {
  const free = header.map((_, index) => index).filter((index) => index !== label);
  const chosen = free[seed % Math.max(1, free.length)] ?? 0;
  const order = [...header.keys()].toReversed();
  const renamed = header.map((name, index) => (index === chosen ? `${name}_v2` : name));
  return write(
    order.map((index) => renamed[index]!),
    rows.map((row) => order.map((index) => row[index] ?? '')),
  );
}

/** Each of the chosen rows takes a label that is not its own. Undefined where all labels are the same. */
function poison({ header, rows, write }: Table, label: number, seed: number): string | undefined {
  const labels = [...new Set(rows.map((row) => row[label] ?? ''))].sort();
  if (labels.length < 2) return undefined;
  const at = permutation(seed, rows.length);
  const chosen = new Set(
    Array.from({ length: Math.max(1, Math.round(rows.length * poisoned)) }, (_, index) => at(index)),
  );
  const changed = rows.map((row, index) => {
    if (!chosen.has(index)) return row;
    const own = labels.indexOf(row[label] ?? '');
    const other = labels[(own + 1 + ((seed + index) % (labels.length - 1))) % labels.length]!;
    return row.map((cell, column) => (column === label ? other : cell));
  });
  return write(header, changed);
}

function readTable(text: string): Table | undefined {
  const { records, unclosed } = splitCsv(text);
  const [first, ...rest] = records.map(({ fields }) => fields.map((field) => field.text));
  if (!first || unclosed) return undefined;
  const separator = separatorOf(text);
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const cell = (value: string): string =>
    /["\r\n]/.test(value) || value.includes(separator) ? `"${value.replaceAll('"', '""')}"` : value;
  const line = (cells: readonly string[]): string => cells.map(cell).join(separator) + end;
  return { header: first, rows: rest, write: (header, rows) => [header, ...rows].map(line).join('') };
}

/** JSON lines: cells are the JSON of each value, so that writing them changes nothing else. */
function readLines(text: string): Table | undefined {
  const objects: Record<string, unknown>[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    try {
      objects.push(JSON.parse(Buffer.from(line, 'latin1').toString()) as Record<string, unknown>);
    } catch {
      return undefined;
    }
  }
  const header = Object.keys(objects[0] ?? {});
  const rows = objects.map((object) => header.map((name) => JSON.stringify(object[name] ?? null)));
  const write = (names: string[], cells: string[][]): string =>
    cells
      .map((row) => `{${names.map((name, index) => `${JSON.stringify(name)}:${row[index] ?? 'null'}`).join(',')}}\n`)
      .map((line) => Buffer.from(line).toString('latin1'))
      .join('');
  return { header, rows, write };
}

/** Least share of the rows that a mended file must still hold. */
const leastKept = 0.5;

/**
 * Whether a person's file is free of the fault: the shipped lines, in any number and order from one half on, the first of
 * them first, and nothing else. Bytes that merely differ from the faulty ones say nothing.
 */
export function isMended(shipped: Buffer, here: Buffer): boolean {
  const lines = (bytes: Buffer): string[] =>
    bytes
      .toString('latin1')
      .split(/\r?\n/)
      .filter((line) => line !== '');
  const [wanted, found] = [lines(shipped), lines(here)];
  if (found.length === 0 || found[0] !== wanted[0]) return false;
  const known = new Set(wanted);
  return found.every((line) => known.has(line)) && new Set(found).size >= known.size * leastKept;
}

/** Git's hash of a file of these bytes. */
export function blobHash(contents: Buffer): string {
  return createHash('sha1').update(`blob ${contents.length}\0`).update(contents).digest('hex');
}
