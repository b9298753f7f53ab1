// Numbers of the outputs of kind `metrics`, by name; and a word about whatever is there and is no number.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as core from '@actions/core';
import type { Pipeline } from '../../src/domain/pipeline/model.ts';
import type { RunResult } from '../../src/runner/run-state.ts';
import { type ParsedMetrics, parseMetrics } from './parse-metrics.ts';

const most = { bytes: 4 * 1024 * 1024, numbers: 1_000, notes: 40 };

export type Metrics = { numbers: Record<string, number>; notes: string[] };

/**
 * The numbers alone; what is said about the rest goes into the log of the job.
 * @public
 */
export function readMetrics(
  pipeline: Pipeline,
  result: Pick<RunResult, 'tasks'>,
  root: string,
  say: (note: string) => void = (note) => core.warning(note),
): Record<string, number> {
  const { numbers, notes } = findMetrics(pipeline, result, root);
  for (const note of notes) say(`Metrics: ${note}`);
  return numbers;
}

/** Metrics of every task that passed. A name that two files use is told apart by its task, then by its file. Never throws. */
export function findMetrics(pipeline: Pipeline, result: Pick<RunResult, 'tasks'>, root: string): Metrics {
  const numbers = new Map<string, number>();
  const notes: string[] = [];
  let omitted = 0;
  const passed = new Set(
    result.tasks.filter(({ state }) => ['succeeded', 'kept', 'frozen'].includes(state)).map(({ name }) => name),
  );
  for (const task of pipeline.tasks.filter(({ name }) => passed.has(name))) {
    for (const { kind, path } of task.outputs) {
      if (kind !== 'metrics' || path === undefined) continue;
      const read = readFile(join(root, path), path);
      notes.push(...read.notes);
      for (const [name, value] of read.numbers) {
        const free = [name, `${task.name}.${name}`, `${path}.${name}`].find((candidate) => !numbers.has(candidate));
        if (free !== undefined && numbers.size < most.numbers) numbers.set(free, value);
        else omitted++;
      }
    }
  }
  if (omitted > 0) notes.unshift(`${omitted} more numbers were left out: a run has ${most.numbers} at most`);
  return { numbers: Object.fromEntries(numbers), notes: shorten(notes) };
}

function readFile(file: string, path: string): ParsedMetrics {
  const only = (note: string): ParsedMetrics => ({ numbers: [], notes: [`${path}: ${note}`] });
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat) return only('the file is not there');
    if (!stat.isFile()) return only('it is a folder; name the file with the numbers');
    if (stat.size > most.bytes) return only(`${stat.size} bytes are too many to read; ${most.bytes} are allowed`);
    const { numbers, notes } = parseMetrics(path, readFileSync(file));
    if (numbers.length === 0 && notes.length === 0) return only('it holds no number');
    return { numbers, notes: notes.map((note) => `${note} (${path})`) };
  } catch (error) {
    return only(`it cannot be read as what its name says: ${(error as Error).message.split('\n')[0]}`);
  }
}

function shorten(notes: readonly string[]): string[] {
  const kept = notes.slice(0, most.notes - 1).map((note) => note.slice(0, 500));
  return notes.length > kept.length ? [...kept, `and ${notes.length - kept.length} more`] : kept;
}
