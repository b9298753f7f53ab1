// One task of a pipeline as the placement workflow runs it: a script, and what it hands on.
import type { Graph, Source } from '../../pipeline/link-graph.ts';
import { usualTimeout, type Task } from '../../pipeline/model.ts';

export type TaskScript = {
  script: string;
  /** Paths that this task and those before it made. */
  outputs: string[];
};

/** Values that travel from task to task are files in this folder; artifacts leave hidden ones out. */
const valueFolder = 'practicum-values';

/** Undefined where the graph has no such task. */
export function writeTaskScript(graph: Graph, name: string, before: readonly string[]): TaskScript | undefined {
  const task = graph.pipeline.tasks.find((candidate) => candidate.name === name);
  if (!task) return undefined;
  const variables = [...graph.pipeline.env, ...task.env];
  const exports = variables.map(([key, value]) => `export ${key}=${quote(value)}`);
  const folders = task.outputs.flatMap(({ path }) => (path?.includes('/') ? path.slice(0, path.lastIndexOf('/')) : []));
  const made = folders.map((folder) => `mkdir -p -- ${quote(folder)}`);
  const done = [...before, name].flatMap((text) => graph.pipeline.tasks.find((other) => other.name === text) ?? []);
  const outputs = done.flatMap((task) => task.outputs.map(({ path }, index) => path ?? valueFile(graph, task, index)));
  const lines = ['set -e', ...exports, ...new Set(made), ...writeWork(graph, task), ''];
  return { script: lines.join('\n'), outputs: [...new Set(outputs)] };
}

function writeWork(graph: Graph, task: Task): string[] {
  const { work } = task;
  // What is frozen is taken as it stands.
  if (task.frozen) return [];
  if (work.type === 'shell')
    return [...(task.folder === '.' ? [] : [`cd -- ${quote(task.folder)}`]), ...limitTime(task, work.command)];
  const inputs = (graph.sources.get(task.name) ?? []).map((source) => readValue(graph, source));
  const all = inputs.join('');
  const files = task.outputs.map((_, index) => quote(valueFile(graph, task, index)));
  const prepare = [`mkdir -p ${valueFolder}`];
  if (work.type === 'letter')
    return [...prepare, ...files.map((file, index) => `printf %s "${all}-${work.letter}${index}" > ${file}`)];
  if (work.type === 'pass-through') {
    const own = (index: number): string => (inputs.length === files.length ? inputs[index]! : all);
    return [...prepare, ...files.map((file, index) => `printf %s "${own(index)}" > ${file}`)];
  }
  const given = inputs.map((input, index) => `export PRACTICUM_INPUT_${index}="${input}"`);
  const out = `${valueFolder}/.out`;
  const command = `printf %s "${all}" | bash -c ${quote(work.command)} > ${out}`;
  const cut = (index: number): string => (files.length === 1 ? `"$(cat ${out})"` : `"$(sed -n ${index + 1}p ${out})"`);
  return [
    ...prepare,
    ...given,
    'set -o pipefail',
    command,
    ...files.map((file, index) => `printf %s ${cut(index)} > ${file}`),
  ];
}

/** A stated time limit holds here as it does in the Action: what is still running is ended, and the task has failed. */
function limitTime({ timeoutMinutes }: Task, command: string): string[] {
  if (timeoutMinutes === usualTimeout) return [command];
  const seconds = timeoutMinutes * 60;
  const late = `echo "ended after its ${timeoutMinutes} minutes" >&2`;
  return [
    // macOS has none; there the limit is not kept.
    `command -v timeout > /dev/null || timeout() { shift 2; "$@"; }`,
    `timeout --kill-after=10 ${seconds} bash -e -c ${quote(command)} || { code=$?; [ $code != 124 ] || ${late}; exit $code; }`,
  ];
}

/** Text for between double quotes of a POSIX shell. */
function readValue(graph: Graph, source: Source): string {
  if (source.type === 'output') {
    const task = graph.pipeline.tasks.find((candidate) => candidate.name === source.task)!;
    const index = task.outputs.findIndex((output) => output.name === source.output);
    return source.path === undefined ? `$(cat ${quote(valueFile(graph, task, index))})` : escapeDouble(source.path);
  }
  if (source.type === 'path') return escapeDouble(source.path);
  const declared = graph.pipeline.inputs.find((input) => input.name === source.name);
  return escapeDouble(declared?.value ?? declared?.path ?? '');
}

/** Numbered, since a task's name may hold anything. */
function valueFile(graph: Graph, task: Task, output: number): string {
  return `${valueFolder}/${graph.pipeline.tasks.indexOf(task)}-${output}`;
}

/** Every task that has to be over before this one, nearest last. */
export function tasksBefore(tasks: readonly { name: string; after: readonly string[] }[], task: string): string[] {
  const direct = tasks.find(({ name }) => name === task)?.after ?? [];
  return [...new Set([...direct.flatMap((name) => tasksBefore(tasks, name)), ...direct])];
}

/** A word of a POSIX shell, whatever is in it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function escapeDouble(text: string): string {
  return text.replaceAll(/[\\"$`]/g, (sign) => `\\${sign}`);
}
