// Each kind of drift is found by a detector that knows nothing of it, in the releases where it is, and nowhere else.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Drift } from '../../src/domain/drift/kinds.ts';
import { unit } from '../../src/domain/dataset/sample.ts';
import { cutIn, linesOf } from './cut-for-test.ts';
import { detectDrift, parseRows, type Finding } from './detect-drift.ts';
import { datasetOf, driftWith, fileWith, ranges, specWith, workFolder } from './work-folder.ts';

const dir = workFolder();

/** 8,000 rows in order of time: two features, one of which explains the class, and nothing that changes over time. */
const header = 'id,day,size,noise,count,kind\n';
const lines = Array.from({ length: 8000 }, (_, row) => {
  const day = new Date(Date.UTC(2020, 0, 1) + row * 3_600_000).toISOString().slice(0, 13) + ':00';
  const size = unit(1, row) + unit(2, row) + unit(3, row);
  const kind = size + (unit(5, row) - 0.5) * 0.6 > 1.5 ? 'large' : 'small';
  return `${row},${day},${size.toFixed(3)},${unit(4, row).toFixed(4)},${Math.floor(unit(6, row) * 90) + 10},${kind}\n`;
});
const source = fileWith(dir, header + lines.join(''));
const names = { target: 'kind', id: 'id', time: 'day', feature: 'size' };
const spec = specWith(ranges([0, 2000], [2000, 4000], [4000, 6000], [6000, 8000]), {
  dataset: datasetOf({ target: 'kind' }),
});

async function findings(drift: Drift[]): Promise<Finding[][]> {
  const { texts } = await cutIn(dir, source, { ...spec, drift });
  const rows = texts.map(parseRows);
  return rows.slice(1).map((now) => detectDrift(rows[0]!, now, names));
}

test('the control has none', async () => {
  expect(await findings([])).toEqual([[], [], []]);
});

const at3 = { from: 'release-3', to: 'release-3' };
const kinds: [string, Drift, Finding[]][] = [
  ['covariate', driftWith({ kind: 'covariate', column: 'noise', scale: 1.4, ...at3 }), ['covariate']],
  [
    'a partial covariate',
    driftWith({ kind: 'covariate', column: 'noise', shift: 2, rate: 0.2, ...at3 }),
    ['covariate'],
  ],
  ['missing', driftWith({ kind: 'missing', column: 'noise', rate: 0.1, ...at3 }), ['missing']],
  ['missing anywhere', driftWith({ kind: 'missing', rate: 0.3, ...at3 }), ['missing']],
  ['duplicate', driftWith({ kind: 'duplicate', rate: 0.05, ...at3 }), ['duplicate']],
  ['a renamed column', driftWith({ kind: 'schema', rename: { noise: 'noise_db' }, ...at3 }), ['schema']],
  ['a dropped column', driftWith({ kind: 'schema', drop: ['noise'], ...at3 }), ['schema']],
  ['a new unit', driftWith({ kind: 'schema', column: 'noise', scale: 1000, ...at3 }), ['covariate']],
];

describe('is found where it is, and only there:', () => {
  test.each(kinds)('%s', async (_, drift, expected) => {
    expect(await findings([drift])).toEqual([[], expected, []]);
  });

  test('label, which also changes what the features say', async () => {
    const [before, during, after] = await findings([driftWith({ kind: 'label', rate: 0.3, ...at3 })]);
    expect([before, after]).toEqual([[], []]);
    expect(during).toContain('label');
    expect(during).not.toContain('covariate');
  });

  test('concept, without any change of the features', async () => {
    const [before, during, after] = await findings([driftWith({ kind: 'concept', ...at3 })]);
    expect([before, after]).toEqual([[], []]);
    expect(during).toContain('concept');
    expect(during).not.toContain('covariate');
  });

  test('concept above the mean of one column only', async () => {
    const result = await findings([driftWith({ kind: 'concept', column: 'size', ...at3 })]);
    expect(result[1]).toContain('concept');
    expect([result[0], result[2]]).toEqual([[], []]);
  });
});

