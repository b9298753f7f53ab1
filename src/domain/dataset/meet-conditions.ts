// Does a row meet the `where` of a release? Numbers compare as numbers, ISO dates as moments, everything else as text.
import type { ColumnTest, Condition, Scalar } from './dataset.ts';
import { dateOf, numberOf } from './read-cell.ts';

/** True when every condition holds. `cell` gives the text of a column; what is missing is neither large nor small. */
export function meetsConditions(conditions: readonly Condition[], cell: (column: string) => string): boolean {
  return conditions.every((condition) =>
    'any' in condition
      ? condition.any.some((one) => meets(one, cell(one.column)))
      : meets(condition, cell(condition.column)),
  );
}

function meets({ is, in: among, not, from, above, to, upTo, contains, missing }: ColumnTest, text: string): boolean {
  return (
    (is === undefined || equals(text, is)) &&
    (among === undefined || among.some((value) => equals(text, value))) &&
    (not === undefined || !not.some((value) => equals(text, value))) &&
    (from === undefined || compare(text, from) >= 0) &&
    (above === undefined || compare(text, above) > 0) &&
    (to === undefined || compare(text, to) < 0) &&
    (upTo === undefined || compare(text, upTo) <= 0) &&
    (contains === undefined || text.includes(contains)) &&
    (missing === undefined || (text === '') === missing)
  );
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
