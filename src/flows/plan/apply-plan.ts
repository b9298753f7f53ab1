// Everything that a plan means, and the jobs that carry it out: by statements about sets, however large the class is.
import type { PlanDiff } from '../../domain/plan/diff.ts';
import { scheduleReleases, slotKey } from '../../domain/plan/release-schedule.ts';
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { CourseSnapshot } from '../../ports/github.ts';
import type { Job } from '../../ports/job-map.ts';
import type { CarriedPlan, CourseRecord, StudentRepository } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';
import {
  cutJob,
  dispatchJobKey,
  followMergeJob,
  lookAtCourseJob,
  provisionJob,
  reportParkedJob,
  retentionJob,
  stageJob,
} from '../jobs/queue-jobs.ts';
import { deadlineNotice } from '../jobs/queue-notices.ts';
import { enqueueAll, inChunks } from '../jobs/in-chunks.ts';
import { ledgerJob } from '../jobs/queue-practice.ts';
import { shipmentJobs } from '../shipment/stage-shipment.ts';
import type { PlannedCourse } from './plan-course.ts';
import { isWithdrawn } from './read-stored.ts';

/** More than these are found sooner by comparing all. */
const mostOthers = 1000;

/** In the caller's transaction. */
export async function applyPlan(
  store: Store,
  { organisation }: CourseRecord,
  source: { repository: string; commit: string },
  snapshot: CourseSnapshot,
  { changes, repositories, contents, carried }: PlannedCourse,
  now: Date,
): Promise<void> {
  const { files, facts } = snapshot;
  await store.saveCourse(organisation, { repository: source.repository, commitSha: source.commit, files, facts }, now);
  const known = await store.studentRepositories(organisation);
  await enqueueAll(store, await planRepositories(store, organisation, known, repositories, now));
  const slots = scheduleReleases(snapshot.challenges, snapshot.owners.length);
  const jobsOf = (shipment: Shipment): Job[] =>
    shipmentJobs(organisation, shipment, slots.get(slotKey(shipment.challenge, shipment.release)), now);
  for (const some of inChunks(contents)) await store.saveShipmentContents(organisation, some);
  const written = new Set<string>();
  for (const part of partsOf(changes)) {
    const again = await planAgain(store, organisation, part);
    for (const id of again.written) written.add(id);
    const wanted = [...part.add, ...part.change.map(({ after }) => after)];
    for (const some of inChunks(wanted))
      await store.enqueue(some.filter(({ id }) => !again.withdrawn.has(id)).flatMap(jobsOf));
  }
  // Another release at the same time, or a larger class: what is sent early has to be sent earlier.
  await store.reschedule(changes.keep.filter(({ early }) => early).flatMap(jobsOf));
  await cancel(store, organisation, changes.cancel, now);
  await enqueueAll(store, [
    followMergeJob(organisation, now),
    lookAtCourseJob(organisation, now),
    ...(snapshot.course?.retention === undefined ? [] : [retentionJob(organisation, now)]),
    ledgerJob(organisation, now),
  ]);
  await enqueueAll(store, await cutJobs(store, organisation, snapshot, changes, now));
  await store.dequeue(changes.cancel.map(({ id }) => dispatchJobKey(organisation, id)));
  // Whatever was changed by others since the plan was made, the database knows by itself.
  const plans = [...carried.plans].flatMap(([name, { others, ...plan }]): [string, CarriedPlan][] => {
    const left = others.filter((id) => !written.has(id));
    return left.length > mostOthers ? [] : [[name, { ...plan, others: left }]];
  });
  await store.saveCarriedOut(organisation, { ...carried, plans: new Map(plans) });
}

async function planRepositories(
  store: Store,
  organisation: string,
  known: readonly StudentRepository[],
  wanted: PlannedCourse['repositories'],
  now: Date,
): Promise<Job[]> {
  const byName = (all: readonly StudentRepository[]): Map<string, StudentRepository> =>
    new Map(all.map((repository) => [repository.name.toLowerCase(), repository]));
  const seen = byName(known);
  const isSame = (known: StudentRepository | undefined, members: readonly string[]): boolean =>
    known?.state === 'ready' && known.members.join() === members.join();
  const jobs: Job[] = [];
  for (const some of inChunks(
    wanted.filter((repository) => !isSame(seen.get(repository.name.toLowerCase()), repository.members)),
  )) {
    // As they are now: they may be made at this moment.
    const names = some.map(({ name }) => name);
    const held = byName(await store.lockStudentRepositories(organisation, names));
    const planned = some.flatMap((repository): StudentRepository[] => {
      const known = held.get(repository.name.toLowerCase());
      if (isSame(known, repository.members)) return [];
      const members = known?.repositoryId === undefined ? [] : known.members;
      const letIn = [...new Set([...(known?.letIn ?? []), ...members])];
      return [{ plannedAt: now, ...known, ...repository, letIn, state: 'planned' }];
    });
    await store.saveStudentRepositories(organisation, planned);
    jobs.push(...planned.map(({ name }) => provisionJob(organisation, name, now)));
  }
  return jobs;
}

