// The laws of seeded choices.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hash32, permutation, Picker, quotas, sampleRows, unit } from '../../../src/domain/dataset/sample.ts';
import { chooseStrata, countStrata, stratumOf } from '../../../src/domain/dataset/stratum.ts';

const sizes = fc.array(fc.nat({ max: 500 }), { minLength: 1, maxLength: 12 });

test('quotas sum to the total, never exceed a stratum, and are off the exact share by less than one', () => {
  fc.assert(
    fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
      const all = list.reduce((sum, size) => sum + size, 0);
      const total = Math.round(all * share);
      const result = quotas(list, total);
      expect(result.reduce((sum, quota) => sum + quota, 0)).toBe(total);
      result.forEach((quota, index) => {
        expect(quota).toBeLessThanOrEqual(list[index]!);
        if (all > 0) expect(Math.abs(quota - (list[index]! * total) / all)).toBeLessThan(1);
      });
    }),
  );
});

test('a picker takes exactly the quota of each stratum, evenly spread', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 400 }), fc.nat({ max: 400 }), (seed, size, wanted) => {
      const quota = Math.min(size, wanted);
      const picker = new Picker(seed, [size], [quota]);
      const taken = Array.from({ length: size }, () => picker.take(0));
      expect(taken.filter(Boolean).length).toBe(quota);
      // Every run of rows gives one: between two picked rows lie less than two runs.
      const rows = taken.flatMap((value, row) => (value ? [row] : []));
      rows.forEach((row, index) => {
        if (index > 0) expect(row - rows[index - 1]!).toBeLessThan((2 * size) / quota + 2);
      });
    }),
  );
});

test('a permutation is one', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 3000 }), (seed, size) => {
      const shuffle = permutation(seed, size);
      const images = new Set(Array.from({ length: size }, (_, index) => shuffle(index)));
      expect(images.size).toBe(size);
      expect(Math.max(...images)).toBe(size - 1);
    }),
  );
});

test('units are even, and neighbours, seeds and positions are independent', () => {
  const count = 100_000;
  const values = Array.from({ length: count }, (_, index) => unit(5, index));
  const mean = (list: number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
  expect(Math.abs(mean(values) - 0.5)).toBeLessThan(0.005);
  const buckets = Array.from(
    { length: 100 },
    (_, bucket) => values.filter((value) => Math.floor(value * 100) === bucket).length,
  );
  const chi = buckets.reduce((sum, bucket) => sum + (bucket - 1000) ** 2 / 1000, 0);
  expect(chi).toBeLessThan(180);
  for (const other of [
    (row: number) => unit(5, row + 1),
    (row: number) => unit(6, row),
    (row: number) => unit(5, row, 1),
  ]) {
    const product = values.map((value, row) => (value - 0.5) * (other(row) - 0.5));
    expect(Math.abs(mean(product) * 12)).toBeLessThan(0.02);
  }
  expect(hash32(1, 2 ** 33)).not.toBe(hash32(1, 0));
});

test('the same on every machine: these numbers are part of what a seed means', () => {
  expect([hash32(0, 0), hash32(7, 1, 2, 3), hash32(-5, 2 ** 40)]).toMatchInlineSnapshot(`
    [
      937260802,
      3425808097,
      1689482702,
    ]
  `);
  expect([0, 1, 2, 3, 4].map(permutation(7, 5))).toMatchInlineSnapshot(`
    [
      2,
      3,
      0,
      1,
      4,
    ]
  `);
});

test('strata cover every value', () => {
  const numbers = Float64Array.from({ length: 1000 }, (_, index) => index);
  const ranks = chooseStrata(Array.from(numbers, String), true, numbers);
  expect(countStrata(ranks)).toBe(11);
  expect([Number.NaN, -1, 0, 99, 100, 999, 5000].map((value) => stratumOf(ranks, 0, value))).toEqual([
    0, 1, 1, 1, 2, 10, 10,
  ]);
  const classes = chooseStrata(['a', 'b', ''], false, new Float64Array());
  expect([0, 1, 2, 254].map((klass) => stratumOf(classes, klass, Number.NaN))).toEqual([0, 1, 2, 3]);
  expect(countStrata(classes)).toBe(4);
  expect(sampleRows(10, 0.01)).toBe(1);
  expect(sampleRows(0, 0.5)).toBe(0);
});
