// Criterion freshness: how soon after a release was shipped a counted run succeeded with it.
import type { ScoreRule } from '../challenge.ts';
import { sayDuration, sayShare } from '../say-time.ts';
import { explainUncounted, sortRuns } from './counted-runs.ts';
import { award, dueReleases, nameRun } from './criterion.ts';
import type { CriterionScore, DueRelease, Reason, ScoreInput } from './criterion.ts';
import { firstGreen } from './pipeline.ts';

type Standing = { share?: number; reason: Reason };

/** All within `full`, nothing from `zero` on, in between in proportion. A release younger than `full` without a run is not due. */
export function scoreFreshness(input: ScoreInput, rule: ScoreRule): CriterionScore {
  const runs = sortRuns(input, rule);
  const delivered = dueReleases(input).filter((release) => release.delivered);
  const standings = delivered.map((release) => standing(input, release, firstGreen(release, runs.counted)));
  const shares = standings.flatMap(({ share }) => (share === undefined ? [] : [share]));
  const reasons = standings.map(({ reason }) => reason);
  // With a pipeline criterion the uncounted runs are explained there, once.
  if (!input.policy.criteria.pipeline) reasons.push(...explainUncounted(runs));
  const share = shares.length === 0 ? undefined : shares.reduce((sum, one) => sum + one, 0) / shares.length;
  return award(rule, share, reasons);
}

function standing(
  { policy, now }: ScoreInput,
  { name, delivered }: DueRelease,
  green: ReturnType<typeof firstGreen>,
): Standing {
  const { freshness } = policy;
  if (green) {
    const age = Math.max(0, green.at.getTime() - delivered!.getTime());
    const share = freshShare(age, freshness);
    const text = `${name}: ${nameRun(green)} succeeded ${sayDuration(age)} after the release, worth ${sayShare(share)}.`;
    return { share, reason: { text, evidence: green.id } };
  }
  const age = now.getTime() - delivered!.getTime();
  const next = `A green run with ${name} now would earn ${sayShare(freshShare(age, freshness))} of its share.`;
  const text = `${name}: no green run yet, ${sayDuration(age)} after the release.`;
  return age <= freshness.full ? { reason: { text, next } } : { share: 0, reason: { text, next } };
}

/** What a run that old is worth, 0 to 1. */
function freshShare(age: number, { full, zero }: { full: number; zero: number }): number {
  if (age <= full) return 1;
  return age >= zero ? 0 : (zero - age) / (zero - full);
}
