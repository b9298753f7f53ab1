// A request to one student: which rows, drawn by seed, what is asked in public, and what only the judge may see.
import type { StudentRequest } from './student-request.ts';
import { createHash } from 'node:crypto';
import type { Challenge, RequestRule } from '../challenge/challenge.ts';
import { parseFormula } from '../text/formula.ts';
import type { Formula } from '../text/formula.ts';
import type { Row } from '../text/row.ts';
import { isMetric } from '../challenge/metric.ts';
import type { Metric } from '../challenge/metric.ts';
import type { Expectation } from '../judge/judge.ts';
import { cellReader, type CellWords } from '../dataset/cell-reader.ts';
import type { DatasetColumn } from '../dataset/facts.ts';
import { isBoolean, numberOf } from '../text/read-cell.ts';
import type { ColumnKind } from '../text/column-kinds.ts';
import { addSpan } from '../time/calendar.ts';
import { nameRequest } from './request-name.ts';
import { answerExample, answerSchema, describeRequest } from './request-wording.ts';
import { permutation, seedOf, unit } from '../dataset/sample.ts';

/** Where a request is about: one release as this owner received it, and the rule that asks. */
export type RequestPlace = {
  challenge: Pick<Challenge, 'name' | 'quality' | 'dataset'>;
  rule: RequestRule;
  /** Index of the rule in the challenge. */
  ruleIndex: number;
  owner: string;
  release: string;
  /** Counts random requests of one rule; 0 for those on a release. */
  turn: number;
  /** The how manieth of its kind in the repository, for its name. */
  number?: number;
  file: string;
  asked: Date;
  /** Of the course: people are told times in it. */
  zone: string;
  columns?: readonly DatasetColumn[];
};

/** Cells as the dataset's text has them. */
export type TextRow = Readonly<Record<string, string>>;

export type IssuedRequest = { request: StudentRequest; expectation: Expectation };

