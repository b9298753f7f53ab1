// What a simulation is given.
import type { Heuristics } from '../model/heuristics.ts';
import type { Node } from '../model/node.ts';
import type { Pipeline, Task } from '../model/pipeline.ts';
import type { Placer } from '../model/placer.ts';

/** Seconds that a task takes on a node; `moved` is true when its data comes from another node. */
export type DurationOf = (pipeline: Pipeline, task: Task, node: Node, moved: boolean) => number;

export type SimulationInput = {
  /** In order of submission; names are unique. */
  pipelines: readonly Pipeline[];
  nodes: readonly Node[];
  placer: Placer;
  seed: number;
  /** Seconds between two batches; 0 places every submission at once. */
  window: number;
  /** Seconds between two looks at the nodes; 0 looks whenever something ends. */
  tick: number;
  heuristics: Heuristics;
  durationOf: DurationOf;
};
