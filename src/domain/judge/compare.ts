// Whether two cells, and two rows, are the same: the tolerance rule of the judge and nothing else.
import type { Row } from '../text/row.ts';

/** What identifies a row. A number and the text of it are different keys. */
export type RowKey = number | string;

/** The first cell in which a submitted row differs. `submitted` (or `expected`) is absent when the key itself is. */
export type Mismatch = { row: RowKey; key: string; expected?: unknown; submitted?: unknown };

export const DEFAULT_TOLERANCE = 1e-6;
const MAX_DEPTH = 64;

/** The key of a row, or undefined when it has none that can be compared: text, or a number that is exact. */
export function rowKey(row: Row): RowKey | undefined {
  if (!Object.hasOwn(row, 'row')) return undefined;
  const key = row['row'];
  if (typeof key === 'string') return key;
  if (typeof key !== 'number' || !Number.isFinite(key)) return undefined;
  return Number.isInteger(key) && !Number.isSafeInteger(key) ? undefined : key;
}

/** Numbers (true and false count as 1 and 0) agree when abs(e-s) <= tol + tol*abs(s); everything else must be identical. */
function cellsAgree(expected: unknown, submitted: unknown, tolerance: number): boolean {
  if (isNumeric(expected) && isNumeric(submitted)) return numbersAgree(Number(expected), Number(submitted), tolerance);
  return identical(expected, submitted, 0);
}

/** The first differing cell in the order of the expected row, then any cell that was not asked for. */
export function firstMismatch(key: RowKey, expected: Row, submitted: Row, tolerance: number): Mismatch | undefined {
  let shared = 0;
  for (const column of Object.keys(expected)) {
    if (!Object.hasOwn(submitted, column)) return { row: key, key: column, expected: expected[column] };
    shared++;
    if (column === 'row') continue;
    if (!cellsAgree(expected[column], submitted[column], tolerance)) {
      return { row: key, key: column, expected: expected[column], submitted: submitted[column] };
    }
  }
  const columns = Object.keys(submitted);
  if (columns.length === shared) return undefined;
  const unasked = columns.find((column) => !Object.hasOwn(expected, column))!;
  return { row: key, key: unasked, submitted: submitted[unasked] };
}

function isNumeric(value: unknown): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

// An infinite or undefined number agrees with itself only: the formula would let infinity agree with everything.
function numbersAgree(expected: number, submitted: number, tolerance: number): boolean {
  if (!Number.isFinite(expected) || !Number.isFinite(submitted)) return expected === submitted;
  return Math.abs(expected - submitted) <= tolerance + tolerance * Math.abs(submitted);
}

function identical(a: unknown, b: unknown, depth: number): boolean {
  if (isNumeric(a) && isNumeric(b)) return Number(a) === Number(b);
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (depth >= MAX_DEPTH || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  const [left, right] = [a as Row, b as Row];
  return keys.every((key) => Object.hasOwn(right, key) && identical(left[key], right[key], depth + 1));
}
