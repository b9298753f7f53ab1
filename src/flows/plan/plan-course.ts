// What a version of the course means for its students: repositories, shipments, and what changes against what is stored.
import { parseCourse } from '../../domain/course/read-course-file.ts';
import { retentionEnd } from '../../domain/course/retention.ts';
import { sayWallTime } from '../../domain/time/say-time.ts';
import type { Challenge } from '../../domain/challenge/challenge.ts';
import { diffPlan, joinDiffs, type KnownShipment, type PlanDiff } from '../../domain/plan/diff.ts';
import { planShipments } from '../../domain/plan/plan.ts';
import type { Problem } from '../../domain/text/problem.ts';
import type { CourseRecord, StudentRepository } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';
import type { CourseSnapshot } from '../../ports/github.ts';
import { readStored, type NotedContent } from './read-stored.ts';

export type PlannedCourse = {
  changes: PlanDiff;
  problems: Problem[];
  repositories: Pick<StudentRepository, 'name' | 'owner' | 'members'>[];
  /** Digests of shipments that were kept without one, or with one that was made otherwise. */
  contents: NotedContent[];
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
    const { same, stored, withdrawn, unnoted } = await readStored(store, organisation, name, all);
    contents.push(...unnoted);
    if (challenge) older.push(...changedSource(challenge, facts, stored));
    const shipments = withdrawn.size === 0 ? all : all.filter(({ id }) => !withdrawn.has(id));
    for (const { repository, owner, members } of shipments)
      if (!repositories.has(repository)) repositories.set(repository, { name: repository, owner, members });
    diffs.push(diffPlan(stored, shipments, now, same));
  }
  return {
    changes: joinDiffs(diffs),
    problems: [...snapshot.problems, ...unseen.map(unseenProblem), ...older, ...overRetention(snapshot, now)],
    repositories: [...repositories.values()],
    contents,
  };
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
