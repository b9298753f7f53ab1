// Classes: for each one how often it was the label, was predicted, and both. Everything about a confusion that a metric needs.
import type { Pair } from './pair.ts';

/** Name, hit, predicted, actual. A list, so that it is stored as it stands; in order of the names. */
export type ClassCounts = readonly (readonly [name: string, hit: number, predicted: number, actual: number])[];

type Counted = { hit: number; predicted: number; actual: number };

/** Answers may name any number of classes: so many are kept apart, the rest counts as one. */
const most = 500;
const longest = 80;
const rest = 'others';

export function countClasses(pairs: readonly Pair[]): ClassCounts {
  const counts = new Map<string, Counted>();
  const labels = new Set(pairs.map(({ label }) => className(label)));
  for (const { label, prediction } of pairs) {
    const actual = of(counts, className(label));
    actual.actual++;
    if (prediction === undefined || prediction === null) continue;
    const name = className(prediction);
    const known = labels.has(name) || counts.has(name) || counts.size < most + labels.size;
    of(counts, known ? name : rest).predicted++;
    if (name === className(label)) actual.hit++;
  }
  return toList(counts);
}

export function mergeClasses(a: ClassCounts, b: ClassCounts): ClassCounts {
  const counts = new Map<string, Counted>();
  for (const [name, hit, predicted, actual] of [...a, ...b]) {
    const count = of(counts, name);
    count.hit += hit;
    count.predicted += predicted;
    count.actual += actual;
  }
  return toList(counts);
}

/** The unweighted mean over the classes; a class for which the share has no denominator counts as 0. */
export function meanOver(counts: ClassCounts, share: (counted: Counted) => [number, number]): number | undefined {
  if (counts.length === 0) return undefined;
  const shares = counts.map(([, hit, predicted, actual]) => {
    const [part, whole] = share({ hit, predicted, actual });
    return whole === 0 ? 0 : part / whole;
  });
  return shares.reduce((sum, value) => sum + value, 0) / shares.length;
}

/** Equal for what is the same class: 1 and 1.0, true and 1. */
export function className(value: unknown): string {
  if (typeof value === 'boolean') return `number:${Number(value)}`;
  const text = typeof value === 'object' && value !== null ? jsonOf(value) : String(value);
  return `${typeof value}:${text.length > longest ? `${text.slice(0, longest)}…${text.length}` : text}`;
}

/** Nested deeper than anybody means, it is one class with all that is: the one that is wrong. */
function jsonOf(value: object): string {
  try {
    return JSON.stringify(value);
  } catch {
    return 'nested too deeply';
  }
}

function of(counts: Map<string, Counted>, name: string): Counted {
  let count = counts.get(name);
  if (!count) counts.set(name, (count = { hit: 0, predicted: 0, actual: 0 }));
  return count;
}

function toList(counts: Map<string, Counted>): ClassCounts {
  return [...counts]
    .map(([name, { hit, predicted, actual }]) => [name, hit, predicted, actual] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
