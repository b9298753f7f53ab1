// The variables a runner sets for every step, from the github and runner contexts.
import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Scope } from '../workflow/evaluate-expression.ts';
import type { Frame, LiveJob, RunnerFacts } from '../workflow/job-types.ts';
import type { Json, JsonMap } from '../workflow/read-workflow.ts';

/** Members of the github context that are not variables, or only where an action runs. */
const NOT_VARIABLES = new Set([
  'token',
  'event',
  'repositoryurl',
  'secret_source',
  'action_path',
  'action_ref',
  'action_repository',
]);

/** GITHUB_*, RUNNER_* and CI of one step. Nothing of the host's environment but PATH gets through. */
export function makeEnvironment(job: LiveJob, frame: Frame): Record<string, string> {
  const env: Record<string, string> = {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    HOME: job.folders.home,
    LANG: 'C.UTF-8',
    TMPDIR: job.folders.temp,
  };
  for (const [key, value] of Object.entries(githubContext(job, frame))) {
    if (!NOT_VARIABLES.has(key.toLowerCase()) && typeof value !== 'object')
      env[`GITHUB_${key.toUpperCase()}`] = String(value);
  }
  for (const [key, value] of Object.entries(runnerContext(job.runner, job.folders)))
    env[`RUNNER_${key.toUpperCase()}`] = value;
  env['RUNNER_WORKSPACE'] = join(job.folders.workspace, '..');
  env['RUNNER_TRACKING_ID'] = trackingId(job.folders.base);
  if (frame.action) {
    env['GITHUB_ACTION_PATH'] = frame.action.path;
    env['GITHUB_ACTION_REPOSITORY'] = frame.action.repository;
    env['GITHUB_ACTION_REF'] = frame.action.ref;
  }
  Object.assign(env, job.extraEnv, job.env, frame.env);
  env['PATH'] = [...job.paths.toReversed(), job.path].join(':');
  return env;
}

/** Marks every process of a job, so that its orphans can be found. */
export function trackingId(base: string): string {
  return `practicum_${createHash('sha256').update(base).digest('hex').slice(0, 24)}`;
}

/** The contexts a step's expressions may use. */
export function stepScope(job: LiveJob, frame: Frame, env: Record<string, string>): Scope {
  return {
    contexts: {
      ...job.contexts,
      github: githubContext(job, frame),
      inputs: frame.inputs,
      steps: frame.steps,
      env,
      runner: runnerContext(job.runner, job.folders),
      job: { status: job.cancelled ? 'cancelled' : frame.status.failure ? 'failure' : 'success' },
    },
    status: { ...frame.status, cancelled: job.cancelled, success: frame.status.success && !job.cancelled },
    hashFiles: (patterns) => hashFiles(job.folders.workspace, patterns),
  };
}

function githubContext(job: LiveJob, frame: Frame): JsonMap {
  const action: Record<string, Json> = frame.action
    ? { action_path: frame.action.path, action_repository: frame.action.repository, action_ref: frame.action.ref }
    : {};
  return {
    ...job.contexts.github,
    event: job.event,
    event_path: job.folders.event,
    workspace: job.folders.workspace,
    ...action,
  };
}

function runnerContext(runner: RunnerFacts, folders: LiveJob['folders']): Record<string, string> {
  return {
    name: runner.name,
    os: process.platform === 'darwin' ? 'macOS' : process.platform === 'win32' ? 'Windows' : 'Linux',
    arch: process.arch.toUpperCase(),
    temp: folders.temp,
    tool_cache: folders.tools,
    environment: runner.environment,
  };
}

/** SHA-256 over the SHA-256 of every file that matches, in order; empty when none does. */
function hashFiles(workspace: string, patterns: readonly string[]): string {
  const total = createHash('sha256');
  const wanted = patterns.flatMap((pattern) => pattern.split('\n')).map((pattern) => pattern.trim());
  const excluded = wanted.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const names = globSync(
    wanted.filter((pattern) => pattern && !pattern.startsWith('!')),
    { cwd: workspace, exclude: excluded },
  );
  const files = names.toSorted().filter((name) => statSync(join(workspace, name), { throwIfNoEntry: false })?.isFile());
  for (const name of files)
    total.update(
      createHash('sha256')
        .update(readFileSync(join(workspace, name)))
        .digest(),
    );
  return files.length === 0 ? '' : total.digest('hex');
}
