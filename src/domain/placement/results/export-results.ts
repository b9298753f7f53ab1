// Results in the published fields: pipelines.json, n_pipelines.csv, and the figures that are drawn from them.
import { latest, type LiveState, type Seconds } from '../live/state.ts';
import { describeRunner } from '../live/nodes.ts';
import { isAccelerated, type Node } from '../model/node.ts';
import type { Kind, Pipeline } from '../model/pipeline.ts';
import type { Simulation } from '../simulation/simulate.ts';

type Component = {
  name: string;
  type: Kind;
  state: string;
  node: string | null;
  platform: string | null;
  start_time: string | null;
  end_time: string | null;
  duration: number | null;
};
/** One pipeline in the published form; `kfp_id` holds the id of its first workflow run. */
export type PipelineResult = {
  id: string;
  name: string;
  kfp_id: string | null;
  state: string;
  submitted_at: string;
  scheduled_at: string | null;
  finished_at: string | null;
  duration: number | null;
  components: Record<string, Component>;
};

/** A moment of the queue, as the `sample` actions report it. */
export type Sample = { at: Seconds; kind: 'update' | 'new_window'; running: number; waiting: number };

/** `2025-04-07 02:56:10+00:00`, in UTC. */
export function formatTime(seconds: Seconds): string {
  return `${new Date(Math.floor(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ')}+00:00`;
}

/** Where a task ran, in one word: the accelerator if there is one, else the architecture. */
function platformOf(node: Node): string {
  return isAccelerated(node) ? node.accelerator : node.architecture;
}

/** The live queue, finished or not, at any time. */
export function exportLive(state: LiveState): PipelineResult[] {
  const runners = new Map((state.runners ?? []).map((runner) => [runner.name, runner]));
  const platform = (name: string): string | null => {
    const runner = runners.get(name);
    const known = runner
      ? describeRunner(runner, state.settings.nodes)
      : state.settings.nodes.find((node) => node.name === name);
    return known ? platformOf(known) : null;
  };
  return state.pipelines.map((entry) => {
    const components = entry.pipeline.tasks.map((task) => {
      const run = latest(entry, task.name);
      const times = { start: run?.startedAt, end: run?.endedAt };
      return component(
        task,
        run ? liveWords[run.status] : 'PENDING',
        run?.node,
        run ? platform(run.node) : null,
        times,
      );
    });
    const runId = entry.tasks.find((task) => task.runId !== undefined)?.runId;
    return result({
      id: entry.id,
      name: entry.title,
      runId: runId === undefined ? null : String(runId),
      state: pipelineWords[entry.status],
      pipeline: entry.pipeline,
      scheduled: entry.scheduledAt,
      finished: entry.finishedAt,
      components,
    });
  });
}

const liveWords = {
  dispatched: 'PENDING',
  started: 'RUNNING',
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
  lost: 'CANCELED',
};
const pipelineWords = {
  queued: 'PENDING',
  placed: 'PENDING',
  running: 'RUNNING',
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
  cancelled: 'CANCELED',
  refused: 'FAILED',
};

/** A simulation as if it had begun at a time. */
export function exportSimulation(
  simulation: Simulation,
  pipelines: readonly Pipeline[],
  nodes: readonly Node[],
  begin: Seconds,
): PipelineResult[] {
  const known = new Map(nodes.map((node) => [node.name, node]));
  const placements = new Map(simulation.placements.map((entry) => [`${entry.pipeline}\n${entry.task}`, entry]));
  const times = new Map(simulation.pipelines.map((entry) => [entry.name, entry]));
  return pipelines.map((pipeline) => {
    const components = pipeline.tasks.map((task) => {
      const placed = placements.get(`${pipeline.name}\n${task.name}`);
      const node = placed ? known.get(placed.node) : undefined;
      const span = placed ? { start: begin + placed.start, end: begin + placed.end } : {};
      return component(task, placed ? 'SUCCEEDED' : 'PENDING', placed?.node, node ? platformOf(node) : null, span);
    });
    const run = times.get(pipeline.name);
    return result({
      id: pipeline.name,
      name: pipeline.name,
      runId: null,
      state: run ? 'SUCCEEDED' : 'FAILED',
      pipeline: { ...pipeline, submitted: begin + pipeline.submitted },
      scheduled: run && begin + run.scheduled,
      finished: run && begin + run.finished,
      components,
    });
  });
}

type Described = {
  id: string;
  name: string;
  runId: string | null;
  state: string;
  pipeline: Pipeline;
  scheduled: Seconds | undefined;
  finished: Seconds | undefined;
  components: Component[];
};

function result({ id, name, runId, state, pipeline, scheduled, finished, components }: Described): PipelineResult {
  return {
    id,
    name,
    kfp_id: runId,
    state,
    submitted_at: formatTime(pipeline.submitted),
    scheduled_at: time(scheduled),
    finished_at: time(finished),
    duration: between(scheduled, finished),
    components: Object.fromEntries(components.map((entry) => [entry.name, entry])),
  };
}

function component(
  task: { name: string; kind: Kind },
  state: string,
  node: string | undefined,
  platform: string | null,
  { start, end }: { start?: Seconds | undefined; end?: Seconds | undefined },
): Component {
  const times = { start_time: time(start), end_time: time(end), duration: between(start, end) };
  return { name: task.name, type: task.kind, state, node: node ?? null, platform, ...times };
}

function time(seconds: Seconds | undefined): string | null {
  return seconds === undefined ? null : formatTime(seconds);
}

function between(from: Seconds | undefined, to: Seconds | undefined): number | null {
  return from === undefined || to === undefined ? null : Math.round((to - from) * 1000) / 1000;
}

/** `n_pipelines.csv`: how many ran and how many waited, over time; timestamps are seconds of the epoch. */
export function exportSamples(samples: readonly Sample[]): string {
  const lines = samples.map(
    ({ at, kind, running, waiting }) => `${Math.round(at * 1000) / 1000},${kind},${running},${waiting}`,
  );
  return ['timestamp,type,running_pipelines,waiting_pipelines', ...lines, ''].join('\n');
}
