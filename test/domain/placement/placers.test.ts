// What each placer decides, on the published nodes: order, counters, ties, and the cases the published one lost a batch on.
import { describe, expect, test } from 'vitest';
import { defaultHeuristics, readHeuristics } from '../../../src/domain/placement/model/heuristics.ts';
import { fits, readNodes } from '../../../src/domain/placement/model/node.ts';
import type { Pipeline } from '../../../src/domain/placement/model/pipeline.ts';
import { custom } from '../../../src/domain/placement/placers/place-custom.ts';
import { fifoGreedy } from '../../../src/domain/placement/placers/place-greedy.ts';
import { fifoRandom, randomRandom } from '../../../src/domain/placement/placers/place-random.ts';
import { fifoRoundRobin } from '../../../src/domain/placement/placers/place-round-robin.ts';
import { startMemory, type BatchAnswer, type BatchRequest } from '../../../src/domain/placement/model/placer.ts';
import { readSubmissions, submit } from '../../../src/domain/placement/simulation/read-submissions.ts';
import { simulate } from '../../../src/domain/placement/simulation/simulate.ts';
import { nodeFile, pipelines, readCase, setting } from './cases.ts';

type Golden = {
  title: string;
  seconds_per_task: number;
  submissions: { pipeline: string; at: number }[];
  placements: Record<string, [node: string, start: number][]>;
};

const request = (batch: readonly Pipeline[] = pipelines, more: Partial<BatchRequest> = {}): BatchRequest => ({
  batch,
  nodes: nodeFile.nodes,
  memory: startMemory(42),
  assignments: new Map(),
  heuristics: defaultHeuristics,
  ...more,
});
const short = (answer: BatchAnswer): string[] =>
  answer.placed.map(
    ({ pipeline, tasks }) => `${pipeline}: ${tasks.map(({ node }) => node.replace('ml-worker-', '')).join(' ')}`,
  );
const one = (name: string): Pipeline => pipelines.find((pipeline) => pipeline.name === name)!;

describe('custom', () => {
  test('the ten published pipelines, shortest first, each task counted as it is placed', () => {
    expect(short(custom.place(request()))).toEqual([
      'credit_card/DT: low-03 low-03 low-03',
      'adult_income/DT: low-01 low-01 low-01',
      'credit_card/LR: low-02 low-02 low-02',
      'adult_income/LR: med-03 med-03 low-01',
      'UNSW_NB15/SVM: med-02 med-02 med-02',
      'UNSW_NB15/RF: med-01 med-01 med-01',
      'kddcup99/SVM: high-cpu-03 high-cpu-03 med-03',
      'kddcup99/RF: high-cpu-01 high-cpu-01 low-02',
      'MNIST/NN: high-cpu-02 high-gpu-01 high-cpu-02',
      'CIFAR_10/CNN: high-cpu-03 high-gpu-01 high-cpu-03',
    ]);
  });

  const { cases } = JSON.parse(readCase('custom-placements.json')) as { cases: Golden[] };
  test.each(cases)('as computed by a separate program: $title', (golden) => {
    const { value } = readSubmissions(JSON.stringify(golden.submissions), 'submissions.json');
    const submitted = submit(pipelines, value!, 'submissions.json').value!;
    const durationOf = (): number => golden.seconds_per_task;
    const { placements } = simulate({ ...setting, pipelines: submitted, placer: custom, durationOf });
    const found: Golden['placements'] = {};
    for (const { pipeline, node, start } of placements)
      (found[pipeline] ??= []).push([node.replace('ml-worker-', ''), start]);
    expect(found).toEqual(golden.placements);
  });

  test('tasks that are placed and not over count, from batch to batch', () => {
    const assignments = new Map([['ml-worker-low-03', 1]]);
    const answer = custom.place(request([one('adult_income/DT')], { assignments }));
    expect(short(answer)).toEqual(['adult_income/DT: low-01 low-01 low-01']);
  });

  test('of several nodes the pipeline already sits on, the one with fewest assignments evaluates', () => {
    const nodes = nodeFile.nodes.filter((node) => node.worker_type === 'med');
    const forest = one('UNSW_NB15/RF');
    // Prepared on the smallest node; the training is too large for it. Both may evaluate, and med-01 is first in the list.
    const tasks = forest.tasks.map((task) => (task.kind === 'training' ? { ...task, memoryKb: 3_700_000 } : task));
    const assignments = new Map([
      ['ml-worker-med-01', 2],
      ['ml-worker-med-02', 5],
    ]);
    const answer = custom.place(request([{ ...forest, tasks }], { nodes, assignments }));
    expect(short(answer)).toEqual(['UNSW_NB15/RF: med-03 med-01 med-03']);
  });

  test('an accelerator is worth three assignments, and no more', () => {
    const busy = (count: number): BatchRequest =>
      request([one('MNIST/NN')], { assignments: new Map([['ml-worker-high-gpu-01', count]]) });
    expect(short(custom.place(busy(2)))[0]).toContain('high-gpu-01');
    expect(short(custom.place(busy(3)))[0]).toMatch(/: low-03 high-cpu-01/);
    // Level with a CPU node that comes later in the list: the one with fewer assignments.
    const reversed = { ...busy(3), nodes: nodeFile.nodes.toReversed() };
    expect(short(custom.place(reversed))[0]).toMatch(/: low-03 high-cpu-02/);
  });

  test('the heuristics file is the built-in table, and another file changes the choice', () => {
    const { value } = readHeuristics(readCase('custom_heuristics.json'), 'h.json');
    expect(value).toEqual(defaultHeuristics);
    const onlyLarge = { worker_type: ['high-cpu'], architecture: ['arm64'], sorting: [] };
    const heuristics = {
      ...defaultHeuristics,
      training: { ...defaultHeuristics.training, logistic_regression: onlyLarge },
    };
    expect(short(custom.place(request([one('credit_card/LR')], { heuristics })))[0]).toBe(
      'credit_card/LR: low-03 high-cpu-03 low-03',
    );
  });

  test('a model the table does not name is placed as the smallest one is', () => {
    const batch = [{ ...one('credit_card/LR'), model: 'linear_regression' }];
    expect(short(custom.place(request(batch)))).toEqual(['credit_card/LR: low-03 low-03 low-03']);
  });

  test('no candidate: the pipeline stays where it is, else the least loaded large node, else any with room', () => {
    const gpu = nodeFile.nodes.filter((node) => node.accelerator === 'gpu');
    expect(short(custom.place(request([one('credit_card/LR')], { nodes: gpu })))).toEqual([
      'credit_card/LR: high-gpu-01 high-gpu-01 high-gpu-01',
    ]);
    const large = nodeFile.nodes.filter((node) => node.worker_type.startsWith('high'));
    expect(short(custom.place(request([one('credit_card/LR')], { nodes: large })))).toEqual([
      'credit_card/LR: high-cpu-03 high-cpu-03 high-cpu-03',
    ]);
  });
});

