// practicum placement: how much work a pipeline is, and what a placer would do with many.
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { comparePlacers, type Setting } from '../../domain/placement/simulation/compare-placers.ts';
import { modelDuration } from '../../domain/placement/model/estimate-duration.ts';
import { drawGantt } from '../../domain/placement/results/draw-gantt.ts';
import { exportSamples, exportSimulation } from '../../domain/placement/results/export-results.ts';
import { generateWorkload } from '../../domain/placement/simulation/generate-workload.ts';
import { addWindows, sampleTimes } from '../../domain/placement/results/measure-results.ts';
import type { Pipeline } from '../../domain/placement/model/pipeline.ts';
import { findPlacer, placers } from '../../domain/placement/placers/placers.ts';
import { useDurations } from '../../domain/placement/simulation/read-durations.ts';
import { simulate } from '../../domain/placement/simulation/simulate.ts';
import { type DurationOf } from '../../domain/placement/simulation/simulation.ts';
import { varyDurations } from '../../domain/placement/simulation/vary-durations.ts';
import { formatProblem, isAcceptable, type Problem } from '../../domain/text/problem.ts';
import { suggest } from '../../domain/text/suggest.ts';
import type { Io, Register } from '../options/command.ts';
import { registerEffort } from './effort.ts';
import { problem, readPlacementInput, writeText, type PlacementInput } from './input.ts';
import { registerResults } from './results.ts';
import { describeComparison, describeSimulation, refusalsAsProblems, toJson } from './output.ts';

type Options = {
  pipelines?: string;
  nodes: string;
  placer: string;
  seed: number;
  heuristics?: string;
  durations?: string;
  submissions?: string;
  window: number;
  tick: number;
  noise: number;
  generate?: number;
  spread: number;
  compare?: boolean;
  seeds: number;
  svg?: string;
  results?: string;
  json?: boolean;
};

export const placement: Register = (program, io) => {
  const group = program
    .command('placement')
    .description('whose task runs where: efforts of pipelines, placers compared in simulation, results of the queue');
  registerEffort(group, io);
  registerResults(group, io);
  const names = placers.map((placer) => placer.name);
  addOptions(group.command('simulate'), names)
    .description('simulate a placer (or, with --compare, all of them) on pipelines and nodes')
    .action(async (options: Options, command: Command) => {
      if (options.pipelines === undefined && options.generate === undefined)
        command.error('error: give --pipelines DIR or --generate N');
      if (options.compare && options.results !== undefined)
        command.error('error: --results is for one placer, not for --compare');
      if (!findPlacer(options.placer)) {
        const near = suggest(options.placer, names);
        command.error(
          `error: unknown placer "${options.placer}"; ${near ? `did you mean ${near}?` : `known: ${names.join(', ')}`}`,
        );
      }
      const { value, problems } = await readPlacementInput(options, io.cwd);
      if (!value) return say(problems, io);
      await (options.compare ? compare(value, options, io) : simulateOne(value, options, io));
    });
};

function addOptions(command: Command, names: readonly string[]): Command {
  return command
    .option('--pipelines <dir>', 'folder in which each pipeline has a folder with metadata.json')
    .requiredOption('--nodes <file>', 'JSON or YAML: { "nodes": [...] } or a list')
    .option('--placer <name>', names.join(', '), 'earliest_finish')
    .option('--seed <n>', 'for random placers, --noise and --generate', whole(0, 2 ** 32 - 1), 42)
    .option('--heuristics <file>', 'rules of the custom placer (default: the published ones)')
    .option('--durations <file>', 'JSON: { pipeline: { task: seconds | { node: seconds } } }, in place of the model')
    .option('--submissions <file>', 'JSON: { pipeline: seconds } or [{ pipeline, at, deadline }] (default: all at 0)')
    .option('--window <s>', 'seconds between two batches', seconds(0, 1e6), 10)
    .option('--tick <s>', 'seconds between two looks at the nodes; 0: whenever a task ends', seconds(0, 1e6), 0)
    .option('--noise <f>', 'scatter of the durations: standard deviation of their logarithm', real(0, 2), 0)
    .option('--generate <n>', 'n generated pipelines in place of --pipelines', whole(1, 5000))
    .option('--spread <s>', 'with --generate: mean seconds between submissions', real(0, 1e6), 0)
    .option('--compare', 'all placers over many seeds, with ratios')
    .option('--seeds <n>', 'with --compare: how many', whole(1, 1000), 20)
    .option('--svg <file>', 'write a Gantt chart; with --compare one for each placer, by the first seed')
    .option('--results <dir>', 'write pipelines.json and n_pipelines.csv, with times from now on')
    .option('--json', 'print JSON');
}

