// The metrics by which predictions are judged, and which way is better.
import { className } from './class-counts.ts';
import type { Pair } from './pair.ts';
import { tally, valueOf } from './statistics.ts';

export const METRICS = [
  'accuracy',
  'f1',
  'mae',
  'rmse',
  'r2',
  'auc',
  'log_loss',
  'precision',
  'recall',
  'mape',
  'balanced_accuracy',
] as const;
export type Metric = (typeof METRICS)[number];

/** What a prediction is: a class to be hit, a number to be approached, or how likely each class is. */
export type Prediction = 'class' | 'number' | 'probability';

const kinds: Record<Metric, Prediction> = {
  accuracy: 'class',
  f1: 'class',
  precision: 'class',
  recall: 'class',
  balanced_accuracy: 'class',
  mae: 'number',
  rmse: 'number',
  r2: 'number',
  mape: 'number',
  auc: 'probability',
  log_loss: 'probability',
};

export function isMetric(name: unknown): name is Metric {
  return typeof name === 'string' && (METRICS as readonly string[]).includes(name);
}

export function predictionOf(metric: Metric): Prediction {
  return kinds[metric];
}

/**
 * Whether a row without a prediction lowers the metric. Errors and probabilities know nothing of it, and precision looks
 * only at what was predicted.
 */
export function countsSilence(metric: Metric): boolean {
  return kinds[metric] === 'class' && metric !== 'precision';
}

export function higherIsBetter(metric: Metric): boolean {
  return !['mae', 'rmse', 'mape', 'log_loss'].includes(metric);
}

/** True when labels are numbers to be approached rather than classes to be hit. */
export function isRegression(metric: Metric): boolean {
  return kinds[metric] === 'number';
}

/** True when the value reaches the threshold, on the side that is better for the metric. */
export function passes(metric: Metric, value: number, threshold: number): boolean {
  return higherIsBetter(metric) ? value >= threshold : value <= threshold;
}

/**
 * The metric over all pairs, as scikit-learn computes it, or undefined when there is nothing to measure. A class that was
 * not predicted is wrong; another prediction that is missing is left out, so the caller must see to completeness.
 * @public
 */
export function measure(metric: Metric, pairs: readonly Pair[]): number | undefined {
  return pairs.length === 0 ? undefined : valueOf(metric, tally(metric, pairs));
}

/** True when prediction and label are the same class: equal as values, with 1 and 1.0 and true and 1 alike. */
export function sameClass({ label, prediction }: Pair): boolean {
  return prediction !== undefined && className(label) === className(prediction);
}