describe('one pipeline that fits nowhere', () => {
  const huge = { ...one('credit_card/DT'), name: 'huge', effort: 1, sizes: { original: 1e9, preprocessed: 1e9 } };
  const batch = [{ ...huge, tasks: huge.tasks.map((task) => ({ ...task, memoryKb: 1e9 })) }, one('adult_income/LR')];
  test.each([custom, fifoGreedy, fifoRandom, randomRandom, fifoRoundRobin])(
    '$name refuses it and places the rest',
    (placer) => {
      const answer = placer.place(request(batch));
      expect(answer.refused).toEqual([
        {
          pipeline: 'huge',
          task: 'data_preprocessing',
          reason: expect.stringContaining('no node has the free memory') as string,
        },
      ]);
      expect(answer.placed.map(({ pipeline }) => pipeline)).toEqual(['adult_income/LR']);
    },
  );
});

describe('baselines', () => {
  test('round robin is one cycle for all pipelines and batches', () => {
    const first = fifoRoundRobin.place(request([one('MNIST/NN')]));
    const second = fifoRoundRobin.place(request([one('credit_card/LR')], { memory: first.memory }));
    const nodes = [...first.placed, ...second.placed].flatMap(({ tasks }) => tasks.map(({ node }) => node));
    expect(nodes).toEqual(nodeFile.nodes.slice(0, 6).map((node) => node.name));
  });

  test('round robin steps over nodes without room', () => {
    const nodes = nodeFile.nodes.map((node, index) => (index === 1 ? { ...node, memory_usage: 1 } : node));
    const { placed } = fifoRoundRobin.place(request([one('MNIST/NN')], { nodes }));
    expect(placed[0]?.tasks.map(({ node }) => node)).toEqual([0, 2, 3].map((index) => nodes[index]?.name));
  });

  test('greedy: fewest assignments, then more cores, then more memory', () => {
    expect(short(fifoGreedy.place(request([one('MNIST/NN'), one('credit_card/LR')])))).toEqual([
      'MNIST/NN: high-cpu-01 high-cpu-02 high-gpu-01',
      'credit_card/LR: high-cpu-03 med-01 med-02',
    ]);
  });

  test('random placers repeat with their seed, differ with another, and only one shuffles', () => {
    const again = (placer: typeof fifoRandom, seed: number): string[] =>
      short(placer.place(request(pipelines, { memory: startMemory(seed) })));
    expect(again(randomRandom, 7)).toEqual(again(randomRandom, 7));
    expect(again(randomRandom, 7)).not.toEqual(again(randomRandom, 8));
    const order = (lines: string[]): string[] => lines.map((line) => line.split(':')[0]!);
    expect(order(again(fifoRandom, 7))).toEqual(pipelines.map((pipeline) => pipeline.name));
    expect(order(again(randomRandom, 7))).not.toEqual(pipelines.map((pipeline) => pipeline.name));
  });
});

describe('nodes', () => {
  test('a bare list, a ready that is a word, and nodes that are not ready', () => {
    const text = JSON.stringify([
      { name: 'a', cpu_cores: 1, memory: 1, ready: 'False' },
      { name: 'b', cpu_cores: 1, memory: 1, ready: 'True' },
    ]);
    expect(readNodes(text, 'n.json').value?.nodes.map((node) => node.name)).toEqual(['b']);
  });

  test('doubles, nothing ready, and names that could be markup', () => {
    const codes = (nodes: object[]): string[] =>
      readNodes(JSON.stringify({ nodes }), 'n').problems.map(({ code }) => code);
    const node = { name: 'a', cpu_cores: 1, memory: 1 };
    expect(codes([node, node])).toEqual(['node-duplicate']);
    expect(codes([{ ...node, ready: false }])).toEqual(['node-none']);
    expect(codes([{ ...node, name: '<b>' }])).toEqual(['node-invalid']);
    expect(codes([{ ...node, name: '__proto__' }])).toEqual(['node-invalid']);
  });

  test('room means more than twice the data', () => {
    const node = { ...nodeFile.nodes[0]!, memory: 1000, memory_usage: 0.5 };
    expect([fits(node, 249), fits(node, 250)]).toEqual([true, false]);
  });
});
