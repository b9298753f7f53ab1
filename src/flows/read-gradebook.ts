// The gradebook of a course, or of one owner in it, computed from what is stored.
import type { Challenge } from '../domain/challenge.ts';
import type { Course, Owner } from '../domain/course.ts';
import type { Evidence } from '../domain/evidence.ts';
import { gradeGate, type Gate } from '../domain/grade-gate.ts';
import { decideGrades } from '../domain/grade-act.ts';
import { buildGradebook, type Gradebook, type GradebookInput } from '../domain/gradebook.ts';
import { probesSince, scorePolicy } from '../domain/score/policy.ts';
import type { Store, StoredShipment } from '../ports.ts';

export type Wanted = {
  organisation: string;
  course: Course;
  challenges: readonly Challenge[];
  owners: readonly Owner[];
  now: Date;
};

/** Pure over what the database holds at `now`: asking again gives the same grades. */
export async function readGradebook(store: Store, wanted: Wanted): Promise<Gradebook> {
  return buildGradebook(await readGradebookInput(store, wanted));
}

/** Everything that these owners' grades follow from, and every shipment. Without owners no evidence is read. */
export async function readGradebookInput(
  store: Store,
  { organisation, course, challenges, owners, now }: Wanted,
): Promise<GradebookInput> {
  const slugs = owners.map(({ slug }) => slug);
  const policies = challenges.map((challenge) => scorePolicy(challenge, course));
  const evidence: Evidence[] = [];
  // One after the other: inside a transaction there is one connection.
  for (const policy of owners.length === 0 ? [] : policies) {
    const since = probesSince(policy, now);
    for (const one of await store.gradingEvidence(organisation, policy.challenge, slugs, since)) evidence.push(one);
  }
  const stored = await store.shipments(organisation);
  const decided = decideGrades(
    await store.gradeActs(organisation),
    challenges.map(({ name }) => name),
    now,
  );
  return {
    extensions: decided.extensions,
    overrides: decided.overrides,
    policies,
    owners,
    evidence,
    shipments: stored.map(toScored),
    now,
  };
}

/** Whether students may see their points at `now`. */
export async function readGate(store: Store, organisation: string, { grades }: Course, now: Date): Promise<Gate> {
  return gradeGate(grades, decideGrades(await store.gradeActs(organisation), [], now).released, now);
}

/** The part of a shipment that scores and proofs read. */
function toScored({ shipment, state, dispatchedAt }: StoredShipment): GradebookInput['shipments'][number] {
  const { id, challenge, release, owner, due, carrier } = shipment;
  const scored = { id, challenge, release, owner, due: new Date(due), state, carrier };
  return dispatchedAt ? { ...scored, dispatchedAt } : scored;
}
