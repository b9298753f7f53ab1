// Makes and changes check suites and runs, and tells who listens.
import type { Actor } from '../world/actor.ts';
import { presentCheckRunEvent, presentCheckSuite } from './present.ts';
import { checksOf, latestRuns, suiteOf, suiteState, type CheckRun, type CheckSuite } from './records.ts';
import { stamp } from '../world/clock.ts';
import type { Account, Repository } from '../world/records.ts';
import type { World } from '../world/world.ts';

/** Who did it: the account that events name as their sender, and the token behind it. */
export type Cause = { sender: Account; actor?: Actor };
export type NewSuite = Pick<CheckSuite, 'app' | 'headSha' | 'headBranch'> &
  Partial<Pick<CheckSuite, 'before' | 'workflowRun'>>;

export function makeSuite(world: World, repository: Repository, suite: NewSuite): CheckSuite {
  const now = stamp(world.clock.now());
  const made: CheckSuite = {
    id: world.state.nextId(),
    repository: repository.id,
    before: null,
    workflowRun: null,
    rerequested: false,
    createdAt: now,
    updatedAt: now,
    ...suite,
  };
  checksOf(world.state).suites[made.id] = made;
  return made;
}

/** The suite of an app for a commit; for runs made with a GITHUB_TOKEN that of the first workflow run of the commit. */
export function findSuite(world: World, repository: Repository, app: number, sha: string): CheckSuite | undefined {
  return Object.values(checksOf(world.state).suites).find(
    (suite) => suite.repository === repository.id && suite.app === app && suite.headSha === sha,
  );
}

/** Stores a new run and emits `created`, and `completed` where it is that already. */
export async function addCheckRun(world: World, run: CheckRun, cause: Cause): Promise<void> {
  checksOf(world.state).runs[run.id] = run;
  suiteOf(world.state, run).rerequested = false;
  await emitCheckRun(world, run, 'created', cause);
  if (run.status === 'completed') await afterCompletion(world, run, cause);
}

/** To be called after a run was changed: emits `completed` when that is what the change did. */
export async function changedCheckRun(world: World, run: CheckRun, wasCompleted: boolean, cause: Cause): Promise<void> {
  const suite = suiteOf(world.state, run);
  suite.updatedAt = stamp(world.clock.now());
  suite.rerequested = false;
  if (run.status === 'completed' && !wasCompleted) await afterCompletion(world, run, cause);
}

async function afterCompletion(world: World, run: CheckRun, cause: Cause): Promise<void> {
  await emitCheckRun(world, run, 'completed', cause);
  const suite = suiteOf(world.state, run);
  // The suite of a workflow run is completed by the run, which knows of the jobs that are still to come.
  if (suite.workflowRun === null && suiteState(latestRuns(world.state, suite), suite).status === 'completed') {
    await emitSuite(world, suite, 'completed', cause);
  }
}

/** `created` and `completed` go to everybody who may read checks, the requests only to the app that owns the run. */
export async function emitCheckRun(
  world: World,
  run: CheckRun,
  action: 'created' | 'completed' | 'rerequested' | 'requested_action',
  cause: Cause,
  more: Record<string, unknown> = {},
): Promise<void> {
  const check_run = await presentCheckRunEvent(world, run);
  emit(
    world,
    'check_run',
    action,
    { check_run, ...more },
    run,
    cause,
    action === 'created' || action === 'completed' ? undefined : run.app,
  );
}

/** `requested` and `rerequested` go only to the app of the suite. */
export async function emitSuite(
  world: World,
  suite: CheckSuite,
  action: 'requested' | 'rerequested' | 'completed',
  cause: Cause,
): Promise<void> {
  const check_suite = await presentCheckSuite(world, suite);
  delete check_suite['repository'];
  emit(world, 'check_suite', action, { check_suite }, suite, cause, action === 'completed' ? undefined : suite.app);
}

function emit(
  world: World,
  event: string,
  action: string,
  payload: Record<string, unknown>,
  of: { repository: number },
  cause: Cause,
  app: number | undefined,
): void {
  const repository = world.state.repository(of.repository);
  if (!repository) return;
  world.emit({
    event,
    action,
    payload,
    sender: cause.sender,
    repository,
    ...(app === undefined ? {} : { app }),
    ...(cause.actor ? { actor: cause.actor } : {}),
  });
}
