// The instances that makespans are compared on: three sets of nodes, three sizes, three seeds, each with and without scatter; and 21 of other kinds.
import { readFileSync } from 'node:fs';
import { describePipeline } from '../../src/domain/placement/model/describe-pipeline.ts';
import { modelDuration } from '../../src/domain/placement/model/estimate-duration.ts';
import { isAccelerated, readNodes, suits, type Node } from '../../src/domain/placement/model/node.ts';
import { isTensorModel } from '../../src/domain/placement/model/estimate-effort.ts';
import type { Pipeline, Task } from '../../src/domain/placement/model/pipeline.ts';
import { readMetadata } from '../../src/domain/placement/model/read-metadata.ts';
import { generateWorkload } from '../../src/domain/placement/simulation/generate-workload.ts';
import type { DurationOf } from '../../src/domain/placement/simulation/simulation.ts';
import { varyDurations } from '../../src/domain/placement/simulation/vary-durations.ts';

const folder = new URL('../../test/cases/placement/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, folder), 'utf8');
const { nodes, datasetKb } = readNodes(read('nodes.json'), 'nodes.json').value!;

export type Instance = { name: string; nodes: readonly Node[]; pipelines: readonly Pipeline[]; durationOf: DurationOf };

const few = ['high-cpu-01', 'high-gpu-01', 'med-01', 'low-01'];
const some = [...few, 'high-cpu-03', 'med-02'];
const named = (names: readonly string[]): Node[] =>
  names.map((name) => nodes.find((node) => node.name.endsWith(name))!);
const sets: [string, readonly Node[]][] = [
  ['4 nodes', named(few)],
  ['6 nodes', named(some)],
  ['10 nodes', nodes],
];

/** `scatter`: standard deviation of the logarithm of what really happens around what is expected. */
export function listInstances(scatter: number): Instance[] {
  return sets.flatMap(([set, own]) =>
    [5, 10, 20].flatMap((size) =>
      [1, 2, 3].map((seed) => {
        const isPublished = own === nodes && size === 10 && seed === 1;
        return {
          name: `${set}, ${isPublished ? 'the published ten' : `${size} pipelines, seed ${seed}`}`,
          nodes: own,
          pipelines: isPublished ? published() : generateWorkload(size, seed),
          durationOf: varyDurations(modelDuration, scatter, seed),
        };
      }),
    ),
  );
}

/** Other kinds of work, on which nothing was tuned: accelerators scarce, one task far longer than all others, branches that fork and join. */
export function listOthers(): Instance[] {
  const gpu = nodes.find(isAccelerated)!;
  const plain = nodes.filter((node) => !isAccelerated(node));
  const seeded = [11, 12, 13].flatMap((seed): [string, readonly Node[], Pipeline[]][] => {
    const drawn = generateWorkload(32, seed);
    const tensor = drawn.filter(({ model }) => isTensorModel(model));
    const table = drawn.filter(({ model }) => !isTensorModel(model));
    return [
      [`3 nodes, 8 pipelines, seed ${seed}`, nodes.slice(0, 3), drawn.slice(0, 8)],
      [`8 nodes, 15 pipelines, seed ${seed}`, nodes.slice(0, 8), drawn.slice(0, 15)],
      [`10 nodes, 30 pipelines, seed ${seed}`, nodes, drawn.slice(0, 30)],
      [`tensors on one accelerator, seed ${seed}`, [gpu, ...plain.slice(0, 4)], tensor.slice(0, 8)],
      [
        `half of them tensors, seed ${seed}`,
        [gpu, ...plain.slice(2, 6)],
        [...tensor.slice(0, 6), ...table.slice(0, 6)],
      ],
      [
        `a giant among ten, seed ${seed}`,
        plain.slice(0, 4),
        [...table.slice(0, 10), fork('giant', 'random_forest', 1, 4e11)],
      ],
    ];
  });
  const forks = [4, 8, 16].map((width): [string, readonly Node[], Pipeline[]] => [
    `three that fork ${width} times`,
    plain.slice(0, 5),
    [
      fork('a', 'random_forest', width, 2e10),
      fork('b', 'svm', width, 5e10),
      fork('c', 'logistic_regression', width, 1e10),
    ],
  ]);
  return [...seeded, ...forks].map(([name, own, pipelines]) => ({
    name,
    nodes: own,
    pipelines,
    durationOf: modelDuration,
  }));
}

/** One preparation, so many trainings of growing effort, one evaluation of all. */
function fork(name: string, model: string, width: number, effort: number): Pipeline {
  const memoryKb = 1000;
  const trainings = Array.from({ length: width }, (_, at): Task => {
    return { name: `train${at}`, kind: 'training', effort: effort * (1 + at / width), memoryKb, after: ['prepare'] };
  });
  const tasks: Task[] = [
    { name: 'prepare', kind: 'preprocessing', effort: 1e8, memoryKb, after: [] },
    ...trainings,
    { name: 'evaluate', kind: 'evaluation', effort: 1e9, memoryKb, after: trainings.map((task) => task.name) },
  ];
  const sum = tasks.reduce((all, task) => all + task.effort, 0);
  return { name, model, tasks, sizes: { original: memoryKb, preprocessed: memoryKb }, effort: sum, submitted: 0 };
}

function published(): Pipeline[] {
  const { efforts } = JSON.parse(read('efforts.json')) as { efforts: Record<string, unknown> };
  return Object.keys(efforts)
    .toSorted()
    .map((name) => {
      const metadata = readMetadata(read(`pipelines/${name}/metadata.json`), name).value!;
      const described = describePipeline(metadata, { name, folderKb: datasetKb.get(metadata.dataset.name) });
      if ('circle' in described) throw new Error(name);
      return described.pipeline;
    });
}

/** Milliseconds of a task on each node it suits on: with its data there, and with data that comes from elsewhere. */
export type Work = {
  pipeline: number;
  name: string;
  /** Indices of the tasks that it waits for. */
  after: number[];
  on: { node: number; stays: number; moves: number }[];
};

/** The same as plain numbers, for whoever schedules without knowing what a pipeline is. */
export function toWork({ nodes: own, pipelines, durationOf }: Instance): Work[] {
  const work: Work[] = [];
  for (const [number, pipeline] of pipelines.entries()) {
    const index = new Map<string, number>();
    for (const task of pipeline.tasks) {
      index.set(task.name, work.length);
      const seconds = (node: Node, moved: boolean): number =>
        Math.round(durationOf(pipeline, task, node, moved) * 1000);
      work.push({
        pipeline: number,
        name: task.name,
        after: task.after.map((name) => index.get(name)!),
        on: own.flatMap((node, at) =>
          suits(node, task) ? [{ node: at, stays: seconds(node, false), moves: seconds(node, true) }] : [],
        ),
      });
    }
  }
  return work;
}
