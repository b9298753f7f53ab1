// Seeded choices that are the same on every machine and in every run: hashes, quotas per stratum, and who is picked.
//
// The rule for hold-outs and for per-student samples, in words: rows are put into strata by the target (a class, or a
// tenth of a numeric target's range of ranks). Each stratum gives its share of the rows asked for, by largest remainder.
// A stratum of n rows that owes q cuts itself, in order, into q runs of (almost) equal length and gives one row of each,
// chosen by a hash of seed, stratum and run. So every sample has the same size and the same mix of targets, is spread
// over the whole period, and is found in one pass with a counter per stratum.
import { createHash } from 'node:crypto';

/** A 32-bit seed for a text, such as a challenge and an owner. */
export function seedOf(...parts: readonly (string | number)[]): number {
  return createHash('sha256').update(JSON.stringify(parts)).digest().readUInt32BE(0);
}

/** Mixes a seed with whole numbers into 32 well-spread bits (the finaliser of MurmurHash3, once per number). */
export function hash32(seed: number, a: number, b = 0, c = 0): number {
  let h = finalise(seed ^ 0x9e3779b9);
  h = finalise((h + Math.imul(a | 0, 0x85ebca6b)) ^ Math.floor(a / 0x100000000));
  h = finalise((h + Math.imul(b | 0, 0xc2b2ae35)) | 0);
  return finalise((h + Math.imul(c | 0, 0x27d4eb2f)) | 0) >>> 0;
}

function finalise(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A number in [0, 1) for a row. */
export function unit(seed: number, a: number, b = 0, c = 0): number {
  return hash32(seed, a, b, c) / 0x100000000;
}

/**
 * Splits `total` over strata in proportion to their sizes: whole numbers, largest remainders first, the earlier stratum
 * on a tie, never more than a stratum has. The sum is `total` (at most the sum of the sizes).
 */
export function quotas(sizes: readonly number[], total: number): number[] {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const wanted = Math.min(total, all);
  if (all === 0) return sizes.map(() => 0);
  const exact = sizes.map((size) => (size * wanted) / all);
  const result = exact.map(Math.floor);
  let rest = wanted - result.reduce((sum, quota) => sum + quota, 0);
  const byRemainder = exact
    .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
    .toSorted((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder) {
    if (rest === 0) break;
    if (result[index]! < sizes[index]!) {
      result[index]! += 1;
      rest -= 1;
    }
  }
  return result;
}

/** How many rows of a release each owner receives: the share, rounded half up, at least one row where there is one. */
export function sampleRows(rows: number, share: number): number {
  return Math.min(rows, Math.max(Math.round(rows * share), rows > 0 ? 1 : 0));
}

/** Where run `run` of a stratum of `size` rows begins when it gives `quota` of them; run `quota` begins at `size`. */
export function runStart(size: number, quota: number, run: number): number {
  return Math.floor((run * size) / quota);
}

/** The row (counted within its stratum) that run `run` gives. */
function pick(seed: number, stratum: number, size: number, quota: number, run: number): number {
  const start = runStart(size, quota, run);
  const length = runStart(size, quota, run + 1) - start;
  return start + Math.floor(unit(seed, stratum, run) * length);
}

/** Walks through the rows of some strata and says of each whether it is picked. */
export class Picker {
  readonly #seed: number;
  readonly #sizes: readonly number[];
  readonly #quotas: readonly number[];
  readonly #seen: number[];
  readonly #runs: number[];
  readonly #next: number[];

  constructor(seed: number, sizes: readonly number[], quota: readonly number[]) {
    this.#seed = seed;
    this.#sizes = sizes;
    this.#quotas = quota;
    this.#seen = sizes.map(() => 0);
    this.#runs = sizes.map(() => 0);
    this.#next = sizes.map((_, stratum) => this.#pick(stratum, 0));
  }

  /** True when the next row of `stratum` is picked. */
  take(stratum: number): boolean {
    const row = this.#seen[stratum]!;
    this.#seen[stratum] = row + 1;
    if (row !== this.#next[stratum]) return false;
    const run = this.#runs[stratum]! + 1;
    this.#runs[stratum] = run;
    this.#next[stratum] = this.#pick(stratum, run);
    return true;
  }

  #pick(stratum: number, run: number): number {
    const quota = this.#quotas[stratum]!;
    return run < quota ? pick(this.#seed, stratum, this.#sizes[stratum]!, quota, run) : -1;
  }
}

/**
 * A seeded permutation of 0 … size−1 that needs no memory: four Feistel rounds over the smallest even number of bits that
 * hold `size`, repeated until the value is inside (cycle walking).
 */
export function permutation(seed: number, size: number): (index: number) => number {
  const half = Math.max(1, Math.ceil(Math.log2(Math.max(2, size)) / 2));
  const base = 2 ** half;
  return (index) => {
    let value = index;
    do {
      let left = Math.floor(value / base);
      let right = value % base;
      for (let round = 0; round < 4; round++) {
        const next = (left + (hash32(seed, right, round) % base)) % base;
        left = right;
        right = next;
      }
      value = left * base + right;
    } while (value >= size);
    return value;
  };
}
