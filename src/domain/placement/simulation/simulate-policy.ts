// How a placer's decisions become starts: whole pipelines on reserved nodes, or single tasks on idle nodes.
import { modelDuration, startEstimator, startLearning } from '../model/estimate-duration.ts';
import { measureUsage, mergeByShare, type Used } from '../model/fair-share.ts';
import { suits } from '../model/node.ts';
import type { Pipeline } from '../model/pipeline.ts';
import {
  countAssignments,
  refuse,
  startMemory,
  type BatchPlacer,
  type Begun,
  type Placed,
  type Refusal,
  type TaskPlacer,
} from '../model/placer.ts';
import type { SimulationInput } from './simulation.ts';
import { admit, endTasks, isReady, startTask, type Run, type World } from './simulate-world.ts';
import { Failure } from '../../text/failure.ts';

/** What the clock calls: a batch at the end of a window, ended tasks at any time, starts whenever decisions are due. */
export type Policy = {
  batch: (pipelines: readonly Pipeline[]) => Refusal[];
  end: () => boolean;
  start: () => void;
  waiting: () => number;
  /** True when whoever comes need not wait for the end of a window: nothing could start before the next decision anyway. */
  atWork: () => boolean;
};

/**
 * The published rules: a batch is placed once; the waiting list is scanned in order and every pipeline starts whose nodes are all
 * free; a node is released when the last task the pipeline has on it is over.
 */
export function reservePipelines(world: World, placer: BatchPlacer, input: SimulationInput): Policy {
  let memory = startMemory(input.seed);
  let waiting: Run[] = [];
  const held = new Set<string>();
  const startReady = (run: Run): void => {
    for (const task of run.pipeline.tasks) {
      const node = run.plan.get(task.name) ?? '';
      if (isReady(run, task) && !world.busy.has(node)) {
        startTask(world, run, task, node, input.durationOf, modelDuration);
      }
    }
  };
  return {
    batch: (pipelines) => {
      const { nodes, heuristics } = input;
      const assignments = countAssignments(listAssigned(world, input.tick));
      const answer = placer.place({ batch: pipelines, nodes, memory, assignments, heuristics });
      memory = answer.memory;
      const byName = new Map(pipelines.map((pipeline) => [pipeline.name, pipeline]));
      for (const placed of answer.placed) waiting.push(admitPlaced(world, placed, byName));
      return answer.refused;
    },
    end: () => {
      const ended = endTasks(world);
      for (const { run, node } of ended) {
        const over = run.pipeline.tasks.every(
          (task) => run.plan.get(task.name) !== node || run.tasks.get(task.name)?.done,
        );
        if (over) held.delete(node);
      }
      for (const run of new Set(ended.map((entry) => entry.run))) startReady(run);
      return ended.length > 0;
    },
    start: () => {
      const still: Run[] = [];
      for (const run of inTurn(world, waiting)) {
        const wanted = new Set(run.plan.values());
        if ([...wanted].some((node) => held.has(node))) {
          still.push(run);
          continue;
        }
        for (const node of wanted) held.add(node);
        startReady(run);
      }
      waiting = still;
    },
    waiting: () => waiting.length,
    atWork: () => false,
  };
}

/**
 * The node of every task that is planned and not known to be over. With looks at the nodes every `tick` seconds a batch is placed before the look of
 * the same moment, as published: what ended since the look before still counts.
 */
function listAssigned(world: World, tick: number): string[] {
  const looked = tick > 0 ? (Math.ceil(world.now / tick) - 1) * tick : world.now;
  return [...world.runs.values()].flatMap((run) =>
    [...run.plan].flatMap(([task, node]) => {
      const state = run.tasks.get(task);
      return state?.done === true && state.end <= looked ? [] : [node];
    }),
  );
}

