// One student: every piece of evidence with its reason, and where each point comes from.
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { Course, Owner } from '../../domain/course/course.ts';
import type { Shown } from '../../domain/evidence/without-measure.ts';
import type { Gate } from '../../domain/grade/grade-gate.ts';
import { scoreInputs, type GradebookRow } from '../../domain/grade/gradebook.ts';
import { proveReleases } from '../../domain/proof/prove-use.ts';
import { type Proof } from '../../domain/proof/proof.ts';
import { scorePolicy } from '../../domain/evidence/policy.ts';
import type { CourseRecord, StudentRepository } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';
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
  /** Newest first. */
  evidence: Shown[];
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
    evidence: evidence.toReversed().toSorted((a, b) => b.at.getTime() - a.at.getTime()),
  };
}
