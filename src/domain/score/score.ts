// The score of one owner in one challenge: every criterion of the policy over the evidence so far.
import { settleContested } from '../endpoint/service-identity.ts';
import { criteria } from '../challenge/challenge.ts';
import type { Criterion, ScoreRule } from '../challenge/challenge.ts';
import { cutOf, describeCut } from '../evidence/deadline-cut.ts';
import { cutOff, dueReleases, round } from '../evidence/criterion.ts';
import type { CriterionScore, ScoreInput } from '../evidence/criterion.ts';
import { scoreData } from './data.ts';
import { scoreDrills } from './drills.ts';
import { scoreEndpoint } from './endpoint.ts';
import { scoreFreshness } from './freshness.ts';
import { scoreHygiene } from './hygiene.ts';
import { orderEvidence } from '../evidence/order-evidence.ts';
import { scorePipeline } from './pipeline.ts';
import { scoreQuality } from './quality.ts';
import { scoreRequests } from './requests.ts';
import { scoreRubric, waitsForPerson } from './rubric.ts';

/**
 * Counts up whenever the same input comes to other points. A ledger says by which rules its scores were made: those of
 * others stay as they were written, and a cached score is recomputed.
 */
export const scoringRules = 2;

/** `of` counts what is due so far; `worth` is the whole challenge. Only the criteria of the policy appear. */
export type Score = {
  total: number;
  of: number;
  worth: number;
  criteria: Partial<Record<Criterion, CriterionScore>>;
  /** Once it is over for this owner, and a person has judged what they are to judge: everything counts. */
  final?: true;
  /** Once the challenge is over: what was graded, and the comparison of when it was received with the deadline. */
  deadline?: string;
};

/** The numbers of a score, without the words: these may change with the version of the app, those may not. */
export function pointsOf({ total, of, worth, criteria: scored }: Score): object {
  const points = Object.entries(scored).map(([name, criterionScore]) => [
    name,
    [criterionScore.points, criterionScore.of, criterionScore.worth],
  ]);
  return { total, of, worth, criteria: Object.fromEntries(points) };
}

const scorers: Record<Criterion, (input: ScoreInput, rule: ScoreRule) => CriterionScore> = {
  data: scoreData,
  requests: scoreRequests,
  pipeline: scorePipeline,
  freshness: scoreFreshness,
  endpoint: scoreEndpoint,
  quality: scoreQuality,
  hygiene: scoreHygiene,
  rubric: scoreRubric,
  drills: scoreDrills,
};

/** The score as of `now`. The order in which evidence arrived, or arrived twice, makes no difference. */
export function score(input: ScoreInput): Score {
  const ordered = { ...input, evidence: settleContested(orderEvidence(input.evidence, input.now), input.now) };
  const over = input.now > cutOff(input);
  const final = over && !waitsForPerson(ordered);
  const missed = askedTooLate(ordered) ? byRelease : [];
  const result: Score = { total: 0, of: 0, worth: 0, criteria: {}, ...(final ? { final } : {}) };
  for (const criterion of criteria) {
    const rule = input.policy.criteria[criterion];
    if (!rule) continue;
    const found = scorers[criterion](ordered, rule);
    const scored = over && criterion !== 'rubric' && !missed.includes(criterion) ? settle(criterion, found) : found;
    result.criteria[criterion] = scored;
    result.total += scored.points;
    result.of += scored.of;
    result.worth += scored.worth;
  }
  const cut = cutOf(ordered);
  if (cut) result.deadline = describeCut(cut, input.policy.timezone);
  return { ...result, total: round(result.total), of: round(result.of), worth: round(result.worth) };
}

/** Criteria that ask for something only where a release was delivered. */
const byRelease: readonly Criterion[] = ['data', 'pipeline', 'freshness'];

/** Every release reached the owner after the end: they were asked for nothing, and that counts against nobody. */
function askedTooLate(input: ScoreInput): boolean {
  const releases = dueReleases(input);
  return releases.length > 0 && releases.every(({ missedEnd }) => missedEnd);
}

/** What can still be done when a challenge is over: merge late, or answer what is not due yet. */
const open: readonly Criterion[] = ['data', 'requests'];

/** At the end every criterion counts, also one of which there is nothing; advice that comes too late is left out. */
function settle(criterion: Criterion, scored: CriterionScore): CriterionScore {
  const said = scored.reasons.map(({ next, ...reason }) => ({
    ...reason,
    text: reason.text.replace(/^Nothing due yet/, 'Nothing counts'),
    ...(next !== undefined && open.includes(criterion) ? { next } : {}),
  }));
  const none = { text: 'Nothing counted when the challenge ended, so no points were earned.' };
  return { ...scored, of: scored.worth, reasons: scored.of === 0 ? [...said, none] : said };
}
