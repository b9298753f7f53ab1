// What a page about a course needs from the database: each thing read once, for everybody or for one owner.
import type { Evidence } from '../domain/evidence.ts';
import { buildGradebook, type Gradebook, type GradebookInput } from '../domain/gradebook.ts';
import type { Store, StoredShipment, StudentRepository } from '../ports.ts';
import { inForce, type InForce } from './in-force.ts';
import { readGradebookInput } from './read-gradebook.ts';

export type CourseState = InForce & {
  gradebook: Gradebook;
  /** What the gradebook was computed from. */
  input: GradebookInput;
  shipments: StoredShipment[];
  evidence: Evidence[];
  repositories: StudentRepository[];
};

/** Undefined where no valid course is in force, or where `only` is nobody of it. */
export async function readState(
  store: Store,
  organisation: string,
  now: Date,
  only?: string,
): Promise<CourseState | undefined> {
  const found = await inForce(store, organisation);
  const owners = found?.owners.filter(({ slug }) => only === undefined || slug === only) ?? [];
  if (!found || (only !== undefined && owners.length === 0)) return undefined;
  const { course, challenges } = found;
  const repositories = (await store.studentRepositories(organisation)).filter(
    ({ owner }) => only === undefined || owner === only,
  );
  const shipments = await (only === undefined
    ? store.shipments(organisation)
    : ofRepositories(store, organisation, repositories));
  const evidence = new Map(
    await Promise.all(
      challenges.map(async ({ name }) => [name, await store.evidence(organisation, name, only)] as const),
    ),
  );
  // The gradebook asks for the same again: it is given what is here.
  const known: Store = {
    ...store,
    shipments: async () => shipments,
    evidence: async (_, challenge) => evidence.get(challenge) ?? [],
  };
  const input = await readGradebookInput(known, { organisation, course, challenges, owners, now });
  return {
    ...found,
    owners,
    gradebook: buildGradebook(input),
    input,
    shipments,
    repositories,
    evidence: [...evidence.values()].flat(),
  };
}

async function ofRepositories(
  store: Store,
  organisation: string,
  repositories: readonly StudentRepository[],
): Promise<StoredShipment[]> {
  const lists = await Promise.all(repositories.map(({ name }) => store.shipments(organisation, { repository: name })));
  return lists.flat();
}
