// What no placer can beat: the longest chain of a pipeline, and all work spread evenly over all nodes.
import { suits, type Node } from '../model/node.ts';
import type { DurationOf } from './simulation.ts';
import type { Pipeline, Task } from '../model/pipeline.ts';

/** Seconds from the first submission, with every task on its fastest node and no window, transfer or contention. */
export function boundMakespan(pipelines: readonly Pipeline[], nodes: readonly Node[], durationOf: DurationOf): number {
  const first = Math.min(...pipelines.map((pipeline) => pipeline.submitted));
  let work = 0;
  let longest = 0;
  for (const pipeline of pipelines) {
    const ends = new Map<string, number>();
    let end = 0;
    for (const task of pipeline.tasks) {
      const least = shortest(pipeline, task, nodes, durationOf);
      const from = Math.max(0, ...task.after.map((name) => ends.get(name) ?? 0));
      ends.set(task.name, from + least);
      end = Math.max(end, from + least);
      work += least;
    }
    longest = Math.max(longest, pipeline.submitted - first + end);
  }
  return Math.max(longest, nodes.length > 0 ? work / nodes.length : 0);
}

function shortest(pipeline: Pipeline, task: Task, nodes: readonly Node[], durationOf: DurationOf): number {
  const all = nodes.filter((node) => suits(node, task)).map((node) => durationOf(pipeline, task, node, false));
  return all.length > 0 ? Math.min(...all) : 0;
}
