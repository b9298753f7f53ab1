// How long a task takes on a node: a stated model, corrected by what was observed.
import { suits, isAccelerated, type Node } from './node.ts';
import { isTensorModel } from './estimate-effort.ts';
import type { Pipeline, Task } from './pipeline.ts';

/**
 * The model, in seconds and operations a second. Calibrated by order of size on the published runs, in which eight tabular
 * pipelines took 114-159 s on every kind of node, and two neural networks 156 and 158 s with a GPU against 514 and 219 s without.
 * Speed grows with the square root of the cores, as it does for one training on a shared machine.
 */
const speeds = {
  /** Starting a job: container, check-out, imports. */
  overhead: 36,
  /** More of that where a tensor library has to load. */
  tensorOverhead: 20,
  preprocessing: 1e7,
  tabular: 5e8,
  tensor: 5e9,
  accelerator: 1e12,
  /** KiB a second between two nodes. */
  transfer: 125_000,
} as const;

/** Seconds of one task by the model. `moved` is true when its data comes from another node. */
export function modelDuration(pipeline: Pipeline, task: Task, node: Node, moved: boolean): number {
  const scale = Math.sqrt(node.cpu_cores);
  const transfer = moved ? transferTime(task) : 0;
  if (task.kind === 'preprocessing') return speeds.overhead + task.effort / (speeds.preprocessing * scale) + transfer;
  if (!isTensorModel(pipeline.model)) return speeds.overhead + task.effort / (speeds.tabular * scale) + transfer;
  const rate = isAccelerated(node) ? speeds.accelerator : speeds.tensor * scale;
  return speeds.overhead + speeds.tensorOverhead + task.effort / rate + transfer;
}

function transferTime(task: Task): number {
  return task.memoryKb / speeds.transfer;
}

/** One task that ran: what the stated model said, and what it took. `model` is the pipeline's, such as `svm`; older ones lack it. */
export type Observation = { node: string; kind: string; model?: string; expected: number; seconds: number };

export type Estimator = {
  /** Expected seconds, corrected by what this node took for this kind of task so far, and by what tasks of such models took. */
  estimate: (pipeline: Pipeline, task: Task, node: Node, moved: boolean) => number;
  /** The least over the nodes it suits on; Infinity where it suits on none. */
  shortest: (pipeline: Pipeline, task: Task) => number;
  /** The same over nodes with an accelerator, and over those without. */
  split: (pipeline: Pipeline, task: Task) => { accelerated: number; plain: number };
};

/** Counts as this many observations that agree with the model: one odd run does not turn a node's estimate over. */
const trust = 2;
/** The same for kinds of models: what is left once the nodes are known scatters more. */
const modelTrust = 4;
/** By how much the same work scatters from run to run, as a deviation of the logarithm. */
export const scatter = 0.2;
/** A mean is news once it is so many of its own deviations off: else chance would be learned. */
const news = 2;

export type Factors = ReadonlyMap<string, number>;

/** Knows the model and what was learned. What it keeps is only a memory of its own answers. */
export function startEstimator(nodes: readonly Node[], factors: Factors = new Map()): Estimator {
  const known = new WeakMap<Task, { accelerated: number; plain: number }>();
  const learned = (pipeline: Pipeline, task: Task): number =>
    factors.size === 0 ? 1 : (factors.get(modelKey(task.kind, pipeline.model)) ?? 1);
  const measure = (pipeline: Pipeline, task: Task): { accelerated: number; plain: number } => {
    const before = known.get(task);
    if (before) return before;
    const least = { accelerated: Number.POSITIVE_INFINITY, plain: Number.POSITIVE_INFINITY };
    for (const node of nodes) {
      if (!suits(node, task)) continue;
      const key = isAccelerated(node) ? 'accelerated' : 'plain';
      least[key] = Math.min(least[key], modelDuration(pipeline, task, node, false));
    }
    known.set(task, least);
    return least;
  };
  const split: Estimator['split'] = (pipeline, task) => {
    const { accelerated, plain } = measure(pipeline, task);
    const factor = learned(pipeline, task);
    const most = task.limit ?? Number.POSITIVE_INFINITY;
    // What suits nowhere stays without an end.
    const within = (seconds: number): number =>
      seconds === Number.POSITIVE_INFINITY ? seconds : Math.min(most, seconds * factor);
    return { accelerated: within(accelerated), plain: within(plain) };
  };
  return {
    split,
    shortest: (pipeline, task) => {
      const { accelerated, plain } = split(pipeline, task);
      return Math.min(accelerated, plain);
    },
    estimate: (pipeline, task, node, moved) => {
      const seconds =
        modelDuration(pipeline, task, node, moved) *
        learned(pipeline, task) *
        (factors.get(`${node.name} ${task.kind}`) ?? factors.get(node.name) ?? 1);
      return Math.min(task.limit ?? Number.POSITIVE_INFINITY, seconds);
    },
  };
}

/**
 * Observed against expected, per node and kind, per node alone, and per kind of task and model, drawn towards 1 while there is little to go
 * by. What chance explains has no factor.
 */
export function learnFactors(observations: readonly Observation[]): Map<string, number> {
  const factors = new Map<string, number>();
  const learn = startLearning(factors);
  for (const observation of observations) learn(observation);
  return factors;
}

/** Learns from one observation after the other, and keeps the factors up to date. */
export function startLearning(factors: Map<string, number>): (observation: Observation) => void {
  const sums = new Map<string, { ratio: number; count: number }>();
  const add = (key: string, ratio: number, draw: number): void => {
    const before = sums.get(key) ?? { ratio: 0, count: 0 };
    const sum = { ratio: before.ratio + ratio, count: before.count + 1 };
    sums.set(key, sum);
    const isNews = Math.abs(Math.log(sum.ratio / sum.count)) > (news * scatter) / Math.sqrt(sum.count);
    if (isNews) factors.set(key, (draw + sum.ratio) / (draw + sum.count));
    else factors.delete(key);
  };
  return ({ node, kind, model, expected, seconds }) => {
    if (!(expected > 0) || !(seconds > 0)) return;
    const ratio = seconds / expected;
    const own = `${node} ${kind}`;
    add(own, ratio, trust);
    add(node, ratio, trust);
    // A slow node is not counted against the models that happened to run there.
    if (model !== undefined)
      add(modelKey(kind, model), ratio / (factors.get(own) ?? factors.get(node) ?? 1), modelTrust);
  };
}

/** No name of a node begins with a star. */
function modelKey(kind: string, model: string): string {
  return `* ${kind} of ${model}`;
}
