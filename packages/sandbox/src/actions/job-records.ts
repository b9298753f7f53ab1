// The record of one job and its check run, from queued to completed, and the events that each step of the way emits.
import { randomUUID } from 'node:crypto';
import type { CheckRun } from '../checks/records.ts';
import { checksOf } from '../checks/records.ts';
import { addCheckRun, changedCheckRun, type Cause } from '../checks/write.ts';
import { stamp } from '../world/clock.ts';
import type { Actions } from './actions.ts';
import type { Conclusion } from './workflow/job-types.ts';
import { ACTIONS_APP_ID } from '../world/job-token.ts';
import { presentJob, presentWorkflow } from './present-run.ts';
import { repositoryOf } from '../world/repository-of.ts';
import { actionsOf, jobsOf, type JobRecord, type RunRecord } from './records.ts';
import type { LoggedAnnotation } from './workflow/workflow-commands.ts';

/** Events of a run name whoever triggered this attempt. */
export function causeOf({ world }: Actions, run: RunRecord): Cause {
  return { sender: world.state.account(run.triggeringActor) };
}

/** The job of this place in this attempt: the one that is already there (after a restart), or a new one. */
export async function openJob(
  actions: Actions,
  run: RunRecord,
  given: Pick<JobRecord, 'key' | 'needs' | 'name' | 'labels'>,
): Promise<JobRecord> {
  const { state } = actions.world;
  const existing = jobsOf(state, run).find((job) => job.key === given.key);
  if (existing) {
    if (existing.status !== 'completed')
      Object.assign(existing, { status: 'queued', startedAt: null, steps: [], runner: null });
    return existing;
  }
  const job: JobRecord = {
    id: state.nextId(),
    run: run.id,
    repository: run.repository,
    attempt: run.attempt,
    status: 'queued',
    conclusion: null,
    createdAt: stamp(actions.world.clock.now()),
    startedAt: null,
    completedAt: null,
    runner: null,
    steps: [],
    outputs: {},
    summary: '',
    ...given,
  };
  actionsOf(state).jobs[job.id] = job;
  await addCheckRun(actions.world, checkRunOf(actions, run, job), causeOf(actions, run));
  emitJob(actions, run, job, 'queued');
  return job;
}

export async function startJob(actions: Actions, run: RunRecord, job: JobRecord): Promise<void> {
  job.status = 'in_progress';
  job.startedAt = stamp(actions.world.clock.now());
  const check = checksOf(actions.world.state).runs[job.id];
  if (check) Object.assign(check, { status: 'in_progress', startedAt: job.startedAt });
  emitJob(actions, run, job, 'in_progress');
}

export async function completeJob(
  actions: Actions,
  run: RunRecord,
  job: JobRecord,
  end: { conclusion: Conclusion; at: Date; annotations?: readonly LoggedAnnotation[] },
): Promise<void> {
  job.status = 'completed';
  job.conclusion = end.conclusion;
  job.completedAt = stamp(end.at);
  const check = checksOf(actions.world.state).runs[job.id];
  if (check) {
    Object.assign(check, {
      status: 'completed',
      conclusion: end.conclusion,
      completedAt: job.completedAt,
      startedAt: job.startedAt ?? job.completedAt,
    });
    check.annotations.push(...(end.annotations ?? []));
    await changedCheckRun(actions.world, check, false, causeOf(actions, run));
  }
  emitJob(actions, run, job, 'completed');
}

function emitJob(actions: Actions, run: RunRecord, job: JobRecord, action: string): void {
  const { world } = actions;
  const workflow = actionsOf(world.state).workflows[run.workflow];
  world.emit({
    event: 'workflow_job',
    action,
    payload: {
      workflow_job: presentJob(world, job),
      ...(workflow ? { workflow: presentWorkflow(world, workflow) } : {}),
    },
    sender: causeOf(actions, run).sender,
    repository: repositoryOf(world, run),
  });
}

function checkRunOf(actions: Actions, run: RunRecord, job: JobRecord): CheckRun {
  const { world } = actions;
  return {
    id: job.id,
    suite: run.suite,
    repository: run.repository,
    app: ACTIONS_APP_ID,
    name: job.name,
    headSha: run.headSha,
    status: 'queued',
    conclusion: null,
    startedAt: job.createdAt,
    completedAt: null,
    detailsUrl: `${world.url}/${world.state.fullName(repositoryOf(world, run))}/actions/runs/${run.id}/job/${job.id}`,
    externalId: randomUUID(),
    output: { title: null, summary: null, text: null },
    annotations: [],
    actions: [],
    job: true,
  };
}
