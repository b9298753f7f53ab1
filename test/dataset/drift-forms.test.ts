// Drift does the same to the same rows, whatever form the source has, and leaves everything else in them as it was.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parquetToCsv } from '../../src/dataset/source/convert-parquet.ts';
import { sqlText, withDuckDb } from '../../src/dataset/work/duckdb.ts';
import type { Drift } from '../../src/domain/drift/kinds.ts';
import { unit } from '../../src/domain/dataset/sample.ts';
import { cutIn, linesOf } from './cut-for-test.ts';
import { datasetOf, driftWith, fileWith, ranges, specWith, workFolder } from './work-folder.ts';

const dir = workFolder();

type Row = { id: number; size: number; count: number; kind: string; note: string | null };
const rows = Array.from({ length: 300 }, (_, id): Row => ({
  id,
  size: Math.round(unit(91, id) * 1000) / 1000,
  count: Math.floor(unit(92, id) * 100),
  kind: unit(93, id) < 0.4 ? 'små' : unit(93, id) < 0.7 ? 'mellem' : 'store',
  note: unit(94, id) < 0.2 ? null : 'a, "b"',
}));
const columns = ['id', 'size', 'count', 'kind', 'note'] as const;

const csvCell = (value: string | number | null): string =>
  typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : `${value ?? ''}`;
const csv = [columns.join(','), ...rows.map((row) => columns.map((name) => csvCell(row[name])).join(','))].join('\n');
// Every second object has its members the other way round.
const jsonl = rows.map((row, at) => JSON.stringify(row, at % 2 === 0 ? [...columns] : columns.toReversed())).join('\n');
const spec = specWith(ranges([0, 100], [100, 200]), { dataset: datasetOf({ target: 'kind' }) });

const drifts: [string, Drift][] = [
  ['covariate', driftWith({ kind: 'covariate', column: 'size', scale: 1.4 })],
  ['a covariate of whole numbers', driftWith({ kind: 'covariate', column: 'count', shift: 3, rate: 0.5 })],
  ['label', driftWith({ kind: 'label' })],
  ['concept', driftWith({ kind: 'concept' })],
  ['concept, above a mean', driftWith({ kind: 'concept', column: 'size' })],
  ['a renamed number', driftWith({ kind: 'schema', rename: { size: 'size_cm' } })],
  ['dropped columns', driftWith({ kind: 'schema', drop: ['note', 'id'] })],
  ['a new unit', driftWith({ kind: 'schema', column: 'size', scale: 100 })],
  ['missing', driftWith({ kind: 'missing', column: 'count', rate: 0.3 })],
  ['missing anywhere', driftWith({ kind: 'missing', rate: 0.3 })],
  ['duplicate', driftWith({ kind: 'duplicate', rate: 0.3 })],
  ['late', driftWith({ kind: 'late', from: 'release-1', rate: 0.3 })],
];

const parquet = join(dir, 'rows.parquet');
const made = withDuckDb(dir, (connection) =>
  connection.run(
    `copy (select id, size, count::tinyint as count, kind, note from read_json(${sqlText(fileWith(dir, jsonl, '.jsonl'))},
     columns = {id: 'INTEGER', size: 'DOUBLE', count: 'INTEGER', kind: 'VARCHAR', note: 'VARCHAR'}))
     to ${sqlText(parquet)} (format parquet)`,
  ),
);

type Cells = Record<string, string>;

/** A JSON value as the text that a CSV has. */
const textOf = (value: unknown): string => (value === null ? '' : typeof value === 'string' ? value : `${value}`);
const sorted = (row: Cells): Cells => Object.fromEntries(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)));

function fromJson(text: string): Cells[] {
  return linesOf(text).map((line) => {
    const entries = Object.entries(JSON.parse(line) as object);
    return sorted(Object.fromEntries(entries.map(([name, value]) => [name, textOf(value)])));
  });
}

/** The texts of these rows hold no line break, and a quote only within `"a, ""b"""`. */
function fromCsv(text: string): Cells[] {
  const [header = '', ...lines] = linesOf(text);
  const names = header.split(',');
  return lines.map((line) => {
    const cells = line.replace('"a, ""b"""', '@').split(',');
    const plain = cells.map((cell) => (cell === '@' ? 'a, "b"' : cell.replaceAll('"', '')));
    return sorted(Object.fromEntries(names.map((name, at) => [name, plain[at] ?? ''])));
  });
}

