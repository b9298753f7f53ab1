// Runs a graph: whatever can start, starts; every end of a task decides what comes next. No ticking, nothing to hang on.
import { existsSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Graph } from '../domain/pipeline/link-graph.ts';
import type { Task } from '../domain/pipeline/model.ts';
import { overlaps } from '../domain/pipeline/pipeline-path.ts';
import { longestWays } from '../domain/pipeline/order-tasks.ts';
import { cutLog, type LogLimit } from './cut-log.ts';
import { Digests } from './hash-path.ts';
import { KeptTasks, keyOf, openStateFolder } from './keep-tasks.ts';
import { type Launcher, openLauncher } from './launcher.ts';
import { RunState, type RunResult } from './run-state.ts';
import { recoverAside } from './set-aside.ts';
import { hasText, logPath, readTail, runTask, type TaskEnd } from './run-task.ts';
import type { TaskInput, TaskRecord } from './task-record.ts';
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

/** Runs all tasks of the graph that are needed. Resolves when nothing runs and nothing can start; never rejects for a task. */
export async function runPipeline(graph: Graph, options: RunOptions): Promise<RunResult> {
  openStateFolder(options.root);
  recoverAside(options.root);
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

/** Few commands do not need the help, and get a shell of their own each. */
function worthHelp({ order, pipeline }: Graph): boolean {
  const needed = new Set(order);
  return pipeline.tasks.filter(({ name, work }) => work.type === 'shell' && needed.has(name)).length >= 16;
}

type Helpers = { launcher: Launcher | undefined; watchdog: Watchdog };

class Run {
  private readonly graph: Graph;
  private readonly options: RunOptions;
  private readonly helpers: Helpers;
  private readonly state: RunState;
  private readonly tasks: Map<string, Task>;
  private readonly digests = new Digests();
  private readonly kept: KeptTasks;
  /** Paths that tasks of this run make. */
  private readonly written: readonly string[];
  /** Place of every task that is to run: the longest way to the end comes first. */
  private readonly rank: ReadonlyMap<string, number>;
  private readonly after = new Map<string, string[]>();
  /** How many others a task still waits for. */
  private readonly left = new Map<string, number>();
  /** Tasks that wait for no other, by rank. */
  private ready: string[];
  private running = 0;

  constructor(graph: Graph, options: RunOptions, helpers: Helpers) {
    this.graph = graph;
    this.helpers = helpers;
    this.options = options;
    this.state = new RunState(graph, options);
    this.tasks = new Map(graph.pipeline.tasks.map((task) => [task.name, task]));
    this.kept = new KeptTasks({ root: options.root, digests: this.digests }, options.file);
    const needed = new Set(graph.order);
    this.written = graph.pipeline.tasks
      .filter(({ name }) => needed.has(name))
      .flatMap(({ outputs }) => outputs.flatMap(({ path }) => path ?? []));
    const took = this.kept.durations();
    const mean = [...took.values()].reduce((sum, ms) => sum + ms / took.size, 0) || 1;
    const priority = longestWays(graph.order, graph.before, (name) => took.get(name) ?? mean);
    // The sort is stable, so the file's order decides between equals.
    const ranked = graph.order.toSorted((a, b) => priority.get(b)! - priority.get(a)!);
    this.rank = new Map(ranked.map((name, index) => [name, index]));
    for (const name of ranked) {
      const earlier = (graph.before.get(name) ?? []).filter((other) => needed.has(other));
      this.left.set(name, earlier.length);
      for (const other of earlier) this.after.set(other, [...(this.after.get(other) ?? []), name]);
    }
    this.ready = ranked.filter((name) => this.left.get(name) === 0);
  }

  async run(): Promise<RunResult> {
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
    return this.state.result();
  }

  private cutLogs(): void {
    for (const { name, state } of this.state.all())
      if (state === 'running') cutLog(join(this.options.root, this.logOf(name)), this.options.logLimit);
  }

  private logOf(name: string): string {
    return logPath(this.graph.order.indexOf(name), name);
  }

  /** Starts what can start, and settles what never will. */
  private startReady(pump: () => void, reject: (error: unknown) => void): void {
    const jobs = Math.max(1, this.options.jobs ?? availableParallelism());
    for (let index = 0; index < this.ready.length;) {
      const name = this.ready[index]!;
      const isCancelled = this.options.signal?.aborted ?? false;
      const starts = !isCancelled && !this.state.isBlocked(this.tasks.get(name)!);
      if (starts && this.running >= jobs) {
        index++;
        continue;
      }
      this.ready.splice(index, 1);
      if (starts) {
        this.running++;
        this.perform(this.tasks.get(name)!).then(() => {
          this.running--;
          this.pass(name);
          pump();
        }, reject);
      } else {
        const reason = isCancelled ? 'the run was cancelled' : `needs ${this.state.guilty(name).join(', ')}`;
        this.state.settle(this.state.record(name), isCancelled ? 'cancelled' : 'blocked', null, reason);
        this.pass(name);
        index = 0;
      }
    }
  }

  /** A task is over, one way or the other: what waited for it alone is ready. */
  private pass(name: string): void {
    for (const next of this.after.get(name) ?? []) {
      const left = this.left.get(next)! - 1;
      this.left.set(next, left);
      if (left > 0) continue;
      const rank = this.rank.get(next)!;
      const place = this.ready.findIndex((other) => this.rank.get(other)! > rank);
      this.ready.splice(place < 0 ? this.ready.length : place, 0, next);
    }
  }

  private async perform(task: Task): Promise<void> {
    const { root } = this.options;
    const { record, inputs } = this.state.begin(task);
    if (task.frozen) return this.settleFrozen(task, record);
    const absent = this.absentInputs(inputs);
    if (absent.length > 0) {
      const reason = `needs ${absent.join(', ')}, which is not there, and no task makes it`;
      return this.state.settle(record, 'failed', null, reason);
    }
    const log = this.logOf(task.name);
    const keeps = task.work.type === 'shell' || task.work.type === 'values';
    const key = keeps ? await keyOf(task, { root, digests: this.digests }, this.graph.pipeline.env, inputs) : '';
    const old = keeps && this.options.keep !== false ? this.kept.find(task, key) : undefined;
    if (old) {
      this.state.publish(task, record, old);
      return this.state.settle(record, 'kept', null);
    }
    if (keeps) this.kept.forget(task);
    const settings = { ...this.options, ...this.helpers };
    const end = await this.digests.during(() => runTask(task, inputs, log, settings));
    this.conclude(task, record, end, log, keeps ? key : undefined);
  }

  /** Files that a task reads, that are not there, and that nobody was to make. */
  private absentInputs(inputs: readonly TaskInput[]): string[] {
    return inputs.flatMap(({ path }) => {
      if (path === undefined || existsSync(join(this.options.root, path))) return [];
      return this.written.some((output) => overlaps(output, path)) ? [] : [path];
    });
  }

  private conclude(task: Task, record: TaskRecord, end: TaskEnd, log: string, key: string | undefined): void {
    record.attempts = end.attempts;
    if (hasText(this.options.root, log)) {
      cutLog(join(this.options.root, log), this.options.logLimit);
      record.log = log;
    }
    if (end.state === 'succeeded') {
      this.state.publish(task, record, end.values ?? []);
      if (key !== undefined)
        this.kept.save(task, key, end.values, this.options.now().getTime() - record.started!.getTime());
    } else if (record.log !== undefined) {
      const tail = readTail(this.options.root, log);
      if (tail !== undefined) record.tail = tail;
    }
    this.state.settle(record, end.state, end.exit, end.reason);
  }

  private settleFrozen(task: Task, record: TaskRecord): void {
    const absent = task.outputs.filter(
      ({ path }) => path !== undefined && !statSync(join(this.options.root, path), { throwIfNoEntry: false }),
    );
    if (absent.length > 0)
      return this.state.settle(
        record,
        'failed',
        null,
        `is frozen, but ${absent.map(({ path }) => path).join(', ')} is not there`,
      );
    this.state.publish(task, record, []);
    this.state.settle(record, 'frozen', null);
  }
}
