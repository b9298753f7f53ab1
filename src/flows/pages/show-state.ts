// What a page about one student of a course needs from the database, each thing read once.
import type { Evidence } from '../../domain/evidence/evidence.ts';
import { buildGradebook, type Gradebook, type GradebookInput } from '../../domain/grade/gradebook.ts';
import type { Store } from '../../ports/store.ts';
import type { StoredShipment, StudentRepository } from '../../ports/records.ts';
import { inForce, type InForce } from '../course/in-force.ts';
import { readGradebookInput } from '../grade/read-gradebook.ts';

export type StudentState = InForce & {
  gradebook: Gradebook;
  /** What the gradebook follows from. */
  input: GradebookInput;
  shipments: StoredShipment[];
  evidence: Evidence[];
  repositories: StudentRepository[];
};

/** One owner with all their evidence. Undefined where no valid course is in force, or `slug` is nobody of it. */
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
  const evidence = (await Promise.all(challenges.map(({ name }) => store.evidence(organisation, name, slug)))).flat();
  const input = await readGradebookInput(store, { organisation, course, challenges, owners, now }, { evidence });
  const gradebook = buildGradebook(input);
  return { ...found, owners, gradebook, input, shipments, repositories, evidence };
}
