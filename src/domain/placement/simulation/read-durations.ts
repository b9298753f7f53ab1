// A file of observed durations → how long each task takes, instead of the model.
import { z } from 'zod';
import type { Problem } from '../../text/problem.ts';
import { isAccelerated, type Node } from '../model/node.ts';
import { findProblems, parseJson } from '../model/read-json.ts';
import type { DurationOf } from './simulation.ts';

const seconds = z.number().positive().max(1e9);
/** One figure for every node, or figures by node name, worker type, accelerator, architecture, or "default". */
const taskSchema = z.union([seconds, z.record(z.string().max(200), seconds)]);
const fileSchema = z.record(z.string().max(1000), z.record(z.string().max(200), taskSchema));

export type Durations = ReadonlyMap<string, ReadonlyMap<string, number | ReadonlyMap<string, number>>>;

/** `{ pipeline: { task: seconds | { node or kind of node: seconds } } }`. */
export function readDurations(text: string, file: string): { value?: Durations; problems: Problem[] } {
  const parsed = parseJson(text, file);
  if ('problems' in parsed) return parsed;
  const checked = fileSchema.safeParse(parsed.value);
  if (!checked.success) return { problems: findProblems(checked.error, text, file, 'durations-invalid') };
  const pipelines = Object.entries(checked.data).map(([pipeline, tasks]) => {
    const entries = Object.entries(tasks).map(([task, figure]) => {
      return [task, typeof figure === 'number' ? figure : new Map(Object.entries(figure))] as const;
    });
    return [pipeline, new Map(entries)] as const;
  });
  return { value: new Map(pipelines), problems: [] };
}

/** The file's figure for the most particular description of the node, or what `otherwise` says. */
export function useDurations(durations: Durations, otherwise: DurationOf): DurationOf {
  return (pipeline, task, node, moved) => {
    // A pipeline submitted a second time is named "name#2"; its tasks take as long as the first time.
    const tasks = durations.get(pipeline.name) ?? durations.get(pipeline.name.replace(/#\d+$/, ''));
    const figure = tasks?.get(task.name);
    if (typeof figure === 'number') return figure;
    const described = figure && describe(node).find((word) => figure.has(word));
    return (described === undefined ? undefined : figure?.get(described)) ?? otherwise(pipeline, task, node, moved);
  };
}

function describe(node: Node): string[] {
  const accelerator = isAccelerated(node) ? [node.accelerator] : [];
  return [node.name, node.worker_type, ...accelerator, node.architecture, 'default'];
}
