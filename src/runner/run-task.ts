// Carries out one task: its command or its built-in runner, again after a failure where it asks for that.
import { closeSync, fstatSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Task } from '../domain/pipeline/model.ts';
import type { TaskState } from '../domain/report/report.ts';
import type { Launcher } from './launcher.ts';
import { inStateFolder, stateFolder } from './keep-tasks.ts';
import { type Environment, type CommandEnd, runCommand } from './run-command.ts';
import { type SetAside, setAside } from './set-aside.ts';
import type { TaskInput } from './task-record.ts';
import type { Watchdog } from './watchdog.ts';

export type TaskSettings = {
  root: string;
  /** Of the whole run: the environment and the pipeline's own variables. */
  env: Environment;
  signal?: AbortSignal | undefined;
  graceMs?: number | undefined;
  launcher?: Launcher | undefined;
  watchdog?: Watchdog | undefined;
};

export type TaskEnd = {
  state: TaskState;
  exit: number | null;
  attempts: number;
  reason?: string;
  /** Contents of its outputs, in their order, when they are values. */
  values: string[] | null;
};

const tailBytes = 64 * 1024;
const valueBytes = 1024 * 1024;

/** Runs a task to its end; never rejects. `log` is relative to the root. */
export async function runTask(
  task: Task,
  inputs: readonly TaskInput[],
  log: string,
  settings: TaskSettings,
): Promise<TaskEnd> {
  const built = builtIn(task, inputs);
  if (built) return { state: 'succeeded', exit: 0, attempts: 1, values: built };
  let before: SetAside;
  try {
    before = setAside(task, settings.root);
  } catch (error) {
    const reason = `what it made before could not be set aside: ${(error as Error).message}`;
    return { state: 'failed', exit: null, attempts: 0, reason, values: null };
  }
  for (let attempt = 1; ; attempt++) {
    const end = await runOnce(task, inputs, log, settings, attempt > 1);
    const retry =
      (end.state === 'failed' || end.state === 'timed out') && attempt <= task.retries && !settings.signal?.aborted;
    if (retry) {
      before.clear();
      continue;
    }
    if (end.state === 'succeeded') before.drop();
    else before.putBack();
    return { ...end, attempts: attempt };
  }
}

function builtIn(task: Task, inputs: readonly TaskInput[]): string[] | undefined {
  const contents = inputs.map(({ value }) => value ?? '');
  const { work } = task;
  if (work.type === 'letter') return task.outputs.map((_, index) => `${contents.join('')}-${work.letter}${index}`);
  if (work.type !== 'pass-through') return undefined;
  // As many outputs as inputs: each passes its own. Otherwise all of them, joined.
  return task.outputs.map((_, index) =>
    contents.length === task.outputs.length ? contents[index]! : contents.join(''),
  );
}

async function runOnce(
  task: Task,
  inputs: readonly TaskInput[],
  log: string,
  settings: TaskSettings,
  append: boolean,
): Promise<Omit<TaskEnd, 'attempts'>> {
  const { root } = settings;
  const { work } = task;
  if (work.type !== 'shell' && work.type !== 'values') throw new Error(`no command for a ${work.type} task`);
  const out = work.type === 'values' ? join(root, `${log}.out`) : undefined;
  let end: CommandEnd;
  try {
    // Appended to while the command runs, so that a log can be cut meanwhile.
    inStateFolder(root, () => closeSync(openSync(join(root, log), append ? 'a' : 'w')));
    end = await runCommand(work.command, {
      folder: join(root, task.folder),
      env: settings.env,
      more: { ...Object.fromEntries(task.env), ...describeInputs(task, inputs) },
      log: join(root, log),
      timeoutMs: task.timeoutMinutes * 60_000,
      ...(out === undefined ? {} : { out, stdin: inputs.map(({ value }) => value ?? '').join('') }),
      ...(settings.launcher ? { launcher: settings.launcher } : {}),
      ...(settings.watchdog ? { watchdog: settings.watchdog } : {}),
      ...(settings.signal ? { signal: settings.signal } : {}),
      ...(settings.graceMs === undefined ? {} : { graceMs: settings.graceMs }),
    });
  } catch (error) {
    return { state: 'failed', exit: null, reason: `could not start: ${(error as Error).message}`, values: null };
  }
  const { state, reason } = judgeEnd(end, task);
  if (state !== 'succeeded') return { state, exit: end.exit, ...(reason ? { reason } : {}), values: null };
  const missing = task.outputs.filter(
    ({ path }) => path !== undefined && !statSync(join(root, path), { throwIfNoEntry: false }),
  );
  if (missing.length > 0) {
    const names = missing.map(({ name, path }) => `${name} (${path})`).join(', ');
    return { state: 'failed', exit: end.exit, reason: `ended well but did not write ${names}`, values: null };
  }
  const values = out === undefined ? null : readValues(out, task.outputs.length);
  if (values === undefined) {
    const reason = `printed more than ${valueBytes} bytes, too much for a value: write it to a file`;
    return { state: 'failed', exit: end.exit, reason, values: null };
  }
  return { state, exit: end.exit, values };
}

