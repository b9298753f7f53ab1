// Runs a graph: whatever can start, starts; every end of a task decides what comes next. No ticking, nothing to hang on.
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Graph, Source } from '../domain/pipeline/link-graph.ts';
import type { Task } from '../domain/pipeline/model.ts';
import { longestWays } from '../domain/pipeline/order-tasks.ts';
import { cutLog, type LogLimit } from './cut-log.ts';
import { KeptTasks, keyOf, openStateFolder } from './keep-tasks.ts';
import { type Launcher, openLauncher } from './launcher.ts';
import { hasText, logPath, readTail, runTask, type TaskEnd, type TaskInput } from './run-task.ts';
import { newRecord, type TaskRecord } from './task-record.ts';
import { openWatchdog, type Watchdog } from './watchdog.ts';

export type RunOptions = {
  /** Folder of the pipeline file. */
  root: string;
  /** Name of the pipeline file, so that two files in one folder keep apart what they remember. */
  file: string;
  env: Record<string, string | undefined>;
  now: () => Date;
  values?: ReadonlyMap<string, string> | undefined;
  /** Tasks at a time; as many as there are cores when not given. */
  jobs?: number | undefined;
  /** False: run everything again. */
  keep?: boolean | undefined;
  signal?: AbortSignal | undefined;
  graceMs?: number | undefined;
  /** How long a log may grow. */
  logLimit?: LogLimit | undefined;
  /** Called whenever a task starts or ends. */
  onChange?: ((record: TaskRecord, all: readonly TaskRecord[]) => void) | undefined;
};

export type RunResult = {
  ok: boolean;
  started: Date;
  ended: Date;
  /** Wanted outputs by name: values, or paths of files. */
  outputs: [string, string][];
  /** Every task, in the order of the file. */
  tasks: TaskRecord[];
  /** Names of the tasks in the order in which they ended. */
  sequence: string[];
  values: [string, string][];
};

/** Runs all tasks of the graph that are needed. Resolves when nothing runs and nothing can start; never rejects for a task. */
export async function runPipeline(graph: Graph, options: RunOptions): Promise<RunResult> {
  openStateFolder(options.root);
  // Copied once: reading the process's own environment asks the system for every name.
  const env = { ...options.env, ...Object.fromEntries(graph.pipeline.env) };
  const launcher = worthHelp(graph) ? openLauncher(env) : undefined;
  const watchdog = openWatchdog();
  try {
    return await new Run(graph, { ...options, env }, { launcher, watchdog }).run();
  } finally {
    launcher?.close();
    watchdog.close();
  }
}

/** A helper that starts commands costs a tenth of a second, once, and saves some milliseconds on each. */
function worthHelp({ order, pipeline }: Graph): boolean {
  const commands = pipeline.tasks.filter(({ name, work }) => work.type === 'shell' && order.includes(name));
  return commands.length >= 16 && process.platform !== 'win32';
}

type Helpers = { launcher: Launcher | undefined; watchdog: Watchdog };

const passed = new Set(['succeeded', 'kept', 'frozen']);

class Run {
  private readonly graph: Graph;
  private readonly options: RunOptions;
  private readonly helpers: Helpers;
  private readonly tasks: Map<string, Task>;
  private readonly records: Map<string, TaskRecord>;
  private readonly contents = new Map<string, string>();
  private readonly priority: Map<string, number>;
  private readonly kept: KeptTasks;
  private readonly sequence: string[] = [];
  private waiting: string[];
  private running = 0;

  constructor(graph: Graph, options: RunOptions, helpers: Helpers) {
    this.graph = graph;
    this.helpers = helpers;
    this.options = options;
    const { tasks, inputs } = graph.pipeline;
    this.tasks = new Map(tasks.map((task) => [task.name, task]));
    this.records = new Map(tasks.map((task) => [task.name, newRecord(task)]));
    for (const name of this.records.keys())
      if (!graph.order.includes(name)) this.records.get(name)!.state = 'not needed';
    for (const { name, value, path } of inputs)
      this.contents.set(name, options.values?.get(name) ?? value ?? path ?? '');
    this.priority = longestWays(graph.order, graph.before);
    this.kept = new KeptTasks(options.root, options.file);
    // Longest way to the end first; the sort is stable, so the file's order decides between equals.
    this.waiting = graph.order.toSorted((a, b) => this.priority.get(b)! - this.priority.get(a)!);
  }

  async run(): Promise<RunResult> {
    const started = this.options.now();
    // A task that prints without end must not fill the disk before its time is up.
    const cutting = setInterval(() => this.cutLogs(), 1_000);
    cutting.unref();
    await new Promise<void>((resolve, reject) => {
      const pump = (): void => {
        try {
          this.startReady(pump, reject);
          if (this.running === 0) resolve();
        } catch (error) {
          reject(error);
        }
      };
      pump();
    }).finally(() => clearInterval(cutting));
    return this.result(started);
  }

  private cutLogs(): void {
    for (const { name, state } of this.records.values())
      if (state === 'running') cutLog(join(this.options.root, this.logOf(name)), this.options.logLimit);
  }

  private logOf(name: string): string {
    return logPath(this.graph.order.indexOf(name), name);
  }

