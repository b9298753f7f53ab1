// Reads a Great Expectations suite (0.x and 1.x forms) or the result of validating one.
import { parsePythonJson } from '../text/python-json.ts';
import { scalarText } from '../text/scalar-text.ts';

export type Expectation = { type: string; column?: string; kwargs: Record<string, unknown> };
export type ExpectationSuite = {
  name: string;
  version?: string;
  expectations: Expectation[];
  /** Columns that at least one expectation is about. */
  columns: string[];
};
export type ValidationResult = { suite: string; evaluated: number; successful: number; failed: Expectation[] };

type Json = Record<string, unknown>;

export function readSuite(text: string): ExpectationSuite | { unreadable: string } {
  const value = parse(text);
  if (!value || !Array.isArray(value['expectations'])) return { unreadable: 'not an expectation suite' };
  const expectations = value['expectations'].map(toExpectation).filter((expectation) => expectation !== undefined);
  const version = record(value['meta'])['great_expectations_version'];
  const listed = expectations.flatMap(({ kwargs }) =>
    Array.isArray(kwargs['column_list']) ? kwargs['column_list'] : [],
  );
  const columns = [
    ...listed.map(scalarText),
    ...expectations.flatMap(({ column }) => (column === undefined ? [] : [column])),
  ];
  return {
    name: scalarText(value['expectation_suite_name'] ?? value['name']),
    ...(typeof version === 'string' ? { version } : {}),
    expectations,
    columns: [...new Set(columns)],
  };
}

function toExpectation(value: unknown): Expectation | undefined {
  const { expectation_type: old, type = old, kwargs } = record(value);
  if (typeof type !== 'string') return undefined;
  const { column } = record(kwargs);
  return { type, ...(typeof column === 'string' ? { column } : {}), kwargs: record(kwargs) };
}

function parse(text: string): Json | undefined {
  const parsed = parsePythonJson(text);
  return 'value' in parsed ? record(parsed.value) : undefined;
}

const record = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
