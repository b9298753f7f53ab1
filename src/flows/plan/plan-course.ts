// What a version of the course means for its students: repositories, shipments, and what changes against what is stored.
import { parseCourse } from '../../domain/course/read-course-file.ts';
import { retentionEnd } from '../../domain/course/retention.ts';
import { sayWallTime } from '../../domain/time/say-time.ts';
import type { Challenge } from '../../domain/challenge/challenge.ts';
import { diffPlan, joinDiffs, type KnownShipment, type PlanDiff } from '../../domain/plan/diff.ts';
import { planShipments } from '../../domain/plan/plan.ts';
import type { Problem } from '../../domain/text/problem.ts';
import { cancelledByHand, type Shipment } from '../../domain/shipment/shipment.ts';
import { shipmentContent } from '../../domain/shipment/shipment-content.ts';
import type { CourseRecord, StoredShipment, StudentRepository } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';
import type { CourseSnapshot } from '../../ports/github.ts';

export type PlannedCourse = {
  changes: PlanDiff;
  problems: Problem[];
  repositories: Pick<StudentRepository, 'name' | 'owner' | 'members'>[];
  /** Digests of shipments that were kept without one. */
  contents: { id: string; content: string }[];
};

/** Preview and sync both come through here: there is no other way from files to a plan. */
export async function planCourse(
  store: Store,
  { organisation, login }: CourseRecord,
  snapshot: CourseSnapshot,
  now: Date,
): Promise<PlannedCourse> {
  const { course, challenges, owners, facts } = snapshot;
  const unseen = challenges.filter(({ dataset }) => !facts[dataset.source]);
  const names = challenges.map(({ name }) => name);
  const given = (await store.shippedChallenges(organisation)).filter((name) => !names.includes(name));
  const repositories = new Map<string, PlannedCourse['repositories'][number]>();
  const diffs: PlanDiff[] = [];
  const older: Problem[] = [];
  const contents: PlannedCourse['contents'] = [];
  // One at a time: all shipments of a large course at once would fill the memory.
  for (const name of [...names, ...given]) {
    const challenge = challenges.find((one) => one.name === name);
    // Nothing is known of the rows of these, so nothing is said about them: what was planned for them stays as it is.
    if (challenge && unseen.includes(challenge)) continue;
    const known = challenge && facts[challenge.dataset.source];
    const all = course && known ? planShipments(course, challenge, owners, known, login) : [];
    const { stored, withdrawn, unnoted } = await readStored(store, organisation, name, all);
    contents.push(...unnoted);
    if (challenge) older.push(...changedSource(challenge, facts, stored));
    const shipments = all.filter(({ id }) => !withdrawn.has(id));
    for (const { repository, owner, members } of shipments)
      repositories.set(repository, { name: repository, owner, members });
    diffs.push(diffPlan(stored, shipments, now));
  }
  return {
    changes: joinDiffs(diffs),
    problems: [...snapshot.problems, ...unseen.map(unseenProblem), ...older, ...overRetention(snapshot, now)],
    repositories: [...repositories.values()],
    contents,
  };
}

/** Shipments read at once. */
const chunk = 2000;

/** What is stored of a challenge. Whatever says the same as the plan is not read: it is what the plan has. */
async function readStored(
  store: Store,
  organisation: string,
  challenge: string,
  planned: readonly Shipment[],
): Promise<{ stored: KnownShipment[]; withdrawn: ReadonlySet<string>; unnoted: PlannedCourse['contents'] }> {
  const known = await store.shipmentContents(organisation, challenge);
  const byId = new Map(planned.map((shipment) => [shipment.id, shipment]));
  const same = new Map<string, Shipment>();
  for (const { id, content } of known) {
    const after = byId.get(id);
    if (after && content === shipmentContent(after)) same.set(id, after);
  }
  const read = new Map<string, Shipment>();
  const others = known.filter(({ id }) => !same.has(id)).map(({ id }) => id);
  for (let from = 0; from < others.length; from += chunk)
    for (const { shipment } of await store.shipmentsById(organisation, others.slice(from, from + chunk)))
      read.set(shipment.id, shipment);
  return {
    stored: known.flatMap(({ id, state }) => {
      const shipment = same.get(id) ?? read.get(id);
      return shipment ? [{ shipment, state }] : [];
    }),
    withdrawn: new Set(known.filter(isWithdrawn).map(({ id }) => id)),
    unnoted: known.flatMap(({ id, content }) => {
      const shipment = read.get(id);
      return content === undefined && shipment ? [{ id, content: shipmentContent(shipment) }] : [];
    }),
  };
}

/** A person's cancellation outlasts the plan, which would have it again. */
export function isWithdrawn({ state, lastError }: Pick<StoredShipment, 'state' | 'lastError'>): boolean {
  return state === 'cancelled' && lastError === cancelledByHand;
}

/** A retention that is over already removes everything within a day of the merge: whoever merges should have read it. */
function overRetention({ course, challenges, files }: CourseSnapshot, now: Date): Problem[] {
  const end = course && retentionEnd(course, challenges);
  if (end === undefined || end > now) return [];
  const message = `\`retention\` ended ${sayWallTime(end, course!.timezone)}: merging this removes everything kept about people within a day`;
  const problem = parseCourse(Buffer.from(files['course.yml'] ?? '')).source?.problem(
    ['retention'],
    'warning',
    'retention-over',
    message,
    'write a longer `retention`, or leave it out',
  );
  return problem ? [problem] : [];
}

function unseenProblem({ file, dataset }: Challenge): Problem {
  return {
    file,
    line: 1,
    column: 1,
    level: 'warning',
    code: 'source-unknown',
    message: `\`${dataset.source}\` could not be read; no new shipments are planned and existing ones are unchanged`,
    hint: 'make the source reachable from where the app runs, then push again',
  };
}

/** What was sent stays as it is, whatever becomes of the source: whoever reads the plan should know that it does. */
function changedSource(
  { name, file, dataset: { source } }: Challenge,
  facts: CourseSnapshot['facts'],
  stored: readonly KnownShipment[],
): Problem[] {
  const now = facts[source]?.sha256;
  const isOlder = ({ shipment, state }: KnownShipment): boolean =>
    shipment.challenge === name && state === 'dispatched' && shipment.digest !== undefined && shipment.digest !== now;
  const older = now === undefined ? [] : stored.filter(isOlder);
  if (older.length === 0) return [];
  const releases = [...new Set(older.map(({ shipment }) => shipment.release))].join(', ');
  const message = `\`${source}\` has changed since ${releases} ${releases.includes(',') ? 'were' : 'was'} sent; releases already sent are unaffected`;
  const hint = 'later releases and late joiners get rows of the new file';
  return [{ file, line: 1, column: 1, level: 'warning', code: 'source-changed', message, hint }];
}
