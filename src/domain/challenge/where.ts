// The `where` of a release: which rows it takes, and whether any row can be among them.
import { checkColumn } from './dataset.ts';
import type { TestPart, WherePart } from './schema-releases.ts';
import type { ColumnTest, Condition, Dataset, Scalar } from '../dataset/dataset.ts';
import type { DatasetColumn, DatasetFacts } from '../dataset/facts.ts';
import { cellReader, type CellReader } from '../dataset/cell-reader.ts';
import { compareExactly, isLongNumber } from '../dataset/exact-number.ts';
import { numberOf } from '../text/read-cell.ts';
import { checkUse } from './check-use.ts';
import type { Report } from '../text/report-problems.ts';
import type { Path } from '../text/yaml-source.ts';

export function readWhere(where: WherePart, path: Path, report: Report): Condition[] {
  return placed(where, path).map(([condition, at]) =>
    'any' in condition
      ? { any: condition.any.map((test, index) => readTest(test, [...at, 'any', index], report)) }
      : readTest(condition, at, report),
  );
}

type Part = TestPart | { any: TestPart[] };

function placed(where: WherePart, path: Path): [Part, Path][] {
  return Array.isArray(where) ? where.map((condition, index) => [condition, [...path, index]]) : [[where, path]];
}

function readTest(part: TestPart, at: Path, report: Report): ColumnTest {
  const { column } = part;
  const exact = <T extends Scalar>(value: T | undefined, ...key: Path): T | string | undefined =>
    exactly(value, [...at, ...key], report);
  const listed = (values: Scalar | Scalar[] | undefined, key: string): Scalar[] | undefined => {
    if (values === undefined) return undefined;
    return Array.isArray(values) ? values.map((value, index) => exact(value, key, index)!) : [exact(values, key)!];
  };
  const test: ColumnTest = clean({
    column,
    is: exact(part.is, 'is'),
    in: listed(part.in, 'in'),
    from: exact(part.from, 'from'),
    above: exact(part.above, 'above'),
    to: exact(part.to, 'to'),
    contains: part.contains,
    missing: part.missing,
    not: listed(part.not, 'not'),
    upTo: exact(part.up_to, 'up_to'),
  });
  if (Object.keys(test).length === 1) {
    const message = 'a condition must have `is`, `in`, `not`, `from`, `above`, `to`, `up_to`, `contains` or `missing`';
    report.error(at, 'empty-condition', message);
  }
  checkRange(test, at, report);
  return test;
}

/** A number of more digits than a double holds stays as it was written. */
function exactly<T extends Scalar>(value: T | undefined, at: Path, report: Report): T | string | undefined {
  const written = typeof value === 'number' ? report.written(at)?.replace(/^\+/, '') : undefined;
  return written !== undefined && isLongNumber(written) ? written : value;
}

/** The schema leaves absent keys as undefined; data that is stored and hashed must not have them. */
function clean<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never;
}

function checkRange({ from, above, to, upTo, missing, ...rest }: ColumnTest, at: Path, report: Report): void {
  const empty = (message: string): void => report.error(at, 'empty-condition', message);
  if (from !== undefined && above !== undefined) return empty('`from` and `above` exclude each other');
  if (to !== undefined && upTo !== undefined) return empty('`to` and `up_to` exclude each other');
  const low = from ?? above;
  const high = to ?? upTo;
  if (low !== undefined && high !== undefined) {
    const touching = from !== undefined && upTo !== undefined;
    if (isReversed(low, high) || (low === high && !touching)) {
      return empty(
        `no value is ${from === undefined ? 'above' : 'at least'} ${low} and ${to === undefined ? 'at most' : 'less than'} ${high}`,
      );
    }
  }
  const says = low ?? high ?? rest.is ?? rest.in ?? rest.contains;
  if (missing === true && says !== undefined) empty('a missing value meets no other condition');
}

function isReversed(low: string | number, high: string | number): boolean {
  const numbers = [low, high].map((bound) =>
    typeof bound === 'number' || isLongNumber(bound) ? String(bound) : undefined,
  );
  const [from, to] = numbers;
  if (from !== undefined && to !== undefined) return compareExactly(from, to) > 0;
  return typeof low !== typeof high || low > high;
}

/** Whether the columns are there, and hold what the conditions compare them with. */
export function checkWhere(
  where: readonly Condition[],
  path: Path,
  { dataset, facts }: { dataset: Dataset | undefined; facts: DatasetFacts | undefined },
  report: Report,
): void {
  const cells = cellReader(dataset ?? {});
  for (const [index, condition] of where.entries()) {
    const tests = 'any' in condition ? condition.any : [condition];
    const at = report.lacks([...path, index]) ? path : [...path, index];
    for (const [place, test] of tests.entries()) {
      const here = 'any' in condition ? [...at, 'any', place] : at;
      checkColumn(test.column, here, 'where', facts, report);
      const column = facts?.columns.find(({ name }) => name === test.column);
      if (comparesKinds(test, cells))
        checkUse(test.column, 'where', here, { source: dataset?.source ?? '', facts }, report);
      checkKind(test, here, { column, cells }, report);
    }
  }
}

const bounds = { from: 'from', above: 'above', to: 'to', upTo: 'up_to' } as const;

/** True for a test of numbers or moments: of texts, the kind of the column does not matter. */
function comparesKinds(test: ColumnTest, cells: CellReader): boolean {
  const bounded = Object.keys(bounds).some((key) => test[key as keyof typeof bounds] !== undefined);
  const values = [test.is, ...(test.in ?? []), ...(test.not ?? [])];
  return !cells.isText(test.column) && (bounded || values.some((value) => typeof value === 'number'));
}

function checkKind(
  test: ColumnTest,
  at: Path,
  { column, cells }: { column: DatasetColumn | undefined; cells: CellReader },
  report: Report,
): void {
  for (const [key, written] of Object.entries(bounds)) {
    const bound = test[key as keyof typeof bounds];
    if (bound === undefined || (column?.kind !== 'number' && column?.kind !== 'date')) continue;
    const fits =
      column.kind === 'number'
        ? typeof bound === 'number' || isLongNumber(bound)
        : typeof bound === 'string' && cells.date(bound) !== undefined;
    if (fits) continue;
    const quoted = column.kind === 'number' && typeof bound === 'string' && numberOf(bound) !== undefined;
    const hint = quoted ? 'write it without quotes' : column.kind === 'date' ? 'such as `2027-01-31`' : undefined;
    const message = `\`${test.column}\` holds ${column.kind}s, which cannot be compared with \`${bound}\``;
    report.error([...at, written], 'condition-kind', message, hint);
  }
}
