// Criterion hygiene: progress towards the milestones of good practice, each weighing the same.
import type { ScoreRule } from '../challenge/challenge.ts';
import type { MilestoneEvidence } from '../evidence/evidence.ts';
import { award, cutOff, evidenceOf, isTrusted } from '../evidence/criterion.ts';
import type { CriterionScore, Reason, ScoreInput } from '../evidence/criterion.ts';

/** The latest state of each milestone counts. */
export function scoreHygiene(input: ScoreInput, rule: ScoreRule): CriterionScore {
  const latest = new Map<string, MilestoneEvidence>();
  const end = cutOff(input);
  for (const evidence of evidenceOf(input, 'milestone')) {
    if (isTrusted(evidence, rule) && evidence.at <= end) latest.set(evidence.milestone, evidence);
  }
  const milestones = [...latest.values()].sort((a, b) => (a.milestone < b.milestone ? -1 : 1));
  const shares = milestones.map(({ done, total }) => (total > 0 ? Math.min(1, done / total) : 1));
  const share = shares.length === 0 ? undefined : shares.reduce((sum, value) => sum + value, 0) / shares.length;
  return award(rule, share, milestones.map(explain));
}

function explain({ id, milestone, done, total, missing }: MilestoneEvidence): Reason {
  const first = missing[0];
  return {
    text: `Milestone ${milestone}: ${done} of ${total} done.`,
    evidence: id,
    ...(first === undefined ? {} : { next: first }),
  };
}
