// Numbers: the sums from which every metric of errors follows, kept so that rounding does not grow with the size of the labels.

/** Sums over the answered rows: |e|, e², |e|/|y|; of the labels the mean, the squares around it, and both ends. */
export type NumberSums = {
  n: number;
  absolute: number;
  squared: number;
  relative: number;
  mean: number;
  spread: number;
  least: number;
  most: number;
};

const none: NumberSums = { n: 0, absolute: 0, squared: 0, relative: 0, mean: 0, spread: 0, least: 0, most: 0 };

/** The same as scikit-learn's: a label of 0 does not divide by 0. */
const epsilon = Number.EPSILON;
/** Errors beyond this have squares and ratios that are no numbers any more. */
const largest = 1e120;

/** A number that can be reckoned with; larger ones are no prediction of anything. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) < largest;
}

export function sumNumbers(pairs: readonly { label: number; prediction: number }[]): NumberSums {
  return pairs.reduce<NumberSums>((sums, { label, prediction }) => {
    const error = Math.abs(prediction - label);
    const relative = error / Math.max(Math.abs(label), epsilon);
    const single = { n: 1, absolute: error, squared: error * error, relative };
    return mergeNumbers(sums, { ...single, mean: label, spread: 0, least: label, most: label });
  }, none);
}

export function mergeNumbers(a: NumberSums, b: NumberSums): NumberSums {
  if (a.n === 0 || b.n === 0) return a.n === 0 ? b : a;
  const n = a.n + b.n;
  const apart = b.mean - a.mean;
  return {
    n,
    absolute: a.absolute + b.absolute,
    squared: a.squared + b.squared,
    relative: a.relative + b.relative,
    mean: a.mean + (apart * b.n) / n,
    spread: a.spread + b.spread + (apart * apart * a.n * b.n) / n,
    least: Math.min(a.least, b.least),
    most: Math.max(a.most, b.most),
  };
}
