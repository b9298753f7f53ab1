// What is known about one task of a run.
import type { Task, TaskKind } from '../domain/pipeline/model.ts';
import type { TaskState } from '../domain/report/report.ts';

export type TaskRecord = {
  name: string;
  /** `waiting` and `running` only while the run goes on. */
  state: TaskState | 'waiting' | 'running';
  started: Date | null;
  ended: Date | null;
  exit: number | null;
  attempts: number;
  /** Why it did not succeed, in words. */
  reason?: string;
  runner: string;
  kind?: TaskKind;
  inputs: [string, string][];
  outputs: [string, string][];
  /** Path of its log, relative to the pipeline file; absent when it printed nothing. */
  log?: string;
  /** The last lines of the log, when it did not succeed. */
  tail?: string;
};

/** Something that a task reads: a value, or a path, of which perhaps only some values count. */
export type TaskInput = { name: string; path?: string; value?: string; keys?: readonly string[] };

export function newRecord(task: Task): TaskRecord {
  const { work } = task;
  return {
    name: task.name,
    state: 'waiting',
    started: null,
    ended: null,
    exit: null,
    attempts: 0,
    runner: work.type === 'shell' ? firstLine(work.command) : work.runner,
    inputs: [],
    outputs: [],
    ...(task.kind ? { kind: task.kind } : {}),
  };
}

function firstLine(command: string): string {
  const line = command.trim().split('\n')[0]!;
  return line.length > 100 ? `${line.slice(0, 97)}...` : line;
}