test('late rows are missing in their release and follow at the end of the next', async () => {
  const drift = [driftWith({ kind: 'late', rate: 0.1, from: 'release-2', to: 'release-2' })];
  const { texts, slices } = await cutIn(dir, source, { ...spec, drift });
  const rows = texts.map(parseRows);
  const until2 = [...rows[0]!, ...rows[1]!];
  expect(detectDrift(rows[0]!, rows[1]!, names)).toEqual([]);
  expect(detectDrift(until2, rows[2]!, names)).toEqual(['late']);
  expect(rows[1]!.length + rows[2]!.length).toBe(4000);
  expect(rows[1]!.length).toBeLessThan(1900);
  expect(slices.map((slice) => slice.rows)).toEqual(rows.map((row) => row.length));
  expect(texts.flatMap((text) => linesOf(text).slice(1)).toSorted()).toEqual(
    lines.map((line) => line.trim()).toSorted(),
  );
});

test('the same bytes in every run, other rows with another seed, and untouched cells as they were', async () => {
  const drift = (seed: number): Drift[] => [
    driftWith({ kind: 'covariate', column: 'size', scale: 2, rate: 0.5, seed }),
  ];
  const runs = [3, 3, 4].map(async (seed) => cutIn(dir, source, { ...spec, drift: drift(seed) }));
  const [first, second, other] = await Promise.all(runs);
  expect(first!.texts).toEqual(second!.texts);
  expect(other!.texts[1]).not.toBe(first!.texts[1]);
  expect(first!.texts[0]).toBe(header + lines.slice(0, 2000).join(''));
  const cells = (line: string): string => line.trim().split(',').toSpliced(2, 1).join();
  expect(linesOf(first!.texts[1]!).slice(1).map(cells)).toEqual(lines.slice(2000, 4000).map(cells));
});

test('the truth names the drift, its releases, and the rows that were touched', async () => {
  const drift = [
    driftWith({ kind: 'covariate', column: 'noise', scale: 2 }),
    driftWith({ kind: 'missing', column: 'size', rate: 0.25, from: 'release-4' }),
  ];
  const { teacher, texts } = await cutIn(dir, source, { ...spec, drift });
  const truth = JSON.parse(readFileSync(join(teacher, 'drift.json'), 'utf8'));
  expect(truth.drift[0]).toMatchObject({ kind: 'covariate', column: 'noise', scale: 2, rate: 1, seed: 3 });
  expect(truth.drift[0].releases.map((one: { release: string }) => one.release)).toEqual([
    'release-2',
    'release-3',
    'release-4',
  ]);
  const listed = linesOf(readFileSync(join(teacher, 'drift-rows.csv'), 'utf8')).slice(1);
  const empty = parseRows(texts[3]!).flatMap((row, index) =>
    row['size'] === '' ? [`1,release-4,${6000 + index}`] : [],
  );
  expect(listed).toEqual(empty);
  expect(truth.drift[1].releases).toEqual([{ release: 'release-4', rows: 2000, touched: empty.length }]);
});

test('numbers keep their form: whole columns stay whole, decimals grow no noise', async () => {
  const small = fileWith(dir, 'a,b,c\n.2,10,x\n1.5,20,y\n"0.1",30,z\n,40,\n');
  const drift = [
    driftWith({ kind: 'covariate', column: 'a', scale: 1.4, from: 'release-1' }),
    driftWith({ kind: 'covariate', column: 'b', scale: 1.25, from: 'release-1' }),
  ];
  const { texts } = await cutIn(dir, small, { ...specWith(ranges([0, 4])), drift });
  expect(texts[0]).toBe('a,b,c\n0.28,13,x\n2.1,25,y\n"0.14",38,z\n,50,\n');
});

test('every student sees the same drift of the same rows', async () => {
  const owners = [1, 2].map((seed) => ({ owner: `s${seed}`, seed }));
  const drift = [driftWith({ kind: 'covariate', column: 'noise', shift: 5, rate: 0.5 })];
  const { texts } = await cutIn(dir, source, { ...spec, drift, per: 'student', sample: 0.8 }, { owners });
  const [a, b] = [texts[2]!, texts[3]!].map(
    (text) =>
      new Map(
        linesOf(text)
          .slice(1)
          .map((line) => [line.split(',')[0], line]),
      ),
  );
  const shared = [...a!.keys()].filter((id) => b!.has(id));
  expect(shared.length).toBeGreaterThan(1000);
  for (const id of shared) expect(a!.get(id)).toBe(b!.get(id));
});
