// What a page about one student of a course needs from the database, each thing read once.
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { Course } from '../../domain/course/course.ts';
import type { Evidence } from '../../domain/evidence/evidence.ts';
import { probesSince, scorePolicy } from '../../domain/evidence/policy.ts';
import { buildGradebook, type Gradebook, type GradebookInput } from '../../domain/grade/gradebook.ts';
import type { Store } from '../../ports/store.ts';
import type { StoredShipment, StudentRepository } from '../../ports/records.ts';
import { inForce, type InForce } from '../course/in-force.ts';
import { readGradebookInput } from '../grade/read-gradebook.ts';

/** Probes are shown so many days back, and as far as they count. */
export const probeDays = 30;

function shownSince(challenge: Challenge, course: Course, now: Date): Date {
  const counted = probesSince(scorePolicy(challenge, course), now).getTime();
  return new Date(Math.min(counted, Math.min(now.getTime(), challenge.ends.getTime()) - probeDays * 86_400_000));
}

export type StudentState = InForce & {
  gradebook: Gradebook;
  /** What the gradebook follows from. */
  input: GradebookInput;
  shipments: StoredShipment[];
  evidence: Evidence[];
  repositories: StudentRepository[];
};

/** One owner with all their evidence, but for probes of long ago. Undefined where no valid course is in force, or `slug` is nobody of it. */
export async function readStudentState(
  store: Store,
  organisation: string,
  now: Date,
  slug: string,
): Promise<StudentState | undefined> {
  const found = await inForce(store, organisation);
  const owners = found?.owners.filter((owner) => owner.slug === slug) ?? [];
  if (!found || owners.length === 0) return undefined;
  const { course, challenges } = found;
  const repositories = await store.repositoriesOf(organisation, slug);
  const lists = await Promise.all(repositories.map(({ name }) => store.shipments(organisation, { repository: name })));
  const shipments = lists.flat();
  const lately = challenges.map((challenge) => [challenge.name, shownSince(challenge, course, now)] as const);
  const evidence = (
    await Promise.all(lately.map(([name, since]) => store.gradingEvidence(organisation, [name], [slug], since)))
  ).flat();
  const input = await readGradebookInput(store, { organisation, course, challenges, owners, now }, { evidence });
  const gradebook = buildGradebook(input);
  return { ...found, owners, gradebook, input, shipments, repositories, evidence };
}
