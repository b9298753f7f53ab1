// Figures measured on hidden rows, in steps: exact ones would tell, look by look, which rows are right.
import { higherIsBetter, isMetric } from './metric.ts';

/** Of the points of a criterion; between `pass` and `full` it is an eighth of the way. */
export const coarseStep = 0.05;

/** To the nearest step. Errors have no natural range: theirs is told in twentieths of the line that they are held against. */
export function coarseValue(metric: string, value: number, { pass, full }: { pass: number; full?: number }): string {
  const range = full === undefined ? 0 : Math.abs(full - pass) / 8;
  const usual = isMetric(metric) && higherIsBetter(metric) ? coarseStep : Math.abs(pass) / 20;
  const step = range > 0 ? range : usual > 0 ? usual : coarseStep;
  const stepped = Math.round(value / step) * step;
  return String(Number(stepped.toPrecision(3)));
}

export function coarsePoints(points: number, worth: number): number {
  const step = worth * coarseStep;
  return step === 0 ? points : Math.round(Math.round(points / step) * step * 100) / 100;
}
