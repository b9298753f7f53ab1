// Does a row meet the `where` of a release? Numbers compare as numbers, dates as moments, everything else as text.
import { type CellReader, plainCells } from './cell-reader.ts';
import type { ColumnTest, Condition, Scalar } from './dataset.ts';
import { compareExactly, isLongNumber } from './exact-number.ts';

type Cell = (column: string) => string;

/** True when every condition holds. `cell` gives the text of a column; what is missing is neither large nor small. */
export function meetsConditions(conditions: readonly Condition[], cell: Cell, cells: CellReader = plainCells): boolean {
  const holds = (test: ColumnTest): boolean => meets(test, cell(test.column), cells);
  return conditions.every((condition) => ('any' in condition ? condition.any.some(holds) : holds(condition)));
}

function meets(test: ColumnTest, text: string, cells: CellReader): boolean {
  const { is, in: among, not, from, above, to, upTo, contains, missing } = test;
  const equal = (value: Scalar): boolean => equals(text, value, cells);
  const against = (bound: string | number): number => compare(text, bound, test.column, cells);
  return (
    (is === undefined || equal(is)) &&
    (among === undefined || among.some(equal)) &&
    (not === undefined || !not.some(equal)) &&
    (from === undefined || against(from) >= 0) &&
    (above === undefined || against(above) > 0) &&
    (to === undefined || against(to) < 0) &&
    (upTo === undefined || against(upTo) <= 0) &&
    (contains === undefined || text.includes(contains)) &&
    (missing === undefined || cells.isMissing(text) === missing)
  );
}

function equals(text: string, value: Scalar, cells: CellReader): boolean {
  if (typeof value === 'number') return cells.number(text) === value;
  if (typeof value === 'boolean') return text.trim().toLowerCase() === String(value);
  if (text === value) return true;
  const plain = isLongNumber(value) ? cells.plain(text) : undefined;
  return plain !== undefined && compareExactly(plain, value) === 0;
}

/** Negative, 0, positive, or NaN when the two cannot be compared: then the row does not meet the condition. */
function compare(text: string, bound: string | number, column: string, cells: CellReader): number {
  if (cells.isMissing(text)) return Number.NaN;
  if (typeof bound === 'number') return (cells.number(text) ?? Number.NaN) - bound;
  if (!cells.isText(column)) {
    const plain = isLongNumber(bound) ? cells.plain(text) : undefined;
    if (plain !== undefined) return compareExactly(plain, bound);
    const boundDate = cells.date(bound);
    if (boundDate !== undefined) return (cells.date(text) ?? Number.NaN) - boundDate;
  }
  return text < bound ? -1 : text > bound ? 1 : 0;
}