async function cutAll(drift: Drift): Promise<{ csv: Cells[][]; jsonl: Cells[][]; parquet: Cells[][] }> {
  await made;
  const drifting = { ...spec, drift: [drift] };
  const plain = await cutIn(dir, fileWith(dir, csv), drifting);
  const lines = await cutIn(dir, fileWith(dir, jsonl, '.jsonl'), drifting, { extension: '.jsonl' });
  const typed = await cutIn(dir, parquet, drifting, { extension: '.parquet' });
  const back: string[] = [];
  for (const { path } of typed.slices) {
    await parquetToCsv(path, join(dir, 'back.csv'), dir);
    back.push(readFileSync(join(dir, 'back.csv'), 'utf8'));
  }
  const utf8 = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');
  return {
    csv: plain.texts.map((text) => fromCsv(utf8(text))),
    jsonl: lines.texts.map((text) => fromJson(utf8(text))),
    parquet: back.map(fromCsv),
  };
}

test.each(drifts)('%s', async (_, drift) => {
  const found = await cutAll(drift);
  const numbers = (slices: Cells[][]): unknown =>
    slices.map((slice) => slice.map((row) => Object.entries(row).map(([name, text]) => [name, numberOr(text)])));
  expect(numbers(found.jsonl)).toEqual(numbers(found.csv));
  expect(numbers(found.parquet)).toEqual(numbers(found.csv));
  expect(found.csv[1]).not.toEqual(fromJson(jsonl).slice(100, 200));
});

function numberOr(text: string): string | number {
  return text === '' || Number.isNaN(Number(text)) ? text : Number(text);
}

describe('JSON lines', () => {
  test('members that only some rows have travel too, and can be named', async () => {
    const source = fileWith(dir, '{"a":1,"k":"x"}\n{ "a" : 2, "k":"y", "extra":{"deep":[1, 2]} }\n', '.jsonl');
    const drift = (changes: Partial<Drift> & Pick<Drift, 'kind'>): Drift =>
      driftWith({ from: 'release-1', ...changes });
    const cut = async (one: Drift): Promise<string> => {
      const { texts } = await cutIn(dir, source, specWith(ranges([0, 2]), { drift: [one] }), { extension: '.jsonl' });
      return texts[0]!;
    };
    const shifted = '{"a":11,"k":"x"}\n{ "a" : 12, "k":"y", "extra":{"deep":[1, 2]} }\n';
    expect(await cut(drift({ kind: 'covariate', column: 'a', shift: 10 }))).toBe(shifted);
    const renamed = '{"b": 1, "k": "x"}\n{"b": 2, "k": "y", "extra": {"deep":[1, 2]}}\n';
    expect(await cut(drift({ kind: 'schema', rename: { a: 'b' } }))).toBe(renamed);
    expect(await cut(drift({ kind: 'schema', drop: ['extra'] }))).toBe('{"a": 1, "k": "x"}\n{"a": 2, "k": "y"}\n');
  });
});

describe('Parquet', () => {
  const typesOf = async (drift: Drift): Promise<string[]> => {
    await made;
    const { slices } = await cutIn(dir, parquet, { ...spec, drift: [drift] }, { extension: '.parquet' });
    const types = await parquetToCsv(slices[1]!.path, join(dir, 'types.csv'), dir);
    return types.map(({ name, type }) => `${name} ${type}`);
  };

  test('a renamed column keeps its type', async () => {
    const types = await typesOf(driftWith({ kind: 'schema', rename: { size: 'size_cm', count: 'n' } }));
    expect(types).toEqual(['id INTEGER', 'size_cm DOUBLE', 'n TINYINT', 'kind VARCHAR', 'note VARCHAR']);
  });

  test('a value that its type cannot hold makes the column wider, and is not lost', async () => {
    const types = await typesOf(driftWith({ kind: 'covariate', column: 'count', scale: 1000 }));
    expect(types[2]).toBe('count DOUBLE');
  });
});
