// The one interface behind which every placer stands, and what they share.
import type { Estimator } from './estimate-duration.ts';
import type { Heuristics } from './heuristics.ts';
import type { Node } from './node.ts';
import type { Pipeline, Task } from './pipeline.ts';

/** What a placer remembers between batches, as data that can be stored. */
export type PlacerMemory = {
  /** Where the round robin stands. */
  turn: number;
  /** The state of the random source. */
  random: number;
};
export function startMemory(seed: number): PlacerMemory {
  return { turn: 0, random: seed >>> 0 };
}

/** Why a pipeline cannot be placed at all. */
export type Refusal = { pipeline: string; task: string; reason: string };
export type Placed = { pipeline: string; tasks: { task: string; node: string }[] };

export type BatchRequest = {
  batch: readonly Pipeline[];
  nodes: readonly Node[];
  memory: PlacerMemory;
  /** Tasks on each node that are placed and not over: derived from the queue, never stored. */
  assignments: Assignments;
  heuristics: Heuristics;
};
export type Assignments = ReadonlyMap<string, number>;
export type BatchAnswer = { placed: Placed[]; refused: Refusal[]; memory: PlacerMemory };

/** Decides once per batch; `placed` is in the order in which the pipelines should start, each holding all of its nodes. */
export type BatchPlacer = { name: string; reserves: 'pipeline'; place: (request: BatchRequest) => BatchAnswer };

/** A task that was started; `end` is what was expected at its start while it runs. */
export type Begun = { node: string; start?: number; end: number; done: boolean };
/** How far a pipeline is. Absent from `tasks`: not started. */
export type Progress = { pipeline: Pipeline; tasks: ReadonlyMap<string, Begun> };
/** Everything a decision rests on. `freeAt` is `now` for an idle node and an estimate for a busy one. */
export type Situation = {
  now: number;
  nodes: readonly { node: Node; idle: boolean; freeAt: number }[];
  pipelines: readonly Progress[];
  estimator: Estimator;
  /** Seconds on machines per owner, the older the less (`fair-share.ts`). */
  usage?: ReadonlyMap<string, number>;
};
export type Start = { pipeline: string; task: string; node: string };

/** Decides whenever something changed: which ready tasks start now, and where. Nodes are held per task. */
export type TaskPlacer = { name: string; reserves: 'task'; choose: (situation: Situation) => Start[] };

export type Placer = BatchPlacer | TaskPlacer;

/** Picks a node for one task, given where the pipeline's earlier tasks sit and the assignments so far. */
export type PickNode = (asked: {
  pipeline: Pipeline;
  task: Task;
  nodes: readonly Node[];
  earlier: readonly string[];
  count: (node: Node) => number;
}) => Node | undefined;

/**
 * Places pipelines one after the other with a per-task rule. Each task counts for its node as soon as it is placed. A pipeline that cannot be
 * placed is refused by itself: it takes back the assignments it was counted for, and the others of its batch go on.
 */
export function placeEach(
  request: BatchRequest,
  batch: readonly Pipeline[],
  needKb: (pipeline: Pipeline, task: Task) => number,
  pickNode: PickNode,
): BatchAnswer {
  const counts = new Map(request.assignments);
  const placed: Placed[] = [];
  const refused: Refusal[] = [];
  for (const pipeline of batch) {
    const trial = new Map(counts);
    const tasks: Placed['tasks'] = [];
    const count = (node: Node): number => trial.get(node.name) ?? 0;
    let missing: Task | undefined;
    for (const task of pipeline.tasks) {
      const earlier = tasks.map((entry) => entry.node);
      const node = pickNode({ pipeline, task, nodes: request.nodes, earlier, count });
      if (!node) {
        missing = task;
        break;
      }
      trial.set(node.name, count(node) + 1);
      tasks.push({ task: task.name, node: node.name });
    }
    if (missing) {
      refused.push(refuse(pipeline, missing, needKb(pipeline, missing)));
      continue;
    }
    for (const [name, value] of trial) counts.set(name, value);
    placed.push({ pipeline: pipeline.name, tasks });
  }
  return { placed, refused, memory: request.memory };
}

/** One for each node that is named. */
export function countAssignments(nodes: Iterable<string>): Assignments {
  const counts = new Map<string, number>();
  for (const node of nodes) counts.set(node, (counts.get(node) ?? 0) + 1);
  return counts;
}

/** The text that says what the task would need. */
export function refuse(pipeline: Pipeline, task: Task, needKb: number): Refusal {
  const asked = task.labels && task.labels.length > 0 ? ` with ${task.labels.join(', ')}` : '';
  const needed = Math.ceil((2 * needKb) / 1024);
  return {
    pipeline: pipeline.name,
    task: task.name,
    reason: `no node${asked} has the free memory that task "${task.name}" needs (more than about ${needed} MiB)`,
  };
}

/** The first of the smallest: the order of the list breaks ties, as a stable sort would. */
export function leastBy(nodes: readonly Node[], weigh: (node: Node) => number): Node | undefined {
  let best: Node | undefined;
  for (const node of nodes) if (!best || weigh(node) < weigh(best)) best = node;
  return best;
}

/** What the baselines ask for in every task: room for the larger form of the data. */
export function largestKb(pipeline: Pipeline): number {
  return Math.max(pipeline.sizes.original, pipeline.sizes.preprocessed);
}
