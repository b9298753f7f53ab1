// Which runs count for a criterion, and a sentence about each kind of run that does not.
import type { ScoreRule } from '../challenge/challenge.ts';
import { cutOf } from './deadline-cut.ts';
import type { RunEvidence } from './evidence.ts';
import { sayInstant } from '../time/say-time.ts';
import { cutOff, evidenceOf, isTrusted, nameRun, shortSha } from './criterion.ts';
import type { Reason, ScoreInput } from './criterion.ts';

const SHOWN = 5;

export type Runs = { counted: RunEvidence[]; uncounted: { run: RunEvidence; reason: Reason }[] };

/** The runs in order of time, sorted by whether they count. */
export function sortRuns(input: ScoreInput, rule: ScoreRule): Runs {
  const runs: Runs = { counted: [], uncounted: [] };
  const end = cutOff(input);
  const cut = cutOf(input);
  for (const run of evidenceOf(input, 'run')) {
    // The run of what was there at the deadline counts, however long it waited for a machine.
    const inTime = run.at <= end || run.commit === cut?.commit;
    const reason = objection(run, rule, inTime ? undefined : end, input.policy.timezone);
    if (reason) runs.uncounted.push({ run, reason: { ...reason, evidence: run.id } });
    else runs.counted.push(run);
  }
  return runs;
}

function objection(run: RunEvidence, rule: ScoreRule, endedBefore: Date | undefined, zone: string): Reason | undefined {
  if (run.rejected) {
    const why = run.rejected.reason.replace(/\.$/, '');
    return { text: `Not counted: the check run at ${shortSha(run.commit)}: ${why}.` };
  }
  if (!isTrusted(run, rule)) {
    return {
      text: `Not counted: ${nameRun(run)} is ${run.trust}; this criterion needs ${rule.trust} evidence.`,
      next: "Let the course's reusable workflow report the run.",
    };
  }
  if (!endedBefore) return undefined;
  const times = `received ${sayInstant(run.at, zone)}, the challenge ended ${sayInstant(endedBefore, zone)}`;
  return { text: `Not counted: ${nameRun(run)}: ${times}.` };
}

/** One reason for each of the latest runs that do not count, and one for how many more there are. */
export function explainUncounted({ uncounted }: Runs): Reason[] {
  const reasons = uncounted.map(({ reason }) => reason);
  if (reasons.length <= SHOWN) return reasons;
  return [...reasons.slice(-SHOWN), { text: `${reasons.length - SHOWN} earlier runs do not count either.` }];
}
