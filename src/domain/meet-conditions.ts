// Does a row meet the `where` of a release? Numbers compare as numbers, ISO dates as moments, everything else as text.
import type { Condition, Scalar } from './challenge.ts';
import { dateOf, numberOf } from './read-cell.ts';

/** True when every condition holds. `cell` gives the text of a column; a missing value meets only `is: ""`. */
export function meetsConditions(conditions: readonly Condition[], cell: (column: string) => string): boolean {
  return conditions.every((condition) => meets(condition, cell(condition.column)));
}

function meets(condition: Condition, text: string): boolean {
  const { is, in: among, from, to } = condition;
  if (is !== undefined && !equals(text, is)) return false;
  if (among !== undefined && !among.some((value) => equals(text, value))) return false;
  if (from !== undefined && !(compare(text, from) >= 0)) return false;
  return to === undefined || compare(text, to) < 0;
}

function equals(text: string, value: Scalar): boolean {
  if (typeof value === 'number') return numberOf(text) === value;
  if (typeof value === 'boolean') return text.trim().toLowerCase() === String(value);
  return text === value;
}

/** Negative, 0, positive, or NaN when the two cannot be compared: then the row does not meet the condition. */
function compare(text: string, bound: string | number): number {
  if (text === '') return Number.NaN;
  if (typeof bound === 'number') return (numberOf(text) ?? Number.NaN) - bound;
  const boundDate = dateOf(bound);
  if (boundDate !== undefined) {
    const date = dateOf(text);
    return date === undefined ? Number.NaN : date - boundDate;
  }
  return text < bound ? -1 : text > bound ? 1 : 0;
}
