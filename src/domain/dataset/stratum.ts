// Which stratum a row belongs to: its target's class, or the tenth of the target's range of ranks in which it lies.

/** Text targets, and numeric ones with few different values, are classes; the rest is cut into tenths by rank. */
export type Strata =
  | { kind: 'none' }
  | { kind: 'classes'; classes: string[] }
  | { kind: 'ranks'; /** Lower bounds of all tenths but the first. */ edges: number[] };

/** More classes than this share one stratum; a byte holds a class. */
export const mostClasses = 254;
/** Numeric targets with more different values than this are cut by rank. */
const mostNumericClasses = 20;
const tenths = 10;

/** Chooses the strata from what was seen of the target. `sorted` is a sample of its numbers in ascending order. */
export function chooseStrata(classes: readonly string[], numeric: boolean, sorted: Float64Array): Strata {
  if (!numeric || classes.length <= mostNumericClasses) return { kind: 'classes', classes: [...classes] };
  const edges: number[] = [];
  for (let tenth = 1; tenth < tenths; tenth++) {
    const edge = sorted[Math.floor((tenth * sorted.length) / tenths)]!;
    if (edge !== edges.at(-1)) edges.push(edge);
  }
  return { kind: 'ranks', edges };
}

/** How many strata there are: with one for rows of rare classes, or without a number. */
export function countStrata(strata: Strata): number {
  if (strata.kind === 'none') return 1;
  return strata.kind === 'classes' ? Math.min(strata.classes.length, mostClasses) + 1 : strata.edges.length + 2;
}

/** `klass` is the position in `classes` (`mostClasses` for a rare one); `value` is NaN for what is not a number. */
export function stratumOf(strata: Strata, klass: number, value: number): number {
  if (strata.kind === 'none') return 0;
  if (strata.kind === 'classes') return Math.min(klass, Math.min(strata.classes.length, mostClasses));
  if (Number.isNaN(value)) return 0;
  let stratum = 1;
  while (stratum <= strata.edges.length && value >= strata.edges[stratum - 1]!) stratum += 1;
  return stratum;
}
