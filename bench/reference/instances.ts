// The 27 instances that makespans are compared on: three sets of nodes, three sizes, three seeds, each with and without scatter.
import { readFileSync } from 'node:fs';
import { describePipeline } from '../../src/domain/placement/model/describe-pipeline.ts';
import { modelDuration } from '../../src/domain/placement/model/estimate-duration.ts';
import { readNodes, suits, type Node } from '../../src/domain/placement/model/node.ts';
import type { Pipeline } from '../../src/domain/placement/model/pipeline.ts';
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
