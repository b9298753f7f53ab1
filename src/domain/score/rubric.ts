// Criterion rubric: what a person judged, each question by the latest judgement. Nobody's silence costs a student anything.
import type { ScoreRule } from '../challenge/challenge.ts';
import type { JudgementEvidence } from '../evidence/evidence.ts';
import { evidenceOf, isTrusted, round } from '../evidence/criterion.ts';
import type { CriterionScore, Reason, ScoreInput } from '../evidence/criterion.ts';
import { sayInstant } from '../time/say-time.ts';

type Part = { name: string; best: number; judged?: JudgementEvidence };

/** Only what was judged counts, also after the end: whoever waits for a person has done what there was to do. */
export function scoreRubric(input: ScoreInput, rule: ScoreRule): CriterionScore {
  const parts = partsOf(input, rule);
  const counted = parts.filter((part) => part.judged !== undefined);
  const points = round(counted.reduce((sum, { judged }) => sum + judged!.level!, 0));
  const of = round(counted.reduce((sum, { best }) => sum + best, 0));
  const open = parts.filter((part) => part.judged === undefined).map(({ name }) => name);
  const reasons: Reason[] = counted.map((part) => explain(part, input.policy.timezone));
  if (open.length > 0) reasons.push({ text: `Not judged yet: ${open.join(', ')}.` });
  return { points, of, worth: rule.points, reasons };
}

/** Whether a person has still to judge something of this challenge. */
export function waitsForPerson(input: ScoreInput): boolean {
  const rule = input.policy.criteria.rubric;
  return rule !== undefined && partsOf(input, rule).some(({ judged }) => judged === undefined);
}

/** A level that the rubric no longer has is no judgement by it. */
function partsOf(input: ScoreInput, rule: ScoreRule): Part[] {
  const latest = new Map<string, JudgementEvidence>();
  for (const evidence of evidenceOf(input, 'judgement'))
    if (isTrusted(evidence, rule)) latest.set(evidence.criterion, evidence);
  return (input.policy.rubric ?? []).map(({ name, levels }) => {
    const judged = latest.get(name);
    const holds = judged !== undefined && judged.level !== null && levels.includes(judged.level);
    return { name, best: Math.max(...levels), ...(holds ? { judged } : {}) };
  });
}

function explain({ name, best, judged }: Part, zone: string): Reason {
  const { level, said, comment, by, at, id } = judged!;
  const what = `${name}: ${level} of ${best}, judged by ${by} on ${sayInstant(at, zone)}. ${said}`;
  return { text: comment === '' ? what : `${what} ${comment}`, evidence: id };
}
