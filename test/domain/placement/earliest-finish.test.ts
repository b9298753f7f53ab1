// What earliest_finish promises beyond the laws: it beats the published placer, learns, keeps deadlines, and lets nobody starve.
import { describe, expect, test } from 'vitest';
import { comparePlacers } from '../../../src/domain/placement/simulation/compare-placers.ts';
import {
  learnFactors,
  modelDuration,
  startEstimator,
  type Observation,
} from '../../../src/domain/placement/model/estimate-duration.ts';
import { generateWorkload } from '../../../src/domain/placement/simulation/generate-workload.ts';
import type { Node } from '../../../src/domain/placement/model/node.ts';
import type { Pipeline } from '../../../src/domain/placement/model/pipeline.ts';
import { custom } from '../../../src/domain/placement/placers/place-custom.ts';
import { earliestFinish } from '../../../src/domain/placement/placers/place-earliest-finish.ts';
import { findPlacer } from '../../../src/domain/placement/placers/placers.ts';
import { simulate } from '../../../src/domain/placement/simulation/simulate.ts';
import { varyDurations } from '../../../src/domain/placement/simulation/vary-durations.ts';
import { nodeFile, pipelines, setting } from './cases.ts';
import { caseCount } from '../../case-count.ts';

const seeds = [0, 1, 2, 3].slice(0, caseCount(2, 4));
const { nodes, window, tick, heuristics } = setting;
const common = { nodes, window, tick, heuristics };

describe('against the published placers', () => {
  const published = ['random_random', 'fifo_random', 'fifo_round_robin', 'custom'].map((name) => findPlacer(name)!);
  test.each([
    ['the ten published pipelines', 0, () => pipelines],
    ['with scatter', 0.2, () => pipelines],
    ['forty generated at once', 0, (seed: number) => generateWorkload(40, seed)],
    ['forty generated over time with scatter', 0.2, (seed: number) => generateWorkload(40, seed, 15)],
  ])('%s: sooner done, and near what is possible at all', (_title, noise, pipelinesOf) => {
    const durationsOf = (seed: number) => varyDurations(modelDuration, noise, seed);
    const rows = comparePlacers({ ...common, pipelinesOf, durationsOf }, seeds, [...published, earliestFinish]);
    const ours = rows.find(({ placer }) => placer === earliestFinish.name)!;
    expect(ours.overBound).toBeLessThan(1.25);
    for (const row of rows) if (row !== ours) expect(ours.makespan).toBeLessThan(row.makespan);
  });
});

const node = (name: string, more: Partial<Node> = {}): Node => ({
  ...nodeFile.nodes[0]!,
  name,
  cpu_cores: 4,
  accelerator: 'none',
  ...more,
});
/** One task of so many seconds on four cores. */
const job = (name: string, seconds: number, more: Partial<Pipeline> = {}): Pipeline => {
  const effort = (seconds - 36) * 5e8 * 2;
  const task = { name: 't', kind: 'training', after: [], effort, memoryKb: 1 } as const;
  return { name, model: 'svm', tasks: [task], sizes: { original: 1, preprocessed: 1 }, effort, submitted: 0, ...more };
};
const order = (list: readonly Pipeline[], on: readonly Node[]): string[] =>
  simulate({ ...setting, window: 0, pipelines: list, nodes: on, placer: earliestFinish }).placements.map(
    ({ pipeline }) => pipeline,
  );

test('the shortest goes first, a deadline that would be missed before it', () => {
  const jobs = [job('a', 100), job('b', 50), job('c', 200), job('d', 60)];
  expect(order(jobs, [node('n')])).toEqual(['b', 'd', 'a', 'c']);
  const urgent = jobs.map((entry) => (entry.name === 'c' ? { ...entry, deadline: 210 } : entry));
  expect(order(urgent, [node('n')])[0]).toBe('c');
});

test('a deadline far away changes nothing', () => {
  const jobs = [job('a', 100), job('b', 50, { deadline: 100_000 }), job('c', 40)];
  expect(order(jobs, [node('n')])).toEqual(['c', 'b', 'a']);
});

