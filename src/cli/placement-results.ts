// practicum placement results: the published figures from a pipelines.json in those fields.
import type { Command } from 'commander';
import { drawCounts } from '../domain/placement/draw-counts.ts';
import { exportLive, type PipelineResult } from '../domain/placement/export-results.ts';
import { measure, sampleTimes } from '../domain/placement/measure-results.ts';
import { readResults } from '../domain/placement/read-results.ts';
import { formatProblem, type Problem } from '../domain/problem.ts';
import type { Io } from './command.ts';
import { readWith, writeText } from './placement-input.ts';
import { alignColumns, toJson } from './placement-output.ts';
import { withStore } from './with-store.ts';

export function registerResults(group: Command, io: Io): void {
  group
    .command('results')
    .description('total, waiting and execution times from a pipelines.json')
    .argument('[file]', 'pipelines.json, as simulate --results writes it; without it, the queue in the database')
    .option('--organisation <login>', 'without a file: whose queue; all of them by default')
    .option('--svg <file>', 'write a plot of running against waiting pipelines')
    .option('--json', 'print JSON')
    .action(async (file: string | undefined, options: { svg?: string; json?: boolean; organisation?: string }) => {
      const { value, problems } =
        file === undefined ? await readQueues(io, options.organisation) : await readWith(file, io.cwd, readResults);
      if (value && options.svg)
        problems.push(...(await writeText(options.svg, drawCounts(sampleTimes(value.map(toTimes))), io.cwd)));
      for (const found of problems) io.err(`${formatProblem(found)}\n`);
      if (problems.length > 0) io.exit(1);
      if (!value) return;
      const pipelines = value.map(describe);
      io.out(options.json ? toJson({ ...measure(value), per_pipeline: pipelines }) : print(measure(value), pipelines));
    });
}

/** The queues as they are in the database now, finished or not. */
async function readQueues(io: Io, only: string | undefined): Promise<{ value: PipelineResult[]; problems: Problem[] }> {
  return withStore(io, async (store) => {
    const organisations = only === undefined ? (await store.courses()).map((course) => course.organisation) : [only];
    const states = await Promise.all(
      organisations.map((one) => store.transaction((inside) => inside.placements.queue(one))),
    );
    return { value: states.flatMap((state) => (state ? exportLive(state) : [])), problems: [] };
  });
}

type Line = { name: string; state: string; waiting: number | null; execution: number | null };

function describe(entry: PipelineResult): Line {
  const { submitted, scheduled, finished } = toTimes(entry);
  const waiting = scheduled === undefined ? null : scheduled - submitted;
  const execution = scheduled === undefined || finished === undefined ? null : finished - scheduled;
  return { name: entry.name, state: entry.state, waiting, execution };
}

function toTimes(entry: PipelineResult): { submitted: number; scheduled?: number; finished?: number } {
  const at = (text: string): number => Date.parse(text.replace(' ', 'T')) / 1000;
  return {
    submitted: at(entry.submitted_at),
    ...(entry.scheduled_at === null ? {} : { scheduled: at(entry.scheduled_at) }),
    ...(entry.finished_at === null ? {} : { finished: at(entry.finished_at) }),
  };
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
