// practicum pipeline: check, run, graph and export a pipeline file of any of the forms.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { writeLog } from '../../domain/pipeline/show/write-log.ts';
import { formatProblem, type Problem } from '../../domain/text/problem.ts';
import { openAccountCache } from '../../runner/account-cache.ts';
import { childEnvironment } from '../../runner/child-environment.ts';
import { type LoadOptions, usualFiles } from '../../runner/find-pipeline.ts';
import type { LoadedPipeline } from '../../runner/load-pipeline.ts';
import { recallPipeline } from '../../runner/recall-pipeline.ts';
import type { RunResult } from '../../runner/run-state.ts';
import { showProgress } from '../../runner/show-progress.ts';
import type { Io, Register } from '../options/command.ts';

type Options = { inputs?: string[]; runners?: string; json?: boolean; jobs?: string; force?: boolean; format?: string };

export const pipeline: Register = (program, io) => {
  const group = program
    .command('pipeline')
    .description('validate, run or draw a pipeline file: pipeline.yml, MLPipeline or dvc.yaml');
  const add = (name: string, description: string): Command =>
    group
      .command(`${name} [file]`)
      .description(description)
      .option('--inputs <name=value...>', 'values of declared inputs; the name ends at the first =')
      .option('--runners <file>', 'runners of MLPipeline files, as NAME: { run: COMMAND }')
      .option('--json', 'one JSON object on stdout');
  add('check', 'list every problem in the file, and the order in which its tasks run').action(
    (file: string | undefined, options: Options) =>
      withPipeline(io, file, options, (loaded) => check(io, loaded, options)),
  );
  add('run', 'run the tasks that lead to a wanted output; keep what has not changed')
    .option('--jobs <n>', 'tasks at a time (default: as many as there are cores)')
    .option('--force', 'run every task, changed or not')
    .action((file: string | undefined, options: Options) =>
      // A value that nobody gave is said together with everything else.
      withPipeline(io, file, { ...options, inputs: options.inputs ?? [] }, (loaded, values) =>
        run(io, loaded, values, options),
      ),
    );
  add('graph', 'draw the tasks and what flows between them')
    .option('--format <format>', 'mermaid or svg', 'mermaid')
    .action((file: string | undefined, options: Options) =>
      withPipeline(io, file, options, (loaded) => graph(io, loaded, options)),
    );
  group
    .command('export <form> [file]')
    .description('write the pipeline in another form: dvc')
    .option('--json', 'one JSON object on stdout')
    .action((form: string, file: string | undefined, options: Options) => {
      // `export FILE` and `export dvc FILE` both mean the one form there is.
      const named = form === 'dvc' ? file : form;
      return withPipeline(io, named, options, (loaded) => exportForm(io, loaded, options));
    });
};

type Body = (loaded: LoadedPipeline, values: Map<string, string> | undefined) => void | Promise<void>;

