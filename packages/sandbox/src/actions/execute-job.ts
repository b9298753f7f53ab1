// One job of a run: waits for its runner, gets its token and contexts, is executed, and leaves log and record behind.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository } from '../world/records.ts';
import type { Actions } from './actions.ts';
import { artifactServices } from './artifact-store.ts';
import { Closing, enterGroup } from './enter-group.ts';
import { evaluateValue, type Scope as Evaluation } from './workflow/evaluate-expression.ts';
import { tokenPermissions, type Grant } from './workflow/grant-permissions.ts';
import { JobLog } from './workflow/job-log.ts';
import { findCommit } from './find-commit.ts';
import { completeJob, openJob, startJob } from './job-records.ts';
import { mintJobToken, mintRequestToken } from '../world/job-token.ts';
import type { JobOutcome, JobRequest } from './workflow/job-types.ts';
import type { LiveRun } from './live-run.ts';
import { oidcIssuer, oidcSubject, secretsOf } from './make-contexts.ts';
import { repositoryOf } from '../world/repository-of.ts';
import type { JobRecord, RunRecord } from './records.ts';
import type { Json } from './workflow/read-workflow.ts';
import { asMap, InvalidWorkflow } from './workflow/read-workflow.ts';
import { runJob } from './job/run-job.ts';
import type { JobResult, Leaf } from './run-scope.ts';
import { toEnv } from './job/run-step.ts';
import type { LeasedRunner } from './runner-pool.ts';

export async function executeJob(
  actions: Actions,
  live: LiveRun,
  leaf: Leaf,
  given: { signal: AbortSignal; begun: () => Promise<void> },
): Promise<JobResult> {
  const run = live.record;
  const labels = labelsOf(leaf);
  const job = await openJob(actions, run, { key: leaf.key, needs: leaf.needs, name: leaf.name, labels });
  if (job.status === 'completed') return { result: job.conclusion ?? 'success', outputs: job.outputs };
  const repository = repositoryOf(actions.world, run);
  const displaced = new AbortController();
  const signal = AbortSignal.any([given.signal, displaced.signal]);
  const leave = await waitTurn(actions, live, leaf, signal, () => displaced.abort());
  try {
    const waiting = AbortSignal.any([signal, actions.closing]);
    const lease = await live.queue(actions.pool.acquire(labels, repository, waiting)).catch(() => undefined);
    if (!lease) {
      if (actions.closing.aborted) throw new Closing();
      await completeJob(actions, run, job, { conclusion: 'cancelled', at: actions.world.clock.now() });
      return { result: 'cancelled', outputs: {} };
    }
    const { id, name, group, groupName } = lease.runner;
    job.runner = { id, name, group, groupName };
    try {
      await given.begun();
      await startJob(actions, run, job);
      return await runOn(actions, { run, job, leaf, repository, runner: lease.runner, signal });
    } finally {
      lease.release();
    }
  } finally {
    leave();
  }
}

async function waitTurn(
  actions: Actions,
  live: LiveRun,
  { definition, contexts }: Leaf,
  signal: AbortSignal,
  cancel: () => void,
): Promise<() => void> {
  if (definition.concurrency === undefined) return () => {};
  return enterGroup(actions, live, { concurrency: definition.concurrency, contexts, signal, cancel });
}

type Place = {
  run: RunRecord;
  job: JobRecord;
  leaf: Leaf;
  repository: Repository;
  runner: LeasedRunner;
  signal: AbortSignal;
};

