// Numbers of the outputs of kind `metrics`, by name.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Pipeline } from '../../src/domain/pipeline/model.ts';
import type { RunResult } from '../../src/runner/run-state.ts';

const most = { bytes: 256 * 1024, numbers: 100 };

/** Metrics of every task that passed. A name that two files use is told apart by its task. Never throws. */
export function readMetrics(pipeline: Pipeline, result: RunResult, root: string): Record<string, number> {
  const found = new Map<string, number>();
  const passed = new Set(
    result.tasks.filter(({ state }) => state === 'succeeded' || state === 'kept').map(({ name }) => name),
  );
  for (const task of pipeline.tasks.filter(({ name }) => passed.has(name))) {
    for (const { kind, path } of task.outputs) {
      if (kind !== 'metrics' || path === undefined) continue;
      for (const [name, value] of numbersIn(join(root, path))) {
        if (found.size < most.numbers) found.set(found.has(name) ? `${task.name}.${name}` : name, value);
      }
    }
  }
  return Object.fromEntries(found);
}

function numbersIn(path: string): [string, number][] {
  try {
    if (!statSync(path).isFile() || statSync(path).size > most.bytes) return [];
    return flatten(JSON.parse(readFileSync(path, 'utf8')), '', 0);
  } catch {
    return []; // Not JSON: plots and texts may call themselves metrics.
  }
}

function flatten(value: unknown, name: string, depth: number): [string, number][] {
  if (typeof value === 'number' && Number.isFinite(value)) return [[name || 'value', value]];
  if (typeof value !== 'object' || value === null || depth > 5) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    flatten(inner, (name ? `${name}.${key}` : key).slice(0, 200), depth + 1),
  );
}
