// Parquet from end to end: types, nulls and groups of rows are those of the source, and the rows those that text would have.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkSlice, checkSource } from '../../src/dataset/slice/check-slice.ts';
import { openSlices } from '../../src/dataset/slice/open-slices.ts';
import { countRows } from '../../src/dataset/slice/count-rows.ts';
import { parquetToCsv } from '../../src/dataset/source/convert-parquet.ts';
import { describeSource } from '../../src/dataset/source/describe-source.ts';
import { sqlText, withDuckDb } from '../../src/dataset/work/duckdb.ts';
import type { SliceSpec } from '../../src/domain/shipment/slice-spec.ts';
import { cutIn, type Settings } from './cut-for-test.ts';
import { datasetOf, driftWith, ranges, shipmentOf, specWith, workFolder } from './work-folder.ts';

const dir = workFolder();
const source = join(dir, 'typed.parquet');
const rows = 3000;
let files = 0;

/** Columns that a detour over text would harm: large integers, floats, times with a zone, bytes, lists, nulls of all kinds. */
const typed = `select
  range::integer as id,
  9007199254740993::bigint + (range * 7919) % 3000 as big,
  170141183460469231731687303715884105727::hugeint - range as huge,
  (range % 97)::decimal(18, 3) / 8 as price,
  ((range * 37) % 101 / 7.0)::float as single,
  case range % 50 when 0 then 'nan'::double when 1 then null else sin(range) end as x,
  date '2020-01-01' + ((range * 31) % 400)::integer as day,
  timestamptz '2020-01-01 00:00:00+00' + to_seconds(range) as moment,
  make_timestamp_ns(1577836800000000000 + range) as nano,
  range % 3 = 0 as flag,
  case when range % 7 = 0 then '' when range % 7 = 1 then null else 'k' || range % 4 end as kind,
  encode('é' || range) as bytes,
  [range, null] as list,
  {'a': range, 'b': 'x,"' || range} as pair
from range(${rows})`;

const sql = async (query: string, files: string[] = []): Promise<unknown[][]> =>
  withDuckDb(dir, async (connection) => (await connection.runAndReadAll(query)).getRowsJson(), files);

beforeAll(async () => {
  await sql(`copy (${typed}) to ${sqlText(source)} (format parquet)`);
});

async function cutBoth(spec: SliceSpec, settings: Settings = {}): Promise<{ ids: string[][]; texts: string[][] }> {
  const parquet = await cutIn(dir, source, spec, { ...settings, extension: '.parquet' });
  const text = await cutIn(dir, source, spec, settings);
  const ids = await Promise.all(
    parquet.slices.map(async ({ path }) => {
      const found = await sql(
        `select id from read_parquet(${sqlText(path)}, file_row_number = true) order by file_row_number`,
        [path],
      );
      return found.map(([id]) => String(id));
    }),
  );
  expect(parquet.slices.map(({ rows: count }) => count)).toEqual(text.slices.map(({ rows: count }) => count));
  if (spec.dataset.holdOut > 0) expect(parquet.held()).toBe(text.held());
  return {
    ids,
    texts: text.texts.map((value) =>
      value
        .split('\n')
        .slice(1, -1)
        .map((line) => line.split(',')[0]!),
    ),
  };
}

test('values and types are exactly those of the source', async () => {
  const { slices } = await cutIn(dir, source, specWith(ranges([0, 1000], [1000, rows])), { extension: '.parquet' });
  const paths = slices.map(({ path }) => path);
  const both = `read_parquet([${paths.map(sqlText).join(', ')}])`;
  expect(await sql(`describe select * from ${both}`, paths)).toEqual(
    await sql(`describe select * from ${sqlText(source)}`, [source]),
  );
  const all = (from: string): string => `select * from ${from}`;
  for (const [one, other] of [
    [both, sqlText(source)],
    [sqlText(source), both],
  ] as const) {
    expect(await sql(`${all(one)} except all ${all(other)}`, [source, ...paths])).toEqual([]);
  }
});

