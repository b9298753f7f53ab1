// Executes one job for real: folders, steps as child processes, post steps, outputs; nothing is left behind.
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluateValue } from '../workflow/evaluate-expression.ts';
import type {
  Conclusion,
  Folders,
  Frame,
  JobOutcome,
  JobRequest,
  LiveJob,
  PostStep,
  StepContext,
  StepRecord,
} from '../workflow/job-types.ts';
import { makeEnvironment, stepScope, trackingId } from './make-environment.ts';
import type { StepDefinition } from '../workflow/read-workflow.ts';
import { prepareActions, runAction } from './run-action.ts';
import { endOrphans, markProcesses } from '../machine/end-orphans.ts';
import { runShell } from './run-shell.ts';
import { nameStep, runStep, toEnv } from './run-step.ts';

/** Never throws for what a workflow does wrong: that is the job's conclusion. */
export async function runJob(request: JobRequest, id: number): Promise<JobOutcome> {
  const folders = await makeFolders(request, id);
  const before = await markProcesses();
  const frame: Frame = {
    inputs: request.contexts['inputs'] ?? {},
    steps: {},
    status: { success: true, failure: false, cancelled: false },
    env: {},
    depth: 0,
  };
  const job = makeLiveJob(request, folders);
  const steps = new StepList(job);
  for (const mask of request.masks) request.log.mask(mask);
  const timer = startTimeout(job);
  try {
    const ready = await steps.track('Set up job', async () => setUp(job, frame));
    if (ready !== 'success') Object.assign(frame.status, { success: false, failure: true });
    await runFrame(job, frame, request.definition.steps, steps);
    await runPosts(job, steps);
    await steps.track('Complete job', async () => {
      const orphans = await endOrphans(trackingId(folders.base), before);
      if (orphans > 0) job.log.write(`Terminate orphan processes: ${orphans}`);
      return 'success';
    });
    return {
      conclusion: job.cancelled ? 'cancelled' : frame.status.failure ? 'failure' : 'success',
      outputs: jobOutputs(job, frame),
      steps: steps.records,
      annotations: job.annotations,
      summary: job.summary,
    };
  } finally {
    clearTimeout(timer);
    await rm(folders.base, { recursive: true, force: true, maxRetries: 3 });
  }
}

function makeLiveJob(request: JobRequest, folders: Folders): LiveJob {
  const job: LiveJob = {
    ...request,
    folders,
    env: { ...request.workflowEnv },
    paths: [],
    annotations: [],
    summary: '',
    posts: [],
    cancelled: false,
    runSteps: (inner, steps) => runFrame(job, inner, steps),
  };
  return job;
}

async function makeFolders(request: JobRequest, id: number): Promise<Folders> {
  const base = join(request.root, `job-${id}`);
  const name = String(request.contexts.github['repository']).split('/')[1] ?? 'work';
  const folders: Folders = {
    base,
    workspace: join(base, 'work', name, name),
    temp: join(base, 'work', '_temp'),
    tools: join(base, 'tools'),
    home: join(base, 'home'),
    files: join(base, 'work', '_temp', '_runner_file_commands'),
    event: join(base, 'work', '_temp', '_github_workflow', 'event.json'),
  };
  if (existsSync(base)) {
    // A former process was killed in the middle of this very job.
    await endOrphans(trackingId(base));
    await rm(base, { recursive: true, force: true });
  }
  for (const folder of [folders.workspace, folders.files, folders.tools, folders.home, join(folders.event, '..')])
    await mkdir(folder, { recursive: true });
  await writeFile(folders.event, JSON.stringify(request.event, null, 2));
  return folders;
}

async function setUp(job: LiveJob, frame: Frame): Promise<Conclusion> {
  job.log.write(`Runner name: '${job.runner.name}'`);
  job.log.write(`Job name: ${job.name}`);
  try {
    Object.assign(
      job.env,
      toEnv(evaluateValue(job.definition.env, stepScope(job, frame, makeEnvironment(job, frame)))),
    );
    await prepareActions(job);
    return 'success';
  } catch (error) {
    job.log.write(`##[error]${error instanceof Error ? error.message : String(error)}`);
    return 'failure';
  }
}

async function runFrame(
  job: LiveJob,
  frame: Frame,
  definitions: readonly StepDefinition[],
  steps?: StepList,
): Promise<void> {
  for (const definition of definitions) {
    const name = nameStep(job, frame, definition);
    const carryOut = (step: StepContext): Promise<void> =>
      definition.uses === undefined ? runShell(step) : runAction(step);
    const work = (): Promise<Conclusion> => runStep(job, frame, { definition, name, carryOut });
    await (steps ? steps.track(name, work) : work());
  }
}

async function runPosts(job: LiveJob, steps: StepList): Promise<void> {
  for (let post: PostStep | undefined = job.posts.pop(); post; post = job.posts.pop()) {
    const { name, frame, condition, run } = post;
    const definition: StepDefinition = { with: {}, env: {}, ...(condition === undefined ? {} : { if: condition }) };
    await steps.track(name, () => runStep(job, frame, { definition, name, carryOut: run }));
  }
}

function jobOutputs(job: LiveJob, frame: Frame): Record<string, string> {
  try {
    return toEnv(evaluateValue(job.definition.outputs, stepScope(job, frame, makeEnvironment(job, frame))));
  } catch (error) {
    job.log.write(`##[error]${error instanceof Error ? error.message : String(error)}`);
    return {};
  }
}

/** A job beyond its `timeout-minutes` is cancelled, with a sentence. */
function startTimeout(job: LiveJob): NodeJS.Timeout {
  const minutes = Number(job.definition.timeoutMinutes ?? 360) || 360;
  const over = new AbortController();
  job.cancel = AbortSignal.any([job.cancel, over.signal]);
  const expire = (): void => {
    job.log.write(
      `##[error]The job running on runner ${job.runner.name} has exceeded the maximum execution time of ${minutes} minutes.`,
    );
    over.abort();
  };
  return setTimeout(expire, Math.min(minutes * 60_000, 2 ** 31 - 1));
}

/** The steps as the API shows them, told to the run after each change. */
class StepList {
  readonly records: StepRecord[] = [];
  readonly #job: LiveJob;

  constructor(job: LiveJob) {
    this.#job = job;
  }

  async track(name: string, work: () => Promise<Conclusion>): Promise<Conclusion> {
    const record: StepRecord = {
      name,
      status: 'in_progress',
      conclusion: null,
      number: this.records.length + 1,
      started_at: this.#time(),
      completed_at: null,
    };
    this.records.push(record);
    this.#job.onSteps(this.records);
    record.conclusion = await work();
    record.status = 'completed';
    record.completed_at = this.#time();
    this.#job.onSteps(this.records);
    if (this.#job.cancel.aborted) this.#job.cancelled = true;
    return record.conclusion;
  }

  #time(): string {
    return `${this.#job.now().toISOString().slice(0, 19)}Z`;
  }
}
