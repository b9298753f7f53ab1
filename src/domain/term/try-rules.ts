// Other rules on a term that is over: what each student would have had. What the term cannot tell is said, never guessed.
import { criteria, type Challenge, type Criterion } from '../challenge/challenge.ts';
import type { Course } from '../course/course.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { scorePolicy, type ScorePolicy } from '../evidence/policy.ts';
import { compareGradebooks, type WhatIf } from '../grade/what-if.ts';
import { criteriaOf } from './blame.ts';
import type { Replay } from './replay.ts';

/** `unknown`: what the term says nothing about, in sentences; it is left out of both gradebooks. */
export type Tried = { whatIf: WhatIf; unknown: string[]; compared: string[] };

export function tryRules(
  replay: Replay,
  course: Pick<Course, 'timezone' | 'late' | 'grades'>,
  challenges: readonly Challenge[],
): Tried {
  const old = new Map(replay.accounts.policies().map((policy) => [policy.challenge, policy]));
  const unknown: string[] = [];
  const pairs: { was: ScorePolicy; is: ScorePolicy }[] = [];
  for (const challenge of challenges) {
    const was = old.get(challenge.name);
    if (!was) unknown.push(`${challenge.name}: the term had no challenge of this name.`);
    else
      pairs.push(
        knowable(was, alignDates(scorePolicy(challenge, course), was), evidenceIn(replay, was.challenge), unknown),
      );
  }
  const named = new Set(challenges.map(({ name }) => name));
  for (const name of old.keys())
    if (!named.has(name)) unknown.push(`${name}: the new course has no challenge of this name.`);
  const pass = replay.head?.pass ?? course.grades.pass;
  const before = replay.gradebook({ policies: pairs.map(({ was }) => was) });
  const after = replay.gradebook({ policies: pairs.map(({ is }) => is), pass: course.grades.pass });
  const whatIf = compareGradebooks(before, after, course.grades.pass, pass);
  return { whatIf, unknown, compared: pairs.map(({ was }) => was.challenge) };
}

/** New rules come with the dates of another year: those of the term hold, by which everything in it was received. */
function alignDates(rules: ScorePolicy, term: ScorePolicy): ScorePolicy {
  const { timezone, ends, releases } = term;
  const maintenance = term.endpoint?.maintenance ?? [];
  return {
    ...rules,
    timezone,
    ends,
    releases,
    ...(rules.endpoint ? { endpoint: { ...rules.endpoint, maintenance } } : {}),
  };
}

/** Without the criteria and metrics of which nothing was seen in the term: that would not be zero points, but unknown. */
function knowable(
  was: ScorePolicy,
  is: ScorePolicy,
  evidence: readonly Evidence[],
  unknown: string[],
): { was: ScorePolicy; is: ScorePolicy } {
  const seen = new Set(evidence.flatMap(({ kind }) => criteriaOf(kind)));
  const [known, old] = [{ ...is.criteria }, { ...was.criteria }];
  const leaveOut = (criterion: Criterion, why: string): void => {
    if (!known[criterion]) return;
    delete known[criterion];
    delete old[criterion];
    unknown.push(`${is.challenge}, ${criterion}: ${why}`);
  };
  for (const criterion of criteria)
    if (!was.criteria[criterion] && !seen.has(criterion))
      leaveOut(criterion, 'the term did not ask for it, and saw nothing of it.');
  const metrics = new Set(evidence.flatMap((item) => ('quality' in item && item.quality ? [item.quality.metric] : [])));
  if (is.quality && metrics.size > 0 && !metrics.has(is.quality.metric))
    leaveOut('quality', `the term measured ${[...metrics].join(', ')}, not ${is.quality.metric}.`);
  return { was: { ...was, criteria: old }, is: { ...is, criteria: known } };
}

function evidenceIn(replay: Replay, challenge: string): Evidence[] {
  const now = replay.head?.clock ?? new Date(0);
  const policies = replay.accounts.policies().filter((policy) => policy.challenge === challenge);
  return replay.owners.flatMap(({ slug }) =>
    replay.accounts.inputsOf(slug, now, policies).flatMap(({ evidence }) => [...evidence]),
  );
}
