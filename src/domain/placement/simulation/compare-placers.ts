// All placers on the same pipelines, nodes, durations and seeds: means, spreads and ratios.
import { earliestFinish } from '../placers/place-earliest-finish.ts';
import type { Placer } from '../model/placer.ts';
import { simulate } from './simulate.ts';
import { type DurationOf, type SimulationInput } from './simulation.ts';
import type { Pipeline } from '../model/pipeline.ts';
import type { Node } from '../model/node.ts';
import { placers } from '../placers/placers.ts';

/** What changes with the seed besides the random placers: the workload and the scatter of the durations. */
export type Setting = Omit<SimulationInput, 'placer' | 'seed' | 'pipelines' | 'durationOf'> & {
  nodes: readonly Node[];
  pipelinesOf: (seed: number) => readonly Pipeline[];
  durationsOf: (seed: number) => DurationOf;
};

export type ComparisonRow = {
  placer: string;
  makespan: number;
  makespanDeviation: number;
  wait: number;
  waitDeviation: number;
  maxWait: number;
  turnaround: number;
  /** This placer's makespan over the lower bound, mean over the seeds. */
  overBound: number;
  /** This placer's figure over ours: above 1 where ours is better; infinite where ours is 0 and this is not. */
  makespanRatio: number;
  waitRatio: number;
  /** Seeds in which ours was strictly better in makespan, and in mean wait. */
  seedsBehind: { makespan: number; wait: number };
  /** Pipelines that fit nowhere, over all seeds: the other figures are without them. */
  refused: number;
};

type Figures = { makespan: number; wait: number; maxWait: number; turnaround: number; bound: number; refused: number };

/** One row per placer, in the order of the table of placers. */
export function comparePlacers(
  setting: Setting,
  seeds: readonly number[],
  only: readonly Placer[] = placers,
): ComparisonRow[] {
  const figures = new Map(only.map((placer) => [placer.name, seeds.map((seed) => run(setting, placer, seed))]));
  const ours = figures.get(earliestFinish.name) ?? seeds.map((seed) => run(setting, earliestFinish, seed));
  return [...figures].map(([placer, runs]) => summarise(placer, runs, ours));
}

function run(setting: Setting, placer: Placer, seed: number): Figures {
  const { pipelinesOf, durationsOf, ...rest } = setting;
  const result = simulate({ ...rest, pipelines: pipelinesOf(seed), durationOf: durationsOf(seed), placer, seed });
  const { makespan, bound, wait, turnaround } = result;
  const refused = result.refused.length;
  return { makespan, bound, wait: wait.mean, maxWait: wait.max, turnaround: turnaround.mean, refused };
}

function summarise(placer: string, runs: readonly Figures[], ours: readonly Figures[]): ComparisonRow {
  const of = (key: keyof Figures): number[] => runs.map((figures) => figures[key]);
  const behind = (key: 'makespan' | 'wait'): number =>
    runs.filter((figures, index) => figures[key] > (ours[index]?.[key] ?? 0) + 1e-9).length;
  const ratio = (key: 'makespan' | 'wait'): number => share(mean(of(key)), mean(ours.map((figures) => figures[key])));
  return {
    placer,
    makespan: mean(of('makespan')),
    makespanDeviation: deviation(of('makespan')),
    wait: mean(of('wait')),
    waitDeviation: deviation(of('wait')),
    maxWait: Math.max(...of('maxWait')),
    turnaround: mean(of('turnaround')),
    overBound: mean(runs.map((figures) => share(figures.makespan, figures.bound))),
    makespanRatio: ratio('makespan'),
    waitRatio: ratio('wait'),
    refused: of('refused').reduce((sum, count) => sum + count, 0),
    seedsBehind: { makespan: behind('makespan'), wait: behind('wait') },
  };
}

/** Nothing over nothing is even. */
function share(part: number, whole: number): number {
  return part === 0 && whole === 0 ? 1 : part / whole;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}
