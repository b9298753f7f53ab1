// The gradebook of a course, or of one owner in it, computed from what is stored.
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { Course, Owner } from '../../domain/course/course.ts';
import type { Evidence } from '../../domain/evidence/evidence.ts';
import { gradeGate, type Gate } from '../../domain/grade/grade-gate.ts';
import { decideGrades } from '../../domain/grade/grade-act.ts';
import { buildGradebook, joinGradebooks, type Gradebook, type GradebookInput } from '../../domain/grade/gradebook.ts';
import { probesSince, scorePolicy, type ScorePolicy } from '../../domain/evidence/policy.ts';
import type { Store } from '../../ports/store.ts';

export type Wanted = {
  organisation: string;
  course: Course;
  challenges: readonly Challenge[];
  owners: readonly Owner[];
  now: Date;
};

/** Owners read at a time: a month of probes of all of them would not fit. */
const chunk = 50;

/** Pure over what the database holds at `now`: asking again gives the same grades. */
export async function readGradebook(store: Store, wanted: Wanted): Promise<Gradebook> {
  const books: Gradebook[] = [];
  for await (const input of readInChunks(store, wanted)) books.push(buildGradebook(input));
  return joinGradebooks(books);
}

/**
 * What the grades follow from, some owners at a time and once at least. Evidence reaches as far back as `also` needs it, too;
 * `rules` where they were read before.
 */
export async function* readInChunks(
  store: Store,
  wanted: Wanted,
  { also = [], rules: known }: { also?: readonly ScorePolicy[]; rules?: GradebookInput } = {},
): AsyncGenerator<GradebookInput> {
  const rules = known ?? (await readGradebookInput(store, { ...wanted, owners: [] }));
  for (let from = 0; from === 0 || from < wanted.owners.length; from += chunk) {
    const owners = wanted.owners.slice(from, from + chunk);
    yield {
      ...rules,
      owners,
      evidence: await readEvidence(store, { ...wanted, owners }, [...rules.policies, ...also]),
    };
  }
}

/**
 * Everything that these owners' grades follow from. Without owners no evidence is read, but the shipments and decisions of
 * `about`, or of everybody; with `evidence` none is read either, since it is all of theirs.
 */
export async function readGradebookInput(
  store: Store,
  { organisation, course, challenges, owners, now }: Wanted,
  {
    about = owners.length === 0 ? undefined : owners.map(({ slug }) => slug),
    evidence: known,
  }: { about?: readonly string[] | undefined; evidence?: readonly Evidence[] } = {},
): Promise<GradebookInput> {
  const policies = challenges.map((challenge) => scorePolicy(challenge, course));
  const evidence = known ?? (await readEvidence(store, { organisation, owners, now }, policies));
  const shipments = await store.scoredShipments(organisation, about);
  const decided = decideGrades(
    await store.gradeActs(organisation, about),
    challenges.map(({ name }) => name),
    now,
  );
  return {
    extensions: decided.extensions,
    overrides: decided.overrides,
    pass: course.grades.pass,
    policies,
    owners,
    evidence,
    shipments,
    now,
  };
}

async function readEvidence(
  store: Store,
  { organisation, owners, now }: Pick<Wanted, 'organisation' | 'owners' | 'now'>,
  policies: readonly ScorePolicy[],
): Promise<Evidence[]> {
  const slugs = owners.map(({ slug }) => slug);
  const evidence: Evidence[] = [];
  // One after the other: inside a transaction there is one connection.
  for (const [since, names] of owners.length === 0 ? [] : bySince(policies, now))
    for (const item of await store.gradingEvidence(organisation, names, slugs, new Date(since))) evidence.push(item);
  return evidence;
}

/** Challenges by how far back their probes are needed. */
function bySince(policies: readonly ScorePolicy[], now: Date): Map<number, string[]> {
  const named = [...Map.groupBy(policies, ({ challenge }) => challenge)];
  const since = named.map(([name, rules]) => ({
    name,
    since: Math.min(...rules.map((policy) => probesSince(policy, now).getTime())),
  }));
  return new Map(
    [...Map.groupBy(since, (group) => group.since)].map(([at, all]) => [at, all.map(({ name }) => name)] as const),
  );
}

/** Whether students may see their points at `now`. */
export async function readGate(store: Store, organisation: string, { grades }: Course, now: Date): Promise<Gate> {
  // Where they always may, no decision of a teacher is asked for.
  const acts = grades.release === 'auto' ? [] : await store.gradeActs(organisation, []);
  return gradeGate(grades, decideGrades(acts, [], now).released, now);
}
