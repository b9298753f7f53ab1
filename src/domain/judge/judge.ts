// The judge: an answer against what was expected, row by row or by a metric, as a verdict with its evidence.
import type { RequestRule } from '../challenge/challenge.ts';
import type { Verdict } from '../evidence/evidence.ts';
import { DEFAULT_TOLERANCE, firstMismatch, rowKey } from './compare.ts';
import type { CellRule, Mismatch, RowKey } from './compare.ts';
import type { Row } from '../text/row.ts';
import type { Unreadable } from '../text/read-csv.ts';
import { countsSilence, passes, predictionOf as kindOf, sameClass } from '../challenge/metric.ts';
import type { Metric, Prediction } from '../challenge/metric.ts';
import { isNumber } from '../challenge/number-sums.ts';
import type { Pair } from '../challenge/pair.ts';
import { saysNothing, tally, valueOf, type Statistics } from '../challenge/statistics.ts';
import { kindsOf, type ColumnKind } from '../text/column-kinds.ts';
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
  /** What is known of columns from all rows of the source; of the others the expected cells tell. */
  kinds?: Readonly<Record<string, ColumnKind>>;
  /** Words that stand for a missing value in this dataset. */
  missing?: readonly string[];
  due?: Date;
  /** The zone in which people are told times; UTC without. */
  zone?: string;
  metric?: { name: Metric; threshold: number; column: string };
};

/** A readable answer, or why it is not readable. */
export type Answer = { rows: readonly Row[] } | Unreadable;

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
  /** What the predictions are: of classes it may not be said which rows are right. */
  prediction?: Prediction;
  /** One sentence for the student. */
  message: string;
  /** Where the answer cannot be read. */
  line?: number;
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
  if ('unreadable' in answer) return unread(expectation, answer);
  const keyed = keyRows(answer.rows);
  if ('unreadable' in keyed) return unread(expectation, keyed);
  const judgement = blank(expectation, 'incorrect', '');
  judgement.submitted = answer.rows.length;
  judgement.duplicates = keyed.duplicates;
  const expected = new Map(expectation.expected.map((row) => [rowKey(row)!, row]));
  for (const key of keyed.rows.keys()) if (!expected.has(key)) judgement.extra.push(key);
  if (expectation.metric) judgePredictions(judgement, expected, keyed.rows, expectation.metric);
  else judgeRows(judgement, expected, keyed.rows, ruleOf(expectation));
  judgement.message = describe(judgement);
  return judgement;
}

function ruleOf({ expected, tolerance = DEFAULT_TOLERANCE, kinds, missing = [] }: Expectation): CellRule {
  return { tolerance, kinds: kindsOf(expected, kinds), missing: new Set(missing) };
}

function judgeRows(judgement: Judgement, expected: Map<RowKey, Row>, rows: Map<RowKey, Row>, rule: CellRule): void {
  for (const [key, row] of expected) {
    const submitted = rows.get(key);
    if (!submitted) {
      judgement.missing.push(key);
      continue;
    }
    const mismatch = firstMismatch(key, row, submitted, rule);
    if (mismatch) addMismatch(judgement, mismatch);
    else judgement.matches++;
  }
  const exact = judgement.extra.length === 0 && judgement.duplicates.length === 0;
  if (judgement.matches === 0) judgement.verdict = 'incorrect';
  else judgement.verdict = judgement.matches === expected.size && exact ? 'correct' : 'partial_correct';
}

/** The sums behind a judgement of predictions, apart from it: they name the hidden classes. */
export function measurePredictions({ expected, metric }: Expectation, answer: Answer): Statistics | undefined {
  if (!metric) return undefined;
  const keyed = 'rows' in answer ? keyRows(answer.rows) : answer;
  const rows = 'rows' in keyed ? keyed.rows : new Map<RowKey, Row>();
  return tally(metric.name, pairsOf(expected, rows, metric.column));
}