async function withPipeline(io: Io, named: string | undefined, options: Options, body: Body): Promise<void> {
  const wrong = (message: string): void => {
    io.err(`practicum pipeline: ${message}\n`);
    io.exit(2);
  };
  // After `--inputs` the parser takes whatever follows for a value; a file behind them is still the file.
  const last = options.inputs?.at(-1);
  const behind = named === undefined && last !== undefined && !last.includes('=') ? options.inputs!.pop() : undefined;
  const file = named ?? behind;
  const bad = (options.inputs ?? []).find((pair) => pair.indexOf('=') < 1);
  if (bad !== undefined) return wrong(`--inputs ${bad}: write name=value`);
  if (options.runners !== undefined && !existsSync(resolve(io.cwd, options.runners)))
    return wrong(`no file ${options.runners}`);
  const values =
    options.inputs &&
    new Map(options.inputs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
  const loaded = await load(io, { file, folder: io.cwd, values, runners: options.runners });
  if (!loaded) return wrong(file === undefined ? `no ${usualFiles.join(', ')} in this folder` : `no file ${file}`);
  await body(loaded, values);
}

async function load({ program }: Io, options: LoadOptions): Promise<LoadedPipeline | undefined> {
  const folder = program === undefined ? undefined : openAccountCache();
  if (program !== undefined && folder !== undefined) return recallPipeline(options, { folder, program });
  return (await import('../../runner/load-pipeline.ts')).loadPipeline(options);
}

function check(io: Io, loaded: LoadedPipeline, options: Options): void {
  const order = loaded.ok ? loaded.graph!.order : null;
  if (options.json)
    io.out(`${JSON.stringify({ ok: loaded.ok, order, problems: loaded.problems.map(plain) }, null, 2)}\n`);
  else {
    for (const problem of loaded.problems) io.out(`${formatProblem(problem)}\n`);
    if (order) io.out(`${loaded.file}: ok, ${order.length} tasks: ${order.join(' -> ')}\n`);
  }
  io.exit(loaded.ok ? 0 : 1);
}

/** Line, column, code and the whole sentence, suggestion included. */
function plain({ file, line, column, level, code, message, hint }: Problem): Record<string, unknown> {
  return { file, line, column, level, code, message: hint === undefined ? message : `${message} (${hint})` };
}

/** Says what is wrong; true when nothing can be done with the file. */
function refused(io: Io, loaded: LoadedPipeline, options: Options, empty: Record<string, unknown>): boolean {
  for (const problem of loaded.problems) io.err(`${formatProblem(problem)}\n`);
  if (loaded.ok) return false;
  if (options.json)
    io.out(`${JSON.stringify({ ok: false, ...empty, problems: loaded.problems.map(plain) }, null, 2)}\n`);
  io.exit(1);
  return true;
}

async function run(
  io: Io,
  loaded: LoadedPipeline,
  values: Map<string, string> | undefined,
  options: Options,
): Promise<void> {
  const jobs = options.jobs === undefined ? undefined : Number(options.jobs);
  if (jobs !== undefined && !(Number.isInteger(jobs) && jobs > 0)) {
    io.err(`practicum pipeline run: --jobs ${options.jobs}: a whole number from 1 up\n`);
    return io.exit(2);
  }
  if (refused(io, loaded, options, { outputs: {}, tasks: [] })) return;
  const progress = io.progress ? showProgress(io.err, process.stderr.columns ?? 80) : undefined;
  const stop = new AbortController();
  const cancel = (): void => stop.abort();
  process.once('SIGINT', cancel);
  process.once('SIGTERM', cancel);
  try {
    const { runPipeline } = await import('../../runner/run-pipeline.ts');
    const result = await runPipeline(loaded.graph!, {
      root: loaded.root,
      file: loaded.file,
      env: childEnvironment(io.env),
      now: io.now,
      values,
      jobs,
      keep: !options.force,
      signal: stop.signal,
      onChange: progress?.change,
    });
    progress?.stop();
    if (loaded.pipeline!.form === 'dvc') {
      const { writeDvcLock } = await import('../../runner/write-dvc-lock.ts');
      writeDvcLock(loaded.pipeline!, result, loaded.root, loaded.file);
    }
    if (options.json) io.out(`${JSON.stringify(record(result), null, 2)}\n`);
    else tell(io, result);
    io.exit(result.ok ? 0 : 1);
  } finally {
    process.off('SIGINT', cancel);
    process.off('SIGTERM', cancel);
  }
}

function record(result: RunResult): Record<string, unknown> {
  return {
    ok: result.ok,
    outputs: Object.fromEntries(result.outputs),
    started: result.started.toISOString(),
    ended: result.ended.toISOString(),
    tasks: result.tasks.map(({ name, state, started, ended, exit, attempts, reason, kind, outputs, log }) => ({
      name,
      state,
      started: started?.toISOString() ?? null,
      ended: ended?.toISOString() ?? null,
      exit,
      attempts,
      kind,
      reason,
      outputs: Object.fromEntries(outputs),
      log,
    })),
  };
}

function tell(io: Io, result: RunResult): void {
  const byName = new Map(result.tasks.map((task) => [task.name, task]));
  const ended = result.sequence.map((name) => byName.get(name)!);
  for (const line of writeLog(result.values, ended, result.outputs)) io.out(`${line}\n`);
  for (const task of result.tasks) {
    if (task.state === 'not needed') io.out(`not needed: ${task.name}\n`);
    if (task.tail) io.err(`--- ${task.name} (${task.log})\n${task.tail.split('\n').slice(-40).join('\n')}\n`);
  }
}

async function graph(io: Io, loaded: LoadedPipeline, options: Options): Promise<void> {
  if (options.format !== 'mermaid' && options.format !== 'svg') {
    io.err(`practicum pipeline graph: --format ${options.format}: mermaid or svg\n`);
    return io.exit(2);
  }
  if (refused(io, loaded, options, {})) return;
  const drawn =
    options.format === 'svg'
      ? (await import('../../domain/pipeline/show/draw-svg.ts')).drawSvg(loaded.graph!)
      : (await import('../../domain/pipeline/show/draw-mermaid.ts')).drawMermaid(loaded.graph!);
  io.out(options.json ? `${JSON.stringify({ ok: true, format: options.format, graph: drawn }, null, 2)}\n` : drawn);
  io.exit(0);
}

async function exportForm(io: Io, loaded: LoadedPipeline, options: Options): Promise<void> {
  if (refused(io, loaded, options, {})) return;
  const { exportDvc } = await import('../../domain/pipeline/export-dvc.ts');
  const { text, problems } = exportDvc(loaded.pipeline!, loaded.file);
  for (const problem of problems) io.err(`${formatProblem(problem)}\n`);
  const ok = text !== undefined;
  if (options.json) io.out(`${JSON.stringify({ ok, text: text ?? null, problems: problems.map(plain) }, null, 2)}\n`);
  else if (ok) io.out(text);
  io.exit(ok ? 0 : 1);
}
