// Makes the record of a run and sets it going.
import type { Account, Repository } from '../world/records.ts';
import { checksOf } from '../checks/records.ts';
import { makeSuite } from '../checks/write.ts';
import { stamp } from '../world/clock.ts';
import type { Actions } from './actions.ts';
import { driveRun } from './drive-run.ts';
import { actionsApp } from '../world/job-token.ts';
import { LiveRun } from './live-run.ts';
import { actionsOf, jobsOf, type JobRecord, type RunRecord, type WorkflowRecord } from './records.ts';
import type { Json } from './workflow/read-workflow.ts';
import { baseKey } from './run-scope.ts';

export type RunRequest = {
  repository: Repository;
  workflow: WorkflowRecord;
  event: string;
  ref: string;
  sha: string;
  headSha: string;
  headBranch: string | null;
  headRef?: string;
  baseRef?: string;
  actor: Account;
  displayTitle: string;
  payload: Json;
  inputs?: Json;
  pulls?: number[];
  chain?: number;
};

/** The workflow's record, made at its first sight; its name follows the file. */
export function workflowRecord(actions: Actions, repository: Repository, path: string, name: string): WorkflowRecord {
  const { workflows } = actionsOf(actions.world.state);
  const now = stamp(actions.world.clock.now());
  const existing = Object.values(workflows).find(
    (workflow) => workflow.repository === repository.id && workflow.path === path,
  );
  if (existing) return Object.assign(existing, { name });
  const made: WorkflowRecord = {
    id: actions.world.state.nextId(),
    repository: repository.id,
    path,
    name,
    state: 'active',
    runs: 0,
    createdAt: now,
    updatedAt: now,
  };
  workflows[made.id] = made;
  return made;
}

export function startRun(actions: Actions, request: RunRequest): RunRecord {
  const { world } = actions;
  const { repository, workflow, actor } = request;
  const now = stamp(world.clock.now());
  const app = actionsApp(world.state, world.clock.now());
  const suite = makeSuite(world, repository, { app: app.id, headSha: request.headSha, headBranch: request.headBranch });
  const run: RunRecord = {
    id: world.state.nextId(),
    repository: repository.id,
    workflow: workflow.id,
    runNumber: ++workflow.runs,
    attempt: 1,
    name: workflow.name,
    path: workflow.path,
    displayTitle: request.displayTitle,
    event: request.event,
    headBranch: request.headBranch,
    headSha: request.headSha,
    ref: request.ref,
    sha: request.sha,
    headRef: request.headRef ?? '',
    baseRef: request.baseRef ?? '',
    actor: actor.id,
    triggeringActor: actor.id,
    suite: suite.id,
    status: 'queued',
    conclusion: null,
    createdAt: now,
    updatedAt: now,
    startedAt: now,
    referenced: [],
    inputs: request.inputs ?? {},
    payload: request.payload,
    pulls: request.pulls ?? [],
    message: null,
    chain: request.chain ?? 0,
    attempts: [],
  };
  suite.workflowRun = run.id;
  actionsOf(world.state).runs[run.id] = run;
  void driveRun(actions, new LiveRun(run));
  return run;
}

/** A new attempt. With `failedOnly` (or a job's id) what succeeded before keeps its result, unless it needs what is repeated. */
export function rerun(
  actions: Actions,
  run: RunRecord,
  actor: Account,
  repeat: { failedOnly?: boolean; job?: number } = {},
): void {
  const { world } = actions;
  const before = jobsOf(world.state, run);
  run.attempts.push({
    attempt: run.attempt,
    conclusion: run.conclusion,
    startedAt: run.startedAt,
    updatedAt: run.updatedAt,
    triggeringActor: run.triggeringActor,
  });
  run.attempt++;
  run.triggeringActor = actor.id;
  run.status = 'queued';
  run.conclusion = null;
  run.message = null;
  run.startedAt = run.updatedAt = stamp(world.clock.now());
  if (repeat.failedOnly || repeat.job !== undefined) {
    const again = before.filter((job) =>
      repeat.job === undefined ? job.conclusion !== 'success' : job.id === repeat.job,
    );
    keepResults(
      actions,
      run,
      before.filter((job) => job.conclusion === 'success' && !isRepeated(job, again)),
    );
  }
  void driveRun(actions, new LiveRun(run));
}

/** A job is repeated with those it needs: a report on a failed job is written again when that job runs again. */
function isRepeated(job: JobRecord, again: readonly JobRecord[]): boolean {
  return again.some((jobRecord) => {
    const key = baseKey(jobRecord.key);
    return jobRecord.id === job.id || job.needs.some((need) => key === need || key.startsWith(`${need}/`));
  });
}

/** Copies of the jobs that are not repeated stand in the new attempt under ids of their own. */
function keepResults(actions: Actions, run: RunRecord, kept: ReturnType<typeof jobsOf>): void {
  const { jobs } = actionsOf(actions.world.state);
  for (const job of kept) {
    const id = actions.world.state.nextId();
    jobs[id] = { ...structuredClone(job), id, attempt: run.attempt };
    const check = checksOf(actions.world.state).runs[job.id];
    if (check) checksOf(actions.world.state).runs[id] = { ...structuredClone(check), id };
  }
}
