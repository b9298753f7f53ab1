// Runs the student's pipeline and puts down what came of it.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as core from '@actions/core';
import type { Pipeline } from '../../src/domain/pipeline/model.ts';
import type { ReportedTask } from '../../src/domain/report/report.ts';
import { childEnvironment } from '../../src/runner/child-environment.ts';
import { hashPath } from '../../src/runner/hash-path.ts';
import { type LoadedPipeline, loadPipeline, usualFiles } from '../../src/runner/load-pipeline.ts';
import { runPipeline } from '../../src/runner/run-pipeline.ts';
import type { RunResult } from '../../src/runner/run-state.ts';
import { readTail } from '../../src/runner/run-task.ts';
import type { TaskRecord } from '../../src/runner/task-record.ts';
import { probeService } from './probe-service.ts';
import { emptyOutcome, type Outcome } from './outcome.ts';
import { readMetrics } from './read-metrics.ts';
import type { Context } from './read-context.ts';

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

export async function findOutcome(context: Context, signal: AbortSignal, now: () => Date): Promise<Outcome> {
  const loaded = loadFor(context);
  if (!loaded) return emptyOutcome('neutral', now());
  const known = {
    pipeline: describe(loaded),
    problems: loaded.problems.slice(0, 500),
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
    onChange: (record) => tell(record, loaded.root),
  });
  const pipeline = loaded.pipeline!;
  const served = result.ok ? await probeService(context, loaded, signal) : undefined;
  return {
    version: 1,
    conclusion: result.ok ? 'success' : signal.aborted ? 'cancelled' : 'failure',
    ...known,
    tasks: result.tasks.map(reported),
    details: result.tasks.map((task, index) => ({
      name: task.name,
      line: pipeline.tasks[index]!.at.line,
      runner: task.runner,
      attempts: task.attempts,
      ...(task.reason ? { reason: task.reason.slice(0, 2_000) } : {}),
      ...(task.tail ? { tail: task.tail.slice(-8_000) } : {}),
    })),
    outputs: Object.fromEntries(result.outputs.map(([name, content]) => [name.slice(0, 1_000), content.slice(0, 500)])),
    metrics: readMetrics(pipeline, result, loaded.root),
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
    name,
    state,
    started: started?.toISOString() ?? null,
    ended: ended?.toISOString() ?? null,
    exit,
    ...(kind ? { kind } : {}),
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

/** One line when a task starts; its log, folded, when it ends. */
function tell(record: TaskRecord, root: string): void {
  if (record.state === 'running') return core.info(`▶ ${record.name}: ${record.runner}`);
  const seconds =
    record.started && record.ended
      ? ` in ${((record.ended.getTime() - record.started.getTime()) / 1000).toFixed(1)} s`
      : '';
  const line = `${record.name} ${record.state}${seconds}${record.reason ? `: ${record.reason}` : ''}`;
  if (!record.log) return core.info(line);
  core.startGroup(line);
  // What a task prints is not for the runner to obey; nor can it guess the word that ends that.
  const stop = `practicum-${randomUUID()}`;
  process.stdout.write(`::stop-commands::${stop}\n`);
  const { size } = statSync(join(root, record.log));
  if (size > shown) process.stdout.write(`… the whole log, ${size} bytes, is in ${record.log}\n`);
  process.stdout.write(`${readTail(root, record.log, shown) ?? ''}\n`);
  process.stdout.write(`::${stop}::\n`);
  core.endGroup();
}

const shown = 1024 * 1024;
