// The pipeline as data: one shape for all the forms in which it can be written.
import type { Place } from './read-yaml.ts';

export type Form = 'practicum' | 'mlpipeline' | 'dvc';

export const taskKinds = ['preprocess', 'train', 'evaluate'] as const;
export type TaskKind = (typeof taskKinds)[number];

export const outputKinds = ['file', 'metrics', 'model', 'dataset', 'plots'] as const;
export type OutputKind = (typeof outputKinds)[number];

/** A name of something that a task reads, or a path; which one it is, the graph decides. */
export type Reference = {
  text: string;
  at: Place;
  mustBePath?: boolean;
  /** Of a file with values: only these count. */
  keys?: string[];
  /** As its author spelled it, relative to the task's folder, where that is not `text`. */
  written?: string;
  /** A file of parameters, whole or in part. */
  isParams?: boolean;
};

/** An output is a file or folder, or (without a path) a value that travels from task to task. */
export type Output = {
  name: string;
  at: Place;
  path?: string;
  kind: OutputKind;
  /** As its author spelled it, relative to the task's folder. */
  written?: string;
  /** The list of a dvc.yaml that it stands in. */
  list?: 'outs' | 'metrics' | 'plots';
  /** What is there stays when its task runs again: the task goes on with it. */
  persist?: boolean;
  /** False: git keeps it, not DVC. */
  cache?: boolean;
};

export type Work =
  /** A shell command that reads and writes files. */
  | { type: 'shell'; command: string }
  /** A named runner whose command turns values into values. */
  | { type: 'values'; runner: string; command: string }
  | { type: 'pass-through'; runner: string }
  /** Joins its inputs and appends its letter: what the demonstration runners do. */
  | { type: 'letter'; runner: string; letter: string };

export type Task = {
  name: string;
  at: Place;
  work: Work;
  inputs: Reference[];
  outputs: Output[];
  /** Tasks that must end first although nothing of theirs is read. */
  dependencies: Reference[];
  env: [string, string][];
  timeoutMinutes: number;
  retries: number;
  kind?: TaskKind;
  /** Runs although something before it failed. */
  always: boolean;
  /** Its command as a list, where its author wrote one. */
  commands?: string[];
  /** Never kept from an earlier run. */
  alwaysChanged: boolean;
  /** Not run: its outputs are taken as they are. */
  frozen: boolean;
  /** Folder in which the command runs, relative to the pipeline file. */
  folder: string;
  /** Labels that its runner must have, where a course places tasks on runners. */
  runsOn: string[];
  /** Files that make up its code, beyond what its command shows. */
  code: string[];
};

/** A declared input: a file of the repository, or a value given on the command line. */
export type PipelineInput = { name: string; at: Place; path?: string; value?: string };

export type Serve = {
  at: Place;
  run: string;
  inputs: Reference[];
  example?: string;
  shape: 'batch' | 'flat';
  health: string;
  predict: string;
  url?: string;
  env: [string, string][];
  startSeconds: number;
};

export type Pipeline = {
  form: Form;
  name: string;
  env: [string, string][];
  inputs: PipelineInput[];
  tasks: Task[];
  /** What is wanted; null: everything. */
  wanted: Reference[] | null;
  serve?: Serve;
  /** The file is wrong, and this what is left of it: inputs and tasks that were not read whole. It can be checked, not run. */
  unread?: ReadonlySet<string>;
};

/** Minutes that a task may take when its author says nothing. */
export const usualTimeout = 60;

/** What a task has when its author says nothing. */
export function plainTask(name: string, at: Place, work: Work): Task {
  return {
    name,
    at,
    work,
    inputs: [],
    outputs: [],
    dependencies: [],
    env: [],
    timeoutMinutes: usualTimeout,
    retries: 0,
    always: false,
    alwaysChanged: false,
    frozen: false,
    folder: '.',
    runsOn: [],
    code: [],
  };
}
