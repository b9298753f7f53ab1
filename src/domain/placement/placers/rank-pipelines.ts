// In which orders earliest_finish may serve pipelines: what cannot wait, then a choice of orders, merged by who used least.
import { isTensorModel } from '../model/estimate-effort.ts';
import { mergeByShare, ownerOf } from '../model/fair-share.ts';
import type { Pipeline, Task } from '../model/pipeline.ts';
import type { Progress, Situation } from '../model/placer.ts';
import { isAccelerated } from '../model/node.ts';

/** Seconds of head start over a newcomer per second of earlier submission: nobody can be overtaken for ever. */
const aging = 0.5;
/** A pipeline decides when all ends once what is left of it reaches this share of what is left of everything. */
const nearlyAll = 0.8;
/** Seconds of work that should lie ready for the accelerators: more than preparing the next data takes. */
const lead = 80;
/** Nobody is served out of turn past an own pipeline that has waited for a start since so many seconds earlier. */
const grace = 7200;

/** `tier`: 0 of the staff, 1 about to miss its deadline, 2 as the order says, 3 too young to pass anybody. */
export type Ranked = {
  progress: Progress;
  /** The longest chain of what is left, in seconds. */
  remaining: number;
  /** Seconds left for nodes with an accelerator, and for others. */
  accelerated: number;
  plain: number;
  tier: 0 | 1 | 2 | 3;
  /** What is left, and how long ago it was submitted: smaller is served earlier. */
  turn: number;
  /** Seconds from the start of each task to the end of the longest chain that waits for it. */
  chains: ReadonlyMap<string, number>;
};

/** The pipelines that are not finished, with what is left of them. */
export function measurePipelines(situation: Situation): Ranked[] {
  const left = situation.pipelines.map((progress) => measureLeft(progress, situation));
  const open = left.filter((entry) => entry.remaining > 0);
  const oldest = new Map<string, number>();
  for (const { progress } of open) {
    if (progress.tasks.size > 0) continue;
    const owner = ownerOf(progress.pipeline);
    oldest.set(owner, Math.min(oldest.get(owner) ?? Number.POSITIVE_INFINITY, progress.pipeline.submitted));
  }
  for (const entry of open) entry.tier = findTier(entry, oldest, situation.now);
  return open;
}

function findTier({ progress, remaining }: Ranked, oldest: ReadonlyMap<string, number>, now: number): Ranked['tier'] {
  const { pipeline } = progress;
  if (pipeline.priority === 'high') return 0;
  // Once it has passed, nothing is gained by passing others.
  if (pipeline.deadline !== undefined && pipeline.deadline >= now && pipeline.deadline - now < 2 * remaining) return 1;
  return pipeline.submitted - (oldest.get(ownerOf(pipeline)) ?? Number.POSITIVE_INFINITY) > grace ? 3 : 2;
}

/** An order of the second tier, made whole: the other tiers around it, and fair among owners. */
export function completeOrder(all: readonly Ranked[], second: readonly Ranked[], situation: Situation): Ranked[] {
  const slack = ({ progress, remaining }: Ranked): number => (progress.pipeline.deadline ?? 0) - remaining;
  const tier = (wanted: number): Ranked[] => all.filter((entry) => entry.tier === wanted);
  const fair = (list: readonly Ranked[]): Ranked[] =>
    mergeByShare(
      list,
      ({ progress, accelerated, plain }) => ({ pipeline: progress.pipeline, cost: accelerated + plain }),
      situation.usage ?? new Map(),
    );
  const staff = tier(0).toSorted((a, b) => a.turn - b.turn);
  const urgent = tier(1).toSorted((a, b) => slack(a) - slack(b));
  return [...staff, ...fair(urgent), ...fair([...second, ...tier(3).toSorted((a, b) => a.turn - b.turn)])];
}

