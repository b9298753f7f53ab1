// Pipeline → graph: every reference resolved, every mistake said, the order in which tasks can run.
import type { Level } from '../text/problem.ts';
import { sayCycles, sortTasks } from './order-tasks.ts';
import type { Pipeline, Reference, Task } from './model.ts';
import { checkPaths, type PathIndex } from './check-paths.ts';
import type { Say } from './read-yaml.ts';
import { clip, unknown } from './tree-lookup.ts';

/** Where something that a task reads comes from. */
export type Source =
  | { type: 'input'; name: string; path?: string }
  | { type: 'output'; task: string; output: string; path?: string }
  | { type: 'path'; path: string; keys?: readonly string[] };

export type Graph = {
  pipeline: Pipeline;
  /** Tasks to run, each after all it needs; ties in the order of the file. */
  order: string[];
  /** Direct predecessors of every task, needed or not. */
  before: Map<string, string[]>;
  /** What every task reads, in the order in which it says so. */
  sources: Map<string, Source[]>;
  /** The wanted outputs, by the name under which they were asked for. */
  wanted: { name: string; source: Source }[];
  serves: Source[];
};

export type LinkOptions = {
  /** Values from the command line; undefined: none were given, so none can be missing. */
  values?: ReadonlyMap<string, string> | undefined;
  /** Is there such a file or folder, relative to the pipeline file? Without it nothing is said about absent files. */
  exists?: ((path: string) => boolean) | undefined;
  /** Folders between the repository's root and the pipeline file. */
  depth?: number | undefined;
};

/** Everything that is wrong with a pipeline goes to `say`; a graph comes back whenever its tasks can be ordered. */
export function linkGraph(pipeline: Pipeline, options: LinkOptions, say: Say): Graph | undefined {
  const paths = checkPaths(pipeline, options.depth ?? 0, say);
  const linker = new Linker(pipeline, paths, options, say);
  const graph = linker.link();
  checkValues(pipeline, options.values, say);
  checkWords(pipeline, say);
  const sorted = sortTasks(pipeline.tasks, graph.before);
  sayCycles(pipeline.tasks, graph.before, sorted, say);
  if (sorted.length < pipeline.tasks.length) return undefined;
  const needed = prune(pipeline, graph);
  return { ...graph, order: sorted.filter((name) => needed.has(name)) };
}

/** The tasks that lead to something wanted, or that always run. */
function prune(pipeline: Pipeline, graph: Omit<Graph, 'order'>): Set<string> {
  if (pipeline.wanted === null) return new Set(pipeline.tasks.map(({ name }) => name));
  const needed = new Set<string>();
  const makers = (source: Source): string[] => (source.type === 'output' ? [source.task] : []);
  const queue = [...graph.wanted.map(({ source }) => source), ...graph.serves].flatMap(makers);
  queue.push(...pipeline.tasks.filter((task) => task.always).map(({ name }) => name));
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    queue.push(...(graph.before.get(name) ?? []));
  }
  return needed;
}

/** No system starts a program with a NUL among its words. */
function checkWords({ tasks, env }: Pipeline, say: Say): void {
  for (const { name, at, work, env: own } of tasks) {
    const words = [...('command' in work ? [work.command] : []), ...[...env, ...own].flat()];
    if (words.some((word) => word.includes('\0')))
      say(at, 'wrong-value', `task ${clip(name)} has a NUL in its command or environment, and cannot be started`);
  }
}

/** Values given on the command line against those declared. A surplus one is harmless, so it is a warning. */
function checkValues(pipeline: Pipeline, values: LinkOptions['values'], say: Say): void {
  if (!values) return;
  const declared = pipeline.inputs.map(({ name }) => name);
  const place = pipeline.inputs[0]?.at ?? { line: 1, column: 1 };
  for (const name of values.keys()) {
    if (declared.includes(name)) continue;
    const [message, more] = unknown(`the value ${clip(name)} is given but no such input is declared`, name, declared);
    say(place, 'undeclared-value', message, { ...more, level: 'warning' });
  }
  if (pipeline.form !== 'mlpipeline') return;
  for (const { name, at, value } of pipeline.inputs) {
    if (value === undefined && !values.has(name)) {
      say(at, 'missing-value', `no value for input ${clip(name)}`, { hint: `give it as --inputs ${clip(name)}=…` });
    }
  }
}

class Linker {
  private readonly names = new Map<string, Source>();
  private readonly before = new Map<string, Set<string>>();
  private readonly pipeline: Pipeline;
  private readonly paths: PathIndex;
  private readonly options: LinkOptions;
  private readonly say: Say;
  private misses = 0;

  constructor(pipeline: Pipeline, paths: PathIndex, options: LinkOptions, say: Say) {
    this.pipeline = pipeline;
    this.paths = paths;
    this.options = options;
    this.say = say;
    for (const { name, path } of pipeline.inputs)
      this.names.set(name, { type: 'input', name, ...(path ? { path } : {}) });
    for (const task of pipeline.tasks) {
      this.before.set(task.name, new Set());
      for (const { name, path } of task.outputs) {
        const full = `${task.name}.${name}`;
        if (!this.names.has(full))
          this.names.set(full, { type: 'output', task: task.name, output: name, ...(path ? { path } : {}) });
      }
    }
  }

