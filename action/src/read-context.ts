// What the Action is told: its inputs, the job it is in, and the event that started it.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { getInput } from '@actions/core';
import { z } from 'zod';
import { pipelineStep } from '../../src/domain/report/confirm-report.ts';

const modes = ['all', 'run', 'report', 'react'] as const;
export type Mode = (typeof modes)[number];

export type Context = {
  mode: Mode;
  pipeline: string | undefined;
  runners: string | undefined;
  values: Map<string, string> | undefined;
  jobs: number | undefined;
  force: boolean;
  endpoint: string;
  fail: boolean;
  token: string;
  manifest: string;
  outcome: string;
  outcomeFolder: string;
  runJob: string;
  /** The step of that job that ran the pipeline. */
  runStep: string;
  appUrl: string;
  /** Tells several reports of one commit apart. */
  name: string;
  /** Which job of a matrix this is; empty without one. */
  leg: string;
  /** Keep one comment in the pull request up to date. */
  comment: boolean;
  /** Number of the pull request that started the run. */
  pullRequest: number | undefined;
  /** Seconds to go on asking when GitHub does not answer. */
  patience: number;
  env: Record<string, string | undefined>;
  workspace: string;
  apiUrl: string;
  serverUrl: string;
  repository: string;
  repositoryId: string | null;
  /** The commit that is evaluated. */
  sha: string;
  /** The commit that people look at: the head of a pull request rather than its merge with the base. */
  headSha: string;
  event: string;
  /** A pull request from another repository: its token cannot write, and there is no identity. */
  fromFork: boolean;
  defaultBranch: string | undefined;
  /** What the branch pointed to before this push. */
  before: string | undefined;
  workflow: string;
  job: string;
  runId: number;
  runAttempt: number;
};

const eventSchema = z.object({
  before: z
    .string()
    .regex(/^(?!0+$)[0-9a-f]{40,64}$/)
    .optional()
    .catch(undefined),
  repository: z.object({ id: z.number(), default_branch: z.string() }).partial().optional(),
  pull_request: z
    .object({
      number: z.int().positive().optional().catch(undefined),
      head: z.object({ sha: z.string(), repo: z.object({ id: z.number() }).nullish() }),
      base: z.object({ repo: z.object({ id: z.number() }) }),
    })
    .optional()
    .catch(undefined),
});

/** Reads everything once. Throws a sentence for an input that cannot be meant. */
export function readContext(env: Record<string, string | undefined>): Context {
  const event = readEvent(env['GITHUB_EVENT_PATH']);
  const { pull_request: pull, repository } = event;
  const sha = env['GITHUB_SHA'] ?? '';
  return {
    ...readInputs(env),
    env,
    workspace: resolve(env['GITHUB_WORKSPACE'] ?? '.'),
    apiUrl: (env['GITHUB_API_URL'] ?? 'https://api.github.com').replace(/\/$/, ''),
    serverUrl: (env['GITHUB_SERVER_URL'] ?? 'https://github.com').replace(/\/$/, ''),
    repository: env['GITHUB_REPOSITORY'] ?? '',
    repositoryId: env['GITHUB_REPOSITORY_ID'] ?? (repository?.id === undefined ? null : String(repository.id)),
    sha,
    headSha: pull?.head.sha ?? sha,
    event: env['GITHUB_EVENT_NAME'] ?? '',
    pullRequest: pull?.number,
    fromFork: pull !== undefined && pull.head.repo?.id !== pull.base.repo.id,
    defaultBranch: repository?.default_branch,
    before: event.before,
    workflow: env['GITHUB_WORKFLOW_REF'] ?? env['GITHUB_WORKFLOW'] ?? '',
    job: env['GITHUB_JOB'] ?? '',
    runId: Number(env['GITHUB_RUN_ID'] ?? 0),
    runAttempt: Number(env['GITHUB_RUN_ATTEMPT'] ?? 1),
  };
}

type Inputs =
  | 'mode'
  | 'pipeline'
  | 'runners'
  | 'values'
  | 'jobs'
  | 'force'
  | 'endpoint'
  | 'fail'
  | 'token'
  | 'manifest'
  | 'outcome'
  | 'outcomeFolder'
  | 'runJob'
  | 'runStep'
  | 'name'
  | 'leg'
  | 'comment'
  | 'patience'
  | 'appUrl';

function readInputs(env: Record<string, string | undefined>): Pick<Context, Inputs> {
  const mode = getInput('mode') || 'all';
  if (!isMode(mode)) throw new Error(`mode: "${mode}" is not one of ${modes.join(', ')}`);
  const jobs = getInput('jobs');
  const patience = getInput('patience') || '240';
  if (!/^\d{1,4}$/.test(patience)) throw new Error(`patience: "${patience}" is not a number of seconds`);
  if (jobs !== '' && !/^[1-9]\d{0,3}$/.test(jobs)) throw new Error(`jobs: "${jobs}" is not a whole number from 1 up`);
  return {
    mode,
    pipeline: getInput('pipeline') || undefined,
    runners: getInput('runners') || undefined,
    values: readValues(getInput('inputs')),
    jobs: jobs === '' ? undefined : Number(jobs),
    force: getInput('force') === 'true',
    endpoint: getInput('endpoint') || 'auto',
    fail: getInput('fail') !== 'false',
    token: getInput('token'),
    manifest: getInput('manifest') || 'data/MANIFEST.json',
    outcome: getInput('outcome'),
    outcomeFolder: resolve(getInput('outcome-folder') || join(env['RUNNER_TEMP'] ?? '.', 'practicum-outcome')),
    runJob: getInput('run-job') || 'run',
    runStep: getInput('run-step') || pipelineStep,
    name: getInput('name')
      .replaceAll(/\p{Cc}+/gu, ' ')
      .slice(0, 100),
    leg: getInput('leg'),
    comment: getInput('comment') === 'true',
    patience: Number(patience),
    appUrl: getInput('app-url').replace(/\/$/, ''),
  };
}

function readValues(text: string): Map<string, string> | undefined {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
  if (lines.length === 0) return undefined;
  const bad = lines.find((line) => line.indexOf('=') < 1);
  if (bad !== undefined) throw new Error(`inputs: "${bad}" is not name=value`);
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

function isMode(text: string): text is Mode {
  return (modes as readonly string[]).includes(text);
}

function readEvent(path: string | undefined): z.infer<typeof eventSchema> {
  if (!path) return {};
  try {
    const parsed = eventSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : {};
  } catch {
    return {}; // No event: then the environment alone says where we are.
  }
}
