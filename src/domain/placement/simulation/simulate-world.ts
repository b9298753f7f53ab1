// The state of a simulation: what runs where, and what has run.
import type { Node } from '../model/node.ts';
import type { Pipeline, Task } from '../model/pipeline.ts';
import type { DurationOf } from './simulation.ts';
import { Failure } from '../../text/failure.ts';

export type Run = {
  pipeline: Pipeline;
  tasks: Map<string, { node: string; start: number; end: number; expected: number; done: boolean }>;
  /** The node of each task, where the placer decided for the whole pipeline. */
  plan: ReadonlyMap<string, string>;
  scheduled: number | undefined;
  finished: number | undefined;
};
export type Placement = { pipeline: string; task: string; node: string; start: number; end: number };
type Running = { run: Run; task: Task; node: string; end: number };

export type World = {
  now: number;
  nodes: ReadonlyMap<string, Node>;
  /** Pipelines that were admitted, in the order of admission. */
  runs: Map<string, Run>;
  running: Running[];
  /** The nodes on which a task executes at this moment. */
  busy: Set<string>;
  placements: Placement[];
};

export function startWorld(nodes: readonly Node[]): World {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return { now: 0, nodes: byName, runs: new Map(), running: [], busy: new Set(), placements: [] };
}

export function admit(world: World, pipeline: Pipeline, plan: ReadonlyMap<string, string> = new Map()): Run {
  const run: Run = { pipeline, plan, tasks: new Map(), scheduled: undefined, finished: undefined };
  world.runs.set(pipeline.name, run);
  return run;
}

/** True when nothing but a node is missing. */
export function isReady(run: Run, task: Task): boolean {
  return !run.tasks.has(task.name) && task.after.every((name) => run.tasks.get(name)?.done === true);
}

/** Starts a task now. The node must be idle. `expect` is what the placer believed, `durationOf` what happens. */
export function startTask(
  world: World,
  run: Run,
  task: Task,
  nodeName: string,
  durationOf: DurationOf,
  expect: DurationOf,
): void {
  const node = world.nodes.get(nodeName);
  if (!node || world.busy.has(nodeName) || !isReady(run, task)) {
    throw new Failure(
      'placement-invalid-start',
      `the placer started ${run.pipeline.name}/${task.name} on ${nodeName}, which cannot be`,
    );
  }
  const moved = task.after.some((name) => run.tasks.get(name)?.node !== nodeName);
  const end = world.now + durationOf(run.pipeline, task, node, moved);
  const expected = world.now + expect(run.pipeline, task, node, moved);
  run.tasks.set(task.name, { node: nodeName, start: world.now, end, expected, done: false });
  run.scheduled ??= world.now;
  world.busy.add(nodeName);
  world.running.push({ run, task, node: nodeName, end });
  world.placements.push({ pipeline: run.pipeline.name, task: task.name, node: nodeName, start: world.now, end });
}

/** Ends every task whose time has come and returns them, earliest first. */
export function endTasks(world: World): Running[] {
  const ended = world.running.filter((entry) => entry.end <= world.now).toSorted((a, b) => a.end - b.end);
  if (ended.length === 0) return ended;
  world.running = world.running.filter((entry) => entry.end > world.now);
  for (const { run, task, node } of ended) {
    const state = run.tasks.get(task.name);
    if (state) state.done = true;
    world.busy.delete(node);
    const all = run.pipeline.tasks.every((other) => run.tasks.get(other.name)?.done === true);
    if (all) run.finished = world.now;
  }
  return ended;
}
