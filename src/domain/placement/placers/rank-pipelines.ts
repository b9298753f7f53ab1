// In which order earliest_finish serves pipelines: urgent, then those that decide when all ends, then the shortest left.
import { isTensorModel } from '../model/estimate-effort.ts';
import type { Pipeline, Task } from '../model/pipeline.ts';
import type { Progress, Situation } from '../model/placer.ts';
import { isAccelerated } from '../model/node.ts';

/** Seconds of head start over a newcomer per second of earlier submission: nobody can be overtaken for ever. */
const aging = 0.5;
/** A pipeline decides when all ends once what is left of it reaches this share of what is left of everything. */
const nearlyAll = 0.8;
/** Seconds of work that should lie ready for the accelerators: more than preparing the next data takes. */
const lead = 80;

/** Nobody is served out of turn past a pipeline that has waited for a start since so many seconds earlier. */
const grace = 7200;

export type Ranked = { progress: Progress; remaining: number };

/** The pipelines that are not finished, first to be served first. */
export function rankPipelines(situation: Situation): Ranked[] {
  const left = situation.pipelines.map((progress) => measureLeft(progress, situation));
  const open = left.filter((entry) => entry.remaining > 0);
  const horizon = measureHorizon(open, situation);
  const keyed = open.map((entry) => ({ entry, key: rank(entry, horizon, situation.now) }));
  const sorted = keyed.toSorted((a, b) => a.key[0] - b.key[0] || a.key[1] - b.key[1]);
  // The accelerators are fed, not flooded: who would only join the end of their queue waits like everyone else.
  let queued = 0;
  for (const keys of sorted) {
    if (keys.key[0] !== 2) continue;
    if (queued > lead) keys.key = [3, keys.key[1]];
    queued += keys.entry.accelerated / horizon.accelerators;
  }
  return sorted.toSorted((a, b) => a.key[0] - b.key[0] || a.key[1] - b.key[1]).map(({ entry }) => entry);
}

type Left = Ranked & { accelerated: number; plain: number };
type Horizon = { all: number; accelerated: number; accelerators: number; oldest: number };

/** Smaller is served earlier: the class first, then the value inside it. */
function rank(left: Left, horizon: Horizon, now: number): [number, number] {
  const { pipeline } = left.progress;
  const turn = left.remaining + aging * pipeline.submitted;
  if (pipeline.submitted - horizon.oldest > grace) return [3, turn];
  if (pipeline.deadline !== undefined) {
    const slack = pipeline.deadline - now - left.remaining;
    if (slack < left.remaining) return [0, slack];
  }
  // The longest chains must not wait for each other's sake: among them the longest goes first.
  if (left.remaining >= nearlyAll * horizon.all) return [1, -left.remaining];
  // A queue for the accelerators that lasts as long as everything else must never run dry.
  const scarce = left.accelerated > 0 && left.remaining + horizon.accelerated >= nearlyAll * horizon.all;
  return [scarce ? 2 : 3, turn];
}

/** The longest chain of what is left, and the work left for nodes with and without an accelerator. */
function measureLeft(progress: Progress, situation: Situation): Left {
  const { pipeline, tasks } = progress;
  const tail = new Map<string, number>();
  const left = { progress, remaining: 0, accelerated: 0, plain: 0 };
  for (const task of pipeline.tasks.toReversed()) {
    const state = tasks.get(task.name);
    const own = state
      ? Math.max(0, state.done ? 0 : state.end - situation.now)
      : situation.estimator.shortest(pipeline, task);
    const after = own + (tail.get(task.name) ?? 0);
    for (const name of task.after) tail.set(name, Math.max(tail.get(name) ?? 0, after));
    left.remaining = Math.max(left.remaining, after);
    if (state?.done !== true && !state) left[gains(pipeline, task, situation) ? 'accelerated' : 'plain'] += own;
  }
  return left;
}

/** True when an accelerator makes the task at least a quarter shorter. */
function gains(pipeline: Pipeline, task: Task, situation: Situation): boolean {
  if (!isTensorModel(pipeline.model)) return false;
  const { accelerated, plain } = situation.estimator.split(pipeline, task);
  return accelerated < 0.75 * plain;
}

/** When everything can be over at best: work spread evenly, the accelerators' own queue, and the longest chain. */
function measureHorizon(open: readonly Left[], situation: Situation): Horizon {
  const accelerators = situation.nodes.filter(({ node }) => isAccelerated(node)).length;
  const sum = { accelerated: 0, plain: 0, longest: 0 };
  let oldest = Number.POSITIVE_INFINITY;
  for (const left of open) {
    sum.accelerated += left.accelerated;
    sum.plain += left.plain;
    sum.longest = Math.max(sum.longest, left.remaining);
    const { pipeline, tasks } = left.progress;
    if (tasks.size === 0) oldest = Math.min(oldest, pipeline.submitted);
  }
  const area = (sum.accelerated + sum.plain) / Math.max(1, situation.nodes.length);
  const accelerated = accelerators > 0 ? sum.accelerated / accelerators : 0;
  return {
    all: Math.max(area, accelerated, sum.longest),
    accelerated,
    accelerators: Math.max(1, accelerators),
    oldest,
  };
}
