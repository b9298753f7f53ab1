// first_come: what is ready of the oldest pipeline goes to the first idle node that suits it.
import { suits } from '../../../src/domain/placement/model/node.ts';
import type { Start, TaskPlacer } from '../../../src/domain/placement/model/placer.ts';

export const firstCome: TaskPlacer = {
  name: 'first_come',
  reserves: 'task',
  choose: ({ nodes, pipelines }) => {
    const idle = new Set(nodes.flatMap((entry) => (entry.idle ? [entry.node] : [])));
    const starts: Start[] = [];
    for (const { pipeline, tasks } of pipelines.toSorted((a, b) => a.pipeline.submitted - b.pipeline.submitted)) {
      for (const task of pipeline.tasks) {
        const ready = !tasks.has(task.name) && task.after.every((name) => tasks.get(name)?.done === true);
        const node = ready ? [...idle].find((candidate) => suits(candidate, task)) : undefined;
        if (!node) continue;
        idle.delete(node);
        starts.push({ pipeline: pipeline.name, task: task.name, node: node.name });
      }
    }
    return starts;
  },
};
