// Remembers what a task was made from, so that a run can keep what has not changed. Lives in `.practicum/`, git-ignored.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Task } from '../domain/pipeline/model.ts';
import { canonicalise } from '../domain/report/report.ts';
import { describeParams } from '../domain/pipeline/dvc-params.ts';
import type { TaskInput } from './task-record.ts';
import { findCode } from './find-code.ts';
import { hashPath } from './hash-path.ts';

export const stateFolder = '.practicum';

type Stamp = { key: string; outputs: Record<string, string>; values: string[] | null };

/** Makes the folder for logs and stamps, invisible to git. A task may have removed it, as `git clean -fdx` does. */
export function openStateFolder(root: string): void {
  const made = ['kept', 'logs', '.gitignore'].every((inner) => existsSync(join(root, stateFolder, inner)));
  if (made) return;
  for (const inner of ['kept', 'logs']) mkdirSync(join(root, stateFolder, inner), { recursive: true });
  writeFileSync(join(root, stateFolder, '.gitignore'), '*\n');
}

/** What a task's result depends on, as one digest: command, environment, code, inputs. */
export function keyOf(task: Task, root: string, env: [string, string][], inputs: readonly TaskInput[]): string {
  const { work } = task;
  const command = 'command' in work ? work.command : work.runner;
  const variables = [...env, ...task.env];
  const pythonPath = new Map(variables).get('PYTHONPATH');
  const code = [...findCode(command, root, task.folder, pythonPath), ...task.code];
  const made = new Set(task.outputs.map(({ path }) => path));
  return createHash('sha256')
    .update(
      canonicalise({
        version: 1,
        command,
        variables,
        folder: task.folder,
        inputs: inputs.map((input) => [input.name, digestOf(input, root)]),
        code: code.filter((path) => !made.has(path)).map((path) => [path, hashPath(join(root, path)) ?? 'absent']),
        outputs: task.outputs.map(({ name, path }) => [name, path]),
      }),
    )
    .digest('hex');
}

function digestOf({ path, value, keys }: TaskInput, root: string): string | undefined {
  if (path === undefined) return value;
  const file = join(root, path);
  const values =
    keys && statSync(file, { throwIfNoEntry: false })?.isFile()
      ? describeParams(path, readFileSync(file), keys)
      : undefined;
  return values ?? hashPath(file) ?? 'absent';
}

export class KeptTasks {
  private readonly folder: string;
  private readonly root: string;
  private readonly file: string;
  /** Stamps that there are: in a fresh checkout none, and asking for each would cost more than the one look. */
  private readonly there: Set<string>;
  constructor(root: string, file: string) {
    this.root = root;
    this.file = file;
    this.folder = join(root, stateFolder, 'kept');
    this.there = new Set(readdirSync(this.folder));
  }

  /** The values of an earlier result (empty when it made files), or undefined when the task must run. */
  find(task: Task, key: string): string[] | undefined {
    if (task.alwaysChanged || task.outputs.length === 0) return undefined;
    const stamp = this.read(task.name);
    if (stamp?.key !== key) return undefined;
    for (const { path } of task.outputs) {
      if (path !== undefined && hashPath(join(this.root, path)) !== stamp.outputs[path]) return undefined;
    }
    return stamp.values ?? [];
  }

  save(task: Task, key: string, values: string[] | null): void {
    if (task.outputs.length === 0) return;
    const outputs: Record<string, string> = {};
    for (const { path } of task.outputs) if (path !== undefined) outputs[path] = hashPath(join(this.root, path)) ?? '';
    const name = this.nameOf(task.name);
    const path = join(this.folder, name);
    openStateFolder(this.root);
    // Written aside and moved: a run that is killed leaves the old stamp or the new one, never half of one.
    writeFileSync(`${path}.new`, JSON.stringify({ key, outputs, values } satisfies Stamp));
    renameSync(`${path}.new`, path);
    this.there.add(name);
  }

  forget(task: Task): void {
    const name = this.nameOf(task.name);
    if (this.there.delete(name)) rmSync(join(this.folder, name), { force: true });
  }

  private read(name: string): Stamp | undefined {
    const stamp = this.nameOf(name);
    if (!this.there.has(stamp)) return undefined;
    try {
      return JSON.parse(readFileSync(join(this.folder, stamp), 'utf8')) as Stamp;
    } catch {
      return undefined; // Not readable: the task runs.
    }
  }

  private nameOf(task: string): string {
    return `${createHash('sha256').update(`${this.file}\0${task}`).digest('hex').slice(0, 24)}.json`;
  }
}
