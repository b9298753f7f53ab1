// Percentiles of measured times.

/** The nearest-rank percentile: the smallest value that at least this share does not exceed. Null of nothing. */
export function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return Math.round(sorted[rank - 1]! * 100) / 100;
}