/** By rules alone: the longest chains once they decide the end, then who feeds scarce accelerators, then the shortest left. */
export function rankByRule(open: readonly Ranked[], situation: Situation): Ranked[] {
  const horizon = measureHorizon(open, situation);
  const keyed = open.filter(({ tier }) => tier === 2).map((entry) => ({ entry, key: rank(entry, horizon) }));
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

/** Other orders worth trying: some of the longest first and the rest shortest first, or the shortest first and the rest longest first. */
export function listOrders(open: readonly Ranked[]): Ranked[][] {
  const short = open.filter(({ tier }) => tier === 2).toSorted((a, b) => a.turn - b.turn);
  const long = short.toSorted((a, b) => b.remaining - a.remaining);
  const tensor = short.toSorted((a, b) => b.accelerated - a.accelerated || a.turn - b.turn);
  const heavy = short.toSorted((a, b) => b.accelerated - a.accelerated || b.remaining - a.remaining);
  const orders = [short, long, tensor, heavy];
  for (const share of [0.15, 0.3, 0.5, 0.75]) {
    const count = Math.ceil(share * short.length);
    const first = new Set(long.slice(0, count));
    orders.push([...first, ...short.filter((entry) => !first.has(entry))]);
    const begin = new Set(short.slice(0, count));
    orders.push([...begin, ...long.filter((entry) => !begin.has(entry))]);
  }
  return orders;
}

type Horizon = { all: number; accelerated: number; accelerators: number };

/** Smaller is served earlier: the class first, then the value inside it. */
function rank({ remaining, accelerated, turn }: Ranked, horizon: Horizon): [number, number] {
  // The longest chains must not wait for each other's sake: among them the longest goes first.
  if (remaining >= nearlyAll * horizon.all) return [1, -remaining];
  // A queue for the accelerators that lasts as long as everything else must never run dry.
  const scarce = accelerated > 0 && remaining + horizon.accelerated >= nearlyAll * horizon.all;
  return [scarce ? 2 : 3, turn];
}

function measureLeft(progress: Progress, situation: Situation): Ranked {
  const { pipeline, tasks } = progress;
  const tail = new Map<string, number>();
  const chains = new Map<string, number>();
  const left: Ranked = { progress, remaining: 0, accelerated: 0, plain: 0, tier: 2, turn: 0, chains };
  for (const task of pipeline.tasks.toReversed()) {
    const state = tasks.get(task.name);
    const own = state
      ? Math.max(0, state.done ? 0 : state.end - situation.now)
      : situation.estimator.shortest(pipeline, task);
    const after = own + (tail.get(task.name) ?? 0);
    chains.set(task.name, after);
    for (const name of task.after) tail.set(name, Math.max(tail.get(name) ?? 0, after));
    left.remaining = Math.max(left.remaining, after);
    if (!state) left[gainsByAccelerator(pipeline, task, situation) ? 'accelerated' : 'plain'] += own;
  }
  left.turn = left.remaining + aging * pipeline.submitted;
  return left;
}

/** True when an accelerator makes the task at least a quarter shorter. */
export function gainsByAccelerator(
  pipeline: Pipeline,
  task: Task,
  { estimator }: Pick<Situation, 'estimator'>,
): boolean {
  if (!isTensorModel(pipeline.model) || task.kind === 'preprocessing') return false;
  const { accelerated, plain } = estimator.split(pipeline, task);
  return accelerated < 0.75 * plain;
}

/** When everything can be over at best: work spread evenly, the accelerators' own queue, and the longest chain. */
function measureHorizon(open: readonly Ranked[], situation: Situation): Horizon {
  const accelerators = situation.nodes.filter(({ node }) => isAccelerated(node)).length;
  const sum = { accelerated: 0, plain: 0, longest: 0 };
  for (const left of open) {
    sum.accelerated += left.accelerated;
    sum.plain += left.plain;
    sum.longest = Math.max(sum.longest, left.remaining);
  }
  const area = (sum.accelerated + sum.plain) / Math.max(1, situation.nodes.length);
  const accelerated = accelerators > 0 ? sum.accelerated / accelerators : 0;
  return { all: Math.max(area, accelerated, sum.longest), accelerated, accelerators: Math.max(1, accelerators) };
}
