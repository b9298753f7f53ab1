// The course repository's default branch moved: what it says is now in force, or nothing changes and the commit says why.
import { describeProblems, describeSync } from '../../domain/messages/plan-summary.ts';
import { isAcceptable } from '../../domain/text/problem.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { inForce } from '../course/in-force.ts';
import { syncJob } from '../jobs/queue-jobs.ts';
import { applyPlan } from './apply-plan.ts';
import { checkTemplate } from './check-template.ts';
import { knowPeople } from './know-people.ts';
import { planCourse } from './plan-course.ts';

/** A push to the course repository is one reason to read it again. */
export async function syncPushed(
  ports: FlowPorts,
  { organisation, repository }: { organisation: string; repository: string },
): Promise<void> {
  if (repository !== ports.courseRepository) return;
  await ports.store.enqueue([syncJob(organisation, ports.clock.now())]);
}

/** Reads the head, never a commit that a webhook names: an old delivery cannot bring an old plan back. */
export async function syncChallenge(ports: FlowPorts, { organisation }: { organisation: string }): Promise<void> {
  const { store, clock, courseRepository: repository } = ports;
  const record = await store.course(organisation);
  if (!record) return;
  const github = ports.github(record);
  const { courseRepository, checkRuns } = github;
  const head = await courseRepository.head(repository);
  if (!head) return;
  const read = await courseRepository.snapshot(repository, head.commit, { fresh: true });
  // A repository that holds no course yet is not a mistake.
  if (read.isEmpty) return;
  const { snapshot, identity } = await knowPeople(ports, record, read);
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
    // Whoever is new on the roster may have been on it before, with evidence that nobody entered since.
    const before = new Set((await inForce(inside, organisation))?.owners.map(({ slug }) => slug));
    const come = snapshot.owners.map(({ slug }) => slug).filter((slug) => !before.has(slug));
    await inside.wantLedger(organisation, come);
    await inside.saveAccounts(organisation, identity.accounts, identity.aliases);
    await applyPlan(inside, record, { repository, commit: head.commit }, snapshot, planned, now);
  });
  await checkRuns.publish(repository, {
    ...name,
    ...describeSync(planned.changes, snapshot.owners.length, planned.problems),
  });
}
