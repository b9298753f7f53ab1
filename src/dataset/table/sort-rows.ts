// Where each row comes when rows are sorted by a number, over typed arrays, stable, without an object per row: by counting
// where few numbers are possible, else a radix sort.
import { doubled } from './doubled.ts';

/** Keys of one column while rows pass by: what the cell is, and its number or moment. */
export class RowKeys {
  #values = new Float64Array(1 << 14);
  #kinds = new Uint8Array(1 << 14);
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  add(kind: number, value: number): void {
    if (this.#rows === this.#values.length) this.#grow();
    this.#values[this.#rows] = value;
    this.#kinds[this.#rows] = kind;
    this.#rows += 1;
  }

  /** The rank of each row by its value, or by what `meaning` has at its value; rows of another kind come last, as they came. */
  ranks(kind: number, meaning?: Float64Array): Uint32Array {
    const rows = this.#rows;
    if (meaning) for (let row = 0; row < rows; row++) this.#values[row] = meaning[this.#values[row]!]!;
    let count = 0;
    for (let row = 0; row < rows; row++) if (this.#kinds[row] === kind) count += 1;
    const keyed = new Uint32Array(count);
    const ranks = new Uint32Array(rows);
    let at = 0;
    let last = count;
    for (let row = 0; row < rows; row++) {
      if (this.#kinds[row] === kind) keyed[at++] = row;
      else ranks[row] = last++;
    }
    const whole = wholeKeysOf(keyed, this.#values);
    if (whole && whole.most < Math.min(mostCounted, 4 * count)) return countRows(keyed, whole, ranks);
    const sorted = sortRows(whole ? keysOfWhole(keyed, whole) : keysOf(keyed, this.#values));
    for (let rank = 0; rank < count; rank++) ranks[sorted[rank]!] = rank;
    return ranks;
  }

  #grow(): void {
    this.#values = doubled(this.#values);
    this.#kinds = doubled(this.#kinds);
  }
}

const digitBits = 11;
const digits = 1 << digitBits;
const passes = Math.ceil(64 / digitBits);

/** One for each row, and the greatest of them. */
type WholeKeys = { keys: Uint32Array; most: number };
type Keys = { high: Uint32Array; low: Uint32Array; rows: Uint32Array };

/** So many counters are kept, where they are not many more than rows, rather than rows moved about. */
const mostCounted = 1 << 22;

/** Writes the rank of each of `rows`. */
function countRows(rows: Uint32Array, { keys, most }: WholeKeys, ranks: Uint32Array): Uint32Array {
  const places = new Uint32Array(most + 2);
  for (const key of keys) places[key + 1]! += 1;
  for (let key = 1; key <= most; key++) places[key]! += places[key - 1]!;
  for (let at = 0; at < rows.length; at++) ranks[rows[at]!] = places[keys[at]!]!++;
  return ranks;
}

/** The rows by their keys, from the least digit to the greatest; digits that are all the same take no pass. */
function sortRows(keys: Keys): Uint32Array {
  const { rows } = keys;
  let from = keys;
  let to: Keys | undefined;
  for (let pass = 0; pass < passes; pass++) {
    const counts = new Uint32Array(digits);
    for (let at = 0; at < rows.length; at++) counts[digitOf(from.high[at]!, from.low[at]!, pass)]! += 1;
    if (counts.some((count) => count === rows.length)) continue;
    for (let digit = 0, sum = 0; digit < digits; digit++) {
      const count = counts[digit]!;
      counts[digit] = sum;
      sum += count;
    }
    to ??= {
      high: new Uint32Array(rows.length),
      low: new Uint32Array(rows.length),
      rows: new Uint32Array(rows.length),
    };
    for (let at = 0; at < rows.length; at++) {
      const high = from.high[at]!;
      const low = from.low[at]!;
      const place = counts[digitOf(high, low, pass)]!++;
      to.high[place] = high;
      to.low[place] = low;
      to.rows[place] = from.rows[at]!;
    }
    [from, to] = [to, from];
  }
  return from.rows;
}

/** Values of at most so many decimals are sorted as whole numbers. */
const mostScale = 1e6;
const mostWhole = 2 ** 50;

/**
 * The values times a power of ten, from the least on, where that makes all of them whole numbers of 32 bits: prices and counts
 * have three digits to sort by, and not six. A value is the quotient of its whole number, so the order is the same.
 */
function wholeKeysOf(rows: Uint32Array, values: Float64Array): WholeKeys | undefined {
  let scale = 1;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const row of rows) {
    const value = values[row]!;
    while (Math.round(value * scale) / scale !== value) if ((scale *= 10) > mostScale) return undefined;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const first = Math.round(least * scale);
  const last = Math.round(most * scale);
  if (!(Math.abs(first) < mostWhole && Math.abs(last) < mostWhole && last - first < 2 ** 32)) return undefined;
  const keys = new Uint32Array(rows.length);
  for (let at = 0; at < rows.length; at++) {
    const value = values[rows[at]!]!;
    const whole = Math.round(value * scale);
    if (whole / scale !== value) return undefined;
    keys[at] = whole - first;
  }
  return { keys, most: last - first };
}

function keysOfWhole(rows: Uint32Array, { keys }: WholeKeys): Keys {
  return { high: new Uint32Array(rows.length), low: keys, rows: rows.slice() };
}

/** 64 bits of which the order is that of the numbers: the sign turned over, and of negative ones everything. */
function keysOf(rows: Uint32Array, values: Float64Array): Keys {
  const high = new Uint32Array(rows.length);
  const low = new Uint32Array(rows.length);
  const number = new Float64Array(1);
  const words = new Uint32Array(number.buffer);
  for (let at = 0; at < rows.length; at++) {
    // Minus zero is zero.
    number[0] = values[rows[at]!]! + 0;
    const upper = words[1]!;
    const negative = upper >>> 31 === 1;
    high[at] = negative ? ~upper : upper | 0x80000000;
    low[at] = negative ? ~words[0]! : words[0]!;
  }
  return { high, low, rows: rows.slice() };
}

function digitOf(high: number, low: number, pass: number): number {
  const shift = pass * digitBits;
  if (shift + digitBits <= 32) return (low >>> shift) & (digits - 1);
  if (shift >= 32) return (high >>> (shift - 32)) & (digits - 1);
  return ((low >>> shift) | (high << (32 - shift))) & (digits - 1);
}
