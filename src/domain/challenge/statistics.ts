// What is kept of a measurement so that many of them can be graded as one: sums that add up, whatever the metric.
import { countClasses, meanOver, mergeClasses, type ClassCounts } from './class-counts.ts';
import type { Pair } from './pair.ts';
import { isNumber, mergeNumbers, sumNumbers, type NumberSums } from './number-sums.ts';
import { areaUnder, mergeScores, sumScores, type ScoreSums } from './score-sums.ts';

/** `asked` rows, of which `rows` have an answer that the metric can use. */
export type Statistics = { metric: string; asked: number; rows: number } & (
  | { of: 'classes'; classes: ClassCounts }
  | { of: 'numbers'; numbers: NumberSums }
  | { of: 'scores'; scores: ScoreSums }
);

type Kind = Statistics['of'];
const numbers = new Set(['mae', 'rmse', 'r2', 'mape']);
const scores = new Set(['auc', 'log_loss']);

function kindOf(metric: string): Kind {
  if (numbers.has(metric)) return 'numbers';
  return scores.has(metric) ? 'scores' : 'classes';
}

export function tally(metric: string, pairs: readonly Pair[]): Statistics {
  const asked = pairs.length;
  const kind = kindOf(metric);
  if (kind === 'classes') {
    const rows = pairs.filter(({ prediction }) => prediction !== undefined && prediction !== null).length;
    return { metric, of: kind, asked, rows, classes: countClasses(pairs) };
  }
  if (kind === 'scores') {
    const sums = sumScores(pairs);
    return { metric, of: kind, asked: sums.asked, rows: sums.rows, scores: sums };
  }
  const usable = pairs.filter(
    (pair): pair is { label: number; prediction: number } => isNumber(pair.label) && isNumber(pair.prediction),
  );
  return { metric, of: kind, asked, rows: usable.length, numbers: sumNumbers(usable) };
}

/** Of measurements of the same kind; those of another kind than the first are left out. */
export function merge(all: readonly Statistics[]): Statistics | undefined {
  return all.reduce<Statistics | undefined>(
    (sum, statistics) => (sum === undefined ? statistics : add(sum, statistics)),
    undefined,
  );
}

function add(a: Statistics, b: Statistics): Statistics {
  const size = { metric: a.metric, asked: a.asked + b.asked, rows: a.rows + b.rows };
  if (a.of === 'classes' && b.of === 'classes')
    return { ...size, of: 'classes', classes: mergeClasses(a.classes, b.classes) };
  if (a.of === 'numbers' && b.of === 'numbers')
    return { ...size, of: 'numbers', numbers: mergeNumbers(a.numbers, b.numbers) };
  if (a.of === 'scores' && b.of === 'scores') return { ...size, of: 'scores', scores: mergeScores(a.scores, b.scores) };
  return a;
}

/** The value of the metric; undefined where there is none, as an area under one class alone. */
export function valueOf(metric: string, statistics: Statistics): number | undefined {
  if (statistics.asked === 0) return undefined;
  if (statistics.of === 'classes') return classValue(metric, statistics.asked, statistics.classes);
  if (statistics.rows === 0) return undefined;
  if (statistics.of === 'scores') {
    return metric === 'auc' ? areaUnder(statistics.scores) : statistics.scores.loss / statistics.rows;
  }
  const { absolute, squared, relative, spread } = statistics.numbers;
  if (metric === 'mae') return absolute / statistics.rows;
  if (metric === 'mape') return relative / statistics.rows;
  if (metric === 'rmse') return Math.sqrt(squared / statistics.rows);
  if (isConstant(statistics.numbers)) return squared === 0 ? 1 : 0;
  return 1 - squared / spread;
}

/** Whether labels like these cannot tell a good model from a bad one by this metric. */
export function saysNothing(metric: string, statistics: Statistics): boolean {
  if (statistics.of === 'numbers') return metric === 'r2' && isConstant(statistics.numbers);
  return valueOf(metric, statistics) === undefined;
}

/** All the same but for rounding: ten times 0.1 have a mean that is not 0.1. */
function isConstant({ least, most }: NumberSums): boolean {
  return most - least <= 1e-12 * Math.max(Math.abs(most), Math.abs(least));
}

function classValue(metric: string, asked: number, counts: ClassCounts): number | undefined {
  if (metric === 'f1') return meanOver(counts, ({ hit, predicted, actual }) => [2 * hit, predicted + actual]);
  if (metric === 'precision') return meanOver(counts, ({ hit, predicted }) => [hit, predicted]);
  if (metric === 'recall') return meanOver(counts, ({ hit, actual }) => [hit, actual]);
  if (metric === 'balanced_accuracy') {
    const labels = counts.filter(([, , , actual]) => actual > 0);
    return meanOver(labels, ({ hit, actual }) => [hit, actual]);
  }
  return counts.reduce((sum, [, hit]) => sum + hit, 0) / asked;
}