test('a long pipeline is not overtaken for ever by short ones', () => {
  const short = Array.from({ length: 400 }, (_, index) => job(`s${index}`, 50, { submitted: index * 45 }));
  const list = [job('long', 500), ...short];
  const { pipelines: times } = simulate({
    ...setting,
    window: 0,
    pipelines: list,
    nodes: [node('n')],
    placer: earliestFinish,
  });
  expect(times.find(({ name }) => name === 'long')!.scheduled).toBeLessThan(2000);
});

test('a short pipeline is not overtaken for ever by long ones that come just in time', () => {
  const long = Array.from({ length: 100 }, (_, index) => job(`l${index}`, 1000, { submitted: index * 1000 }));
  const list = [...long, job('tiny', 40, { submitted: 1 })];
  const { pipelines: times } = simulate({
    ...setting,
    window: 0,
    pipelines: list,
    nodes: [node('n')],
    placer: earliestFinish,
  });
  expect(times.find(({ name }) => name === 'tiny')!.scheduled).toBeLessThan(10_000);
});

test('the accelerator is held for the task that needs it, not for the pipeline', () => {
  const result = simulate({ ...setting, pipelines, placer: earliestFinish });
  const cnn = result.placements.filter(({ pipeline }) => pipeline === 'CIFAR_10/CNN');
  expect(cnn.find(({ task }) => task === 'model_training')!.node).toBe('ml-worker-high-gpu-01');
  expect(cnn.find(({ task }) => task === 'data_preprocessing')!.node).not.toBe('ml-worker-high-gpu-01');
  const theirs = simulate({ ...setting, pipelines, placer: custom });
  expect(result.turnaround.mean).toBeLessThan(theirs.turnaround.mean);
});

test('data stays where it is unless moving pays', () => {
  const [first] = pipelines.filter(({ name }) => name === 'kddcup99/RF');
  const twins = [node('one'), node('two'), node('three')];
  const { placements } = simulate({ ...setting, pipelines: [first!], nodes: twins, placer: earliestFinish });
  expect(new Set(placements.map((placement) => placement.node)).size).toBe(1);
});

test('a node that is slower than its description is avoided once it has been seen', () => {
  const jobs = Array.from({ length: 12 }, (_, index) => job(`j${index}`, 100, { submitted: index * 1000 }));
  const durationOf: typeof modelDuration = (pipeline, task, on, moved) =>
    modelDuration(pipeline, task, on, moved) * (on.name === 'slow' ? 5 : 1);
  // Same speed on paper; the tie goes to the smaller memory, which is the slow one.
  const on = [node('slow', { memory: 1e6 }), node('fast', { memory: 2e6 })];
  const { placements } = simulate({ ...setting, pipelines: jobs, nodes: on, placer: earliestFinish, durationOf });
  expect(placements[0]!.node).toBe('slow');
  expect(placements.slice(1).map((placement) => placement.node)).toEqual(Array.from({ length: 11 }, () => 'fast'));
});

test('what is learned is drawn towards the model while there is little to go by', () => {
  const seen = { node: 'n', kind: 'training', expected: 100, seconds: 400 };
  expect(learnFactors([seen]).get('n training')).toBe(2);
  expect(learnFactors(Array.from({ length: 100 }, () => seen)).get('n training')).toBeCloseTo(3.94, 2);
  expect(
    learnFactors([
      { ...seen, seconds: Number.NaN },
      { ...seen, expected: 0 },
    ]).size,
  ).toBe(0);
});

test('chance is not learned: a run that scatters is no news, many that agree are', () => {
  const seen = { node: 'n', kind: 'training', model: 'svm', expected: 100, seconds: 130 };
  expect(learnFactors([seen]).size).toBe(0);
  expect(learnFactors(Array.from({ length: 20 }, () => seen)).get('n training')).toBeCloseTo(1.27, 2);
  // Twenty nodes that are as they are described, and whose runs scatter by a fifth.
  const nodesSeen = Array.from({ length: 20 }, (_, at) => node(`n${at}`));
  const scattered = varyDurations(modelDuration, 0.2, 1);
  const chance = generateWorkload(100, 4).flatMap((pipeline, index) =>
    pipeline.tasks.map((task): Observation => {
      const on = nodesSeen[index % nodesSeen.length]!;
      const expected = modelDuration(pipeline, task, on, false);
      return { node: on.name, kind: task.kind, expected, seconds: scattered(pipeline, task, on, false) };
    }),
  );
  const keys = new Set(chance.flatMap(({ node: name, kind }) => [name, `${name} ${kind}`]));
  expect(learnFactors(chance).size).toBeLessThan(0.1 * keys.size);
});

