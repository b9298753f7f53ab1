// What the score needs to know of a challenge and its course: plain data, so that a ledger can carry it.
import type { Challenge, EndpointRule } from '../challenge/challenge.ts';
import type { Course } from '../course/course.ts';
import type { Rubric } from '../challenge/rubric.ts';

export type ScorePolicy = {
  challenge: string;
  timezone: string;
  ends: Date;
  /** In order of due date. */
  releases: { name: string; due: Date }[];
  criteria: Challenge['score'];
  freshness: Challenge['freshness'];
  endpoint?: EndpointRule;
  quality?: NonNullable<Challenge['quality']>;
  late: Course['late'];
  /** What a person judges: each question, and the points that may be given. */
  rubric?: { name: string; levels: number[] }[];
};

/** The policy of a challenge as its course.yml and challenge.yml state it. */
export function scorePolicy(challenge: Challenge, course: Pick<Course, 'timezone' | 'late'>): ScorePolicy {
  return {
    challenge: challenge.name,
    timezone: course.timezone,
    ends: challenge.ends,
    releases: challenge.releases.map(({ name, due }) => ({ name, due })),
    criteria: challenge.score,
    freshness: challenge.freshness,
    ...(challenge.endpoint ? { endpoint: challenge.endpoint } : {}),
    ...(challenge.quality ? { quality: challenge.quality } : {}),
    late: course.late,
    ...(challenge.rubric ? { rubric: rubricPolicy(challenge.rubric) } : {}),
  };
}

function rubricPolicy({ criteria }: Rubric): NonNullable<ScorePolicy['rubric']> {
  return criteria.map(({ name, levels }) => ({ name, levels: levels.map(({ points }) => points) }));
}

/** Availability and quality are those of the last week where the challenge says nothing else. */
export const WINDOW = 168 * 3_600_000;

/** Probes before this change no score at `now`. */
export function probesSince({ endpoint, ends }: ScorePolicy, now: Date): Date {
  return new Date(Math.min(now.getTime(), ends.getTime()) - (endpoint?.window ?? WINDOW));
}
