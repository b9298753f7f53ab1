// Criterion pipeline: the share of due releases for which a counted run succeeded at a commit that contains the release.
import { isMergedCarrier } from '../carrier/carriers.ts';
import type { ScoreRule } from '../challenge/challenge.ts';
import type { RunEvidence } from '../evidence/evidence.ts';
import { explainUncounted, sortRuns } from '../evidence/counted-runs.ts';
import { award, dueReleases, evidenceOf, nameRun, shortSha, undelivered } from '../evidence/criterion.ts';
import type { CriterionScore, DueRelease, Reason, ScoreInput } from '../evidence/criterion.ts';

/** The best attempt counts: a run that fails after a green one takes nothing away. */
export function scorePipeline(input: ScoreInput, rule: ScoreRule): CriterionScore {
  const runs = sortRuns(input, rule);
  const due = dueReleases(input);
  const delivered = due.filter((release) => release.delivered);
  const green = delivered.map((release) => firstGreen(release, runs.counted));
  const reasons = [
    ...delivered.map((release, index) => explain(input, release, green[index], runs.counted)),
    ...due.filter((release) => !release.delivered).map(undelivered),
    ...explainUncounted(runs),
  ];
  const share = delivered.length === 0 ? undefined : green.filter((run) => run).length / delivered.length;
  return award(rule, share, reasons);
}

/** The first counted run that succeeded with the release in its commit; runs come in order of time. */
function firstGreen({ name }: DueRelease, counted: readonly RunEvidence[]): RunEvidence | undefined {
  return counted.find((run) => run.conclusion === 'success' && run.releases.includes(name));
}

function explain(
  input: ScoreInput,
  release: DueRelease,
  green: RunEvidence | undefined,
  counted: readonly RunEvidence[],
): Reason {
  const { name } = release;
  if (green) return { text: `${name}: ${nameRun(green)} succeeded with it.`, evidence: green.id };
  const last = counted.findLast((run) => run.releases.includes(name));
  if (last) {
    const text = `${name}: ${nameRun(last)} ended with ${last.conclusion}; no run with this release has succeeded yet.`;
    return {
      text,
      evidence: last.id,
      next: `Open the check run at ${shortSha(last.commit)} and fix the task that failed.`,
    };
  }
  return {
    text: `${name}: no run at a commit that contains it has been reported yet.`,
    next: isInBranch(input, release)
      ? `${name} is in the default branch: let the pipeline run there.`
      : `Bring ${name} into the default branch and let the pipeline run.`,
  };
}

/** It came as a commit, or was merged. */
function isInBranch(input: ScoreInput, { name, shipments }: DueRelease): boolean {
  return (
    shipments.some(
      ({ state, carrier }) => state === 'dispatched' && carrier !== undefined && !isMergedCarrier(carrier),
    ) || evidenceOf(input, 'data').some(({ release, event }) => release === name && event === 'merged')
  );
}
