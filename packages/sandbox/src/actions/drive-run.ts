// Takes one run from queued to completed; after a restart it goes on with the jobs that have not ended.
import type { World } from '../world/world.ts';
import { checksOf } from '../checks/records.ts';
import { emitSuite } from '../checks/write.ts';
import { stamp } from '../world/clock.ts';
import type { Actions } from './actions.ts';
import { interpolate } from './workflow/evaluate-expression.ts';
import { Closing, enterGroup } from './enter-group.ts';
import { executeJob } from './execute-job.ts';
import { causeOf, completeJob, openJob } from './job-records.ts';
import type { LiveRun } from './live-run.ts';
import { githubContext, secretsOf, variablesOf } from './make-contexts.ts';
import { planScope, referencedWorkflows, type Scope } from './plan-scope.ts';
import { presentRun, presentWorkflow } from './present-run.ts';
import { repositoryOf } from '../world/repository-of.ts';
import { actionsOf, jobsOf, type RunConclusion, type RunRecord } from './records.ts';
import { listWorkflowFiles, type LoadedWorkflow } from './read-repository.ts';
import { asMap, InvalidWorkflow, readWorkflow, type JsonMap } from './workflow/read-workflow.ts';
import { joinResults, runScope, type Leaf, type Runner } from './run-scope.ts';

/** Never rejects: what goes wrong is the run's conclusion, or a line in the sandbox's log. */
export async function driveRun(actions: Actions, live: LiveRun): Promise<void> {
  const run = live.record;
  actions.live.set(run.id, live);
  try {
    const conclusion = await conclude(actions, live);
    await completeRun(actions, run, conclusion);
  } catch (error) {
    if (actions.world.state.repository(run.repository) === undefined) {
      // It was deleted, and its runs with it: there is nobody to tell.
      run.status = 'completed';
      run.conclusion = 'cancelled';
    } else if (!(error instanceof Closing)) {
      actions.world.log(`run ${run.id}: ${error instanceof Error ? error.stack : String(error)}`);
      await completeRun(actions, run, 'failure');
    }
  } finally {
    live.end();
    actions.live.delete(run.id);
  }
}

async function conclude(actions: Actions, live: LiveRun): Promise<RunConclusion> {
  const run = live.record;
  let leave = (): void => {};
  try {
    const source = await loadSource(actions.world, run);
    const scope = await planScope(actions.world, source);
    run.referenced = referencedWorkflows(actions.world, scope);
    const github = githubContext(actions.world, run, source);
    const contexts: JsonMap = {
      github,
      vars: variablesOf(actions.world, repositoryOf(actions.world, run)),
      inputs: run.inputs,
    };
    nameRun(run, source, contexts);
    if (run.status === 'queued' && jobsOf(actions.world.state, run).length === 0)
      await emitRun(actions, run, 'requested');
    leave = await waitTurn(actions, live, source, contexts);
    return await runJobs(actions, live, scope, contexts);
  } catch (error) {
    if (!(error instanceof InvalidWorkflow)) throw error;
    run.message = error.message;
    actions.world.log(
      `${run.path} of ${actions.world.state.fullName(repositoryOf(actions.world, run))} cannot start: ${error.message}`,
    );
    return 'startup_failure';
  } finally {
    leave();
  }
}

async function loadSource(world: World, run: RunRecord): Promise<LoadedWorkflow> {
  const repository = repositoryOf(world, run);
  const text = (await listWorkflowFiles(world, repository, run.sha)).get(run.path);
  if (text === undefined) throw new InvalidWorkflow(`the workflow file is not in ${run.sha}`);
  return { repository, path: run.path, ref: run.ref, sha: run.sha, workflow: readWorkflow(text, run.path) };
}

function nameRun(run: RunRecord, { workflow }: LoadedWorkflow, contexts: JsonMap): void {
  if (workflow.runName)
    run.displayTitle = interpolate(workflow.runName, {
      contexts,
      status: { success: true, failure: false, cancelled: false },
    });
}

/** Waits for the workflow's concurrency group; a run that a newer one displaces is cancelled by it. */
async function waitTurn(
  actions: Actions,
  live: LiveRun,
  { workflow }: LoadedWorkflow,
  contexts: JsonMap,
): Promise<() => void> {
  if (workflow.concurrency === undefined) return () => {};
  const { record } = live;
  if (record.status === 'queued') record.status = 'pending';
  const leave = await enterGroup(actions, live, {
    concurrency: workflow.concurrency,
    contexts,
    signal: live.cancelled.signal,
    cancel: () => live.cancel(),
  });
  if (!live.cancelled.signal.aborted && record.status === 'pending') record.status = 'queued';
  return leave;
}

async function runJobs(actions: Actions, live: LiveRun, scope: Scope, contexts: JsonMap): Promise<RunConclusion> {
  const run = live.record;
  if (live.cancelled.signal.aborted) return 'cancelled';
  let begun: Promise<void> | undefined;
  const begin = (): Promise<void> => (begun ??= beginRun(actions, run));
  const runner: Runner = {
    live,
    contexts: { github: contexts['github'] ?? {}, vars: contexts['vars'] ?? {} },
    execute: (leaf, signal) => executeJob(actions, live, leaf, { signal, begun: begin }),
    skip: (leaf) => skipJob(actions, run, leaf),
  };
  const secrets = secretsOf(actions.world, repositoryOf(actions.world, run));
  const results = await runScope(runner, scope, {
    inputs: asMap(run.inputs),
    secrets,
    signal: live.cancelled.signal,
    needs: [],
  });
  const { result } = joinResults([...results.values()]);
  return live.cancelled.signal.aborted && result !== 'failure' ? 'cancelled' : result;
}

async function beginRun(actions: Actions, run: RunRecord): Promise<void> {
  const resumed = run.status === 'in_progress';
  run.status = 'in_progress';
  run.updatedAt = stamp(actions.world.clock.now());
  if (!resumed) await emitRun(actions, run, 'in_progress');
}

async function skipJob(actions: Actions, run: RunRecord, leaf: Leaf): Promise<void> {
  const job = await openJob(actions, run, { key: leaf.key, needs: leaf.needs, name: leaf.name, labels: [] });
  if (job.status !== 'completed')
    await completeJob(actions, run, job, { conclusion: 'skipped', at: actions.world.clock.now() });
}

async function completeRun(actions: Actions, run: RunRecord, conclusion: RunConclusion): Promise<void> {
  const { world } = actions;
  run.status = 'completed';
  run.conclusion = conclusion;
  const ends = jobsOf(world.state, run).map((job) => job.completedAt ?? '');
  run.updatedAt = [stamp(world.clock.now()), ...ends].toSorted().at(-1) ?? run.updatedAt;
  const suite = checksOf(world.state).suites[run.suite];
  if (suite) {
    suite.updatedAt = run.updatedAt;
    suite.rerequested = false;
  }
  await emitRun(actions, run, 'completed');
  if (suite) await emitSuite(world, suite, 'completed', causeOf(actions, run));
}

async function emitRun(
  { world }: Actions,
  run: RunRecord,
  action: 'requested' | 'in_progress' | 'completed',
): Promise<void> {
  const workflow = actionsOf(world.state).workflows[run.workflow];
  world.emit({
    event: 'workflow_run',
    action,
    payload: {
      workflow_run: await presentRun(world, run),
      workflow: workflow ? presentWorkflow(world, workflow) : null,
    },
    sender: world.state.account(run.triggeringActor),
    repository: repositoryOf(world, run),
  });
}
