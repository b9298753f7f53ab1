// Runs the student's pipeline and puts down what came of it.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Graph } from '../../src/domain/pipeline/link-graph.ts';
import type { Pipeline } from '../../src/domain/pipeline/model.ts';
import type { ReportedTask } from '../../src/domain/report/report.ts';
import { childEnvironment } from '../../src/runner/child-environment.ts';
import { hashPath } from '../../src/runner/hash-path.ts';
import { usualFiles } from '../../src/runner/find-pipeline.ts';
import { type LoadedPipeline, loadPipeline } from '../../src/runner/load-pipeline.ts';
import { runPipeline } from '../../src/runner/run-pipeline.ts';
import type { RunResult } from '../../src/runner/run-state.ts';
import type { TaskRecord } from '../../src/runner/task-record.ts';
import { probeService } from './probe-service.ts';
import { emptyOutcome, type Outcome } from './outcome.ts';
import { findMetrics } from './read-metrics.ts';
import type { Context } from './read-context.ts';
import { tellTask } from './tell-task.ts';

/** What came of a run, and the graph as it was before tasks could change the file. */
export type OutcomeOfRun = { outcome: Outcome; graph: Graph | undefined };

/** The pipeline as it is in the workspace; undefined when there is none. */
export function loadFor(context: Context): LoadedPipeline | undefined {
  const { workspace: folder, values, runners } = context;
  // A usual name that is not there means "whichever is there": workflows give pipeline.yml as their default.
  const named = context.pipeline;
  const file = named && usualFiles.includes(named) && !existsSync(join(folder, named)) ? undefined : named;
  // Values belong to the run; without any, those that are missing are named by checking against none.
  return loadPipeline({ file, folder, runners, values: values ?? new Map() });
}

/** The pipeline file as a report names it. */
export function describe(loaded: LoadedPipeline): NonNullable<Outcome['pipeline']> {
  const sha256 = createHash('sha256').update(loaded.bytes).digest('hex');
  return { file: loaded.file, form: loaded.pipeline?.form ?? 'practicum', sha256 };
}

/** Never throws: whatever goes wrong is an outcome as well, so that it is reported. */
export async function findOutcome(context: Context, signal: AbortSignal, now: () => Date): Promise<OutcomeOfRun> {
  let graph: Graph | undefined;
  try {
    const loaded = loadFor(context);
    if (!loaded) return { outcome: emptyOutcome('neutral', now()), graph };
    graph = loaded.graph;
    return { outcome: await runLoaded(context, loaded, signal, now), graph };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const broken = `The Action failed: ${message}. ${adviceFor(code)}`;
    return { outcome: emptyOutcome(signal.aborted ? 'cancelled' : 'failure', now(), broken), graph };
  }
}

function adviceFor(code: string | undefined): string {
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM' || code === 'ENOTDIR')
    return 'It keeps its records in the folder .practicum beside the pipeline file, and must be able to write there.';
  if (code === 'ENOENT')
    return 'A task has removed the folder .practicum, in which the records of the run are: leave it out of what a task cleans up, as in "git clean -fdx -e .practicum".';
  if (code === 'ENOSPC') return 'The disk of the runner is full.';
  return 'If the pipeline runs on your own machine, this is a bug in the Action: tell your teacher.';
}

async function runLoaded(
  context: Context,
  loaded: LoadedPipeline,
  signal: AbortSignal,
  now: () => Date,
): Promise<Outcome> {
  const known = {
    pipeline: describe(loaded),
    problems: loaded.problems.slice(0, 500).map((problem) => ({
      ...problem,
      message: problem.message.slice(0, 5_000),
      ...(problem.hint === undefined ? {} : { hint: problem.hint.slice(0, 2_000) }),
    })),
  };
  if (!loaded.ok) return { ...emptyOutcome('failure', now()), ...known };
  const result = await runPipeline(loaded.graph!, {
    root: loaded.root,
    file: loaded.file,
    env: childEnvironment(context.env),
    now,
    values: context.values,
    jobs: context.jobs,
    keep: !context.force,
    signal,
    onChange: (record) => tellTask(record, loaded.root),
  });
  const pipeline = loaded.pipeline!;
  const served = result.ok ? await probeService(context, loaded, signal) : undefined;
  const metrics = findMetrics(pipeline, result, loaded.root);
  return {
    version: 1,
    conclusion: result.ok ? 'success' : signal.aborted ? 'cancelled' : 'failure',
    ...known,
    tasks: result.tasks.map(reported),
    details: result.tasks.map((task, index) => detailOf(task, pipeline.tasks[index]!.at.line)),
    outputs: Object.fromEntries(result.outputs.map(([name, content]) => [name.slice(0, 1_000), content.slice(0, 500)])),
    metrics: metrics.numbers,
    metricNotes: metrics.notes,
    model: findModel(pipeline, result, loaded.root),
    endpoint: served?.report ?? null,
    endpointNotes: served?.notes ?? [],
    started: result.started.toISOString(),
    ended: result.ended.toISOString(),
  };
}

function reported({ name, state, started, ended, exit, kind }: TaskRecord): ReportedTask {
  // A run that has resolved leaves nothing waiting or running.
  if (state === 'waiting' || state === 'running') throw new Error(`task ${name} is still ${state}`);
  return {
    name: name.slice(0, 1_000),
    state,
    started: started?.toISOString() ?? null,
    ended: ended?.toISOString() ?? null,
    exit,
    ...(kind ? { kind } : {}),
  };
}

function detailOf(task: TaskRecord, line: number): Outcome['details'][number] {
  return {
    name: task.name.slice(0, 1_000),
    line,
    runner: task.runner.slice(0, 200),
    attempts: task.attempts,
    ...(task.reason ? { reason: task.reason.slice(0, 2_000) } : {}),
    ...(task.tail ? { tail: task.tail.slice(-8_000) } : {}),
  };
}

/** The model that the run made: an output of kind model, or else one of that name. */
function findModel(pipeline: Pipeline, result: RunResult, root: string): Outcome['model'] {
  const passed = new Set(
    result.tasks.filter(({ state }) => ['succeeded', 'kept', 'frozen'].includes(state)).map(({ name }) => name),
  );
  const outputs = pipeline.tasks.filter(({ name }) => passed.has(name)).flatMap((task) => task.outputs);
  const model =
    outputs.find(({ kind }) => kind === 'model') ??
    outputs.find(({ name, path }) => name === 'model' && path !== undefined);
  const sha256 = model?.path === undefined ? undefined : hashPath(join(root, model.path));
  return sha256 === undefined ? null : { path: model!.path!, sha256 };
}
