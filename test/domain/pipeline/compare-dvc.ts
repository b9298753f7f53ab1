// Holds what is read from a dvc.yaml against what DVC itself says of the same files.
import { posix } from 'node:path';
import type { Task } from '../../../src/domain/pipeline/model.ts';
import { readPipeline } from '../../../src/domain/pipeline/read-pipeline.ts';

type Out = { path: string; metric: boolean; plot: boolean; cache: boolean; persist: boolean };
type DvcStage = {
  cmd: string | string[];
  wdir: string;
  deps: string[];
  params: Record<string, string[]>;
  outs: Out[];
  frozen: boolean;
  always_changed: boolean;
};

export type DvcCase = { name: string; path: string; files: Record<string, string> };
export type DvcAnswer = {
  accepts: boolean;
  dvc_says?: string;
  stages?: Record<string, DvcStage>;
  edges?: [string, string][];
  missing_params?: unknown;
};

/** `same`; or `refused`, with a right to it; or in what the two differ. */
export type Comparison = 'same' | 'refused for safety' | 'refused for parameters' | { differs: string[] };

export function compareWithDvc({ path, files }: DvcCase, dvc: DvcAnswer): Comparison {
  const folder = posix.dirname(path);
  const inside = (inner: string): string => posix.join(folder, inner);
  const read = readPipeline(new TextEncoder().encode(files[path]), {
    file: path,
    depth: folder === '.' ? 0 : folder.split('/').length,
    exists: (inner) =>
      Object.keys(files).some((file) => file === inside(inner) || file.startsWith(`${inside(inner)}/`)),
    readFile: (inner) =>
      Object.hasOwn(files, inside(inner)) ? new TextEncoder().encode(files[inside(inner)]) : undefined,
  });
  const errors = read.problems.filter(({ level }) => level === 'error');
  const said = errors.map(({ line, code, message }) => `${line} ${code} ${message}`).join('; ');
  if (!read.ok) {
    if (!dvc.accepts) return 'same';
    if (errors.length > 0 && errors.every(({ message }) => /outside the repository|inside \.git/.test(message)))
      return 'refused for safety';
    return dvc.missing_params ? 'refused for parameters' : { differs: [`refused: ${said}`] };
  }
  if (!dvc.accepts) return { differs: [`accepted, and DVC says ${dvc.dvc_says ?? 'no'}`] };
  const { graph } = read;
  const ours = Object.fromEntries(graph!.pipeline.tasks.map((task) => [task.name, describe(task)]));
  const theirs = Object.fromEntries(Object.entries(dvc.stages!).map(([name, stage]) => [name, normal(stage)]));
  const edges = [...graph!.before].flatMap(([name, earlier]) => earlier.map((other) => [name, other])).toSorted();
  const pairs = [
    ['stages', Object.keys(ours).toSorted(), Object.keys(theirs).toSorted()],
    ['edges', edges, dvc.edges!.toSorted()],
    ...Object.keys(ours).map((name) => [name, ours[name], theirs[name]] as const),
  ] as const;
  const differs = pairs
    .map(([what, a, b]) => [what, JSON.stringify(a), JSON.stringify(b)] as const)
    .filter(([, a, b]) => a !== b)
    .map(([what, a, b]) => `${what}: ${a} is with DVC ${b}`);
  return differs.length === 0 ? 'same' : { differs };
}

function normal({ cmd, wdir, deps, params, outs, frozen, always_changed }: DvcStage): unknown {
  return {
    cmd: [cmd].flat().join('\n'),
    wdir,
    deps: deps.toSorted(),
    params: Object.entries(params).map(([file, keys]) => [file, keys.toSorted()]),
    outs: outs
      .map(({ path, metric, plot, cache, persist }) => [path, metric, plot, cache, persist].join(' '))
      .toSorted(),
    frozen,
    always_changed,
  };
}

function describe(task: Task): unknown {
  return {
    cmd: task.work.type === 'shell' ? task.work.command : '',
    wdir: task.folder,
    deps: task.inputs
      .filter(({ keys, isParams }) => !keys && !isParams)
      .map(({ text }) => text)
      .toSorted(),
    params: task.inputs
      .filter(({ keys, isParams }) => keys ?? isParams)
      .map(({ text, keys }) => [text, (keys ?? []).toSorted()] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    outs: task.outputs
      .map(({ path, list = 'outs', cache = true, persist = false }) =>
        [path, list === 'metrics', list === 'plots', cache, persist].join(' '),
      )
      .toSorted(),
    frozen: task.frozen,
    always_changed: task.alwaysChanged,
  };
}
