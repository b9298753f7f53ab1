// The five metrics by which predictions are judged, and which way is better.

export const METRICS = ['accuracy', 'f1', 'mae', 'rmse', 'r2'] as const;
export type Metric = (typeof METRICS)[number];

/** One hidden label and what was predicted for it; an unanswered row has no prediction. */
export type Pair = { label: unknown; prediction?: unknown };

export function isMetric(name: unknown): name is Metric {
  return typeof name === 'string' && (METRICS as readonly string[]).includes(name);
}

export function higherIsBetter(metric: Metric): boolean {
  return metric !== 'mae' && metric !== 'rmse';
}

/** True when labels are numbers to be approached rather than classes to be hit. */
export function isRegression(metric: Metric): boolean {
  return metric === 'mae' || metric === 'rmse' || metric === 'r2';
}

/** True when the value reaches the threshold, on the side that is better for the metric. */
export function passes(metric: Metric, value: number, threshold: number): boolean {
  return higherIsBetter(metric) ? value >= threshold : value <= threshold;
}

/**
 * The metric over all pairs, or undefined when there is nothing to measure. A class that was not predicted is wrong;
 * a number that was not predicted is left out, so the caller must see to completeness. F1 is the unweighted mean over
 * the classes that occur in labels or predictions; r2 of constant labels is 1 for perfect predictions, else 0.
 */
export function measure(metric: Metric, pairs: readonly Pair[]): number | undefined {
  if (pairs.length === 0) return undefined;
  if (metric === 'accuracy') return pairs.filter(sameClass).length / pairs.length;
  if (metric === 'f1') return macroF1(pairs);
  const numbers = pairs.flatMap(({ label, prediction }) =>
    isFiniteNumber(label) && isFiniteNumber(prediction) ? [{ label, error: prediction - label }] : [],
  );
  if (numbers.length === 0) return undefined;
  const squares = numbers.reduce((sum, { error }) => sum + error * error, 0);
  if (metric === 'mae') return numbers.reduce((sum, { error }) => sum + Math.abs(error), 0) / numbers.length;
  if (metric === 'rmse') return Math.sqrt(squares / numbers.length);
  const mean = numbers.reduce((sum, { label }) => sum + label, 0) / numbers.length;
  const spread = numbers.reduce((sum, { label }) => sum + (label - mean) ** 2, 0);
  if (spread === 0) return squares === 0 ? 1 : 0;
  return 1 - squares / spread;
}

/** True when prediction and label are the same class: equal as values, with 1 and 1.0 and true and 1 alike. */
export function sameClass({ label, prediction }: Pair): boolean {
  return prediction !== undefined && classOf(label) === classOf(prediction);
}

export function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function classOf(value: unknown): string {
  // A list or an object is no class, and what it says of itself as text is for its writer to choose.
  if (typeof value === 'object' && value !== null) return 'object';
  return typeof value === 'boolean' ? `number:${Number(value)}` : `${typeof value}:${String(value)}`;
}

function macroF1(pairs: readonly Pair[]): number {
  const counts = new Map<string, { hit: number; predicted: number; actual: number }>();
  const of = (name: string): { hit: number; predicted: number; actual: number } => {
    let count = counts.get(name);
    if (!count) counts.set(name, (count = { hit: 0, predicted: 0, actual: 0 }));
    return count;
  };
  for (const pair of pairs) {
    const actual = of(classOf(pair.label));
    actual.actual++;
    if (pair.prediction === undefined) continue;
    of(classOf(pair.prediction)).predicted++;
    if (sameClass(pair)) actual.hit++;
  }
  let sum = 0;
  for (const { hit, predicted, actual } of counts.values()) sum += (2 * hit) / (predicted + actual);
  return sum / counts.size;
}
