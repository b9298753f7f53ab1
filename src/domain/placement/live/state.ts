// The live queue as plain data: what is stored, and nothing else is needed to go on after a restart.
import type { Observation } from '../model/estimate-duration.ts';
import type { Heuristics } from '../model/heuristics.ts';
import type { Node } from '../model/node.ts';
import type { Pipeline } from '../model/pipeline.ts';
import { startMemory, type PlacerMemory } from '../model/placer.ts';

export type LiveSettings = {
  /** For pipelines that name none themselves. */
  placer: string;
  /** Attributes of the machines, from nodes.yml or their labels; joined with runners by name or by a label equal to the name. */
  nodes: Node[];
  heuristics: Heuristics;
  /** Seconds in which submissions are gathered before they are placed. */
  window: number;
  /** Seconds a runner may be silent before its task is given to another. */
  lostAfter: number;
  /** Seconds a dispatched job may wait for its runner before it is given to another. */
  pickupWithin: number;
  /** How often a task is started, over all lost runners, before its pipeline fails. */
  attempts: number;
  /** How many pipelines of one owner may wait at the same time; 100 when absent. */
  mostQueued?: number;
  /** The commit of the course from which these were read. */
  commit?: string;
  /** What people should know of these settings, such as a file that cannot be read. */
  notes?: string[];
};

export type RunnerView = { name: string; online: boolean; busy: boolean; labels: string[] };
/** `seen` is when the runner was last online, `freed` when a task of ours ended on it, in seconds of the epoch. */
export type LiveRunner = RunnerView & { seen: number; freed?: number };

/** dispatched: asked for, not seen yet. started: a runner has it. Absent from the list: not asked for. */
export type LiveTask = {
  task: string;
  node: string;
  attempt: number;
  status: 'dispatched' | 'started' | 'succeeded' | 'failed' | 'lost';
  dispatchedAt: number;
  startedAt?: number;
  endedAt?: number;
  runId?: number;
  jobId?: number;
  /** Estimated at dispatch, in seconds. */
  expected: number;
};

type LiveStatus = 'queued' | 'placed' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'refused';
export type LivePipeline = {
  /** Unique over all time; the pipeline's name may repeat. */
  id: string;
  /** `name` inside equals `id`, so that placers can tell two submissions apart; `submitted` is in seconds of the epoch. */
  pipeline: Pipeline;
  /** What people call it. */
  title: string;
  /** Its own placer; without it, that of the settings. */
  placer?: string;
  /** What a newer submission of the same owner replaces while it waits: repository and branch. */
  branch?: string;
  status: LiveStatus;
  reason?: string;
  scheduledAt?: number;
  finishedAt?: number;
  /** The node of each task where the placer decides for whole pipelines. */
  plan?: { task: string; node: string }[];
  /** Every attempt, oldest first. */
  tasks: LiveTask[];
  reported?: { text: string; at: number };
};

export type LiveState = {
  version: 1;
  settings: LiveSettings;
  /** Undefined until the first list arrived: before that nobody is refused. */
  runners?: LiveRunner[];
  pipelines: LivePipeline[];
  memory: PlacerMemory;
  observations: Observation[];
  windowAt?: number;
};

/** Seconds of the epoch; every time in the state is one. */
export type Seconds = number;

export function startLive(settings: LiveSettings, seed: number): LiveState {
  const memory = startMemory(seed);
  return { version: 1, settings, pipelines: [], memory, observations: [] };
}

const over: readonly LiveStatus[] = ['succeeded', 'failed', 'cancelled', 'refused'];
export function isOver(entry: LivePipeline): boolean {
  return over.includes(entry.status);
}

export function placerOf(state: LiveState, entry: LivePipeline): string {
  return entry.placer ?? state.settings.placer;
}

/** It waits for its turn: nothing of it has been given to a node. */
export function isWaiting(entry: LivePipeline): boolean {
  return entry.status === 'queued' || entry.status === 'placed';
}

/** The latest attempt of a task. */
export function latest(entry: LivePipeline, task: string): LiveTask | undefined {
  return entry.tasks.findLast((attempt) => attempt.task === task);
}

export function isActive(task: LiveTask): boolean {
  return task.status === 'dispatched' || task.status === 'started';
}

/** The state without the pipelines that were over before a time; what was learned stays. */
export function forgetBefore(state: LiveState, before: Date): LiveState {
  const limit = before.getTime() / 1000;
  return { ...state, pipelines: state.pipelines.filter((entry) => !isOver(entry) || (entry.finishedAt ?? 0) >= limit) };
}

export type Reservation = { node: string; pipeline: string; task?: string };

/**
 * Who holds which node. Derived, never stored: it cannot disagree with the tasks. Under a placer for whole pipelines a pipeline that
 * runs holds every node on which it still has a task; otherwise a node is held by the task that was sent to it.
 */
export function findReservations(state: LiveState): Reservation[] {
  return state.pipelines.filter((entry) => entry.status === 'running').flatMap((entry) => reserve(entry));
}

function reserve(entry: LivePipeline): Reservation[] {
  const active = entry.tasks.filter(isActive).map(({ node, task }) => ({ node, task, pipeline: entry.id }));
  const taken = new Set(active.map(({ node }) => node));
  const left = (entry.plan ?? [])
    .filter(({ task }) => latest(entry, task)?.status !== 'succeeded')
    .map(({ node }) => node);
  const held = [...new Set(left)].filter((node) => !taken.has(node)).map((node) => ({ node, pipeline: entry.id }));
  return [...active, ...held];
}
