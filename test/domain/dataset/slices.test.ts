// The slices rule: the vectors of the system that it comes from, and the laws that hold for every dataset.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { releaseRanges } from '../../../src/domain/challenge/release-rows.ts';
import { heldOutRows, releasedRows, roundHalfAway, sliceRows, sumOf } from '../../../src/domain/dataset/slices.ts';

type Vector = { release_proportions: number[]; init_dataset_rows: number; slices: [number, number][] };
const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../cases/ppipe-slices.json'), 'utf8'),
) as Vector[];

const proportions = fc
  .array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 30 })
  .map((parts) => parts.map((part) => part / parts.reduce((sum, value) => sum + value, 0)));
const rows = fc.integer({ min: 0, max: 10_000_000 });

describe('slices', () => {
  it.each(vectors)('$release_proportions of $init_dataset_rows rows', (vector) => {
    expect(sliceRows(vector.release_proportions, vector.init_dataset_rows)).toEqual(vector.slices);
  });

  it('rounds halves away from zero, and nothing else', () => {
    expect([0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994, 2.4, -2.4].map(roundHalfAway)).toEqual([
      1, 2, 3, -1, -2, 0, 2, -2,
    ]);
  });

  it('partitions the released rows exactly, whatever the proportions', () => {
    fc.assert(
      fc.property(proportions, rows, (shares, count) => {
        const releases = shares.map((share) => ({ take: { kind: 'share' as const, share } }));
        const ranges = releaseRanges(releases, count);
        let next = 0;
        for (const range of ranges) {
          expect(range![0]).toBe(next);
          expect(range![1]).toBeGreaterThanOrEqual(range![0]);
          next = range![1];
        }
        expect(next).toBe(count);
      }),
    );
  });

  it('loses no row of a very large dataset to float noise', () => {
    const releases = Array.from({ length: 3 }, () => ({ take: { kind: 'share' as const, share: 0.3333333333333333 } }));
    expect(releaseRanges(releases, 9_007_199_254_740_991).at(-1)![1]).toBe(9_007_199_254_740_991);
  });

  it('gives each release its share, to within one row', () => {
    fc.assert(
      fc.property(proportions, rows, (shares, count) => {
        for (const [index, [from, to]] of sliceRows(shares, count).entries()) {
          expect(Math.abs(to - from - shares[index]! * count)).toBeLessThanOrEqual(1 + 1e-6);
        }
      }),
    );
  });

  it('divides all rows into released and held out', () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 0, max: 1, noNaN: true }), (count, share) => {
        const held = heldOutRows(count, share);
        expect(held + releasedRows(count, share)).toBe(count);
        expect(Math.abs(held - share * count)).toBeLessThanOrEqual(0.5);
      }),
    );
    expect(heldOutRows(10, 0.25)).toBe(3);
  });

  it('sums proportions in the order of the rule', () => {
    expect(sumOf([0.1, 0.2, 0.3])).toBe(0.1 + 0.2 + 0.3);
  });
});
