// A discrete-event simulation of submissions, windows, a placer and its nodes. Same rules and durations for every placer.
import type { SimulationInput } from './simulation.ts';
import { boundMakespan } from './bound-makespan.ts';
import type { Pipeline } from '../model/pipeline.ts';
import type { Refusal } from '../model/placer.ts';
import { reservePipelines, reserveTasks, type Policy } from './simulate-policy.ts';
import { startWorld, type Placement, type World } from './simulate-world.ts';
import { Failure } from '../../text/failure.ts';

type Spread = { mean: number; max: number };
type PipelineTimes = { name: string; submitted: number; scheduled: number; finished: number };
export type Simulation = {
  /** From the first submission to the last end. */
  makespan: number;
  /** From the first start to the last end: the figure the published results call total. */
  execution: number;
  /** From submission to the start of a pipeline's first task. */
  wait: Spread;
  /** From submission to the end. */
  turnaround: Spread;
  bound: number;
  pipelines: PipelineTimes[];
  placements: Placement[];
  refused: Refusal[];
  /** When a window closed and its batch was placed. */
  windows: number[];
};

/** Runs until nothing is left to happen. Pipelines that fit nowhere are refused and the others go on. */
export function simulate(input: SimulationInput): Simulation {
  const world = startWorld(input.nodes);
  const { placer } = input;
  const policy =
    placer.reserves === 'pipeline' ? reservePipelines(world, placer, input) : reserveTasks(world, placer, input);
  const clock = runClock(world, policy, input);
  return { ...summarise(world, input), ...clock };
}

type Clock = Pick<Simulation, 'refused' | 'windows'>;
function runClock(world: World, policy: Policy, input: SimulationInput): Clock {
  const coming = input.pipelines.toSorted((a, b) => a.submitted - b.submitted);
  const refused: Refusal[] = [];
  const windows: number[] = [];
  let queue: Pipeline[] = [];
  let windowAt = Number.POSITIVE_INFINITY;
  let decideAt = Number.POSITIVE_INFINITY;
  for (let next = 0; ;) {
    const ends = world.running.map((entry) => entry.end);
    const now = Math.min(windowAt, decideAt, coming[next]?.submitted ?? Number.POSITIVE_INFINITY, ...ends);
    if (now === Number.POSITIVE_INFINITY) break;
    world.now = now;
    if (policy.end()) decideAt = Math.min(decideAt, roundUp(now, input.tick));
    for (let pipeline = coming[next]; pipeline && pipeline.submitted <= now; pipeline = coming[++next]) {
      if (queue.length === 0) windowAt = Math.max(input.window, roundUp(now, input.window));
      queue.push(pipeline);
    }
    // Whoever comes while others are at work is looked at with the next decision: the window gathers what starts together.
    if (windowAt <= now || (queue.length > 0 && policy.atWork())) {
      refused.push(...policy.batch(queue));
      windows.push(now);
      queue = [];
      windowAt = Number.POSITIVE_INFINITY;
      decideAt = Math.min(decideAt, roundUp(now, input.tick));
    }
    if (decideAt <= now) {
      policy.start();
      decideAt = Number.POSITIVE_INFINITY;
    }
  }
  if (policy.waiting() > 0) {
    throw new Failure(
      'placement-stuck',
      `${input.placer.name} left ${policy.waiting()} pipelines waiting although nothing runs`,
    );
  }
  return { refused, windows };
}

function roundUp(time: number, step: number): number {
  return step > 0 ? Math.max(time, Math.ceil(time / step) * step) : time;
}

function summarise(world: World, input: SimulationInput): Omit<Simulation, keyof Clock> {
  const done = input.pipelines.flatMap((pipeline) => {
    const run = world.runs.get(pipeline.name);
    return run?.scheduled === undefined || run.finished === undefined
      ? []
      : [{ name: pipeline.name, submitted: pipeline.submitted, scheduled: run.scheduled, finished: run.finished }];
  });
  const placed = input.pipelines.filter((pipeline) => world.runs.has(pipeline.name));
  const last = Math.max(...done.map((run) => run.finished));
  const empty = done.length === 0;
  return {
    makespan: empty ? 0 : last - Math.min(...done.map((run) => run.submitted)),
    execution: empty ? 0 : last - Math.min(...done.map((run) => run.scheduled)),
    wait: spread(done.map((run) => run.scheduled - run.submitted)),
    turnaround: spread(done.map((run) => run.finished - run.submitted)),
    bound: empty ? 0 : boundMakespan(placed, input.nodes, input.durationOf),
    pipelines: done,
    placements: world.placements,
  };
}

function spread(values: readonly number[]): Spread {
  if (values.length === 0) return { mean: 0, max: 0 };
  return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, max: Math.max(...values) };
}
