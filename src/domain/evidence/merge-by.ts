// Until when a release must be merged so that nothing is lost: the same rule scores the merge and is told in the pull request.
import { addSpan } from '../time/calendar.ts';
import type { DueRelease } from './criterion.ts';
import type { ScorePolicy } from './policy.ts';

/** Before the next release comes, the last one before the challenge ends. */
export function mergeBy(release: Pick<DueRelease, 'due' | 'delivered'>, policy: ScorePolicy): Date {
  const { releases, ends, timezone } = policy;
  const next = releases.find(({ due }) => due > release.due);
  const planned = next?.due ?? ends;
  // Delivered late, or to someone who joined late: as much time as the others had, from the delivery on.
  const delay = Math.max(0, (release.delivered ?? release.due).getTime() - release.due.getTime());
  return addSpan(planned, delay, timezone);
}

/** Whether a merge after that moment can cost points. */
export function latenessCosts({ criteria, late }: Pick<ScorePolicy, 'criteria' | 'late'>): boolean {
  return (criteria.data?.points ?? 0) > 0 && late.thenPerDay > 0;
}
