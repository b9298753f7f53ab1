// A digest of all that the plan of a challenge is made from: where it is the same, so is every shipment.
import { hash } from 'node:crypto';
import { carriersOf } from '../challenge/delivery.ts';
import type { Challenge } from '../challenge/challenge.ts';
import type { Course, Owner } from '../course/course.ts';
import type { DatasetFacts } from '../dataset/facts.ts';
import { shipmentContent } from '../shipment/shipment-content.ts';
import { canonicalJson } from '../text/canonical-json.ts';
import { planShipments, receiversOf } from './plan.ts';

export function planSignature(
  course: Course,
  challenge: Challenge,
  owners: readonly Owner[],
  facts: DatasetFacts,
  organisation: string,
): string {
  const receivers = receiversOf(course, challenge, owners);
  // One owner's in whole: all that is the same for the others, as this version of the program says it.
  const contents = planShipments(course, challenge, owners.slice(0, 1), facts, organisation).map(shipmentContent);
  const templates = [challenge.path, challenge.releases.map(({ name }) => carriersOf(challenge, name))];
  const people = receivers.map(({ owner, members, repository, seed }) => [owner, members, repository, seed]);
  return hash('sha256', canonicalJson([contents, templates]) + JSON.stringify(people), 'base64url');
}
