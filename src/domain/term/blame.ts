// Which piece of evidence a difference in points comes from.
import { criteria, type Criterion } from '../challenge/challenge.ts';
import type { ScoreInput } from '../evidence/criterion.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { score } from '../score/score.ts';

const reads: Record<Criterion, readonly Evidence['kind'][]> = {
  data: ['data', 'maintenance'],
  requests: ['answer'],
  pipeline: ['run', 'cut'],
  freshness: ['run', 'probe', 'cut', 'drill'],
  endpoint: ['probe', 'stress', 'maintenance', 'drill'],
  quality: ['answer', 'probe', 'drill'],
  hygiene: ['milestone'],
  rubric: ['judgement'],
  drills: ['drill'],
};

/** What evidence of a kind counts for. */
export function criteriaOf(kind: unknown): Criterion[] {
  return criteria.filter((criterion) => reads[criterion].some((name) => name === kind));
}

/** So many of the newest are left out in turn, to see which of them the points hang on. */
const tried = 200;

/** The newest piece without which the criterion would have other points; else the newest that it reads. */
export function blame(input: ScoreInput, criterion: Criterion): Evidence | undefined {
  const candidates = input.evidence
    .filter(({ kind, at }) => reads[criterion].includes(kind) && at <= input.now)
    .toSorted((a, b) => b.at.getTime() - a.at.getTime() || (a.id < b.id ? 1 : -1));
  const points = (evidence: readonly Evidence[]): number | undefined => {
    const criterionScore = score({ ...input, evidence }).criteria[criterion];
    return criterionScore && criterionScore.points + criterionScore.of * 1e6;
  };
  const whole = points(input.evidence);
  const cause = candidates
    .slice(0, tried)
    .find((left) => points(input.evidence.filter((evidence) => evidence !== left)) !== whole);
  return cause ?? candidates[0];
}
