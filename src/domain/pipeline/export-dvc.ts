// Pipeline → dvc.yaml: a student can leave for DVC at any time. What DVC has no word for is said, not dropped silently.
import type { Problem } from '../text/problem.ts';
import { writeYaml } from '../text/write-yaml.ts';
import type { Output, Pipeline, Reference, Task } from './model.ts';
import { collector, type Say, start } from './read-yaml.ts';

export type Exported = { text?: string; problems: Problem[] };

/** The text of a dvc.yaml. A task of values has no files, so DVC cannot run it: then there is no text. */
export function exportDvc(pipeline: Pipeline, file: string): Exported {
  const problems: Problem[] = [];
  const say = collector(file, problems);
  for (const { name, at, work } of pipeline.tasks) {
    if (work.type !== 'shell') say(at, 'not-exportable', `task ${name} passes values, and DVC knows only files`);
  }
  if (problems.length > 0) return { problems };
  const paths = pathsByName(pipeline);
  const stages = new Map(pipeline.tasks.map((task) => [stageName(task.name), exportTask(pipeline, task, paths, say)]));
  if (pipeline.serve) say(pipeline.serve.at, 'not-in-dvc', 'serve has no place in dvc.yaml', { level: 'warning' });
  if (pipeline.wanted)
    say(start, 'not-in-dvc', 'outputs of the pipeline have no place in dvc.yaml', { level: 'warning' });
  return { text: writeYaml(new Map([['stages', stages]])), problems };
}

function pathsByName(pipeline: Pipeline): Map<string, string> {
  const paths = new Map<string, string>();
  for (const { name, path } of pipeline.inputs) if (path !== undefined) paths.set(name, path);
  for (const task of pipeline.tasks) {
    for (const { name, path } of task.outputs) if (path !== undefined) paths.set(`${task.name}.${name}`, path);
  }
  return paths;
}

function exportTask(
  pipeline: Pipeline,
  task: Task,
  paths: ReadonlyMap<string, string>,
  say: Say,
): Map<string, unknown> {
  const command = task.work.type === 'shell' ? task.work.command : '';
  const env = [...pipeline.env, ...task.env].map(([name, value]) => `export ${name}=${quote(value)}`);
  const toPath = ({ text, mustBePath }: Reference): string => (mustBePath ? text : (paths.get(text) ?? text));
  const before = task.dependencies.flatMap(({ text }) => {
    const other = pipeline.tasks.find(({ name }) => name === text);
    return other?.outputs[0]?.path ?? [];
  });
  const inFolder = (path: string): string => (task.folder === '.' ? path : relativeTo(task.folder, path));
  const stage = new Map<string, unknown>();
  const lines = [...env, ...command.trimEnd().split('\n')].map(keepDollars);
  stage.set('cmd', lines.length === 1 ? lines[0] : `set -e\n${lines.join('\n')}\n`);
  if (task.folder !== '.') stage.set('wdir', task.folder);
  const whole = task.inputs.filter(({ keys }) => keys === undefined);
  const deps = [...new Set([...whole.map(toPath), ...before, ...task.code])].map(inFolder);
  if (deps.length > 0) stage.set('deps', deps);
  const params = task.inputs.flatMap(({ text, keys }) => (keys ? [{ [inFolder(text)]: keys }] : []));
  if (params.length > 0) stage.set('params', params);
  for (const [key, kinds] of [
    ['outs', ['file', 'model', 'dataset']],
    ['metrics', ['metrics']],
    ['plots', ['plots']],
  ] as const) {
    const list = task.outputs.filter(
      ({ kind, path }) => path !== undefined && (kinds as readonly string[]).includes(kind),
    );
    if (list.length > 0)
      stage.set(
        key,
        list.map((output) => {
          const options = optionsOf(output);
          return Object.keys(options).length > 0 ? { [inFolder(output.path!)]: options } : inFolder(output.path!);
        }),
      );
  }
  if (task.frozen) stage.set('frozen', true);
  if (task.alwaysChanged) stage.set('always_changed', true);
  for (const [lost, word] of [
    [task.retries > 0, 'retries'],
    [task.timeoutMinutes !== 60, 'timeout-minutes'],
    [task.always, 'if: always'],
  ] as const) {
    if (lost) say(task.at, 'not-in-dvc', `${word} of ${task.name} has no place in dvc.yaml`, { level: 'warning' });
  }
  stage.set('meta', {
    practicum: {
      outputs: Object.fromEntries(task.outputs.map(({ name, path }) => [name, path])),
      ...(task.kind ? { kind: task.kind } : {}),
      ...(task.runsOn.length > 0 ? { 'runs-on': task.runsOn } : {}),
    },
  });
  return stage;
}

/** Metrics stay in git, as they do here: they are small, and their history is the point. */
function optionsOf({ kind, cache, persist }: Output): Record<string, boolean> {
  const inGit = cache === false || (kind === 'metrics' && cache === undefined);
  return { ...(inGit ? { cache: false } : {}), ...(persist ? { persist: true } : {}) };
}

/** DVC reads `${…}` as its own; a backslash keeps it for the shell. */
function keepDollars(line: string): string {
  return line.replaceAll('${', '\\${');
}

function quote(text: string): string {
  return /^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function relativeTo(folder: string, path: string): string {
  const from = folder.split('/');
  const to = path.split('/');
  while (from.length > 0 && to.length > 0 && from[0] === to[0]) {
    from.shift();
    to.shift();
  }
  return [...from.map(() => '..'), ...to].join('/') || '.';
}

function stageName(name: string): string {
  return name.replaceAll(/[^\w-]/g, '_');
}
