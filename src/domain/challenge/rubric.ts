// What a person reads and judges, beside what the app measures: questions, and levels that are worth points.

/** A level is worth its points; `text` says what work of that level is like. In order of points. */
export type RubricLevel = { points: number; text: string };
export type RubricCriterion = { name: string; question: string; lookAt: LookAt[]; levels: RubricLevel[] };
/** `file`: where it is written. */
export type Rubric = { file: string; criteria: RubricCriterion[] };

/** Evidence that a person should see before they judge. */
export type LookAt =
  | { kind: 'file'; path: string }
  | { kind: 'milestone'; milestone: string }
  | { kind: 'pulls' | 'runs' | 'probes' | 'requests' | 'reviews' };

/** What the best level of everything is worth. */
export function rubricWorth({ criteria }: Pick<Rubric, 'criteria'>): number {
  return Math.round(criteria.reduce((sum, { levels }) => sum + bestOf(levels), 0) * 100) / 100;
}

export function bestOf(levels: readonly RubricLevel[]): number {
  return Math.max(0, ...levels.map(({ points }) => points));
}
