// Whether the first line of a CSV names its columns, or is a row: many published files have no header.
import { numberOf } from '../text/read-cell.ts';

/** `isValue`: the name stands among the column's own cells. */
export type NamedColumn = { name: string; numeric: boolean; isValue: boolean };

/**
 * `certain`: a row. `some`: it looks like one. Numbers are names where they are years or rise from column to column
 * (wavelengths, positions, the 0, 1, 2 … of pandas).
 */
export function doubtOfHeader(columns: readonly NamedColumn[]): 'none' | 'some' | 'certain' {
  const numeric = columns.filter(({ name, numeric }) => numeric && name.trim() !== '');
  if (numeric.length === 0) return columns.length > 1 && columns.every(({ isValue }) => isValue) ? 'certain' : 'none';
  const values = numeric.map(({ name }) => numberOf(name));
  if (!values.every((value) => value !== undefined && !isYear(value))) return 'none';
  const numbers = values as number[];
  if (numbers.length > 2 && numbers.every((value, index) => index === 0 || value > numbers[index - 1]!)) return 'none';
  const isTwice = new Set(columns.map(({ name }) => name)).size < columns.length;
  const isDecimal = numbers.some((value) => !Number.isInteger(value));
  const isText = columns.some((column) => !column.numeric && column.isValue);
  return isTwice || isDecimal || isText ? 'certain' : 'some';
}

function isYear(value: number): boolean {
  return Number.isInteger(value) && value >= 1500 && value <= 2200;
}
