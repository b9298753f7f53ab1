// How far a run is: a record of every task, the contents that travel between them, and what is told of it in the end.
import type { Graph, Source } from '../domain/pipeline/link-graph.ts';
import type { Task } from '../domain/pipeline/model.ts';
import { newRecord, type TaskInput, type TaskRecord } from './task-record.ts';

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

/** States after which what depends on a task may start. */
const passed = new Set(['succeeded', 'kept', 'frozen']);

type Options = {
  now: () => Date;
  /** Given for declared inputs. */
  values?: ReadonlyMap<string, string> | undefined;
  onChange?: ((record: TaskRecord, all: readonly TaskRecord[]) => void) | undefined;
};

export class RunState {
  private readonly graph: Graph;
  private readonly options: Options;
  private readonly records: Map<string, TaskRecord>;
  private readonly contents = new Map<string, string>();
  private readonly sequence: string[] = [];
  private readonly started: Date;

  constructor(graph: Graph, options: Options) {
    this.graph = graph;
    this.options = options;
    this.started = options.now();
    const { tasks, inputs } = graph.pipeline;
    this.records = new Map(tasks.map((task) => [task.name, newRecord(task)]));
    const needed = new Set(graph.order);
    for (const [name, record] of this.records) if (!needed.has(name)) record.state = 'not needed';
    for (const { name, value, path } of inputs)
      this.contents.set(name, options.values?.get(name) ?? value ?? path ?? '');
  }

  record(name: string): TaskRecord {
    return this.records.get(name)!;
  }

  all(): TaskRecord[] {
    return [...this.records.values()];
  }

  /** Of a task whose predecessors are over: whether one of them keeps it from starting. */
  isBlocked(task: Task): boolean {
    return !task.always && this.guilty(task.name).length > 0;
  }

  /** The tasks that keep one from starting. */
  guilty(name: string): string[] {
    return (this.graph.before.get(name) ?? []).filter((earlier) => !passed.has(this.record(earlier).state));
  }

  /** A task starts with these inputs. */
  begin(task: Task): { record: TaskRecord; inputs: TaskInput[] } {
    const record = this.record(task.name);
    const inputs = this.inputsOf(task);
    record.state = 'running';
    record.started = this.options.now();
    record.inputs = inputs.map(({ name, path, value }) => [name, value ?? path ?? '']);
    this.options.onChange?.(record, this.all());
    return { record, inputs };
  }

  private inputsOf(task: Task): TaskInput[] {
    return (this.graph.sources.get(task.name) ?? []).map((source) => {
      const name = nameOf(source);
      if (source.path === undefined) return { name, value: this.contents.get(name) ?? '' };
      const keys = source.type === 'path' ? source.keys : undefined;
      return { name, path: source.path, ...(keys ? { keys } : {}) };
    });
  }

  publish(task: Task, record: TaskRecord, values: readonly string[]): void {
    record.outputs = task.outputs.map(({ name, path }, index) => [name, path ?? values[index] ?? '']);
    for (const [name, content] of record.outputs) this.contents.set(`${task.name}.${name}`, content);
  }

  settle(record: TaskRecord, state: TaskRecord['state'], exit: number | null, reason?: string): void {
    record.state = state;
    record.exit = exit;
    if (record.started) record.ended = this.options.now();
    if (reason !== undefined) record.reason = reason;
    this.sequence.push(record.name);
    this.options.onChange?.(record, this.all());
  }

  result(): RunResult {
    const tasks = this.all();
    // A file without tasks is no pipeline that went well.
    const ok = tasks.length > 0 && this.graph.order.every((name) => passed.has(this.records.get(name)!.state));
    const outputs = this.graph.wanted
      .filter(({ source }) => source.type !== 'output' || passed.has(this.records.get(source.task)!.state))
      .map(({ name, source }): [string, string] => [name, this.contents.get(nameOf(source)) ?? '']);
    const values = this.graph.pipeline.inputs.map(({ name }): [string, string] => [
      name,
      this.contents.get(name) ?? '',
    ]);
    return {
      ok,
      started: this.started,
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
