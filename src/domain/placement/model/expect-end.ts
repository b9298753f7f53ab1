// How durations scatter around what is expected, and when what runs will end, given that it has not ended yet.
import { scatter } from './estimate-duration.ts';

/** Makes a logistic distribution as wide as a normal one. */
const steepness = 1.702;
/** What runs ends after this many seconds at the earliest. */
const least = 1;

/** What a task takes over what was expected of it, at a quantile between 0 and 1: the median is 1. */
export function factorAt(quantile: number): number {
  return Math.exp((scatter * Math.log(quantile / (1 - quantile))) / steepness);
}

/** When a task ends that began at `start`, was expected to end at `end`, and still runs `now`: a quantile of what can still be. */
export function endAt({ start, end }: { start: number; end: number }, now: number, quantile = 0.5): number {
  const usual = end - start;
  if (!(usual > 0)) return Math.max(end, now + least);
  const longer = 1 / (1 + (Math.max(0, now - start) / usual) ** (steepness / scatter));
  // The share of all such tasks that run longer than that: by the other tail, which keeps its digits however late it is.
  return Math.max(start + usual / factorAt((1 - quantile) * longer), now + least);
}