function judgeEnd(end: CommandEnd, task: Task): { state: TaskState; reason?: string } {
  if (end.reason === 'timed out') return { state: 'timed out', reason: `not done after ${task.timeoutMinutes} min` };
  if (end.reason === 'cancelled') return { state: 'cancelled', reason: 'the run was cancelled' };
  if (end.reason === 'not started') return { state: 'failed', reason: `could not start: ${end.error?.message ?? ''}` };
  if (end.exit === 0) return { state: 'succeeded' };
  if (end.signal) return { state: 'failed', reason: `ended by ${end.signal}` };
  // Bash with pipefail: the first of a pipe was still writing when the last had enough, as in `yes | head`.
  const pipe = end.exit === 141 ? ': a part of a pipe wrote on after the next had ended; put `|| true` behind it' : '';
  return { state: 'failed', reason: `exit code ${end.exit}${pipe}` };
}

/** Values for a command, beside standard input: all of them by name, and one variable each. */
function describeInputs(task: Task, inputs: readonly TaskInput[]): Record<string, string> {
  const variables: Record<string, string> = { PRACTICUM_TASK: task.name };
  if (task.work.type !== 'values') return variables;
  variables['PRACTICUM_INPUTS'] = JSON.stringify(
    Object.fromEntries(inputs.map(({ name, value }) => [name, value ?? ''])),
  );
  variables['PRACTICUM_OUTPUTS'] = JSON.stringify(task.outputs.map(({ name }) => name));
  inputs.forEach(({ value }, index) => {
    // The environment cannot carry a NUL, and a very large value would keep the command from starting.
    if (value !== undefined && !value.includes('\0') && value.length < 100_000)
      variables[`PRACTICUM_INPUT_${index}`] = value;
  });
  return variables;
}

/** What a command printed: all of it for one output, a line each for several. Undefined when it is too much to be a value. */
function readValues(path: string, count: number): string[] | undefined {
  const read = readEnd(path, valueBytes);
  rmSync(path, { force: true });
  if (read && !read.whole) return undefined;
  const text = (read?.text ?? '').replace(/\r?\n$/, '');
  if (count <= 1) return Array.from({ length: count }, () => text);
  const lines = text.split(/\r?\n/);
  return Array.from({ length: count }, (_, index) => lines[index] ?? '');
}

/** The last lines of a log, or undefined when nothing was printed. */
export function readTail(root: string, log: string, most = tailBytes): string | undefined {
  const read = readEnd(join(root, log), most);
  if (!read) return undefined;
  const { text, whole } = read;
  const lines = whole ? text : text.slice(text.indexOf('\n') + 1);
  return lines.trim() === '' ? undefined : lines;
}

function readEnd(path: string, most: number): { text: string; whole: boolean } | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, most));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return { text: bytes.toString('utf8'), whole: size <= most };
  } finally {
    closeSync(file);
  }
}

/** Did it print anything? */
export function hasText(root: string, log: string): boolean {
  return (statSync(join(root, log), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Where the log of a task goes. */
export function logPath(index: number, name: string): string {
  return `${stateFolder}/logs/${String(index + 1).padStart(3, '0')}-${name.replaceAll(/[^\w-]/g, '_').slice(0, 60)}.log`;
}
