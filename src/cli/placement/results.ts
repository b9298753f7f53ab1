// practicum placement results: the published figures and files, from a pipelines.json or from the queue as it is now.
import { join } from 'node:path';
import type { Command } from 'commander';
import { drawCounts } from '../../domain/placement/results/draw-counts.ts';
import {
  exportLive,
  exportSamples,
  type PipelineResult,
  type Sample,
} from '../../domain/placement/results/export-results.ts';
import { measure, sampleTimes, timesOf } from '../../domain/placement/results/measure-results.ts';
import { readResults } from '../../domain/placement/results/read-results.ts';
import { formatProblem, type Problem } from '../../domain/text/problem.ts';
import type { Io } from '../options/command.ts';
import { readWith, writeText } from './input.ts';
import { alignColumns, toJson } from './output.ts';
import { withStore } from '../options/with-store.ts';

type Options = { svg?: string; json?: boolean; organisation?: string; out?: string };
type PlacementResults = { pipelines: PipelineResult[]; samples: Sample[] };

export function registerResults(group: Command, io: Io): void {
  group
    .command('results')
    .description('total, waiting and execution times of the queue now, or of a pipelines.json')
    .argument(
      '[file]',
      'pipelines.json, as --out or simulate --results writes it; without it, the queue in the database',
    )
    .option('--organisation <login>', 'without a file: whose queue; all of them by default')
    .option('--out <dir>', 'write pipelines.json and n_pipelines.csv')
    .option('--svg <file>', 'write a plot of running against waiting pipelines')
    .option('--json', 'print JSON')
    .action(async (file: string | undefined, options: Options) => {
      const { value, problems } = file === undefined ? await readQueues(io, options) : await readFileOf(file, io);
      if (value && options.svg) problems.push(...(await writeText(options.svg, drawCounts(value.samples), io.cwd)));
      if (value && options.out !== undefined) {
        problems.push(...(await writeText(join(options.out, 'pipelines.json'), toJson(value.pipelines), io.cwd)));
        problems.push(...(await writeText(join(options.out, 'n_pipelines.csv'), exportSamples(value.samples), io.cwd)));
      }
      for (const found of problems) io.err(`${formatProblem(found)}\n`);
      if (problems.length > 0) io.exit(1);
      if (!value) return;
      const rows = value.pipelines.map(describe);
      const metrics = measure(value.pipelines);
      io.out(options.json ? toJson({ ...metrics, per_pipeline: rows }) : print(metrics, rows));
    });
}

async function readFileOf(file: string, io: Io): Promise<{ value?: PlacementResults; problems: Problem[] }> {
  const { value, problems } = await readWith(file, io.cwd, readResults);
  return value ? { value: { pipelines: value, samples: sampleTimes(value.map(timesOf)) }, problems } : { problems };
}

/** The queues as they are in the database now, finished or not. */
async function readQueues(
  io: Io,
  { organisation: only }: Options,
): Promise<{ value: PlacementResults; problems: Problem[] }> {
  return withStore(io, async (store) => {
    const organisations = only === undefined ? (await store.courses()).map((course) => course.organisation) : [only];
    const found: PlacementResults = { pipelines: [], samples: [] };
    for (const organisation of organisations) {
      const state = await store.placements.queue(organisation);
      if (state) found.pipelines.push(...exportLive(state));
      found.samples.push(...(await store.placements.samples(organisation)));
    }
    return { value: found, problems: [] };
  });
}

type Line = { name: string; state: string; waiting: number | null; execution: number | null };

function describe(entry: PipelineResult): Line {
  const { submitted, scheduled, finished } = timesOf(entry);
  const waiting = scheduled === undefined ? null : scheduled - submitted;
  const execution = scheduled === undefined || finished === undefined ? null : finished - scheduled;
  return { name: entry.name, state: entry.state, waiting, execution };
}

function print(metrics: ReturnType<typeof measure>, pipelines: readonly Line[]): string {
  const seconds = (value: number | null): string => (value === null ? '-' : value.toFixed(1));
  const head = [
    `pipelines   ${metrics.finished} of ${metrics.pipelines} ended`,
    `total       ${seconds(metrics.total_execution)} s from the first start, ${seconds(metrics.total_from_submission)} s from the first submission`,
    `wait        ${seconds(metrics.mean_wait)} s on average, ${seconds(metrics.max_wait)} s at most`,
    `execution   ${seconds(metrics.mean_execution)} s on average`,
  ];
  const rows = pipelines.map(({ name, state, waiting, execution }) => [
    name,
    state,
    seconds(waiting),
    seconds(execution),
  ]);
  return `${head.join('\n')}\n\n${alignColumns([['pipeline', 'state', 'waiting', 'execution'], ...rows])}`;
}
