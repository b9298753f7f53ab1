// Criterion freshness: how soon after a release was shipped a counted run is proven to have used it.
import type { ScoreRule } from '../challenge/challenge.ts';
import { drillSpans, timeInDrills } from '../drill/drill-spans.ts';
import { proveUse } from '../proof/prove-use.ts';
import { type Proof } from '../proof/proof.ts';
import { sayDuration, sayShare } from '../time/say-time.ts';
import { explainUncounted, sortRuns } from '../evidence/counted-runs.ts';
import { award, dueReleases, nameRun } from '../evidence/criterion.ts';
import type { CriterionScore, DueRelease, Reason, ScoreInput } from '../evidence/criterion.ts';

type Standing = { share?: number; reason: Reason };

/** All within `full`, nothing from `zero` on, in between in proportion. A release younger than `full` without a run is not due. */
export function scoreFreshness(input: ScoreInput, rule: ScoreRule): CriterionScore {
  const runs = sortRuns(input, rule);
  const delivered = dueReleases(input).filter((release) => release.delivered);
  const standings = delivered.map((release) => standing(input, release, proveUse(input, release, runs)));
  const shares = standings.flatMap(({ share }) => (share === undefined ? [] : [share]));
  const reasons = standings.map(({ reason }) => reason);
  // With a pipeline criterion the uncounted runs are explained there, once.
  if (!input.policy.criteria.pipeline) reasons.push(...explainUncounted(runs));
  const share = shares.length === 0 ? undefined : shares.reduce((sum, value) => sum + value, 0) / shares.length;
  return award(rule, share, reasons);
}

/** The proof up to the run decides; what became of the model afterwards is said and costs nothing here. */
function standing({ policy, evidence, now }: ScoreInput, { name, delivered }: DueRelease, proof: Proof): Standing {
  const { freshness } = policy;
  const { run, missing } = proof;
  // What a drill held up costs nothing here.
  const spans = drillSpans(evidence, now);
  const held = (to: Date): number => timeInDrills(delivered!, to, spans);
  const took = proof.took === undefined ? undefined : proof.took - held(new Date(delivered!.getTime() + proof.took));
  if (run && took !== undefined) {
    const share = freshShare(took, freshness);
    const text = `${name}: ${nameRun(run)} succeeded ${sayDuration(took)} after the release, worth ${sayShare(share)}.`;
    const next = missing?.next === undefined ? {} : { next: missing.next };
    return { share, reason: { text: missing ? `${text} ${missing.text}` : text, evidence: run.id, ...next } };
  }
  const age = now.getTime() - delivered!.getTime() - held(now);
  const worth = `A green run with ${name} now would earn ${sayShare(freshShare(age, freshness))} of its share.`;
  const text = `${name}: no green run yet, ${sayDuration(age)} after the release. ${missing?.text ?? ''}`.trim();
  const reason = {
    text,
    next: [missing?.next, worth].filter(Boolean).join(' '),
    ...(missing?.evidence === undefined ? {} : { evidence: missing.evidence }),
  };
  return age <= freshness.full ? { reason } : { share: 0, reason };
}

/** What a run that old is worth, 0 to 1. */
function freshShare(age: number, { full, zero }: { full: number; zero: number }): number {
  if (age <= full) return 1;
  return age >= zero ? 0 : (zero - age) / (zero - full);
}