describe('the rows are those that a slice as text has', () => {
  const column = (name: string): Partial<SliceSpec> => ({
    dataset: datasetOf({ order: { kind: 'column', column: name } }),
  });

  test.each(['big', 'huge', 'price', 'single', 'x', 'day', 'nano', 'moment', 'kind', 'flag'])(
    'in the order of %s',
    async (name) => {
      const { ids, texts } = await cutBoth(specWith(ranges([0, 1200], [1200, 2900]), column(name)));
      expect(ids).toEqual(texts);
    },
  );

  test.each<[string, SliceSpec, Settings]>([
    [
      'shuffled',
      specWith(ranges([0, 1200], [1200, 3000]), { dataset: datasetOf({ order: { kind: 'shuffle', seed: 4 } }) }),
      {},
    ],
    [
      'with a hold-out',
      specWith(ranges([0, 1200], [1200, 2400]), { dataset: datasetOf({ target: 'kind', holdOut: 0.2 }) }),
      {},
    ],
    [
      'by conditions',
      specWith([
        { name: 'a', rows: null, where: [{ column: 'kind', is: 'k2' }] },
        { name: 'b', rows: null, where: [{ column: 'x', above: 0.5 }] },
      ]),
      {},
    ],
    [
      'in samples',
      specWith(ranges([0, 1500], [1500, 3000]), { dataset: datasetOf({ target: 'x' }), per: 'student', sample: 0.1 }),
      { owners: ['ada', 'bob', 'cyd'].map((owner, seed) => ({ owner, seed })) },
    ],
    ['with words', specWith(ranges([0, 3000]), column('price')), { options: { words: { missing: ['0'] } } }],
  ])('%s', async (_, spec, settings) => {
    const { ids, texts } = await cutBoth(spec, settings);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids).toEqual(texts);
  });
});

test('nulls alone are rows as well, in slices of both forms', async () => {
  const path = join(dir, 'nulls.parquet');
  await sql(
    `copy (select case when range % 2 = 0 then range end as a from range(10)) to ${sqlText(path)} (format parquet)`,
  );
  expect(await describeSource(path)).toMatchObject({ rows: 10, problems: [] });
  const spec = specWith(ranges([0, 5], [5, 10]));
  expect((await cutIn(dir, path, spec)).texts).toEqual(['a\n0\n\n2\n\n4\n', 'a\n\n6\n\n8\n\n']);
  const { slices } = await cutIn(dir, path, spec, { extension: '.parquet' });
  const found = slices.map(({ path: at }) => sql(`select count(*), count(a) from ${sqlText(at)}`, [at]));
  expect(await Promise.all(found)).toEqual([[['5', '3']], [['5', '2']]]);
});

test('what is found of a column is the same as of its text', async () => {
  const text = join(dir, 'typed.csv');
  await parquetToCsv(source, text, dir);
  const watch = ['x', 'kind', 'moment', 'flag'];
  const [parquet, csv] = await Promise.all([source, text].map((path) => describeSource(path, { watch })));
  expect(parquet!.problems).toEqual([]);
  expect(parquet!.rows).toBe(rows);
  const facts = ({ columns }: NonNullable<typeof csv>): unknown[] =>
    columns.map(({ name, kind, cells }) => [
      name,
      kind,
      cells?.values,
      cells?.missing,
      cells?.numbers,
      cells?.odd,
      cells?.oddCells[0],
    ]);
  expect(facts(parquet!)).toEqual(facts(csv!));
  expect(parquet!.columns.find(({ name }) => name === 'x')?.cells).toMatchObject({
    kind: 'number',
    odd: 60,
    missing: 60,
  });
  expect(parquet!.columns.find(({ name }) => name === 'moment')?.kind).toBe('date');
});

