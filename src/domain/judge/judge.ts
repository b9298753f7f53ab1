// The judge: an answer against what was expected, row by row or by a metric, as a verdict with its evidence.
import type { RequestRule } from '../challenge/challenge.ts';
import type { Verdict } from '../evidence/evidence.ts';
import { DEFAULT_TOLERANCE, firstMismatch, rowKey } from './compare.ts';
import type { Mismatch, RowKey } from './compare.ts';
import type { Row } from '../text/row.ts';
import { isFiniteNumber, isRegression, measure, passes, sameClass } from '../challenge/metric.ts';
import type { Metric, Pair } from '../challenge/metric.ts';
import { sayDuration, sayInstant } from '../time/say-time.ts';

export const REQUEST_KINDS: readonly RequestRule['kind'][] = [
  'data_validation',
  'batch_prediction',
  'calculated_feature',
];

/** What the judge needs to know of a request. With `metric`, predictions are measured; without, rows are compared. */
export type Expectation = {
  kind: RequestRule['kind'];
  expected: readonly Row[];
  tolerance?: number;
  due?: Date;
  /** The zone in which people are told times; UTC without. */
  zone?: string;
  metric?: { name: Metric; threshold: number; column: string };
};

/** A readable answer, or why it is not readable. */
export type Answer = { rows: readonly Row[] } | { unreadable: string };

export type Judgement = {
  verdict: Verdict;
  matches: number;
  /** How many rows were expected and submitted. */
  expected: number;
  submitted: number;
  missing: RowKey[];
  extra: RowKey[];
  duplicates: RowKey[];
  /** The first differing cell of each wrong row, at most `MISMATCH_LIMIT` of them; `wrong` counts all. */
  mismatches: Mismatch[];
  wrong: number;
  quality?: { metric: Metric; value: number; rows: number; threshold: number };
  /** One sentence for the student. */
  message: string;
};

const MISMATCH_LIMIT = 1000;

/** The verdict on an answer that GitHub received at `receivedAt`. A late answer is compared all the same, but does not count. */
export function judge(expectation: Expectation, answer: Answer, receivedAt?: Date): Judgement {
  const judged = judgeContent(expectation, answer);
  const { due, zone = 'UTC' } = expectation;
  if (!due || !receivedAt || receivedAt.getTime() <= due.getTime()) return judged;
  const late = sayDuration(Math.max(1000, receivedAt.getTime() - due.getTime()));
  return {
    ...judged,
    verdict: 'deadline_exceeded',
    message: `GitHub received the answer on ${sayInstant(receivedAt, zone)}, ${late} after the deadline ${sayInstant(due, zone)}.`,
  };
}

/** The verdict while there is no answer: pending, or over. */
export function judgeSilence(expectation: Expectation, now: Date): Judgement {
  const { due, zone = 'UTC' } = expectation;
  const over = due !== undefined && now.getTime() > due.getTime();
  const message = over ? `No answer arrived before the deadline ${sayInstant(due, zone)}.` : 'Waiting for an answer.';
  return { ...blank(expectation, over ? 'deadline_exceeded' : 'pending', message) };
}

function judgeContent(expectation: Expectation, answer: Answer): Judgement {
  if ('unreadable' in answer) return blank(expectation, 'syntax_error', answer.unreadable);
  const keyed = keyRows(answer.rows);
  if ('unreadable' in keyed) return blank(expectation, 'syntax_error', keyed.unreadable);
  const judgement = blank(expectation, 'incorrect', '');
  judgement.submitted = answer.rows.length;
  judgement.duplicates = keyed.duplicates;
  const expected = new Map(expectation.expected.map((row) => [rowKey(row)!, row]));
  for (const key of keyed.rows.keys()) if (!expected.has(key)) judgement.extra.push(key);
  if (expectation.metric) judgePredictions(judgement, expected, keyed.rows, expectation.metric);
  else judgeRows(judgement, expected, keyed.rows, expectation.tolerance ?? DEFAULT_TOLERANCE);
  judgement.message = describe(judgement);
  return judgement;
}

function judgeRows(judgement: Judgement, expected: Map<RowKey, Row>, rows: Map<RowKey, Row>, tolerance: number): void {
  for (const [key, row] of expected) {
    const submitted = rows.get(key);
    if (!submitted) {
      judgement.missing.push(key);
      continue;
    }
    const mismatch = firstMismatch(key, row, submitted, tolerance);
    if (mismatch) addMismatch(judgement, mismatch);
    else judgement.matches++;
  }
  const exact = judgement.extra.length === 0 && judgement.duplicates.length === 0;
  if (judgement.matches === 0) judgement.verdict = 'incorrect';
  else judgement.verdict = judgement.matches === expected.size && exact ? 'correct' : 'partial_correct';
}

