// Probabilities: how surprised the labels are by them, and in which order they put the classes.
import type { Pair } from './pair.ts';

/** `loss`: the sum of -log of what each label was given. `scores`: of two classes, per score how many of each there are. */
export type ScoreSums = {
  /** Without rows of which nobody can say which class the number is about. */
  asked: number;
  rows: number;
  loss: number;
  scores: readonly (readonly [score: number, no: number, yes: number])[];
};

/** No probability is taken for nothing: the clip of scikit-learn. */
const epsilon = Number.EPSILON;
/** More different scores than this are kept to three decimals. */
const most = 2000;

/**
 * A prediction is the probability of the class that comes last (1, true, or by name), as scikit-learn has it, or an object
 * with one for each class. The area under the curve is for two classes.
 */
export function sumScores(pairs: readonly Pair[]): ScoreSums {
  const names = classesOf(pairs);
  const yes = names.at(-1);
  // All labels of a few rows are "rain": is 0.2 the probability of that, or of another class?
  const known = names.length > 1 ? pairs : pairs.filter(({ prediction }) => !isProbability(prediction));
  const scores = new Map<number, [number, number]>();
  let loss = 0;
  let rows = 0;
  for (const { label, prediction } of known) {
    const given = probabilities(prediction, names);
    if (!given) continue;
    rows++;
    const name = nameOf(label);
    loss -= Math.log(Math.min(1 - epsilon, Math.max(epsilon, given.get(name) ?? 0)));
    const score = given.get(yes ?? '') ?? 0;
    const count = scores.get(score) ?? [0, 0];
    count[name === yes ? 1 : 0]++;
    scores.set(score, count);
  }
  // Two classes can be put in an order; of more the order says nothing.
  return { asked: known.length, rows, loss, scores: names.length > 2 ? [] : toList(scores) };
}

export function mergeScores(a: ScoreSums, b: ScoreSums): ScoreSums {
  const scores = new Map<number, [number, number]>();
  for (const [score, no, yes] of [...a.scores, ...b.scores]) {
    const [before, beside] = scores.get(score) ?? [0, 0];
    scores.set(score, [before + no, beside + yes]);
  }
  return { asked: a.asked + b.asked, rows: a.rows + b.rows, loss: a.loss + b.loss, scores: toList(scores) };
}

/** How likely one of the class has the higher score than one of the other; undefined where there is only one class. */
export function areaUnder({ scores }: ScoreSums): number | undefined {
  let [below, area, total] = [0, 0, 0];
  for (const [, no, yes] of scores) {
    area += yes * (below + no / 2);
    below += no;
    total += yes;
  }
  return below * total === 0 ? undefined : area / (below * total);
}

/** 0 and 1 are both there, even where all labels of a few rows are one of them. */
function classesOf(pairs: readonly Pair[]): string[] {
  const names = new Set(pairs.map(({ label }) => nameOf(label)));
  for (const { prediction } of pairs) {
    if (typeof prediction === 'object' && prediction !== null) Object.keys(prediction).forEach((key) => names.add(key));
  }
  if ([...names].every((name) => name === '0' || name === '1')) return ['0', '1'];
  return [...names].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function probabilities(prediction: unknown, names: readonly string[]): Map<string, number> | undefined {
  if (isProbability(prediction) && names.length === 2)
    return new Map([
      [names[0]!, 1 - prediction],
      [names[1]!, prediction],
    ]);
  if (typeof prediction !== 'object' || prediction === null || Array.isArray(prediction)) return undefined;
  const entries = Object.entries(prediction);
  const sum = entries.reduce((all, [, share]) => all + (isProbability(share) ? share : Number.NaN), 0);
  return Math.abs(sum - 1) < 1e-3 ? new Map(entries.map(([name, one]) => [name, (one as number) / sum])) : undefined;
}

function isProbability(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function nameOf(label: unknown): string {
  return typeof label === 'boolean' ? String(Number(label)) : String(label);
}

function toList(scores: Map<number, [number, number]>): ScoreSums['scores'] {
  const merged = new Map<number, [number, number]>();
  for (const [score, [no, yes]] of scores) {
    const kept = scores.size > most ? Math.round(score * 1000) / 1000 : score;
    const [before, beside] = merged.get(kept) ?? [0, 0];
    merged.set(kept, [before + no, beside + yes]);
  }
  return [...merged].map(([score, [no, yes]]) => [score, no, yes] as const).sort(([a], [b]) => a - b);
}