test('a column that is called as the engine numbers rows is cut as well', async () => {
  const path = join(dir, 'numbered.parquet');
  await sql(
    `copy (select range as file_row_number, range * 2 as y from range(4)) to ${sqlText(path)} (format parquet)`,
  );
  expect((await describeSource(path)).columns.map(({ name }) => name)).toEqual(['file_row_number', 'y']);
  const { slices } = await cutIn(dir, path, specWith(ranges([0, 1], [1, 4])), { extension: '.parquet' });
  expect(await sql(`select * from ${sqlText(slices[1]!.path)}`, [slices[1]!.path])).toEqual([
    ['1', '2'],
    ['2', '4'],
    ['3', '6'],
  ]);
});

// Each name that a statement of ours gives to a table or a column, and those that the engine has itself.
const taken = [
  'number',
  'place',
  'rowid',
  'ROWID',
  'picks',
  'source',
  'arranged',
  'file_row_number',
  'filename',
  'key',
];
describe('columns may be called', () => {
  const specs: ((column: string) => SliceSpec)[] = [
    (as) => specWith(ranges([0, 8], [8, 20]), { dataset: datasetOf({ order: { kind: 'column', column: as } }) }),
    () => specWith(ranges([0, 8], [8, 20]), { dataset: datasetOf({ order: { kind: 'shuffle', seed: 4 } }) }),
    () => specWith(ranges([0, 8], [8, 16]), { dataset: datasetOf({ target: 'class', holdOut: 0.2 }) }),
    (as) => specWith([{ name: 'a', rows: null, where: [{ column: as, above: 9 }] }]),
  ];
  const write = async (as: string): Promise<string> => {
    const path = join(dir, `taken-${files++}.parquet`);
    const columns = `(range * 7) % 20 as "${as}", 100 - range as y, 'k' || range % 3 as class`;
    await sql(`copy (select ${columns} from range(20)) to ${sqlText(path)} (format parquet)`);
    return path;
  };
  /** The rows of every slice by every specification. */
  const cutAll = async (path: string, as: string): Promise<unknown[][][]> => {
    const cuts: string[] = [];
    for (const spec of specs) {
      const { slices } = await cutIn(dir, path, spec(as), { extension: '.parquet' });
      cuts.push(...slices.map((slice) => slice.path));
    }
    const rowsOf = async (connection: DuckDBConnection, cut: string): Promise<unknown[][]> =>
      (await connection.runAndReadAll(`select * from read_parquet(${sqlText(cut)})`)).getRowsJson();
    return withDuckDb(
      dir,
      async (connection) => {
        const found: unknown[][][] = [];
        for (const cut of cuts) found.push(await rowsOf(connection, cut));
        return found;
      },
      cuts,
    );
  };
  let plain: unknown[][][];
  beforeAll(async () => {
    plain = await cutAll(await write('plain'), 'plain');
    expect(plain).toHaveLength(7);
  });

  test.each(taken)('`%s`', async (name) => {
    const path = await write(name);
    expect(await cutAll(path, name)).toEqual(plain);
    expect((await describeSource(path)).columns.map((column) => column.name)).toEqual([name, 'y', 'class']);
  });
});

test('two thousand columns are read, cut and checked', async () => {
  const path = join(dir, 'wide.parquet');
  const columns = Array.from({ length: 2000 }, (_, at) => `range * ${at} as c${at}`);
  await sql(`copy (select ${columns.join(', ')} from range(600)) to ${sqlText(path)} (format parquet)`);
  const facts = await describeSource(path, { watch: ['c7'] });
  expect([facts.rows, facts.columns.length, facts.columns[1999]]).toMatchObject([600, 2000, { kind: 'number' }]);
  const order = { kind: 'column', column: 'c3' } as const;
  const { slices } = await cutIn(dir, path, specWith(ranges([0, 100], [100, 600]), { dataset: datasetOf({ order }) }), {
    extension: '.parquet',
  });
  expect(await sql(`select count(*), max(c1999) from ${sqlText(slices[1]!.path)}`, [slices[1]!.path])).toEqual([
    ['500', String(599 * 1999)],
  ]);
  const contract = {
    version: 1 as const,
    extra: 'allow' as const,
    columns: { c5: { type: 'integer' as const, max: 700, unique: false, nullable: false, optional: false } },
  };
  expect(await checkSource(path, contract)).toMatchObject([{ line: 143 }]);
});

