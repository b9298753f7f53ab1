// The times of a release as its message tells them: in the course's zone, and until when to merge where lateness costs points.
import { latenessCosts, mergeBy } from '../../domain/evidence/merge-by.ts';
import { scorePolicy } from '../../domain/evidence/policy.ts';
import type { ReleaseTimes } from '../../domain/messages/data-message.ts';
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { InForce } from '../course/in-force.ts';

const MINUTE = 60_000;

type Rules = Pick<InForce, 'course' | 'challenges'>;

/** What is delivered `now`. The minute is rounded down, so that nobody is told more time than they have. */
export function releaseTimes({ course, challenges }: Rules, shipment: Shipment, now: Date): ReleaseTimes {
  const zone = course.timezone;
  const challenge = challenges.find(({ name }) => name === shipment.challenge);
  if (!challenge) return { zone };
  const policy = scorePolicy(challenge, course);
  if (!latenessCosts(policy)) return { zone };
  const until = mergeBy({ due: new Date(shipment.due), delivered: now }, policy);
  return { zone, mergeBy: new Date(Math.floor(until.getTime() / MINUTE) * MINUTE) };
}