async function simulateOne(input: PlacementInput, options: Options, io: Io): Promise<void> {
  const placer = findPlacer(options.placer)!;
  const { nodes } = input.nodes;
  const pipelines = pipelinesOf(input, options)(options.seed);
  const durationOf = durationsOf(input, options)(options.seed);
  const { seed, window, tick } = options;
  const result = simulate({ pipelines, nodes, placer, seed, window, tick, heuristics: input.heuristics, durationOf });
  const problems = refusalsAsProblems(result, input.sources);
  const title = `${placer.name}: ${Math.round(result.makespan)} s`;
  if (options.svg) {
    const names = nodes.map((node) => node.name);
    problems.push(...(await writeText(options.svg, drawGantt([{ title, bars: result.placements }], names), io.cwd)));
  }
  if (options.results) {
    const begin = Math.floor(io.now().getTime() / 1000);
    const exported = exportSimulation(result, pipelines, nodes, begin);
    const counted = addWindows(sampleTimes(result.pipelines), result.windows);
    const samples = counted.map((sample) => ({ ...sample, at: begin + sample.at }));
    problems.push(...(await writeText(join(options.results, 'pipelines.json'), toJson(exported), io.cwd)));
    problems.push(...(await writeText(join(options.results, 'n_pipelines.csv'), exportSamples(samples), io.cwd)));
  }
  const { makespan, wait, bound, pipelines: runs, placements } = result;
  const shown = { makespan, wait, bound, pipelines: runs, placements };
  io.out(options.json ? toJson(shown) : describeSimulation(result, placer.name));
  say(problems, io);
}

async function compare(input: PlacementInput, options: Options, io: Io): Promise<void> {
  const { nodes } = input.nodes;
  const { window, tick } = options;
  const seeds = Array.from({ length: options.seeds }, (_, index) => options.seed + index);
  const setting = {
    nodes,
    window,
    tick,
    heuristics: input.heuristics,
    pipelinesOf: pipelinesOf(input, options),
    durationsOf: durationsOf(input, options),
  };
  const rows = comparePlacers(setting, seeds);
  const problems = options.svg ? await drawAll(options.svg, setting, options.seed, io) : [];
  io.out(options.json ? toJson({ simulated: true, seeds, rows }) : describeComparison(rows, seeds.length));
  const lacking = rows.filter((row) => row.refused > 0);
  const text = (row: (typeof rows)[number]): string =>
    `${row.placer} could not place ${row.refused} pipelines over ${seeds.length} seeds`;
  say([...problems, ...lacking.map((row) => problem(options.nodes, 'placement-nothing-fits', text(row)))], io);
}

/** Every placer's chart below the other, by one clock. */
async function drawAll(path: string, setting: Setting, seed: number, io: Io): Promise<Problem[]> {
  const { nodes, pipelinesOf, durationsOf, ...rest } = setting;
  const workload = { nodes, ...rest, pipelines: pipelinesOf(seed), durationOf: durationsOf(seed), seed };
  const charts = placers.map((placer) => {
    const { makespan, wait, placements } = simulate({ ...workload, placer });
    return {
      title: `${placer.name}: ${Math.round(makespan)} s, mean wait ${Math.round(wait.mean)} s`,
      bars: placements,
    };
  });
  const names = nodes.map((node) => node.name);
  return writeText(path, drawGantt(charts, names), io.cwd);
}

/** The workload of a seed: what was read, or what the generator makes of it. */
function pipelinesOf(input: PlacementInput, options: Options): (seed: number) => Pipeline[] {
  return (seed) => input.pipelines ?? generateWorkload(options.generate ?? 1, seed, options.spread);
}

function durationsOf(input: PlacementInput, options: Options): (seed: number) => DurationOf {
  const base = useDurations(input.durations, modelDuration);
  return (seed) => varyDurations(base, options.noise, seed);
}

function say(problems: readonly Problem[], io: Io): void {
  for (const found of problems) io.err(`${formatProblem(found)}\n`);
  if (!isAcceptable(problems)) io.exit(1);
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    if (!/^\d{1,10}$/.test(text) || Number(text) < least || Number(text) > most) {
      throw new InvalidArgumentError(`give a whole number from ${least} to ${most}`);
    }
    return Number(text);
  };
}

function real(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d*\.?\d+(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(`give a number from ${least} to ${most}`);
    return value;
  };
}

/** May be written as seconds, too: `5s`. */
function seconds(least: number, most: number): (text: string) => number {
  const read = real(least, most);
  return (text) => read(text.replace(/s$/, ''));
}
