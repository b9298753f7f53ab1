// Remembers what a task was made from, so that a run can keep what has not changed. Lives in `.practicum/`, git-ignored.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Task } from '../domain/pipeline/model.ts';
import { canonicalise } from '../domain/text/canonicalise.ts';
import type { TaskInput } from './task-record.ts';
import { findCode } from './find-code.ts';
import type { Digests } from './hash-path.ts';

export const stateFolder = '.practicum';

/** `ms`: how long it took. */
type Stamp = { key: string; outputs: Record<string, string>; values: string[] | null; ms: number };
/** Without a stamp: the task must run. */
type Line = { task: string } & Partial<Stamp>;

/** Makes the folder for logs and stamps, invisible to git. */
export function openStateFolder(root: string): void {
  const made = ['kept', 'logs', '.gitignore'].every((inner) => existsSync(join(root, stateFolder, inner)));
  if (made) return;
  for (const inner of ['kept', 'logs']) mkdirSync(join(root, stateFolder, inner), { recursive: true });
  writeFileSync(join(root, stateFolder, '.gitignore'), '*\n');
}

/** Writes into that folder. A task may have removed it, as `git clean -fdx` does: then it is made again. */
export function inStateFolder<T>(root: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    openStateFolder(root);
    return write();
  }
}

type Place = { root: string; digests: Digests };
type Describe = ((path: string, bytes: Uint8Array, keys: readonly string[]) => string | undefined) | undefined;

/** What a task's result depends on, as one digest: command, environment, code, inputs. */
export async function keyOf(
  task: Task,
  { root, digests }: Place,
  env: [string, string][],
  inputs: readonly TaskInput[],
): Promise<string> {
  const { work } = task;
  const command = 'command' in work ? work.command : work.runner;
  const variables = [...env, ...task.env];
  const pythonPath = new Map(variables).get('PYTHONPATH');
  const code = [...findCode(command, root, task.folder, pythonPath), ...task.code];
  const made = new Set(task.outputs.map(({ path }) => path));
  // Only dvc.yaml names single values, whose readers need not be loaded for anything else.
  const describe = inputs.some(({ keys }) => keys)
    ? (await import('../domain/pipeline/dvc-params.ts')).describeParams
    : undefined;
  return createHash('sha256')
    .update(
      canonicalise({
        version: 1,
        command,
        variables,
        folder: task.folder,
        inputs: inputs.map((input) => [input.name, digestOf(input, { root, digests }, describe)]),
        code: code.filter((path) => !made.has(path)).map((path) => [path, digests.of(join(root, path)) ?? 'absent']),
        outputs: task.outputs.map(({ name, path }) => [name, path]),
      }),
    )
    .digest('hex');
}

function digestOf({ path, value, keys }: TaskInput, { root, digests }: Place, describe: Describe): string | undefined {
  if (path === undefined) return value;
  const file = join(root, path);
  const values =
    keys && statSync(file, { throwIfNoEntry: false })?.isFile()
      ? describe?.(path, readFileSync(file), keys)
      : undefined;
  return values ?? digests.of(file) ?? 'absent';
}

/** What earlier runs of one pipeline file left: a line for each task that passed, and one for each that is to run again. */
export class KeptTasks {
  private readonly root: string;
  private readonly digests: Digests;
  private readonly path: string;
  private readonly stamps: Map<string, Stamp>;
  constructor({ root, digests }: Place, file: string) {
    this.root = root;
    this.digests = digests;
    const name = createHash('sha256').update(file).digest('hex').slice(0, 24);
    this.path = join(root, stateFolder, 'kept', `${name}.jsonl`);
    const lines = readLines(this.path);
    this.stamps = lastOfEach(lines);
    // A run that was killed may have left half a line, to which the next must not be added.
    const isBroken = (lines.at(-1) ?? '') !== '';
    if (isBroken || lines.length > 2 * this.stamps.size + 100) this.shorten();
  }

  /** The values of an earlier result (empty when it made files), or undefined when the task must run. */
  find(task: Task, key: string): string[] | undefined {
    if (task.alwaysChanged || task.outputs.length === 0) return undefined;
    const stamp = this.stamps.get(task.name);
    if (stamp?.key !== key) return undefined;
    for (const { path } of task.outputs) {
      if (path !== undefined && this.digests.of(join(this.root, path)) !== stamp.outputs[path]) return undefined;
    }
    return stamp.values ?? [];
  }

  /** How long tasks took the last time, in milliseconds. */
  durations(): Map<string, number> {
    return new Map([...this.stamps].map(([name, { ms }]) => [name, ms]));
  }

  save(task: Task, key: string, values: string[] | null, ms: number): void {
    if (task.outputs.length === 0) return;
    const outputs: Record<string, string> = {};
    for (const { path } of task.outputs)
      if (path !== undefined) outputs[path] = this.digests.of(join(this.root, path)) ?? '';
    const stamp = { key, outputs, values, ms };
    this.stamps.set(task.name, stamp);
    this.append({ task: task.name, ...stamp });
  }

  forget(task: Task): void {
    if (this.stamps.delete(task.name)) this.append({ task: task.name });
  }

  private append(line: Line): void {
    inStateFolder(this.root, () => appendFileSync(this.path, `${JSON.stringify(line)}\n`));
  }

  private shorten(): void {
    const lines = [...this.stamps].map(([task, stamp]) => `${JSON.stringify({ task, ...stamp } satisfies Line)}\n`);
    // Written aside and moved: a run that is killed leaves all of it.
    writeFileSync(`${this.path}.new`, lines.join(''));
    renameSync(`${this.path}.new`, this.path);
  }
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return []; // The first run, or not readable: every task runs.
  }
}

function lastOfEach(lines: readonly string[]): Map<string, Stamp> {
  const stamps = new Map<string, Stamp>();
  for (const line of lines) {
    const read = asLine(line);
    if (read?.key !== undefined)
      stamps.set(read.task, {
        key: read.key,
        outputs: read.outputs ?? {},
        values: read.values ?? null,
        ms: read.ms ?? 0,
      });
    else if (read) stamps.delete(read.task);
  }
  return stamps;
}

/** Undefined for a line that a run that was killed left unfinished. */
function asLine(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