type Again = {
  /** Ids of those that a person has cancelled since this was planned. */
  withdrawn: Set<string>;
  /** Ids of those that were stored already, and say now what the plan says; what was sent meanwhile does not. */
  written: Set<string>;
};

type ToWrite = Pick<PlanDiff, 'add' | 'change'>;

/** One after another: what is planned for a challenge is let go of before the next. */
function* partsOf({ add, change, fresh }: PlanDiff): Generator<ToWrite> {
  yield { add, change };
  for (const { plan } of fresh) yield { add: plan(), change: [] };
}

async function planAgain(store: Store, organisation: string, { add, change }: ToWrite): Promise<Again> {
  const planned = { attempts: 0, state: 'planned' } as const;
  const known: Shipment[] = change.map(({ after }) => after);
  // Nobody looks for what is new: of the thousands that a first merge adds the database has no statistics yet.
  for (const some of inChunks(byOwner(add))) {
    const all = some.map((shipment) => ({ ...planned, shipment }));
    const added = await store.addShipments(organisation, all);
    known.push(...some.filter(({ id }) => !added.has(id)));
  }
  const [withdrawn, written]: [Set<string>, Set<string>] = [new Set(), new Set()];
  for (const some of inChunks(byOwner(known))) {
    const ids = some.map(({ id }) => id);
    const held = await store.lockShipments(organisation, ids);
    for (const [id, stored] of held) if (isWithdrawn(stored)) withdrawn.add(id);
    const kept = some.filter(({ id }) => !withdrawn.has(id));
    const all = kept.map((shipment) => ({ ...planned, ...held.get(shipment.id), shipment, state: 'planned' as const }));
    for (const id of await store.saveShipments(organisation, all)) written.add(id);
  }
  return { withdrawn, written };
}

/** Each owner's together: the ledger is told of an owner once for each statement. */
function byOwner(shipments: readonly Shipment[]): Shipment[] {
  return shipments.toSorted((a, b) => (a.owner < b.owner ? -1 : Number(a.owner > b.owner)));
}

async function cancel(store: Store, organisation: string, unwanted: readonly Shipment[], now: Date): Promise<void> {
  for (const some of inChunks(unwanted)) {
    const ids = some.map(({ id }) => id);
    const held = [...(await store.lockShipments(organisation, ids)).values()];
    await store.saveShipments(
      organisation,
      held.map((known) => ({ ...known, state: 'cancelled' })),
    );
    const staged = held.filter(({ stagedAt }) => stagedAt);
    await store.enqueue(staged.map(({ shipment }) => stageJob(organisation, shipment, now)));
  }
  if (unwanted.length > 0) await store.enqueue([reportParkedJob(organisation, now)]);
}

/** A deadline for each repository and challenge that has none behind it yet. */
async function cutJobs(
  store: Store,
  organisation: string,
  { challenges, course, facts }: CourseSnapshot,
  changes: PlanDiff,
  now: Date,
): Promise<Job[]> {
  const planned = placesOf(changes);
  const jobs: Job[] = [];
  for (const { name: challenge, ends, dataset } of challenges) {
    const cuts = await store.evidence(organisation, challenge, undefined, ['cut']);
    const done = new Set(cuts.filter(({ at }) => at.getTime() === ends.getTime()).map(({ owner }) => owner));
    // Nothing was planned for a source that nobody could read, and what was before stays.
    const places = facts[dataset.source]
      ? (planned.get(challenge) ?? [])
      : (await store.shippedPlaces(organisation, challenge)).map((place) => [place.repository, place.owner] as const);
    for (const [repository, owner] of places)
      if (!done.has(owner)) {
        jobs.push(cutJob({ organisation, repository, challenge }, ends));
        if (course?.notify?.includes('deadline') && ends > now)
          jobs.push(deadlineNotice({ organisation, repository }, challenge, ends));
      }
  }
  return jobs;
}

/** Of each challenge the repositories that get something by the plan, or got something before, and whose they are. */
function placesOf({ add, fresh, change, keep, untouched, frozen }: PlanDiff): Map<string, Map<string, string>> {
  const places = new Map<string, Map<string, string>>();
  const note = ({ challenge, repository, owner }: Pick<Shipment, 'challenge' | 'repository' | 'owner'>): void => {
    const known = places.get(challenge) ?? new Map<string, string>();
    places.set(challenge, known.set(repository, owner));
  };
  for (const shipment of [add, keep].flat()) note(shipment);
  for (const { after } of change) note(after);
  for (const { before } of frozen) note(before);
  for (const { challenge, places: theirs } of [...untouched, ...fresh])
    for (const [repository, owner] of theirs) note({ challenge, repository, owner });
  return places;
}
