// What a page about a course or about one of its students needs from the database, each thing read once.
import type { Evidence } from '../../domain/evidence/evidence.ts';
import { buildGradebook, type Gradebook, type GradebookInput } from '../../domain/grade/gradebook.ts';
import type { Store } from '../../ports/store.ts';
import type { StoredShipment, StudentRepository } from '../../ports/records.ts';
import { inForce, type InForce } from '../course/in-force.ts';
import { readStandings } from '../grade/keep-standings.ts';
import { readGradebookInput } from '../grade/read-gradebook.ts';

export type CourseState = InForce & {
  gradebook: Gradebook;
  shipments: StoredShipment[];
  evidence: Evidence[];
  repositories: StudentRepository[];
};

/** What tells how far releases got. Of all students at once nothing else is read: of probes there are millions. */
const progressKinds = ['data', 'run', 'cut'] as const;

/** Undefined where no valid course is in force. Of the evidence it has what tells how far releases got. */
export async function readState(store: Store, organisation: string, now: Date): Promise<CourseState | undefined> {
  const found = await inForce(store, organisation);
  if (!found) return undefined;
  const { course, challenges, owners } = found;
  const repositories = await store.studentRepositories(organisation);
  const shipments = await store.shipments(organisation);
  const evidence = await evidenceOf(challenges, ({ name }) =>
    store.evidence(organisation, name, undefined, progressKinds),
  );
  const gradebook = await readStandings(store, { organisation, course, challenges, owners, now });
  return { ...found, gradebook, shipments, repositories, evidence: [...evidence.values()].flat() };
}

/** One owner with all their evidence, and what the gradebook follows from. Undefined also where `slug` is nobody of it. */
export async function readStudentState(
  store: Store,
  organisation: string,
  now: Date,
  slug: string,
): Promise<(CourseState & { input: GradebookInput }) | undefined> {
  const found = await inForce(store, organisation);
  const owners = found?.owners.filter((one) => one.slug === slug) ?? [];
  if (!found || owners.length === 0) return undefined;
  const { course, challenges } = found;
  const repositories = (await store.studentRepositories(organisation)).filter(({ owner }) => owner === slug);
  const lists = await Promise.all(repositories.map(({ name }) => store.shipments(organisation, { repository: name })));
  const shipments = lists.flat();
  const evidence = await evidenceOf(challenges, ({ name }) => store.evidence(organisation, name, slug));
  const all = [...evidence.values()].flat();
  const input = await readGradebookInput(store, { organisation, course, challenges, owners, now }, { evidence: all });
  const gradebook = buildGradebook(input);
  return { ...found, owners, gradebook, input, shipments, repositories, evidence: all };
}

async function evidenceOf(
  challenges: InForce['challenges'],
  read: (challenge: InForce['challenges'][number]) => Promise<Evidence[]>,
): Promise<Map<string, Evidence[]>> {
  return new Map(await Promise.all(challenges.map(async (one) => [one.name, await read(one)] as const)));
}