test('conditions are counted from the columns that they name', async () => {
  const spec = specWith([{ name: 'a', rows: null, where: [{ column: 'kind', is: 'k2' }] }]);
  const counted = await sql(`select count(*) from ${sqlText(source)} where kind = 'k2'`, [source]);
  expect(await countRows(source, {}, spec, join(dir, 'count'))).toEqual([Number(counted[0]![0])]);
});

test('drift changes cells, and leaves the types of the others', async () => {
  const drift = [driftWith({ kind: 'covariate', column: 'price', from: 'release-2', scale: 2 })];
  const { slices } = await cutIn(dir, source, specWith(ranges([0, 1000], [1000, rows]), { drift }), {
    extension: '.parquet',
  });
  const path = slices[1]!.path;
  expect(readFileSync(path).subarray(0, 4).toString()).toBe('PAR1');
  const found = await sql(
    `select sum(a.price) = 2 * sum(b.price), bool_and(a.big = b.big), bool_and(a.list::varchar = b.list::varchar) from ${sqlText(path)} a join ${sqlText(source)} b using (id)`,
    [path, source],
  );
  expect(found).toEqual([[true, true, true]]);
});

test('requests, held-out rows and data cards read slices that are Parquet', async () => {
  const dataset = datasetOf({ source: 'typed.parquet', target: 'kind', holdOut: 0.2 });
  const spec = specWith(ranges([0, 1200], [1200, 2400]), { dataset });
  const shipment = shipmentOf(spec, 'release-2', { path: 'data/{release}.parquet' });
  const slices = openSlices(mkdtempSync(join(dir, 'store-')));
  const [row] = await slices.rows(shipment, source, (available) => [available - 1]);
  expect(row).toMatchObject({ id: String(rows - 1), nano: '2020-01-01 00:00:00.000002999' });
  const held = await slices.holdOutRows(shipment, source, (available) => [available - 1]);
  expect(Object.keys(held![0]!)).toEqual(Object.keys(row!));
  expect(await slices.card(shipment, source)).toContain('1200 rows');
});

test('a folder is held to its contract by its index', async () => {
  const folder = mkdtempSync(join(dir, 'folder-'));
  writeFileSync(join(folder, 'index.csv'), 'path,label\na.txt,1\nb.txt,three\n');
  for (const name of ['a.txt', 'b.txt']) writeFileSync(join(folder, name), name);
  const rule = { type: 'integer' as const, unique: false, nullable: false, optional: false };
  const contract = { version: 1 as const, extra: 'allow' as const, columns: { label: rule } };
  expect(await checkSource(folder, contract, { index: 'index.csv' })).toMatchObject([{ line: 3 }]);
  const { slices } = await cutIn(dir, folder, specWith(ranges([1, 2])), { options: { index: 'index.csv' } });
  expect(await checkSlice(slices[0]!.path, contract)).toMatchObject([{ line: 2 }]);
});

test('names that the engine would change are told', async () => {
  const file = join(dir, 'names.parquet');
  // The engine writes no such file, and reads it: two letters of the footer are changed.
  await sql(`copy (select 1 as ab, 2 as ac from range(3)) to ${sqlText(file)} (format parquet)`);
  const bytes = readFileSync(file);
  const at = bytes.lastIndexOf('ac');
  for (let place = bytes.indexOf('ac'); place >= 0; place = bytes.indexOf('ac', place + 1)) bytes.write('AB', place);
  expect(at).toBeGreaterThan(0);
  writeFileSync(file, bytes);
  expect((await describeSource(file)).problems).toMatchObject([
    { code: 'duplicate-column', message: 'there are two columns named "AB" and "ab", which differ in case only' },
  ]);
});
