// Slices partition the released rows exactly, whatever the text looks like.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countRows } from '../../src/dataset/slice/count-rows.ts';
import { cutIn, linesOf } from './cut-for-test.ts';
import { datasetOf, fileWith, ranges, specWith, workFolder } from './work-folder.ts';
import { caseCount } from '../case-count.ts';

const dir = workFolder();
const cases = join(import.meta.dirname, '../cases');
const iris = join(cases, 'data/iris.csv');
const avocado = join(cases, 'data/avocado.csv');

/** Splits text into those of `lines` that it consists of, in order; each line begins with an id of its own. */
function takeInOrder(text: string, lines: readonly string[]): string[] {
  const taken: string[] = [];
  let at = 0;
  for (const line of lines) {
    if (!text.startsWith(line, at)) continue;
    taken.push(line);
    at += line.length;
  }
  expect(text.slice(at)).toBe('');
  return taken;
}

const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

const cell = fc.oneof(
  fc.constantFrom('.2', '1.10', '007', '', 'ü€', '5" pipe', ' x ', 'a;b'),
  fc
    .string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', ';', 'é') })
    .map((text) => `"${text.replaceAll('"', '""')}"`),
);
const csv = fc.record({
  eol: fc.constantFrom('\n', '\r\n'),
  mark: fc.constantFrom('', '\uFEFF'),
  lastBreak: fc.boolean(),
  rows: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), cell, cell), { minLength: 1, maxLength: 60 }),
});
const fraction = fc.double({ min: 0, max: 1, noNaN: true });

