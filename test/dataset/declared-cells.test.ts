// Rows are ordered, chosen, held out and drifted by what their cells are declared to mean.
import { expect, test } from 'vitest';
import { sqlText, withDuckDb } from '../../src/dataset/work/duckdb.ts';
import type { Dataset } from '../../src/domain/dataset/dataset.ts';
import { join } from 'node:path';
import { sourceOptions } from '../../src/dataset/source/prepare-source.ts';
import { cutIn, linesOf } from './cut-for-test.ts';
import { datasetOf, driftWith, fileWith, ranges, specWith, workFolder } from './work-folder.ts';

const dir = workFolder();

async function ordered(cells: readonly string[], changes: Partial<Dataset> = {}): Promise<string[]> {
  const dataset = datasetOf({ order: { kind: 'column', column: 'x' }, ...changes });
  const source = fileWith(dir, `x;y\n${cells.map((cell) => `${cell};0\n`).join('')}`);
  const spec = specWith(ranges([0, cells.length]), { dataset });
  const { texts } = await cutIn(dir, source, spec, { options: sourceOptions({ ...dataset, source }) });
  return linesOf(texts[0]!)
    .slice(1)
    .map((line) => line.split(';')[0]!);
}

test('declared dates come by moment, declared decimals by value, and what is missing last', async () => {
  expect(
    await ordered(['30.12.2023', '02.01.2024', 'NA', '05.10.2023'], { dates: 'dd.mm.yyyy', missing: ['NA'] }),
  ).toEqual(['05.10.2023', '30.12.2023', '02.01.2024', 'NA']);
  expect(await ordered(['1.000,5', '?', '900', '10,25'], { decimal: ',', thousands: '.', missing: ['?'] })).toEqual([
    '10,25',
    '900',
    '1.000,5',
    '?',
  ]);
  expect(await ordered(['10', '9', 'NA', '100'], { text: ['x'] })).toEqual(['10', '100', '9', 'NA']);
});

test('a cell that breaks the kind does not turn the others into text', async () => {
  expect(await ordered(['10', '9', 'NA', '100', '8', '7'])).toEqual(['7', '8', '9', '10', '100', 'NA']);
});

test('64-bit ids, nanoseconds and long decimals come in their order, negative ones too', async () => {
  const ids = ['1234567890123456790', '1234567890123456700', '1234567890123456789', '1234567890123456699'];
  expect(await ordered(ids)).toEqual(ids.toSorted());
  expect(await ordered(ids.map((id) => `-${id}`))).toEqual(
    ids
      .map((id) => `-${id}`)
      .toSorted()
      .toReversed(),
  );
  expect(await ordered(['0.12345678901234567891', '0.12345678901234567890'])).toEqual([
    '0.12345678901234567890',
    '0.12345678901234567891',
  ]);
  expect(await ordered(['2024-01-01T00:00:00.123456789Z', '2024-01-01T00:00:00.123456788Z'])).toEqual([
    '2024-01-01T00:00:00.123456788Z',
    '2024-01-01T00:00:00.123456789Z',
  ]);
});

test('DECIMAL(38) of Parquet come in their order', async () => {
  const source = join(dir, 'huge.parquet');
  const values = ['70141183460469231731687303715884105727', '70141183460469231731687303715884105726'];
  await withDuckDb(dir, async (connection) => {
    const rows = values.map((value) => `('${value}'::DECIMAL(38, 0), 0)`).join(', ');
    await connection.run(`copy (select * from (values ${rows}) as t(x, y)) to ${sqlText(source)} (format parquet)`);
  });
  const dataset = datasetOf({ order: { kind: 'column', column: 'x' } });
  const { texts } = await cutIn(dir, source, specWith(ranges([0, 2]), { dataset }), {
    options: { name: 'huge.parquet' },
  });
  const read = linesOf(texts[0]!)
    .slice(1)
    .map((line) => line.split(',')[0]!);
  expect(read).toEqual(read.toSorted());
  expect(read[0]).not.toBe(read[1]);
});

test('conditions compare long numbers exactly, and see declared dates and missing words', async () => {
  const cut = async (cells: string, where: object, changes: Partial<Dataset> = {}): Promise<string[]> => {
    const dataset = datasetOf(changes);
    const source = fileWith(
      dir,
      `x;y\n${cells
        .split(' ')
        .map((cell) => `${cell};0\n`)
        .join('')}`,
    );
    const spec = specWith([{ name: 'release-1', rows: null, where: [{ column: 'x', ...where }] }], { dataset });
    const { texts } = await cutIn(dir, source, spec, { options: sourceOptions({ ...dataset, source }) });
    return linesOf(texts[0]!)
      .slice(1)
      .map((line) => line.split(';')[0]!);
  };
  expect(await cut('9007199254740992 9007199254740993 9007199254740994', { is: '9007199254740993' })).toEqual([
    '9007199254740993',
  ]);
  expect(await cut('9007199254740992 9007199254740993', { above: '9007199254740992' })).toEqual(['9007199254740993']);
  expect(await cut('30.12.2023 02.01.2024', { from: '2024-01-01' }, { dates: 'dd.mm.yyyy' })).toEqual(['02.01.2024']);
  expect(await cut('1 NA 2', { missing: true }, { missing: ['NA'] })).toEqual(['NA']);
  expect(await cut('1,5 2,5', { above: 2 }, { decimal: ',' })).toEqual(['2,5']);
});

test('a numeric target with one cell that is none stays numeric: its hold-out is spread, its concept mirrors', async () => {
  const values = Array.from({ length: 60 }, (_, x) => (x === 7 ? 'NaN' : (x * 1.37).toFixed(2)));
  const source = fileWith(dir, `x,y\n${values.map((value, x) => `${x},${value}\n`).join('')}`);
  const dataset = datasetOf({ target: 'y', holdOut: 0.2 });
  const drift = [driftWith({ kind: 'concept', from: 'release-2' })];
  const { texts } = await cutIn(dir, source, specWith(ranges([0, 24], [24, 48]), { dataset, drift }));
  const first = linesOf(texts[0]!)
    .slice(1)
    .map((line) => Number(line.split(',')[0]));
  // Classes would have held out the first twelve rows.
  expect(first.filter((x) => x < 12).length).toBeGreaterThan(6);
  const numbers = values.filter((value) => value !== 'NaN').map(Number);
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const last = linesOf(texts[1]!).at(-1)!.split(',').map(Number);
  expect(last[1]).toBeCloseTo(2 * mean - last[0]! * 1.37, 1);
});

test('drift writes numbers as the file has them', async () => {
  const source = fileWith(dir, 'x;y\n1,5;a\n2,5;b\n');
  const dataset = datasetOf({ decimal: ',' });
  const drift = [driftWith({ kind: 'covariate', from: 'release-1', column: 'x', scale: 2 })];
  const { texts } = await cutIn(dir, source, specWith(ranges([0, 2]), { dataset, drift }), {
    options: { words: { decimal: ',' } },
  });
  expect(texts[0]).toBe('x;y\n3;a\n5;b\n');
});