function pairsOf(expected: Iterable<Row>, rows: ReadonlyMap<RowKey, Row>, column: string): Pair[] {
  return [...expected].map((row) => {
    const submitted = rows.get(rowKey(row)!);
    return { label: row[column], prediction: submitted && predictionOf(submitted, column) };
  });
}

function judgePredictions(
  judgement: Judgement,
  expected: Map<RowKey, Row>,
  rows: Map<RowKey, Row>,
  metric: NonNullable<Expectation['metric']>,
): void {
  const pairs = pairsOf(expected.values(), rows, metric.column);
  for (const [index, key] of [...expected.keys()].entries()) {
    const { label, prediction } = pairs[index]!;
    if (!rows.has(key)) judgement.missing.push(key);
    else if (isUsable(metric.name, { label, prediction })) judgement.matches++;
    // The label stays hidden: a wrong prediction is named without it.
    else
      addMismatch(judgement, {
        row: key,
        key: metric.column,
        ...(prediction === undefined ? {} : { submitted: prediction }),
      });
  }
  const measured = tally(metric.name, pairs);
  judgement.prediction = kindOf(metric.name);
  const value = valueOf(metric.name, measured);
  const { missing, extra, duplicates, wrong } = judgement;
  const silent = pairs.filter(({ prediction }) => prediction === undefined || prediction === null).length;
  const unusable = kindOf(metric.name) !== 'class' ? wrong : countsSilence(metric.name) ? 0 : silent;
  const complete = missing.length + extra.length + duplicates.length + unusable === 0;
  // Labels that are all the same say nothing about a model: then an answer to every row is all that can be asked.
  const mute = measured.rows > 0 && saysNothing(metric.name, measured);
  if (value !== undefined && !mute)
    judgement.quality = { metric: metric.name, value, rows: measured.rows, threshold: metric.threshold };
  if (mute || (value !== undefined && passes(metric.name, value, metric.threshold)))
    judgement.verdict = complete ? 'correct' : 'partial_correct';
}

/** A class that is right; of the others, whatever can be measured. */
function isUsable(metric: Metric, pair: Pair): boolean {
  const kind = kindOf(metric);
  if (kind === 'class') return sameClass(pair);
  return kind === 'number' ? isNumber(pair.prediction) : tally(metric, [pair]).rows === 1 || isShare(pair.prediction);
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

/** A prediction stands under the target's name or under `prediction`. */
function predictionOf(row: Row, column: string): unknown {
  for (const key of [column, 'prediction']) if (Object.hasOwn(row, key) && row[key] !== null) return row[key];
  return undefined;
}

function keyRows(rows: readonly Row[]): { rows: Map<RowKey, Row>; duplicates: RowKey[] } | Unreadable {
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
  if (Array.isArray(value)) return value.slice(0, SHOWN_CELLS).map((item) => showable(item, depth + 1));
  const cells = Object.entries(value).slice(0, SHOWN_CELLS);
  return Object.fromEntries(cells.map(([key, inner]) => [key.slice(0, SHOWN_TEXT), showable(inner, depth + 1)]));
}

function unread(expectation: Expectation, { unreadable, line }: Unreadable): Judgement {
  return { ...blank(expectation, 'syntax_error', unreadable), ...(line === undefined ? {} : { line }) };
}

function blank(expectation: Expectation, verdict: Verdict, message: string): Judgement {
  const expected = expectation.expected.length;
  const lists = { missing: [], extra: [], duplicates: [], mismatches: [] };
  return { verdict, matches: 0, expected, submitted: 0, ...lists, wrong: 0, message };
}

function describe(judgement: Judgement): string {
  const { matches, expected, missing, extra, duplicates, wrong, quality, prediction } = judgement;
  const parts = [
    `${matches} of ${expected} rows ${prediction === undefined || prediction === 'class' ? 'are right' : 'were predicted'}`,
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