describe('what a kind of model takes is learned over all nodes', () => {
  // Support vector machines take five times what the stated model says; nothing else does.
  const durationOf: typeof modelDuration = (pipeline, task, on, moved) =>
    modelDuration(pipeline, task, on, moved) * (pipeline.model === 'svm' && task.kind === 'training' ? 5 : 1);
  const workload = generateWorkload(60, 3).filter(({ model }) => model !== 'nn' && model !== 'cnn');
  const observed = workload.flatMap((pipeline, index) =>
    pipeline.tasks.map((task): Observation => {
      const on = nodes[index % (nodes.length - 1)]!;
      const { kind } = task;
      const expected = modelDuration(pipeline, task, on, false);
      return { node: on.name, kind, model: pipeline.model, expected, seconds: durationOf(pipeline, task, on, false) };
    }),
  );
  const strange = nodes.at(-1)!;
  const far = (factors: ReadonlyMap<string, number>, model: string): number => {
    const estimator = startEstimator(nodes, factors);
    const tasks = workload
      .filter((pipeline) => pipeline.model === model)
      .flatMap((pipeline) =>
        pipeline.tasks.filter(({ kind }) => kind === 'training').map((task) => ({ pipeline, task })),
      );
    const ratios = tasks.map(
      ({ pipeline, task }) =>
        estimator.estimate(pipeline, task, strange, false) / durationOf(pipeline, task, strange, false),
    );
    return ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  };

  test('so that a node on which none ran is estimated as well', () => {
    expect(far(new Map(), 'svm')).toBeCloseTo(0.2, 5);
    expect(far(learnFactors(observed), 'svm')).toBeGreaterThan(0.3);
    // What ran beside them on the same nodes is not taken for slow.
    for (const model of ['logistic_regression', 'decision_tree', 'random_forest'])
      expect(far(learnFactors(observed), model)).toBeGreaterThan(0.6);
  });

  test('and observations from before models were kept still count for their nodes', () => {
    const old = observed.map(({ model: _model, ...rest }) => rest);
    expect([...learnFactors(old).keys()].some((key) => key.startsWith('*'))).toBe(false);
    expect(learnFactors(old).get(nodes[0]!.name)).toBe(learnFactors(observed).get(nodes[0]!.name));
  });
});

test('of the branches of one pipeline the longest goes first, wherever it stands in the file', () => {
  const branch = (name: string, seconds: number) => ({ ...job(name, seconds).tasks[0]!, name });
  const branches = [branch('short', 50), branch('middle', 60), branch('long', 110)];
  const last = { ...branch('last', 40), after: branches.map(({ name }) => name) };
  const forked = { ...job('forked', 50), tasks: [...branches, last] };
  const on = [node('one'), node('two')];
  const { placements } = simulate({ ...setting, window: 0, pipelines: [forked], nodes: on, placer: earliestFinish });
  expect(placements.map(({ task }) => task)).toEqual(['long', 'middle', 'short', 'last']);
  expect(placements.at(-1)!.start).toBeCloseTo(110, 0);
});

test('an accelerator is not kept for what waits for the very task that it is kept from', () => {
  const [node] = nodeFile.nodes.filter(({ accelerator }) => accelerator !== 'none');
  const task = (name: string, kind: 'preprocessing' | 'training', after: string[]) => ({
    name,
    kind,
    effort: 1,
    memoryKb: 500,
    after,
  });
  const of = (name: string, model: string, tasks: ReturnType<typeof task>[]) => ({
    name,
    model,
    tasks,
    sizes: { original: 500, preprocessed: 500 },
    effort: tasks.length,
    submitted: 0,
  });
  const waiting = [
    of('deep', 'nn', [task('prepare', 'preprocessing', []), task('train', 'training', ['prepare'])]),
    of('flat', 'logistic_regression', [task('prepare', 'preprocessing', [])]),
  ];
  const result = simulate({ ...setting, pipelines: waiting, nodes: [node!], placer: earliestFinish });
  expect(result.pipelines.map(({ name }) => name).toSorted()).toEqual(['deep', 'flat']);
});
