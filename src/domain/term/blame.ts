// Which piece of evidence a difference in points comes from.
import { criteria, type Criterion } from '../challenge/challenge.ts';
import type { ScoreInput } from '../evidence/criterion.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { score } from '../score/score.ts';

const reads: Record<Criterion, readonly Evidence['kind'][]> = {
  data: ['data'],
  requests: ['answer'],
  pipeline: ['run', 'cut'],
  freshness: ['run', 'probe', 'cut'],
  endpoint: ['probe'],
  quality: ['answer', 'probe'],
  hygiene: ['milestone'],
  rubric: ['judgement'],
};

/** What evidence of a kind counts for. */
export function criteriaOf(kind: unknown): Criterion[] {
  return criteria.filter((one) => reads[one].some((name) => name === kind));
}

/** So many of the newest are left out in turn, to see which of them the points hang on. */
const tried = 200;

/** The newest piece without which the criterion would have other points; else the newest that it reads. */
export function blame(input: ScoreInput, criterion: Criterion): Evidence | undefined {
  const candidates = input.evidence
    .filter(({ kind, at }) => reads[criterion].includes(kind) && at <= input.now)
    .toSorted((a, b) => b.at.getTime() - a.at.getTime() || (a.id < b.id ? 1 : -1));
  const points = (evidence: readonly Evidence[]): number | undefined => {
    const one = score({ ...input, evidence }).criteria[criterion];
    return one && one.points + one.of * 1e6;
  };
  const whole = points(input.evidence);
  const cause = candidates
    .slice(0, tried)
    .find((left) => points(input.evidence.filter((one) => one !== left)) !== whole);
  return cause ?? candidates[0];
}
