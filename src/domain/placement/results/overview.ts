// The live queue as people look at it: who waits, what runs where, how busy each node was, and what has ended.
import type { Bar } from './draw-gantt.ts';
import { joinNodes, type LiveNode } from '../live/nodes.ts';
import { describeReason, expectedEnd } from '../live/report.ts';
import { inTurn, usageOf } from '../live/shares.ts';
import {
  isActive,
  isOver,
  isWaiting,
  type LivePipeline,
  type LiveState,
  type LiveTask,
  type Seconds,
} from '../live/state.ts';

export type Period = { from: Seconds; to: Seconds };
export type NodeView = LiveNode & {
  /** What runs on it now. */
  tasks: { entry: LivePipeline; task: LiveTask }[];
  /** Share of the period in which it ran a task, 0 to 1. */
  busy: number;
};
export type Overview = {
  waiting: { entry: LivePipeline; reason: string }[];
  running: LivePipeline[];
  /** Those that ended in the period, newest first. */
  ended: LivePipeline[];
  nodes: NodeView[];
  /** Every node that has a bar or is there now. */
  rows: string[];
  bars: Bar[];
  /** Who used the machines, most first; empty where nobody is named. */
  owners: OwnerView[];
};
export type OwnerView = {
  owner: string;
  /** Seconds on machines, the older the less: who has least of it is served next. */
  used: number;
  running: number;
  waiting: number;
};

export function overview(state: LiveState, period: Period): Overview {
  const { pipelines } = state;
  const bars = drawableBars(pipelines, period);
  const nodes = joinNodes(state).map((at): NodeView => {
    const name = at.runner.name;
    const tasks = pipelines.flatMap((entry) =>
      entry.tasks.filter((task) => isActive(task) && task.node === name).map((task) => ({ entry, task })),
    );
    return { ...at, tasks, busy: shareBusy(pipelines, name, period) };
  });
  return {
    waiting: inTurn(state, pipelines.filter(isWaiting), period.to).map((entry) => ({
      entry,
      reason: describeReason(entry, state),
    })),
    running: pipelines.filter(({ status }) => status === 'running'),
    ended: pipelines
      .filter((entry) => isOver(entry) && (entry.finishedAt ?? 0) >= period.from)
      .toSorted((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0)),
    nodes,
    rows: [...new Set([...nodes.map(({ runner }) => runner.name), ...bars.map(({ node }) => node)])].toSorted(),
    bars,
    owners: listOwners(state, period.to),
  };
}

function listOwners(state: LiveState, now: Seconds): OwnerView[] {
  const used = usageOf(state, now);
  const views = new Map<string, OwnerView>();
  for (const { pipeline, status, tasks } of state.pipelines) {
    const { owner } = pipeline;
    if (owner === undefined) continue;
    const view = views.get(owner) ?? { owner, used: used.get(owner) ?? 0, running: 0, waiting: 0 };
    view.running += tasks.filter(isActive).length;
    view.waiting += Number(status === 'queued' || status === 'placed');
    views.set(owner, view);
  }
  return [...views.values()]
    .filter((view) => view.used >= 1 || view.running + view.waiting > 0)
    .toSorted((a, b) => b.used - a.used);
}

/** What was predicted for the tasks that succeeded when they were started, and what they took, in seconds. */
export function foretold({ tasks }: LivePipeline): { expected: number; seconds: number } | undefined {
  const done = tasks.filter(
    (task) => task.status === 'succeeded' && task.startedAt !== undefined && task.endedAt !== undefined,
  );
  if (done.length === 0) return undefined;
  return {
    expected: done.reduce((sum, { expected }) => sum + expected, 0),
    seconds: done.reduce((sum, { startedAt = 0, endedAt = 0 }) => sum + endedAt - startedAt, 0),
  };
}

const states = { started: 'runs', failed: 'failed', lost: 'lost' } as const;

/** A task that was dispatched and never started has no bar. */
function drawableBars(pipelines: readonly LivePipeline[], { from }: Period): Bar[] {
  return pipelines.flatMap((entry) =>
    entry.tasks.flatMap((task): Bar[] => {
      const { startedAt, status } = task;
      const end = expectedEnd(task);
      if (startedAt === undefined || end < from) return [];
      const state = status === 'started' || status === 'failed' || status === 'lost' ? states[status] : undefined;
      return [
        { pipeline: entry.title, task: task.task, node: task.node, start: startedAt, end, ...(state ? { state } : {}) },
      ];
    }),
  );
}

function shareBusy(pipelines: readonly LivePipeline[], node: string, { from, to }: Period): number {
  const spent = pipelines
    .flatMap(({ tasks }) => tasks)
    .filter((task) => task.node === node && task.startedAt !== undefined)
    .map(({ startedAt, endedAt }) => Math.min(endedAt ?? to, to) - Math.max(startedAt ?? to, from))
    .filter((seconds) => seconds > 0)
    .reduce((sum, seconds) => sum + seconds, 0);
  return to > from ? Math.min(1, spent / (to - from)) : 0;
}
