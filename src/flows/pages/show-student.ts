// One student: every piece of evidence with its reason, and where each point comes from.
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { Course, Owner } from '../../domain/course/course.ts';
import { identityOf, type ServiceIdentity } from '../../domain/endpoint/service-identity.ts';
import type { ShownEvidence } from '../../domain/evidence/without-measure.ts';
import type { Gate } from '../../domain/grade/grade-gate.ts';
import { scoreInputs, type GradebookRow } from '../../domain/grade/gradebook.ts';
import { HELD, heldBack } from '../../domain/jobs/hourly-shares.ts';
import { proveReleases } from '../../domain/proof/prove-use.ts';
import { type Proof } from '../../domain/proof/proof.ts';
import { scorePolicy } from '../../domain/evidence/policy.ts';
import type { CourseRecord, StudentRepository } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';
import { claimsSince } from '../endpoint/identify-service.ts';
import type { Step } from '../../domain/grade/suggest-steps.ts';
import { nextPoints } from '../grade/next-points.ts';
import { readGate } from '../grade/read-gradebook.ts';
import { cellsOf, type ReleaseCell } from './show-progress.ts';
import { readStudentState } from './show-state.ts';

export type StudentView = {
  record: CourseRecord;
  course: Course;
  now: Date;
  challenges: Challenge[];
  owner: Owner;
  repositories: StudentRepository[];
  cells: ReleaseCell[];
  /** What each release that is due led to, by challenge. */
  proofs: { challenge: string; proof: Proof }[];
  rows: GradebookRow[];
  /** What would earn most now, the largest gain first. */
  steps: Step[];
  /** Closed, students see reasons and no points. */
  gate: Gate;
  /** Repositories that have used up their share of this hour, in words. */
  waiting: { repository: string; text: string }[];
  /** Registered services, and whose they are. */
  services: { repository: string; url: string; identity: ServiceIdentity; code?: string }[];
  /** Newest first. */
  evidence: ShownEvidence[];
};

export async function showStudent(
  store: Store,
  organisation: string,
  slug: string,
  now: Date,
): Promise<StudentView | undefined> {
  const state = await readStudentState(store, organisation, now, slug);
  if (!state) return undefined;
  const { record, course, challenges, owners, repositories, shipments, evidence, gradebook, input } = state;
  const policies = challenges.map((challenge) => scorePolicy(challenge, course));
  const proofs = [...scoreInputs(input)].flatMap(({ scoring }) =>
    proveReleases(scoring).map((proof) => ({ challenge: scoring.policy.challenge, proof })),
  );
  const lists = await Promise.all(repositories.map(({ name }) => store.requests(organisation, name)));
  return {
    steps: nextPoints(input, challenges, lists.flat()),
    record,
    course,
    now,
    challenges,
    owner: owners[0]!,
    repositories,
    rows: gradebook.rows,
    gate: await readGate(store, organisation, course, now),
    cells: cellsOf(policies, shipments, evidence, now),
    proofs,
    waiting: await readWaiting(store, organisation, repositories, now),
    services: await readServices(store, organisation, repositories, now),
    evidence: evidence.toReversed().toSorted((a, b) => b.at.getTime() - a.at.getTime()),
  };
}

async function readServices(
  store: Store,
  organisation: string,
  repositories: readonly StudentRepository[],
  now: Date,
): Promise<StudentView['services']> {
  const services: StudentView['services'] = [];
  for (const { name } of repositories) {
    const endpoint = await store.endpoint(organisation, name);
    if (endpoint?.url === undefined) continue;
    const { url, provenAt, says, last } = endpoint;
    const rivals = await store.endpointRivals(organisation, name, claimsSince(now));
    const identity = identityOf({ proven: provenAt !== undefined, says }, rivals);
    services.push({ repository: name, url, identity, ...(last ? { code: last.code } : {}) });
  }
  return services;
}

/** By what the work itself was held back by: it says so in its job. */
async function readWaiting(
  store: Store,
  organisation: string,
  repositories: readonly StudentRepository[],
  now: Date,
): Promise<StudentView['waiting']> {
  const waiting: StudentView['waiting'] = [];
  for (const { name } of repositories) {
    const spent = await store.spent(organisation, name, now);
    if ((spent[HELD] ?? 0) > 0) waiting.push({ repository: name, text: heldBack });
  }
  return waiting;
}