  link(): Omit<Graph, 'order'> {
    const { pipeline } = this;
    const sources = new Map<string, Source[]>();
    for (const task of pipeline.tasks) {
      const found = task.inputs.map((reference) => this.resolve(reference, task.name));
      sources.set(
        task.name,
        found.filter((source) => source !== undefined),
      );
      for (const source of found) if (source) this.connect(task, source);
      for (const reference of task.dependencies) this.depend(task, reference);
    }
    const wanted = (pipeline.wanted ?? []).flatMap((reference) => {
      const source = this.resolveWanted(reference);
      return source ? [{ name: reference.text, source }] : [];
    });
    if (pipeline.wanted?.length === 0) {
      this.say({ line: 1, column: 1 }, 'nothing-wanted', 'no output is wanted, so no task runs', { level: 'warning' });
    }
    const serves = (pipeline.serve?.inputs ?? []).flatMap((reference) => this.resolve(reference, 'serve') ?? []);
    const before = new Map([...this.before].map(([name, tasks]) => [name, [...tasks]]));
    return { pipeline, before, sources, wanted, serves };
  }

  private connect(task: Task, source: Source): void {
    const before = this.before.get(task.name)!;
    if (source.type === 'output') before.add(source.task);
    if (source.path === undefined) return;
    for (const maker of this.paths.makersOf(source.path)) before.add(maker);
  }

  private depend(task: Task, reference: Reference): void {
    const names = this.pipeline.tasks.map(({ name }) => name);
    // `task.output` is understood as its task.
    const source = this.names.get(reference.text);
    const name = source?.type === 'output' ? source.task : reference.text;
    if (names.includes(name)) this.before.get(task.name)!.add(name);
    else if (!this.isUnread(name))
      this.say(
        reference.at,
        'unknown-task',
        ...unknown(`task ${clip(task.name)} depends on the unknown task ${clip(name)}`, name, names),
      );
  }

  /** A declared input, `task.output`, or a path. */
  private resolve(reference: Reference, reader: string): Source | undefined {
    const { text, at } = reference;
    const named = reference.mustBePath ? undefined : this.names.get(text);
    if (named) return this.noteAbsent(named, at);
    if (this.pipeline.form !== 'mlpipeline' && (reference.mustBePath || this.isPath(text))) {
      const path = this.paths.check(reference);
      const { keys } = reference;
      return path === undefined ? undefined : this.noteAbsent({ type: 'path', path, ...(keys ? { keys } : {}) }, at);
    }
    if (this.isUnread(text)) return undefined;
    // Looking for what was meant costs time for each; nobody reads more of them.
    if (++this.misses > 100) {
      this.say(at, 'unknown-input', `unknown input ${clip(text)}`);
      return undefined;
    }
    const [message, more] = unknown(
      `${reader === 'serve' ? '' : 'task '}${clip(reader)}: unknown input ${clip(text)}`,
      text,
      [...this.names.keys()],
    );
    const outputs = this.pipeline.tasks.find((task) => task.name === text)?.outputs ?? [];
    const made = [...this.names.keys()].filter((name) => name.endsWith(`.${text}`));
    const hint = outputs[0]
      ? `name one of its outputs, as in ${text}.${outputs[0].name}`
      : made.length > 0
        ? `name the task as well: ${made.slice(0, 3).join(' or ')}`
        : more.hint;
    this.say(at, 'unknown-input', message, { hint });
    return undefined;
  }

  /** Text that can only be a path, or that is one. A name with a dot might be either: what exists decides. */
  private isPath(text: string): boolean {
    if (/[\\/]/.test(text) || text.startsWith('.')) return true;
    if (this.options.exists?.(text) || this.paths.makersOf(text).length > 0) return true;
    const [stem = '', extension = '', more] = text.split('.');
    const looksLikeTask = this.pipeline.tasks.some(({ name }) => name === stem);
    return more === undefined && !looksLikeTask && commonExtensions.has(extension.toLowerCase());
  }

  /** Part of what the schema refused: whether the name is right cannot be told. */
  private isUnread(text: string): boolean {
    return this.pipeline.unread?.has(text.split('.')[0]!) ?? false;
  }

  private resolveWanted(reference: Reference): Source | undefined {
    const { text, at } = reference;
    const full = this.names.get(text);
    if (full) return full;
    // A bare output name is satisfied by the first task that makes it.
    const maker = this.pipeline.tasks.filter((task) => task.outputs.some(({ name }) => name === text));
    if (maker[0]) {
      if (maker.length > 1) {
        const names = maker.map(({ name }) => name).join(', ');
        this.say(at, 'ambiguous-output', `${clip(text)} is made by ${names}; the first is taken`, { level: 'warning' });
      }
      return this.names.get(`${maker[0].name}.${text}`);
    }
    const byPath =
      this.pipeline.form === 'mlpipeline'
        ? undefined
        : this.pipeline.tasks.find((task) => task.outputs.some(({ path }) => path === text));
    const output = byPath?.outputs.find(({ path }) => path === text);
    if (byPath && output) return this.names.get(`${byPath.name}.${output.name}`);
    if (!this.isUnread(text))
      this.say(at, 'unknown-output', ...unknown(`no task makes ${clip(text)}`, text, [...this.names.keys()]));
    return undefined;
  }

  private noteAbsent(source: Source, at: Reference['at']): Source {
    const { exists } = this.options;
    if (!exists || source.type === 'output' || source.path === undefined) return source;
    if (exists(source.path) || this.paths.makersOf(source.path).length > 0) return source;
    const level: Level = 'warning';
    this.say(at, 'absent-file', `${clip(source.path)} is not there yet, and no task makes it`, { level });
    return source;
  }
}

/** Endings that make a bare name a file rather than a mistyped `task.output`. */
const commonExtensions = new Set(
  'csv tsv json jsonl yaml yml toml ini cfg txt md py ipynb r sql sh js mjs ts parquet feather arrow pkl joblib npy npz h5 onnx pt pth gz zip xml html png jpg db'.split(
    ' ',
  ),
);
