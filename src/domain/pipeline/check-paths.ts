// The files of a pipeline: inside the repository, each written by one task, and who makes what.
import type { Pipeline, Reference } from './model.ts';
import { ancestors, checkPath } from './pipeline-path.ts';
import type { Place, Say } from './read-yaml.ts';
import { clip } from './tree-lookup.ts';

export type PathIndex = {
  /** Tasks that write this path, something in it, or a folder around it. */
  makersOf: (path: string) => string[];
  /** One spelling of a path that a task reads, or undefined once the problem is said. */
  check: (reference: Reference) => string | undefined;
};

/** Brings every declared path to one spelling, in place, and says what is wrong with it. */
export function checkPaths(pipeline: Pipeline, depth: number, say: Say): PathIndex {
  const check = (text: string, at: Place, what: string): string | undefined => {
    const checked = checkPath(text, depth);
    if (checked.ok) return checked.path;
    say(at, 'path-outside', `${what}: the path ${clip(text)} ${checked.reason}`);
    return undefined;
  };
  for (const input of pipeline.inputs) {
    if (input.path !== undefined) input.path = check(input.path, input.at, `input ${input.name}`) ?? input.path;
  }
  if (pipeline.serve?.example) {
    pipeline.serve.example =
      check(pipeline.serve.example, pipeline.serve.at, 'serve.example') ?? pipeline.serve.example;
  }
  const written = checkOutputs(pipeline, check, say);
  for (const task of pipeline.tasks) {
    task.code = task.code.flatMap((text) => check(text, task.at, `code of ${clip(task.name)}`) ?? []);
  }
  return {
    makersOf: (path) => {
      const around = ancestors(path).flatMap((folder) => written.exact.get(folder) ?? []);
      return [...new Set([...around, ...(written.inside.get(path) ?? [])])];
    },
    check: ({ text, at }) => check(text, at, 'input'),
  };
}

type Written = {
  /** Who writes exactly this path. */
  exact: Map<string, string[]>;
  /** Who writes this path or something in it. */
  inside: Map<string, string[]>;
};

function checkOutputs(
  pipeline: Pipeline,
  check: (text: string, at: Place, what: string) => string | undefined,
  say: Say,
): Written {
  const written: Written = { exact: new Map(), inside: new Map() };
  const lines = new Map<string, Place>();
  for (const task of pipeline.tasks) {
    const names = new Set<string>();
    for (const output of task.outputs) {
      if (names.has(output.name))
        say(output.at, 'duplicate-output', `task ${clip(task.name)} has two outputs ${clip(output.name)}`);
      names.add(output.name);
      if (output.path === undefined) continue;
      const path = check(output.path, output.at, `output ${output.name} of ${clip(task.name)}`);
      if (path === undefined) continue;
      output.path = path;
      sayReserved(path, output.at, say);
      sayConflict(path, task.name, output.at, written, lines, say);
      if (!lines.has(path)) lines.set(path, output.at);
      add(written.exact, path, task.name);
      for (const folder of [...ancestors(path), '.']) add(written.inside, folder, task.name);
    }
  }
  return written;
}

function sayReserved(path: string, at: Place, say: Say): void {
  const first = path.split('/')[0];
  if (/^\.+(?:\/\.\.)*$/.test(path)) say(at, 'path-outside', 'an output cannot be the whole repository');
  const reserved =
    first === '.github' || first === '.practicum' ? first : path.split('/').find((part) => part === '.dvc');
  if (reserved !== undefined) say(at, 'path-outside', `a task may not write into ${reserved}`);
}

function sayConflict(
  path: string,
  task: string,
  at: Place,
  written: Written,
  lines: Map<string, Place>,
  say: Say,
): void {
  for (const folder of ancestors(path)) {
    const other = written.exact.get(folder)?.[0];
    if (other === undefined) continue;
    const line = lines.get(folder)?.line;
    const both =
      other === task
        ? `task ${clip(task)} writes ${clip(path)} twice`
        : `tasks ${clip(other)} and ${clip(task)} both write ${clip(path)}`;
    return say(at, 'duplicate-path', `${both}${line ? ` (line ${line})` : ''}`);
  }
  const inner = written.inside.get(path)?.[0];
  if (inner !== undefined)
    say(
      at,
      'duplicate-path',
      `task ${clip(task)} writes the folder ${clip(path)}, and task ${clip(inner)} something in it`,
    );
}

/** Tasks come one after the other: the one at hand can only be the last that is there. */
function add(map: Map<string, string[]>, key: string, task: string): void {
  const list = map.get(key);
  if (!list) map.set(key, [task]);
  else if (list.at(-1) !== task) list.push(task);
}
