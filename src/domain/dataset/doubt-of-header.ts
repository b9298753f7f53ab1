// Whether the first line of a CSV names its columns, or is a row: many published files have no header.
import { numberOf } from '../text/read-cell.ts';

/** `isValue`: the name stands among the column's own cells. */
export type NamedColumn = { name: string; numeric: boolean; isValue: boolean };

/**
 * `certain`: a row. `some`: it looks like one. Numbers are names where they are years or rise from column to column
 * (wavelengths, positions, the 0, 1, 2 … of pandas).
 */
export function doubtOfHeader(columns: readonly NamedColumn[]): 'none' | 'some' | 'certain' {
  const numeric = columns.filter(({ name, numeric }) => numeric && !isMissingWord(name));
  if (numeric.length === 0) return columns.length > 1 && columns.every(({ isValue }) => isValue) ? 'certain' : 'none';
  const values = numeric.map(({ name }) => numberOf(name));
  const numbers = values.filter((value) => value !== undefined);
  if (numbers.every(isYear) || isSeries(numbers, numeric)) return 'none';
  if (numbers.length < values.length) return numbers.length > 1 && !numbers.some(isYear) ? 'some' : 'none';
  const isTwice = new Set(columns.map(({ name }) => name)).size < columns.length;
  const isDecimal = numeric.some(({ name }) => /\d[.,]|\.\d|\de/i.test(name));
  const isText = columns.some((column) => !column.numeric && column.isValue);
  return isTwice || isDecimal || isText ? 'certain' : 'some';
}

/** Of a few numbers in a row some rise by chance: then they are no values of their columns, or rise by the same step. */
function isSeries(numbers: readonly number[], columns: readonly NamedColumn[]): boolean {
  const steps = numbers.slice(1).map((value, index) => value - numbers[index]!);
  if (numbers.length < 3 || steps.some((step) => step <= 0)) return false;
  const isEven = steps.every((step) => Math.abs(step - steps[0]!) < 1e-9 * Math.abs(numbers.at(-1)!));
  return isEven || numbers.length > 6 || !columns.some(({ isValue }) => isValue);
}

/** A value that is missing in the first row. */
function isMissingWord(name: string): boolean {
  return /^(?:|\?+|n\/?a|nan|null|-)$/i.test(name.trim());
}

function isYear(value: number): boolean {
  return Number.isInteger(value) && value >= 1500 && value <= 2200;
}
