// Reads a judge's request (what was asked, with the expected rows) from JSON, reporting every mistake at once.
import { rowKey } from './compare.ts';
import { parseExact } from '../text/parse-exact.ts';
import type { Row } from '../text/row.ts';
import { isMetric, METRICS } from '../challenge/metric.ts';
import { REQUEST_KINDS } from './judge.ts';
import type { Expectation } from './judge.ts';
import type { Problem } from '../text/problem.ts';
import type { ProblemCode } from '../text/problem-codes.ts';

type Report = (code: ProblemCode, message: string, hint?: string) => void;

/** The expectation in a request's JSON text, or the problems that stand in the way. */
export function readExpectation(text: string, file: string): Expectation | { problems: Problem[] } {
  const problems: Problem[] = [];
  const report: Report = (code, message, hint) => {
    problems.push({ file, line: 1, column: 1, level: 'error', code, message, ...(hint ? { hint } : {}) });
  };
  const value = parseObject(text, report);
  if (!value) return { problems };
  const expectation = readFields(value, report);
  return problems.length > 0 ? { problems } : expectation;
}

function parseObject(text: string, report: Report): Row | undefined {
  try {
    const value = parseExact(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Row;
    report('request-not-object', 'a request is a JSON object');
  } catch {
    report('request-not-json', 'the request is not JSON');
  }
  return undefined;
}

function readFields(value: Row, report: Report): Expectation {
  const kind = own(value, 'kind') as Expectation['kind'];
  if (!REQUEST_KINDS.includes(kind)) {
    report('request-kind', `kind must be one of ${REQUEST_KINDS.join(', ')}`);
  }
  const expectation: Expectation = { kind, expected: readExpected(own(value, 'expected'), report) };
  const tolerance = own(value, 'tolerance');
  if (tolerance !== undefined && tolerance !== null) {
    if (typeof tolerance === 'number' && tolerance >= 0 && Number.isFinite(tolerance))
      expectation.tolerance = tolerance;
    else report('request-tolerance', 'tolerance must be a number of at least 0');
  }
  const due = own(value, 'due') ?? own(value, 'deadline');
  if (due !== undefined && due !== null) {
    const date = readInstant(due);
    if (date) expectation.due = date;
    else report('request-due', 'due must be an ISO 8601 time with a zone', 'for example 2027-01-13T09:00:00Z');
  }
  const missing = own(value, 'missing');
  if (Array.isArray(missing) && missing.every((word) => typeof word === 'string')) expectation.missing = missing;
  else if (missing !== undefined && missing !== null) report('request-missing', 'missing must be a list of words');
  readMetric(value, expectation, report);
  return expectation;
}

function readExpected(value: unknown, report: Report): Row[] {
  if (!Array.isArray(value)) {
    report('request-expected', 'expected must be a list of rows');
    return [];
  }
  const seen = new Set<unknown>();
  for (const [index, row] of value.entries()) {
    const key = typeof row === 'object' && row !== null && !Array.isArray(row) ? rowKey(row as Row) : undefined;
    if (key === undefined)
      report('request-row', `entry ${index + 1} of expected needs a "row": text or an exact number`);
    else if (seen.has(key)) report('request-row-twice', `expected has the row ${JSON.stringify(key)} twice`);
    seen.add(key);
  }
  return value as Row[];
}

function readMetric(value: Row, expectation: Expectation, report: Report): void {
  const name = own(value, 'metric');
  if (name === undefined || name === null) return;
  const threshold = own(value, 'threshold');
  const column = own(value, 'target') ?? 'prediction';
  if (!isMetric(name)) report('request-metric', `metric must be one of ${METRICS.join(', ')}`);
  else if (typeof threshold !== 'number') report('request-threshold', 'a metric needs a threshold, a number');
  else if (typeof column !== 'string') report('request-target', 'target must be the name of a column');
  else expectation.metric = { name, threshold, column };
}

/** An ISO time with a zone, or milliseconds since 1970 (as imported requests have it). */
export function readInstant(value: unknown): Date | undefined {
  const zoned = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:?\d{2})$/.test(value);
  if (!zoned && typeof value !== 'number') return undefined;
  const date = new Date(value as string | number);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function own(value: Row, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
