// Proportions → ranges of rows, by the rule of P-pipe, so that courses that move over release the same rows.
import type { RowRange } from './dataset.ts';

/** Rounds halves away from zero. `Math.round` alone rounds -0.5 to -0, and `x + 0.5` misrounds 0.49999999999999994. */
export function roundHalfAway(value: number): number {
  const whole = Math.trunc(value);
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
}

/**
 * Half-open ranges, one per proportion: a running sum in 64-bit floats, both ends rounded half away from zero. The raw rule:
 * bad proportions give bad ranges, `checkProportions` says so beforehand.
 */
export function sliceRows(proportions: readonly number[], rows: number): RowRange[] {
  let sum = 0;
  return proportions.map((proportion) => {
    const from = roundHalfAway(sum * rows);
    const to = roundHalfAway((sum + proportion) * rows);
    sum += proportion;
    return [from, to];
  });
}

/** How far the sum of proportions may be from 1: float noise, no more. */
export const sumTolerance = 1e-9;

export function sumOf(proportions: readonly number[]): number {
  return proportions.reduce((sum, proportion) => sum + proportion, 0);
}

/** Rows that are never released: a share of all, rounded half away from zero. */
export function heldOutRows(rows: number, holdOut: number): number {
  return roundHalfAway(rows * holdOut);
}

export function releasedRows(rows: number, holdOut: number): number {
  return rows - heldOutRows(rows, holdOut);
}
