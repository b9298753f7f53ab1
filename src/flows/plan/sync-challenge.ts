// The course repository's default branch moved: what it says is now in force, or nothing changes and the commit says why.
import { describeProblems, describeSync } from '../../domain/messages/plan-summary.ts';
import { isAcceptable } from '../../domain/text/problem.ts';
import { scheduleReleases, slotKey } from '../../domain/plan/release-schedule.ts';
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { CourseRecord } from '../../ports/records.ts';
import type { Job } from '../../ports/job-map.ts';
import type { Outside } from '../../ports/outside.ts';
import type { Store } from '../../ports/store.ts';
import type { CourseSnapshot } from '../../ports/github.ts';
import { ledgerJob, practiceJobs } from '../jobs/queue-practice.ts';
import { checkTemplate } from './check-template.ts';
import { knowPeople } from './know-people.ts';
import { isWithdrawn, planCourse, type PlannedCourse } from './plan-course.ts';
import {
  cutJob,
  dispatchJobKey,
  lookAtCourseJob,
  lookAtRepositoryJob,
  provisionJob,
  reportParkedJob,
  stageJob,
  syncJob,
} from '../jobs/queue-jobs.ts';
import { shipmentJobs } from '../shipment/stage-shipment.ts';

/** A push to the course repository is one reason to read it again. */
export async function syncPushed(
  outside: Outside,
  { organisation, repository }: { organisation: string; repository: string },
): Promise<void> {
  if (repository !== outside.courseRepository) return;
  await outside.store.enqueue([syncJob(organisation, outside.clock.now())]);
}

/** Reads the head, never a commit that a webhook names: an old delivery cannot bring an old plan back. */
export async function syncChallenge(outside: Outside, { organisation }: { organisation: string }): Promise<void> {
  const { store, clock, courseRepository: repository } = outside;
  const record = await store.course(organisation);
  if (!record) return;
  const github = outside.github(record);
  const { courseRepository, checkRuns } = github;
  const head = await courseRepository.head(repository);
  if (!head) return;
  const read = await courseRepository.snapshot(repository, head.commit, { fresh: true });
  // A repository that holds no course yet is not a mistake.
  if (read.isEmpty) return;
  const { snapshot, identity } = await knowPeople(outside, record, read);
  const now = clock.now();
  const planned = await planCourse(store, record, snapshot, now);
  planned.problems.push(...(await checkTemplate(store, github, record, snapshot, planned.repositories)));
  const name = { name: 'sync', headSha: head.commit, externalId: 'sync' };
  if (!isAcceptable(planned.problems) || !snapshot.course) {
    const { problems } = planned;
    await store.saveRefused(organisation, {
      repository,
      commit: head.commit,
      at: now,
      problems: problems.slice(0, 50),
    });
    await checkRuns.publish(repository, {
      ...name,
      ...describeProblems(planned.problems, 'Nothing was changed: the last valid version stays in force.'),
    });
    return;
  }
  await store.transaction(async (inside) => {
    await inside.saveAccounts(organisation, identity.accounts, identity.aliases);
    await apply(inside, record, { repository, commit: head.commit }, snapshot, planned, now);
  });
  await checkRuns.publish(repository, {
    ...name,
    ...describeSync(planned.changes, snapshot.owners.length, planned.problems),
  });
}

/** Everything that the plan means, and the jobs that carry it out, in the caller's transaction. */
async function apply(
  store: Store,
  { organisation }: CourseRecord,
  source: { repository: string; commit: string },
  snapshot: CourseSnapshot,
  { changes, repositories }: PlannedCourse,
  now: Date,
): Promise<void> {
  const { files, facts } = snapshot;
  await store.saveCourse(organisation, { repository: source.repository, commitSha: source.commit, files, facts }, now);
  for (const repository of repositories) {
    const known = await store.studentRepository(organisation, repository.name);
    const same = known?.state === 'ready' && known.members.join() === repository.members.join();
    if (same) continue;
    const letIn = [...new Set([...(known?.letIn ?? []), ...(known?.repositoryId === undefined ? [] : known.members)])];
    await store.saveStudentRepository(organisation, {
      plannedAt: now,
      ...known,
      ...repository,
      letIn,
      state: 'planned',
    });
    await store.enqueue([provisionJob(organisation, repository.name, now)]);
  }
  await store.enqueue(await looks(store, organisation, now));
  const slots = scheduleReleases(snapshot.challenges, snapshot.owners.length);
  const jobsOf = (shipment: Shipment): Job[] =>
    shipmentJobs(organisation, shipment, slots.get(slotKey(shipment.challenge, shipment.release)), now);
  for (const shipment of [...changes.add, ...changes.change.map(({ after }) => after)]) {
    // As it is now, not as it was when this was planned: somebody may have cancelled it since.
    const known = await store.lockShipment(organisation, shipment.id);
    if (known && isWithdrawn(known)) continue;
    await store.saveShipment(organisation, { attempts: 0, ...known, shipment, state: 'planned' });
    await store.enqueue(jobsOf(shipment));
  }
  // Another release at the same time, or a larger class: what is sent early has to be sent earlier.
  await store.reschedule(changes.keep.filter(({ early }) => early).flatMap(jobsOf));
  for (const { id } of changes.cancel) {
    const known = await store.lockShipment(organisation, id);
    if (known) await store.saveShipment(organisation, { ...known, state: 'cancelled' });
    if (known?.stagedAt) await store.enqueue([stageJob(organisation, known.shipment, now)]);
  }
  if (changes.cancel.length > 0) await store.enqueue([reportParkedJob(organisation, now)]);
  // Rules for requests and endpoints also hold for those who have their data already.
  const latest = new Map(
    (await store.shipments(organisation))
      .filter(({ state }) => state === 'dispatched')
      .map(({ shipment }) => [`${shipment.repository}/${shipment.challenge}`, shipment]),
  );
  for (const shipment of latest.values()) {
    const challenge = snapshot.challenges.find(({ name }) => name === shipment.challenge);
    if (challenge) await store.enqueue(practiceJobs(organisation, shipment, challenge, now));
  }
  await store.enqueue([ledgerJob(organisation, now), ...(await cutJobs(store, organisation, snapshot))]);
  await store.dequeue(changes.cancel.map(({ id }) => dispatchJobKey(organisation, id)));
}

/** Who may see and do what follows from the whole course: after each merge, every repository is looked at, also one without an owner. */
async function looks(store: Store, organisation: string, now: Date): Promise<Job[]> {
  const made = (await store.studentRepositories(organisation)).filter(({ repositoryId }) => repositoryId !== undefined);
  return [...made.map(({ name }) => lookAtRepositoryJob(organisation, name, now)), lookAtCourseJob(organisation, now)];
}

/** A deadline for each repository and challenge that has none behind it yet. */
async function cutJobs(store: Store, organisation: string, { challenges }: CourseSnapshot): Promise<Job[]> {
  const jobs = new Map<string, Job>();
  for (const { name: challenge, ends } of challenges) {
    const cuts = await store.evidence(organisation, challenge, undefined, ['cut']);
    const done = new Set(cuts.filter(({ at }) => at.getTime() === ends.getTime()).map(({ owner }) => owner));
    for (const { shipment, state } of await store.shipments(organisation, { challenge })) {
      if (state === 'cancelled' || done.has(shipment.owner)) continue;
      const job = cutJob({ organisation, repository: shipment.repository, challenge }, ends);
      jobs.set(job.key, job);
    }
  }
  return [...jobs.values()];
}
