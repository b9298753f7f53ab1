// Whether two cells, and two rows, are the same: the tolerance rule of the judge and nothing else.
import { numberOf } from '../text/read-cell.ts';
import type { ColumnKind, ColumnKinds } from '../text/column-kinds.ts';
import type { Row } from '../text/row.ts';

/** What identifies a row. A number and the text of it are different keys. */
export type RowKey = number | string;

/** The first cell in which a submitted row differs. `submitted` (or `expected`) is absent when the key itself is. */
export type Mismatch = { row: RowKey; key: string; expected?: unknown; submitted?: unknown };

export type CellRule = {
  tolerance: number;
  kinds: ColumnKinds;
  /** Words that stand for a missing value, besides null, NaN and nothing. */
  missing: ReadonlySet<string>;
};

export const DEFAULT_TOLERANCE = 1e-6;
const MAX_DEPTH = 64;
/** Whole numbers of this size name things or count seconds; no tolerance makes one of them another. */
const NAMES_FROM = 100_000;

/** The key of a row, or undefined when it has none that can be compared: text, or a number that is exact. */
export function rowKey(row: Row): RowKey | undefined {
  const key = row['row'];
  if (typeof key === 'string') return key;
  if (typeof key !== 'number' || !Number.isFinite(key) || isHuge(key)) return undefined;
  return key;
}

/** Numbers (true and false count as 1 and 0) agree when abs(e-s) <= tol + tol*abs(s), whole numbers exactly; everything else must be identical. */
function cellsAgree(expected: unknown, submitted: unknown, kind: ColumnKind | undefined, rule: CellRule): boolean {
  if (isMissing(expected, rule) || isMissing(submitted, rule))
    return isMissing(expected, rule) && isMissing(submitted, rule);
  if (isNumeric(expected) && isNumeric(submitted)) return numbersAgree(Number(expected), Number(submitted), kind, rule);
  if (kind === 'mixed' && expected !== submitted && !areNames(expected, submitted)) {
    // The column holds both: whoever reads it with one tool gets numbers, with another their text.
    return numbersAgree(asNumber(expected), asNumber(submitted), 'whole', rule);
  }
  return identical(expected, submitted, 0);
}

/** Text against text, and digits with a zero before them: 007 is not 7. */
function areNames(expected: unknown, submitted: unknown): boolean {
  if (typeof expected !== 'string' || typeof submitted !== 'string') return false;
  return [expected, submitted].some((text) => /^\s*[+-]?0\d/.test(text));
}

function isHuge(value: unknown): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** The first differing cell in the order of the expected row, then any cell that was not asked for. */
export function firstMismatch(key: RowKey, expected: Row, submitted: Row, rule: CellRule): Mismatch | undefined {
  let shared = 0;
  for (const column of Object.keys(expected)) {
    if (!Object.hasOwn(submitted, column)) return { row: key, key: column, expected: expected[column] };
    shared++;
    if (!cellsAgree(expected[column], submitted[column], rule.kinds.get(column), rule)) {
      return { row: key, key: column, expected: expected[column], submitted: submitted[column] };
    }
  }
  const columns = Object.keys(submitted);
  if (columns.length === shared) return undefined;
  const unasked = columns.find((column) => !Object.hasOwn(expected, column))!;
  return { row: key, key: unasked, submitted: submitted[unasked] };
}

function isMissing(value: unknown, { missing }: CellRule): boolean {
  if (value === null || Number.isNaN(value)) return true;
  return typeof value === 'string' && (['', 'NaN', 'nan'].includes(value) || missing.has(value));
}

function isNumeric(value: unknown): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

/** NaN, which agrees with nothing, for what is no number, or not an exact one. */
function asNumber(value: unknown): number {
  const number = typeof value === 'string' ? numberOf(value) : isNumeric(value) ? Number(value) : undefined;
  return number === undefined || isHuge(number) ? Number.NaN : number;
}

// An infinite or undefined number agrees with itself only: the formula would let infinity agree with everything.
function numbersAgree(expected: number, submitted: number, kind: ColumnKind | undefined, rule: CellRule): boolean {
  if (!Number.isFinite(expected) || !Number.isFinite(submitted)) return expected === submitted;
  const { tolerance } = rule;
  const apart = Math.abs(expected - submitted);
  if (kind !== 'decimal' && Number.isInteger(expected) && isExact(expected, kind, tolerance))
    return apart <= Math.min(tolerance, DEFAULT_TOLERANCE);
  return apart <= tolerance + tolerance * Math.abs(submitted);
}

/** A tolerance that is meant to be wide may hold for small whole numbers, where nobody knows that the column has no others. */
function isExact(expected: number, kind: ColumnKind | undefined, tolerance: number): boolean {
  return kind === 'whole' || tolerance <= DEFAULT_TOLERANCE || Math.abs(expected) >= NAMES_FROM;
}

function identical(a: unknown, b: unknown, depth: number): boolean {
  if (isNumeric(a) && isNumeric(b)) return Number(a) === Number(b);
  // Digits beyond what a number holds come as text.
  if (isHuge(a) && typeof b === 'string') return Number(b) === a;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (depth >= MAX_DEPTH || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  const [left, right] = [a as Row, b as Row];
  return keys.every((key) => Object.hasOwn(right, key) && identical(left[key], right[key], depth + 1));
}
