// Holds a table against a suite: the kinds of expectation that courses use; others are named, not guessed.
import type { Expectation, ExpectationSuite } from './read-expectations.ts';

export type Table = { columns: string[]; rows: Record<string, unknown>[] };
export type ExpectationOutcome = { expectation: Expectation; state: 'met' | 'broken' | 'unknown'; text: string };

export function checkExpectations(suite: ExpectationSuite, table: Table): ExpectationOutcome[] {
  return suite.expectations.map((expectation) => {
    const problem = findProblem(expectation, table);
    const subject = expectation.column ?? 'the table';
    if (problem === undefined) return { expectation, state: 'unknown', text: `${expectation.type} is not known here` };
    return problem === ''
      ? { expectation, state: 'met', text: `${subject}: as expected` }
      : { expectation, state: 'broken', text: `${subject}: ${problem}` };
  });
}

/** Empty when met, undefined when the kind is not known. */
function findProblem({ type, column, kwargs }: Expectation, table: Table): string | undefined {
  if (type === 'expect_table_columns_to_match_ordered_list') return matchColumns(kwargs['column_list'], table.columns);
  if (type === 'expect_table_row_count_to_be_between')
    return outside(table.rows.length, kwargs) ? 'another number of rows' : '';
  if (column === undefined) return undefined;
  if (type === 'expect_column_to_exist') return table.columns.includes(column) ? '' : 'there is no such column';
  const test = tests[type];
  if (test === undefined) return undefined;
  if (!table.columns.includes(column)) return 'there is no such column';
  const all = table.rows.map((row) => row[column]);
  // Great Expectations leaves missing values out, except where missing is the question.
  const values = type === 'expect_column_values_to_not_be_null' ? all : all.filter((value) => !isMissing(value));
  const times = new Map<unknown, number>();
  for (const value of values) times.set(value, (times.get(value) ?? 0) + 1);
  const bad = values.filter((value) => !test(value, kwargs, times));
  const mostly = typeof kwargs['mostly'] === 'number' ? kwargs['mostly'] : 1;
  if (values.length === 0 || (values.length - bad.length) / values.length >= mostly) return '';
  return `${bad.length} of ${values.length} values, such as ${JSON.stringify(bad[0] ?? null)}`;
}

type Test = (value: unknown, kwargs: Record<string, unknown>, times: ReadonlyMap<unknown, number>) => boolean;

const tests: Record<string, Test | undefined> = {
  expect_column_values_to_not_be_null: (value) => !isMissing(value),
  expect_column_values_to_be_unique: (value, _kwargs, times) => times.get(value) === 1,
  expect_column_values_to_be_between: (value, kwargs) => typeof value === 'number' && !outside(value, kwargs),
  expect_column_values_to_be_in_set: (value, { value_set: set }) => Array.isArray(set) && set.includes(value),
  expect_column_values_to_be_of_type: (value, { type_: type }) => isOfType(value, String(type)),
};

function outside(value: number, kwargs: Record<string, unknown>): boolean {
  const { min_value: min, max_value: max, strict_min: strictMin, strict_max: strictMax } = kwargs;
  const low = typeof min === 'number' && (value < min || (strictMin === true && value === min));
  const high = typeof max === 'number' && (value > max || (strictMax === true && value === max));
  return low || high;
}

/** pandas' names: a column of whole numbers is int64; the same with a fraction or a gap is float64. */
function isOfType(value: unknown, type: string): boolean {
  if (/^u?int\d*$/i.test(type)) return Number.isInteger(value);
  if (/^(?:float\d*|number|double)$/i.test(type)) return typeof value === 'number';
  if (/^bool(?:ean)?$/i.test(type)) return typeof value === 'boolean';
  return typeof value === 'string';
}

function matchColumns(wanted: unknown, found: string[]): string {
  const list = Array.isArray(wanted) ? wanted.map(String) : [];
  if (JSON.stringify(list) === JSON.stringify(found)) return '';
  const missing = list.filter((name) => !found.includes(name));
  const extra = found.filter((name) => !list.includes(name));
  if (missing.length === 0 && extra.length === 0) return 'the columns are in another order';
  return [...missing.map((name) => `no column ${name}`), ...extra.map((name) => `another column ${name}`)].join(', ');
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined || value === '' || Number.isNaN(value);
}