  /** Starts what can start, and settles what never will. */
  private startReady(pump: () => void, reject: (error: unknown) => void): void {
    const jobs = Math.max(1, this.options.jobs ?? availableParallelism());
    for (let settled = true; settled;) {
      settled = false;
      for (const name of this.waiting) {
        const verdict = this.readiness(name);
        if (verdict === 'wait' || (verdict === 'start' && this.running >= jobs)) continue;
        this.waiting = this.waiting.filter((other) => other !== name);
        if (verdict === 'start') {
          this.running++;
          this.perform(this.tasks.get(name)!).then(() => {
            this.running--;
            pump();
          }, reject);
        } else {
          this.settle(this.records.get(name)!, verdict, null, this.blame(name, verdict));
          settled = true;
        }
      }
    }
  }

  private readiness(name: string): 'wait' | 'start' | 'blocked' | 'cancelled' {
    if (this.options.signal?.aborted) return 'cancelled';
    const task = this.tasks.get(name)!;
    let verdict: 'start' | 'blocked' = 'start';
    for (const earlier of this.graph.before.get(name) ?? []) {
      const { state } = this.records.get(earlier)!;
      if (state === 'waiting' || state === 'running') return 'wait';
      if (!passed.has(state) && state !== 'not needed' && !task.always) verdict = 'blocked';
    }
    return verdict;
  }

  private blame(name: string, verdict: 'blocked' | 'cancelled'): string {
    if (verdict === 'cancelled') return 'the run was cancelled';
    const guilty = (this.graph.before.get(name) ?? []).filter(
      (earlier) => !passed.has(this.records.get(earlier)!.state),
    );
    return `needs ${guilty.join(', ')}`;
  }

  private async perform(task: Task): Promise<void> {
    const record = this.records.get(task.name)!;
    const { root, now, onChange } = this.options;
    record.state = 'running';
    record.started = now();
    const inputs = this.inputsOf(task);
    record.inputs = inputs.map(({ name, path, value }) => [name, value ?? path ?? '']);
    onChange?.(record, this.all());
    if (task.frozen) return this.settleFrozen(task, record);
    const log = this.logOf(task.name);
    const keeps = task.work.type === 'shell' || task.work.type === 'values';
    const key = keeps ? keyOf(task, root, this.graph.pipeline.env, inputs) : '';
    const old = keeps && this.options.keep !== false ? this.kept.find(task, key) : undefined;
    if (old) {
      this.publish(task, record, old);
      return this.settle(record, 'kept', null);
    }
    if (keeps) this.kept.forget(task);
    const end = await runTask(task, inputs, log, { ...this.options, ...this.helpers });
    this.conclude(task, record, end, log, keeps ? key : undefined);
  }

  private conclude(task: Task, record: TaskRecord, end: TaskEnd, log: string, key: string | undefined): void {
    record.attempts = end.attempts;
    cutLog(join(this.options.root, log), this.options.logLimit);
    if (hasText(this.options.root, log)) record.log = log;
    if (end.state === 'succeeded') {
      this.publish(task, record, end.values ?? []);
      if (key !== undefined) this.kept.save(task, key, end.values);
    } else if (record.log !== undefined) {
      const tail = readTail(this.options.root, log);
      if (tail !== undefined) record.tail = tail;
    }
    this.settle(record, end.state, end.exit, end.reason);
  }

  private settleFrozen(task: Task, record: TaskRecord): void {
    const absent = task.outputs.filter(
      ({ path }) => path !== undefined && !statSync(join(this.options.root, path), { throwIfNoEntry: false }),
    );
    if (absent.length > 0)
      return this.settle(
        record,
        'failed',
        null,
        `is frozen, but ${absent.map(({ path }) => path).join(', ')} is not there`,
      );
    this.publish(task, record, []);
    this.settle(record, 'frozen', null);
  }

  private inputsOf(task: Task): TaskInput[] {
    return (this.graph.sources.get(task.name) ?? []).map((source) => {
      const name = nameOf(source);
      return source.path === undefined ? { name, value: this.contents.get(name) ?? '' } : { name, path: source.path };
    });
  }

  private publish(task: Task, record: TaskRecord, values: readonly string[]): void {
    record.outputs = task.outputs.map(({ name, path }, index) => [name, path ?? values[index] ?? '']);
    for (const [name, content] of record.outputs) this.contents.set(`${task.name}.${name}`, content);
  }

  private settle(record: TaskRecord, state: TaskRecord['state'], exit: number | null, reason?: string): void {
    record.state = state;
    record.exit = exit;
    if (record.started) record.ended = this.options.now();
    if (reason !== undefined) record.reason = reason;
    this.sequence.push(record.name);
    this.options.onChange?.(record, this.all());
  }

  private all(): TaskRecord[] {
    return [...this.records.values()];
  }

  private result(started: Date): RunResult {
    const tasks = this.all();
    const ok = this.graph.order.every((name) => passed.has(this.records.get(name)!.state));
    const outputs = this.graph.wanted
      .filter(({ source }) => source.type !== 'output' || passed.has(this.records.get(source.task)!.state))
      .map(({ name, source }): [string, string] => [name, this.contents.get(nameOf(source)) ?? '']);
    const values = this.graph.pipeline.inputs.map(({ name }): [string, string] => [
      name,
      this.contents.get(name) ?? '',
    ]);
    return {
      ok,
      started,
      ended: this.options.now(),
      outputs: this.graph.pipeline.wanted ? outputs : this.ends(),
      tasks,
      sequence: this.sequence,
      values,
    };
  }

  /** Nothing was singled out: every output of every task that passed. */
  private ends(): [string, string][] {
    return this.all().flatMap((record) =>
      record.outputs.map(([name, content]): [string, string] => [`${record.name}.${name}`, content]),
    );
  }
}

function nameOf(source: Source): string {
  if (source.type === 'input') return source.name;
  return source.type === 'output' ? `${source.task}.${source.output}` : source.path;
}