async function runOn(actions: Actions, place: Place): Promise<JobResult> {
  const { run, job, leaf, repository } = place;
  const { world } = actions;
  const now = jobClock(actions);
  const grant = leaf.scope.grants.get(leaf.definition.id) ?? {};
  const minted = mintJobToken(world.state, repository, tokenPermissions(grant), world.clock.now());
  const identity = makeIdentity(actions, place, grant);
  const log = new JobLog(now);
  actions.logs.set(job.id, log);
  let outcome: JobOutcome;
  try {
    outcome = await runJob(
      makeRequest(actions, place, {
        token: minted.token,
        masks: [minted.token, ...identity.masks],
        extraEnv: identity.env,
        log,
        now,
      }),
      job.id,
    );
  } catch (error) {
    if (!(error instanceof InvalidWorkflow)) throw error;
    log.write(`##[error]${error.message}`);
    outcome = { conclusion: 'failure', outputs: {}, steps: [], annotations: [], summary: '' };
  } finally {
    minted.revoke();
    identity.revoke();
  }
  if (actions.closing.aborted) throw new Closing();
  await saveLog(actions, job, log);
  job.steps = outcome.steps;
  job.outputs = outcome.outputs;
  job.summary = outcome.summary;
  await completeJob(actions, run, job, { conclusion: outcome.conclusion, at: now(), annotations: outcome.annotations });
  actions.logs.delete(job.id);
  return { result: outcome.conclusion, outputs: outcome.outputs };
}

function makeRequest(
  actions: Actions,
  place: Place,
  given: Pick<JobRequest, 'extraEnv' | 'log' | 'now'> & { token: string; masks: string[] },
): JobRequest {
  const { run, job, leaf, repository, runner } = place;
  const { world } = actions;
  const secrets = { ...leaf.secrets, GITHUB_TOKEN: given.token };
  const { event = {}, ...github } = asMap(leaf.contexts['github']);
  const contexts: Record<string, Json> & { github: typeof github } = {
    ...leaf.contexts,
    secrets,
    github: { ...github, token: given.token, job: leaf.definition.id },
  };
  const evaluation: Evaluation = { contexts, status: { success: true, failure: false, cancelled: false } };
  const { workflow } = leaf.scope.source;
  return {
    definition: leaf.definition,
    name: leaf.name,
    workflowDefaults: workflow.defaults,
    contexts,
    workflowEnv: toEnv(evaluateValue(workflow.env, evaluation)),
    event,
    runner: { name: runner.name, environment: runner.environment, speed: runner.speed },
    extraEnv: given.extraEnv,
    masks: [...given.masks, ...Object.values(secretsOf(world, repository)), ...Object.values(leaf.secrets)],
    services: {
      fetchAction: (fullName, ref) => actions.cache.fetch(world, repository, fullName, ref),
      findCommit: (fullName, token, wanted) => findCommit(world, fullName, token, wanted),
      ...artifactServices(actions, run),
    },
    root: actions.workFolder,
    path: actions.path,
    cancel: place.signal,
    kill: actions.closing,
    log: given.log,
    now: given.now,
    onSteps: (steps) => (job.steps = steps.map((step) => ({ ...step }))),
  };
}

/** Jobs with `id-token: write` get an address and a token with which to ask for OIDC tokens. */
function makeIdentity(
  actions: Actions,
  place: Place,
  grant: Grant,
): { env: Record<string, string>; masks: string[]; revoke: () => void } {
  if (grant['id-token'] !== 'write') return { env: {}, masks: [], revoke: () => {} };
  const { world } = actions;
  const minted = mintRequestToken(world.state, place.repository, world.clock.now());
  actions.identities.set(minted.token, oidcSubject(world, place.run, place.job, place.leaf, place.runner.environment));
  const address = `${oidcIssuer(world)}/request?api-version=2.0&job=${place.job.id}`;
  return {
    env: { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: minted.token },
    masks: [minted.token],
    revoke: () => {
      actions.identities.delete(minted.token);
      minted.revoke();
    },
  };
}

function labelsOf(leaf: Leaf): string[] {
  const evaluation: Evaluation = {
    contexts: leaf.contexts,
    status: { success: true, failure: false, cancelled: false },
  };
  const value = evaluateValue(leaf.definition.runsOn, evaluation);
  const labels = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value['labels'] ?? []) : value;
  return [labels]
    .flat()
    .filter((label) => label !== null)
    .map(String);
}

/** The course clock, moved on by real time while a job runs: a clock that stands still would make every duration zero. */
function jobClock({ world }: Actions): () => Date {
  const begun = world.clock.now().getTime();
  const started = performance.now();
  return () => new Date(Math.max(world.clock.now().getTime(), begun + performance.now() - started));
}

async function saveLog(actions: Actions, job: JobRecord, log: JobLog): Promise<void> {
  const folder = join(actions.fileFolder, 'logs');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${job.id}.txt`), log.text());
}
