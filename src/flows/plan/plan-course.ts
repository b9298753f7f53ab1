// What a version of the course means for its students: repositories, shipments, and what changes against what is stored.
import { parseCourse } from '../../domain/course/read-course-file.ts';
import { retentionEnd } from '../../domain/course/retention.ts';
import { sayWallTime } from '../../domain/time/say-time.ts';
import type { Challenge } from '../../domain/challenge/challenge.ts';
import { joinDiffs, type KnownShipment, type PlanDiff } from '../../domain/plan/diff.ts';
import type { Problem } from '../../domain/text/problem.ts';
import type { CarriedOut, CourseRecord } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';
import type { CourseSnapshot } from '../../ports/github.ts';
import { planChallenge, planWhole, type PlannedRepository } from './plan-challenge.ts';
import type { NotedContent } from './read-stored.ts';

export type PlannedCourse = {
  changes: PlanDiff;
  problems: Problem[];
  repositories: PlannedRepository[];
  /** Digests of shipments that were kept without one, or with one that was made otherwise. */
  contents: NotedContent[];
  /** What holds of the plan once it is carried out. */
  carried: CarriedOut;
};

/** Preview and sync both come through here: there is no other way from files to a plan. */
export async function planCourse(
  store: Store,
  record: CourseRecord,
  snapshot: CourseSnapshot,
  now: Date,
): Promise<PlannedCourse> {
  const { organisation } = record;
  const { course, challenges, owners, facts } = snapshot;
  const unseen = challenges.filter(({ dataset }) => !facts[dataset.source]);
  const names = challenges.map(({ name }) => name);
  const shipped = await store.shippedChallenges(organisation);
  const given = shipped.filter((name) => !names.includes(name));
  const carried = await store.carriedOut(organisation);
  const plans: CarriedOut['plans'] = new Map();
  const repositories = new Map<string, PlannedRepository>();
  const diffs: PlanDiff[] = [];
  const older: Problem[] = [];
  const contents: PlannedCourse['contents'] = [];
  // One at a time: all shipments of a large course at once would fill the memory.
  for (const name of [...names, ...given]) {
    const challenge = challenges.find((candidate) => candidate.name === name);
    const before = carried.plans.get(name);
    // Nothing is known of the rows of these, so nothing is said about them: what was planned for them stays as it is.
    if (challenge && unseen.includes(challenge)) {
      if (before) plans.set(name, before);
      continue;
    }
    const known = challenge && facts[challenge.dataset.source];
    const planned =
      course && known
        ? await planChallenge(store, record, { course, challenge, owners, facts: known }, now, {
            ...(before ? { carried: before } : {}),
            isShipped: shipped.includes(name),
          })
        : await planWhole(store, record, name, [], now);
    contents.push(...planned.unnoted);
    if (challenge) older.push(...changedSource(challenge, facts, planned.stored));
    for (const repository of planned.repositories)
      if (!repositories.has(repository.name)) repositories.set(repository.name, repository);
    if (planned.carried) plans.set(name, planned.carried);
    diffs.push(planned.diff);
  }
  return {
    changes: joinDiffs(diffs),
    problems: [...snapshot.problems, ...unseen.map(unseenProblem), ...older, ...overRetention(snapshot, now)],
    repositories: [...repositories.values()],
    contents,
    carried: { ...carried, plans },
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