test('slices and hold-out partition any CSV, byte for byte and in order', async () => {
  await fc.assert(
    fc.asyncProperty(csv, fraction, fraction, async ({ eol, mark, lastBreak, rows }, holdOut, share) => {
      const header = latin1(`${mark}id,kind,x,y${eol}`);
      const lines = rows.map((row, id) => latin1([`#${id}#`, ...row].join(',') + eol));
      const text = header + lines.join('');
      const source = fileWith(dir, Buffer.from(lastBreak ? text : text.slice(0, -eol.length), 'latin1'));
      const held = Math.round(holdOut * rows.length);
      const released = rows.length - held;
      const border = Math.round(share * released);
      const dataset = datasetOf({ holdOut, target: 'kind' });
      const result = await cutIn(dir, source, specWith(ranges([0, border], [border, released]), { dataset }));
      expect(result.texts.every((value) => value.startsWith(header))).toBe(true);
      const kept = takeInOrder(result.texts.map((value) => value.slice(header.length)).join(''), lines);
      const back = held === 0 ? [] : takeInOrder(result.held().slice(header.length), lines);
      expect(result.slices.map((slice) => slice.rows)).toEqual([border, released - border]);
      expect(back.length).toBe(held);
      expect([...kept, ...back].toSorted()).toEqual(lines.toSorted());
      for (const [index, slice] of result.slices.entries()) {
        const bytes = Buffer.from(result.texts[index]!, 'latin1');
        expect(slice.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
        expect(slice.bytes).toBe(bytes.length);
      }
    }),
    { numRuns: caseCount(60, 200) },
  );
});

type Vector = { release_proportions: number[]; init_dataset_rows: number; slices: [number, number][] };
const vectors = (JSON.parse(readFileSync(join(cases, 'ppipe-slices.json'), 'utf8')) as Vector[]).filter(
  ({ init_dataset_rows: rows, slices }) => slices.every(([, to]) => to <= rows) && rows !== 100,
);

test.each(vectors)('the ranges of $slices hold on real files', async ({ init_dataset_rows: rows, slices }) => {
  const source = rows === 150 ? iris : avocado;
  const [header, ...lines] = linesOf(readFileSync(source, 'latin1'));
  const result = await cutIn(dir, source, specWith(ranges(...slices)));
  for (const [index, [from, to]] of slices.entries()) {
    expect(result.texts[index]).toBe([header, ...lines.slice(from, to)].map((line) => `${line}\n`).join(''));
  }
});

test('a range behind the end of the source is refused, with and without a survey', async () => {
  const spec = specWith(ranges([0, 105], [105, 210]));
  await expect(cutIn(dir, iris, spec)).rejects.toMatchObject({ code: 'rows_out_of_range' });
  const surveyed = { ...spec, dataset: datasetOf({ holdOut: 0.1, target: 'variety' }) };
  await expect(cutIn(dir, iris, surveyed)).rejects.toMatchObject({ code: 'rows_out_of_range' });
});

test('a hold-out has each class in proportion and is the same in every run', async () => {
  const dataset = datasetOf({ holdOut: 0.2, target: 'variety' });
  const spec = specWith(ranges([0, 60], [60, 120]), { dataset });
  const [first, second] = [await cutIn(dir, iris, spec), await cutIn(dir, iris, spec)];
  expect(first.held()).toBe(second.held());
  const classes = linesOf(first.held())
    .slice(1)
    .map((line) => line.split(',').at(-1));
  expect(classes.length).toBe(30);
  for (const name of ['"Setosa"', '"Versicolor"', '"Virginica"']) {
    expect(classes.filter((className) => className === name).length).toBe(10);
  }
});

test('a numeric target is held out evenly over its range', async () => {
  const dataset = datasetOf({ holdOut: 0.2, target: 'AveragePrice' });
  const result = await cutIn(dir, avocado, specWith(ranges([0, 14_599]), { dataset }));
  const mean = (text: string): number => {
    const values = linesOf(text)
      .slice(1)
      .map((line) => Number(line.split(',')[1]));
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  expect(result.slices[0]!.rows + linesOf(result.held()).length - 1).toBe(18_249);
  expect(Math.abs(mean(result.held()) - mean(result.texts[0]!))).toBeLessThan(0.005);
});

test('conditions choose rows; a row goes to the first release whose conditions it meets', async () => {
  const releases = [
    { name: 'old', rows: null, where: [{ column: 'Date', to: '2016-01-01' }] },
    {
      name: 'organic',
      rows: null,
      where: [
        { column: 'type', is: 'organic' },
        { column: 'year', from: 2015 },
      ],
    },
    { name: 'few', rows: null, where: [{ column: 'region', in: ['Albany', 'Boston'] }] },
  ];
  const result = await cutIn(dir, avocado, specWith(releases));
  const lines = linesOf(readFileSync(avocado, 'latin1')).slice(1);
  const old = lines.filter((line) => line.startsWith('2015'));
  const organic = lines.filter((line) => !old.includes(line) && line.includes(',organic,'));
  const few = lines.filter((line) => !line.startsWith('2015') && /,conventional,\d+,(Albany|Boston)$/.test(line));
  expect(result.texts.map((text) => linesOf(text).slice(1))).toEqual([old, organic, few]);
});

test('counting tells what cutting gives: with conditions in any order, ranges beside them and rows held out', async () => {
  const releases = [
    { name: 'few', rows: null, where: [{ column: 'region', in: ['Albany', 'Boston'] }] },
    { name: 'rest', rows: [3000, 9000] as [number, number] },
    { name: 'none', rows: null, where: [{ column: 'region', is: 'albany' }] },
    { name: 'old', rows: null, where: [{ column: 'Date', to: '2016-01-01' }] },
  ];
  for (const order of [{ kind: 'file' }, { kind: 'shuffle', seed: 3 }] as const) {
    const spec = specWith(releases, { dataset: datasetOf({ holdOut: 0.2, target: 'AveragePrice', order }) });
    const cut = await cutIn(dir, avocado, spec);
    const counted = await countRows(avocado, {}, spec, join(dir, `count-${order.kind}`));
    expect(counted).toEqual(cut.slices.map(({ rows }) => rows));
    expect(counted.map((rows) => rows > 0)).toEqual([true, true, false, true]);
  }
});

test('thousands of outputs and a release without rows', async () => {
  const owners = Array.from({ length: 1500 }, (_, seed) => ({ owner: `s${seed}`, seed }));
  const spec = specWith(ranges([0, 0], [0, 150]), {
    per: 'student',
    sample: 0.1,
    dataset: datasetOf({ target: 'variety' }),
  });
  const result = await cutIn(dir, iris, spec, { owners });
  expect(result.slices.length).toBe(3000);
  expect(new Set(result.slices.filter(({ release }) => release === 'release-1').map(({ rows }) => rows))).toEqual(
    new Set([0]),
  );
  expect(new Set(result.slices.filter(({ release }) => release === 'release-2').map(({ rows }) => rows))).toEqual(
    new Set([15]),
  );
});

test("every owner's sample is of the same size and mix, in order, and the same alone as among others", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 80 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 12 }),
      async (kinds, sample, count) => {
        const lines = kinds.map((kind, id) => `#${id}#,${kind}\n`);
        const source = fileWith(dir, `id,kind\n${lines.join('')}`);
        const owners = Array.from({ length: count }, (_, seed) => ({ owner: `s${seed}`, seed }));
        const dataset = datasetOf({ target: 'kind' });
        const spec = specWith(ranges([0, kinds.length]), { per: 'student', sample, dataset });
        const together = await cutIn(dir, source, spec, { owners });
        const samples = together.texts.map((text) => takeInOrder(text.slice('id,kind\n'.length), lines));
        expect(new Set(samples.map((rows) => rows.length))).toEqual(
          new Set([Math.max(1, Math.round(sample * kinds.length))]),
        );
        const mix = (rows: string[]): string =>
          rows
            .map((row) => row.split(',')[1])
            .toSorted()
            .join('');
        expect(new Set(samples.map(mix)).size).toBe(1);
        // One owner alone receives the same rows as among others: a late joiner changes nothing.
        const alone = await cutIn(dir, source, spec, { owners: owners.slice(-1) });
        expect(alone.texts[0]).toBe(together.texts.at(-1));
      },
    ),
    { numRuns: caseCount(20, 60) },
  );
});
