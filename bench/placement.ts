// Placement measured: time of one decision, and all placers compared in simulation. `node bench/placement.ts [seeds]` prints Markdown.
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import {
  comparePlacers,
  type ComparisonRow,
  type Setting,
} from '../src/domain/placement/simulation/compare-placers.ts';
import { describePipeline } from '../src/domain/placement/model/describe-pipeline.ts';
import { modelDuration, startEstimator } from '../src/domain/placement/model/estimate-duration.ts';
import { generateWorkload } from '../src/domain/placement/simulation/generate-workload.ts';
import { defaultHeuristics } from '../src/domain/placement/model/heuristics.ts';
import { readNodes, type Node } from '../src/domain/placement/model/node.ts';
import { startLive } from '../src/domain/placement/live/state.ts';
import { decide } from '../src/domain/placement/live/advance.ts';
import type { Pipeline } from '../src/domain/placement/model/pipeline.ts';
import { startMemory } from '../src/domain/placement/model/placer.ts';
import { placers } from '../src/domain/placement/placers/placers.ts';
import { readMetadata } from '../src/domain/placement/model/read-metadata.ts';
import { varyDurations } from '../src/domain/placement/simulation/vary-durations.ts';

const folder = new URL('../test/cases/placement/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, folder), 'utf8');
const { nodes, datasetKb } = readNodes(read('nodes.json'), 'nodes.json').value!;
const { efforts } = JSON.parse(read('efforts.json')) as { efforts: Record<string, unknown> };
const published = Object.keys(efforts)
  .toSorted()
  .map((name): Pipeline => {
    const metadata = readMetadata(read(`pipelines/${name}/metadata.json`), name).value!;
    const described = describePipeline(metadata, { name, folderKb: datasetKb.get(metadata.dataset.name) });
    if ('circle' in described) throw new Error(name);
    return described.pipeline;
  });
const seeds = Array.from({ length: Number(process.argv[2] ?? 20) }, (_, index) => index);
const print = (text: string): void => console.log(text);

print(
  `Machine: ${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}. ${seeds.length} seeds.\n`,
);

print(
  '## One decision\n\n| placer | queued pipelines | nodes | state | processor, median ms | worst ms |\n|---|---:|---:|---|---:|---:|',
);
const many = Array.from({ length: 100 }, (_, index): Node => ({
  ...nodes[index % nodes.length]!,
  name: `node-${index}`,
}));
const queue = generateWorkload(1000, 1);
for (const placer of placers) {
  if (placer.reserves === 'pipeline') {
    const memory = startMemory(1);
    const request = { batch: queue, nodes: many, memory, assignments: new Map(), heuristics: defaultHeuristics };
    row(
      placer.name,
      'one batch of all',
      time(() => placer.place(request)),
    );
    continue;
  }
  for (const [state, idle] of [
    ['all nodes idle', 100],
    ['10 nodes idle', 10],
    ['one node idle', 1],
  ] as const) {
    const free = many.map((node, index) => ({
      node,
      idle: index % (100 / idle) === 0,
      freeAt: index % (100 / idle) === 0 ? 0 : 30 + index,
    }));
    const pipelines = queue.map((pipeline) => ({ pipeline, tasks: new Map() }));
    const warm = startEstimator(many);
    row(
      placer.name,
      `${state}, estimates known`,
      time(() => placer.choose({ now: 0, nodes: free, pipelines, estimator: warm })),
    );
    row(
      placer.name,
      `${state}, first look`,
      time(() => placer.choose({ now: 0, nodes: free, pipelines, estimator: startEstimator(many) })),
    );
  }
}

const settings = {
  placer: '',
  nodes: many,
  heuristics: defaultHeuristics,
  window: 0,
  lostAfter: 120,
  pickupWithin: 300,
  attempts: 3,
};
const runners = many.map(({ name }) => ({ name, online: true, busy: false, labels: ['self-hosted', name] }));
print(
  '\n## One event of the live queue\n\n1,000 pipelines queued, 100 runners, all of them at work; one task ends and its node is given out again.\n',
);
print('| placer | queued pipelines | nodes | state | processor, median ms | worst ms |\n|---|---:|---:|---|---:|---:|');
for (const placer of placers) {
  const began = startLive({ ...settings, placer: placer.name }, 1);
  const submitted = queue.map((pipeline) => ({
    type: 'submitted' as const,
    id: pipeline.name,
    title: pipeline.name,
    pipeline,
    at: 0,
  }));
  const { state, actions } = decide(began, [{ type: 'runners', runners, at: 0 }, ...submitted], new Date(0));
  const first = actions.find((action) => action.type === 'dispatch')!;
  const ended = {
    type: 'job' as const,
    action: 'completed' as const,
    dispatch: first.id,
    runId: 1,
    jobId: 1,
    conclusion: 'success',
    at: 40,
  };
  row(
    placer.name,
    'a task ends',
    time(() => decide(state, [ended], new Date(40_000))),
  );
}

const common = { nodes, window: 10, tick: 0, heuristics: defaultHeuristics };
compare('The ten published pipelines, all at once', { pipelinesOf: () => published, durationsOf: () => modelDuration });
compare('The same, real durations scattering by 20 % around what a placer expects', {
  pipelinesOf: () => published,
  durationsOf: (seed) => varyDurations(modelDuration, 0.2, seed),
});
const twice = [0, 250, 500].flatMap((at, round) =>
  published.slice(0, 6).map((pipeline) => ({ ...pipeline, name: `${pipeline.name}#${round + 1}`, submitted: at })),
);
compare('Six of them, three times, 250 s apart', { pipelinesOf: () => twice, durationsOf: () => modelDuration });
compare('200 generated pipelines at once', {
  pipelinesOf: (seed) => generateWorkload(200, seed),
  durationsOf: () => modelDuration,
});
compare('200 generated pipelines at once, durations scattering by 20 %', {
  pipelinesOf: (seed) => generateWorkload(200, seed),
  durationsOf: (seed) => varyDurations(modelDuration, 0.2, seed),
});
compare('200 generated pipelines, one every 15 s on average', {
  pipelinesOf: (seed) => generateWorkload(200, seed, 15),
  durationsOf: () => modelDuration,
});
compare('The ten published pipelines with a start-up of 6 s rather than the 36 s every placer reckons with', {
  pipelinesOf: () => published,
  durationsOf: () => quickStart,
});
compare('200 generated pipelines at once, with that start-up', {
  pipelinesOf: (seed) => generateWorkload(200, seed),
  durationsOf: () => quickStart,
});

function quickStart(...asked: Parameters<typeof modelDuration>): number {
  return modelDuration(...asked) - 30;
}

function compare(title: string, workload: Pick<Setting, 'pipelinesOf' | 'durationsOf'>): void {
  print(`\n## ${title}\n`);
  print(
    '| placer | makespan s | over bound | vs ours | mean wait s | vs ours | longest wait s | mean turnaround s | seeds in which ours is better (makespan / wait) |',
  );
  print('|---|---:|---:|---:|---:|---:|---:|---:|---:|');
  for (const entry of comparePlacers({ ...common, ...workload }, seeds)) print(describe(entry));
}

function describe(entry: ComparisonRow): string {
  const {
    placer,
    makespan,
    makespanDeviation,
    overBound,
    makespanRatio,
    wait,
    waitDeviation,
    waitRatio,
    maxWait,
    turnaround,
  } = entry;
  const cells = [
    placer,
    `${makespan.toFixed(0)} ± ${makespanDeviation.toFixed(0)}`,
    overBound.toFixed(2),
    makespanRatio.toFixed(2),
    `${wait.toFixed(1)} ± ${waitDeviation.toFixed(1)}`,
    waitRatio.toFixed(2),
    maxWait.toFixed(0),
    turnaround.toFixed(0),
    placer === 'earliest_finish' ? '' : `${entry.seedsBehind.makespan} / ${entry.seedsBehind.wait}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

function row(name: string, state: string, { median, worst }: { median: number; worst: number }): void {
  print(`| ${name} | ${queue.length} | ${many.length} | ${state} | ${median.toFixed(1)} | ${worst.toFixed(1)} |`);
}

/** Milliseconds of processor, which other work on the machine hardly changes: thirty runs after three to warm up. */
function time(work: () => unknown): { median: number; worst: number } {
  const spent: number[] = [];
  for (let turn = 0; turn < 33; turn++) {
    const from = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(from);
    if (turn >= 3) spent.push((user + system) / 1000);
  }
  const sorted = spent.toSorted((a, b) => a - b);
  return { median: sorted[15] ?? 0, worst: sorted.at(-1) ?? 0 };
}