/** Deterministic, so that asking twice asks the same. */
export function requestId({ challenge, ruleIndex, owner, release, turn }: RequestPlace): string {
  const text = JSON.stringify([challenge.name, ruleIndex, owner, release, turn]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Which of `available` rows are asked about: distinct, in order; seeded by rule, owner, release and turn. */
export function drawRows(place: RequestPlace, available: number): number[] {
  const seed = seedOf('request', place.rule.seed, requestId(place));
  const { min, max } = place.rule.rows;
  const count = Math.min(available, min + Math.floor(unit(seed, 0) * (max - min + 1)));
  const at = permutation(seed, available);
  return Array.from({ length: count }, (_, index) => at(index)).sort((a, b) => a - b);
}

/**
 * When random requests are made: the first one `every` after `from`, each next one `every` later, up to `to`. A pure
 * function of the seed: any process finds the same times.
 */
export function randomTimes(seed: number, every: { min: number; max: number }, from: Date, to: Date): Date[] {
  const times: Date[] = [];
  let at = from.getTime();
  for (let turn = 0; ; turn++) {
    at += Math.round(every.min + unit(seed, turn, 1) * (every.max - every.min));
    if (at > to.getTime() || every.max <= 0) return times;
    times.push(new Date(at));
  }
}

/**
 * The request about `rows`, which stand at the indices that `drawRows` gave: in the student's file, or, for predictions,
 * among the held-out rows. Held-out rows are renumbered, so that their number reveals nothing.
 */
export function issueRequest(place: RequestPlace, items: readonly number[], rows: readonly TextRow[]): IssuedRequest {
  const id = requestId(place);
  const { rule, challenge, release, asked, zone } = place;
  const due = addSpan(asked, rule.due, zone);
  const missing = challenge.dataset.missing ?? [];
  const typed = typeRows(rows, { words: challenge.dataset, columns: place.columns ?? [] });
  const called = place.number === undefined ? {} : { name: nameRequest(rule.kind, place.number, release) };
  const common = { version: 1 as const, id, ...called, challenge: challenge.name, release, kind: rule.kind };
  const terms = {
    asked: asked.toISOString(),
    due: due.toISOString(),
    attempts: rule.attempts,
    tolerance: rule.tolerance,
  };
  const { expectation, parts } = contentOf(place, items, typed);
  const schema = answerSchema(expectation.expected, rule.kind);
  const answer = { path: `answers/${id}.json`, schema, example: answerExample(expectation.expected, rule.kind) };
  const request = { ...common, ...terms, ...parts, answer };
  return {
    request: { ...request, ask: describeRequest(request, zone) },
    expectation: { ...expectation, due, zone, tolerance: rule.tolerance, ...(missing.length > 0 ? { missing } : {}) },
  };
}

type Content = { expectation: Expectation; parts: Partial<StudentRequest> };

function contentOf(place: RequestPlace, items: readonly number[], rows: readonly Row[]): Content {
  const { rule, file } = place;
  if (rule.kind === 'batch_prediction') return predictionContent(place, rows);
  if (rule.kind === 'data_validation') {
    const expected = rows.map((row, index) => ({ row: items[index]!, ...withoutKey(row) }));
    const kinds = mixedColumns(rows);
    return { expectation: { kind: rule.kind, expected, kinds }, parts: { file, items: [...items] } };
  }
  const formula = parseFormula(rule.formula ?? '');
  if ('problem' in formula) throw new TypeError(`a formula that was not checked: ${formula.problem}`);
  const expected = computeFeature(formula, rows).map((value, index) => ({
    row: items[index]!,
    [formula.feature]: value,
  }));
  const parts = { file, items: [...items], feature: formula.feature, formula: rule.formula! };
  const kinds = { [formula.feature]: 'decimal' as const };
  return { expectation: { kind: rule.kind, expected, kinds }, parts };
}

/** The feature of each row; null where a cell is missing or the formula has no value. */
export function computeFeature(formula: Formula, rows: readonly Row[]): (number | null)[] {
  return rows.map((row) =>
    formula.compute((column) => {
      const value = Object.hasOwn(row, column) ? row[column] : undefined;
      if (typeof value === 'boolean') return Number(value);
      return typeof value === 'number' ? value : null;
    }),
  );
}

function predictionContent({ challenge, rule }: RequestPlace, rows: readonly Row[]): Content {
  const target = challenge.dataset.target ?? 'target';
  const expected = rows.map((row, index) => ({ row: index, [target]: row[target] ?? null }));
  const instances = rows.map((row, index) => {
    const { [target]: _label, ...features } = row;
    return { row: index, ...withoutKey(features) };
  });
  const metric = metricFor(
    rule,
    challenge.quality,
    expected.map((row) => row[target]),
  );
  return {
    expectation: { kind: rule.kind, expected, metric: { ...metric, column: target } },
    parts: { instances, target, metric: metric.name, threshold: metric.threshold },
  };
}

/** The rule's metric, else the challenge's, else accuracy of at least 0.5 for classes and r2 of at least 0 for numbers. */
export function metricFor(
  rule: Pick<RequestRule, 'metric' | 'threshold'>,
  quality: Challenge['quality'],
  labels: readonly unknown[],
): { name: Metric; threshold: number } {
  const numbers = labels.every((label) => typeof label === 'number');
  const usual: Metric = numbers ? 'r2' : 'accuracy';
  const name = rule.metric ?? quality?.metric ?? usual;
  const metric = isMetric(name) ? name : usual;
  const stated = quality?.metric === metric ? quality.pass : undefined;
  return { name: metric, threshold: rule.threshold ?? stated ?? (numbers ? 0 : 0.5) };
}

export type CellReading = {
  /** What the source says of its columns, from all rows: so that the same cell reads the same in every request. */
  columns?: readonly DatasetColumn[];
  /** How the dataset writes its cells: what is missing, decimals and thousands. */
  words?: Omit<CellWords, 'missing'> & { missing?: readonly string[] };
};

/**
 * Cells as JSON: a column of numbers becomes numbers, one of true and false booleans, a missing cell null.
 * A column that holds other text, too, stays as it is.
 */
export function typeRows(rows: readonly TextRow[], { columns = [], words = {} }: CellReading = {}): Row[] {
  const { missing = [], decimal, thousands } = words;
  const cells = cellReader({
    missing: [...missing],
    ...(decimal === undefined ? {} : { decimal }),
    ...(thousands === undefined ? {} : { thousands }),
  });
  const known = new Map(columns.map(({ name, kind }) => [name, kind]));
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const readers = names.map((column) => {
    const filled = rows.map((row) => row[column] ?? '').filter((cell) => !cells.isMissing(cell));
    if (filled.every(isBoolean) && known.get(column) !== 'text')
      return (cell: string): unknown => cell.trim().toLowerCase() === 'true';
    const kind = known.get(column);
    const exact = (cell: string): number | undefined => exactNumber(cells.plain(cell));
    const numbers = kind === undefined ? filled.every((cell) => exact(cell) !== undefined) : kind === 'number';
    return (cell: string): unknown => (numbers ? (exact(cell) ?? cell) : cell);
  });
  return rows.map((row) =>
    Object.fromEntries(
      names.flatMap((column, index) => {
        if (!Object.hasOwn(row, column)) return [];
        const cell = row[column]!;
        return [[column, cells.isMissing(cell) ? null : readers[index]!(cell)]];
      }),
    ),
  );
}

/** Digits with a zero before them are a name, and so is a number that is too large to be exact. */
function exactNumber(cell: string | undefined): number | undefined {
  const value = cell === undefined || /^\s*[+-]?0\d/.test(cell) ? undefined : numberOf(cell);
  return value !== undefined && Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : value;
}

/** Columns of text in which some cells look like numbers: whoever reads them with another tool gets those. */
function mixedColumns(rows: readonly Row[]): Record<string, ColumnKind> {
  const looks = (cell: unknown): boolean => typeof cell === 'string' && numberOf(cell) !== undefined;
  const columns = rows.flatMap((row) => Object.keys(row).filter((column) => looks(row[column])));
  return Object.fromEntries(columns.map((column) => [column, 'mixed']));
}

/** A column of the data that is itself called `row` would collide with the key; it is not asked for. */
function withoutKey(row: Row): Row {
  const { row: _key, ...rest } = row;
  return rest;
}