function judgePredictions(
  judgement: Judgement,
  expected: Map<RowKey, Row>,
  rows: Map<RowKey, Row>,
  metric: NonNullable<Expectation['metric']>,
): void {
  const pairs: Pair[] = [];
  for (const [key, row] of expected) {
    const label = row[metric.column];
    const submitted = rows.get(key);
    const prediction = submitted && predictionOf(submitted, metric.column);
    pairs.push({ label, prediction });
    if (!submitted) judgement.missing.push(key);
    else if (isRegression(metric.name) ? isFiniteNumber(prediction) : sameClass({ label, prediction }))
      judgement.matches++;
    // The label stays hidden: a wrong prediction is named without it.
    else
      addMismatch(judgement, {
        row: key,
        key: metric.column,
        ...(prediction === undefined ? {} : { submitted: prediction }),
      });
  }
  const value = measure(metric.name, pairs);
  if (value === undefined) return;
  const answered = pairs.filter((pair) => pair.prediction !== undefined).length;
  judgement.quality = { metric: metric.name, value, rows: answered, threshold: metric.threshold };
  const unusable = isRegression(metric.name) ? judgement.wrong : 0;
  const complete = judgement.missing.length + judgement.extra.length + judgement.duplicates.length + unusable === 0;
  if (passes(metric.name, value, metric.threshold)) judgement.verdict = complete ? 'correct' : 'partial_correct';
}

/** A prediction stands under the target's name or under `prediction`. */
function predictionOf(row: Row, column: string): unknown {
  for (const key of [column, 'prediction']) if (Object.hasOwn(row, key) && row[key] !== null) return row[key];
  return undefined;
}

function keyRows(rows: readonly Row[]): { rows: Map<RowKey, Row>; duplicates: RowKey[] } | { unreadable: string } {
  const keyed = new Map<RowKey, Row>();
  const duplicates = new Set<RowKey>();
  for (const [index, row] of rows.entries()) {
    const key = rowKey(row);
    if (key === undefined) return { unreadable: keyProblem(row, index) };
    if (keyed.has(key)) duplicates.add(key);
    // Of a row given twice the last one is compared, whole: no mixing of guesses.
    keyed.set(key, row);
  }
  return { rows: keyed, duplicates: [...duplicates] };
}

function keyProblem(row: Row, index: number): string {
  if (!Object.hasOwn(row, 'row')) return `Entry ${index + 1} has no "row": each one must say which row it answers.`;
  return `Entry ${index + 1} has a "row" that is neither text nor an exact number.`;
}

function addMismatch(judgement: Judgement, mismatch: Mismatch): void {
  judgement.wrong++;
  if (judgement.mismatches.length >= MISMATCH_LIMIT) return;
  const shown = { ...mismatch };
  for (const side of ['expected', 'submitted'] as const) if (side in shown) shown[side] = showable(shown[side], 0);
  judgement.mismatches.push(shown);
}

const SHOWN_TEXT = 200;
const SHOWN_CELLS = 20;
const SHOWN_DEPTH = 4;

/** A cell cut to a size that can be stored and shown: an answer may nest a million lists or be one endless text. */
function showable(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.length > SHOWN_TEXT ? `${value.slice(0, SHOWN_TEXT)}…` : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= SHOWN_DEPTH) return '…';
  if (Array.isArray(value)) return value.slice(0, SHOWN_CELLS).map((one) => showable(one, depth + 1));
  const cells = Object.entries(value).slice(0, SHOWN_CELLS);
  return Object.fromEntries(cells.map(([key, one]) => [key.slice(0, SHOWN_TEXT), showable(one, depth + 1)]));
}

function blank(expectation: Expectation, verdict: Verdict, message: string): Judgement {
  const expected = expectation.expected.length;
  const lists = { missing: [], extra: [], duplicates: [], mismatches: [] };
  return { verdict, matches: 0, expected, submitted: 0, ...lists, wrong: 0, message };
}

function describe(judgement: Judgement): string {
  const { matches, expected, missing, extra, duplicates, wrong, quality } = judgement;
  const parts = [
    `${matches} of ${expected} rows ${quality && isRegression(quality.metric) ? 'were predicted' : 'are right'}`,
  ];
  if (wrong > 0) parts.push(`${wrong} differ`);
  if (missing.length > 0) parts.push(`${missing.length} missing`);
  if (extra.length > 0) parts.push(`${extra.length} not asked for`);
  if (duplicates.length > 0) parts.push(`${duplicates.length} given more than once`);
  if (quality) parts.push(`${quality.metric} ${round(quality.value)} against ${round(quality.threshold)}`);
  return `${parts.join(', ')}.`;
}

function round(value: number): string {
  return String(Math.round(value * 10_000) / 10_000);
}