/** The staff's first, then by who used least; where nobody is named an owner, as it stands. */
function inTurn(world: World, waiting: readonly Run[]): Run[] {
  const high = (run: Run): boolean => run.pipeline.priority === 'high';
  const usage = useOf(world);
  const cost = ({ pipeline }: Run): number => pipeline.tasks.length;
  const turn = (run: Run): { pipeline: Pipeline; cost: number } => ({ pipeline: run.pipeline, cost: cost(run) });
  return [
    ...waiting.filter(high),
    ...mergeByShare(
      waiting.filter((run) => !high(run)),
      turn,
      usage,
    ),
  ];
}

/** Seconds per owner up to now; what runs counts as long as it was expected to. */
function useOf(world: World): Map<string, number> {
  const used: Used[] = [];
  for (const { pipeline, tasks } of world.runs.values())
    for (const { start, end, expected, done } of tasks.values())
      used.push({ owner: pipeline.owner, start, end: done ? end : Math.max(expected, world.now) });
  return measureUsage(used, world.now);
}

function admitPlaced(world: World, placed: Placed, byName: ReadonlyMap<string, Pipeline>): Run {
  const pipeline = byName.get(placed.pipeline);
  const plan = new Map(placed.tasks.map(({ task, node }) => [task, node]));
  const whole = pipeline?.tasks.every((task) => world.nodes.has(plan.get(task.name) ?? ''));
  if (!pipeline || !whole) {
    throw new Failure('placement-invalid-plan', `the placer's answer for ${placed.pipeline} is not whole`);
  }
  return admit(world, pipeline, plan);
}

/** Ours: every idle node and every ready task is looked at again whenever something changed, with what was learned so far. */
export function reserveTasks(world: World, placer: TaskPlacer, input: SimulationInput): Policy {
  const learned = new Map<string, number>();
  const learn = startLearning(learned);
  const estimator = startEstimator(input.nodes, learned);
  const open = (): Run[] => [...world.runs.values()].filter((run) => run.finished === undefined);
  return {
    batch: (pipelines) => {
      const refused: Refusal[] = [];
      for (const pipeline of pipelines) {
        const stuck = pipeline.tasks.find((task) => !input.nodes.some((node) => suits(node, task)));
        if (stuck) refused.push(refuse(pipeline, stuck, stuck.memoryKb));
        else admit(world, pipeline);
      }
      return refused;
    },
    end: () => {
      const ended = endTasks(world);
      for (const { run, task, node } of ended) observe(run, task.name, task.kind, node);
      return ended.length > 0;
    },
    start: () => {
      const pipelines = open().map(({ pipeline, tasks }) => ({ pipeline, tasks: expectEnds(tasks) }));
      const busyUntil = new Map(
        world.running.map(({ run, task, node }) => [node, run.tasks.get(task.name)?.expected ?? 0]),
      );
      const nodes = input.nodes.map((node) => {
        const idle = !world.busy.has(node.name);
        return { node, idle, freeAt: idle ? world.now : Math.max(world.now, busyUntil.get(node.name) ?? 0) };
      });
      for (const { pipeline, task, node } of placer.choose({
        now: world.now,
        nodes,
        pipelines,
        estimator,
        usage: useOf(world),
      })) {
        const run = world.runs.get(pipeline);
        const found = run?.pipeline.tasks.find((other) => other.name === task);
        if (run && found) startTask(world, run, found, node, input.durationOf, estimator.estimate);
      }
    },
    waiting: () => open().length,
    atWork: () => world.running.length > 0,
  };

  function observe(run: Run, task: string, kind: string, node: string): void {
    const state = run.tasks.get(task);
    const found = world.nodes.get(node);
    const known = run.pipeline.tasks.find((other) => other.name === task);
    if (!state || !found || !known) return;
    const moved = known.after.some((name) => run.tasks.get(name)?.node !== node);
    const expected = modelDuration(run.pipeline, known, found, moved);
    learn({ node, kind, model: run.pipeline.model, expected, seconds: state.end - state.start });
  }
}

function expectEnds(tasks: Run['tasks']): Map<string, Begun> {
  return new Map(
    [...tasks].map(([name, { node, start, expected, end, done }]) => [
      name,
      { node, start, end: done ? end : expected, done },
    ]),
  );
}
