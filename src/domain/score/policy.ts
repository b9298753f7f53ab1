// What the score needs to know of a challenge and its course: plain data, so that a ledger can carry it.
import type { Challenge, EndpointRule } from '../challenge.ts';
import type { Course } from '../course.ts';

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
  };
}
