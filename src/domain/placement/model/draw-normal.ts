/** A standard normal number from two even draws, the first in (0, 1], the second in [0, 1) (Box-Muller). */
export function drawNormal(first: number, second: number): number {
  return Math.sqrt(-2 * Math.log(first)) * Math.cos(2 * Math.PI * second);
}
