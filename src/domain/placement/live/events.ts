// What happened outside → the state after it. Each event may come late, twice, or in the wrong order.
import { modelDuration } from '../model/estimate-duration.ts';
import { freeRunner, listRunners, loseRunner, loseTask, takeRunner, type Stop } from './runners.ts';
import { describeRunner, joinNodes, whyUnserved } from './nodes.ts';
import {
  isActive,
  isOver,
  isWaiting,
  latest,
  placerOf,
  type LivePipeline,
  type LiveState,
  type LiveTask,
  type RunnerView,
  type Seconds,
} from './state.ts';
import type { Pipeline } from '../model/pipeline.ts';
import { findPlacer } from '../placers/placers.ts';
import { largestKb } from '../model/placer.ts';

/** Times are seconds of the epoch. `dispatch` is the id of a dispatch action, as the run's name or input carries it. */
export type LiveEvent =
  | {
      type: 'submitted';
      id: string;
      title: string;
      pipeline: Pipeline;
      placer?: string;
      owner?: string;
      /** Repository and branch: what of them waits is replaced. */
      branch?: string;
      priority?: 'high';
      at: Seconds;
    }
  | { type: 'runners'; runners: RunnerView[]; at: Seconds }
  | { type: 'runner_lost'; name: string; at: Seconds }
  | { type: 'dispatched'; dispatch: string; runId: number; at: Seconds }
  | { type: 'job'; action: 'queued'; dispatch?: string; runId: number; jobId: number; at: Seconds }
  | { type: 'job'; action: 'in_progress'; dispatch?: string; runId: number; jobId: number; runner: string; at: Seconds }
  | {
      type: 'job';
      action: 'completed';
      dispatch?: string;
      runId: number;
      jobId: number;
      conclusion: string;
      at: Seconds;
    }
  | { type: 'run_cancelled'; runId: number; at: Seconds }
  | { type: 'cancelled'; id: string; by?: string; at: Seconds }
  | { type: 'tick' };

const keptObservations = 2000;

/** Changes the draft; returns the runs to stop. */
export function applyEvent(draft: LiveState, event: LiveEvent): Stop[] {
  if (event.type === 'submitted') return submit(draft, event);
  if (event.type === 'runners') return listRunners(draft, event.runners, event.at);
  if (event.type === 'runner_lost') return loseRunner(draft, event.name);
  if (event.type === 'cancelled')
    return end(
      draft.pipelines.find(({ id }) => id === event.id),
      'cancelled',
      event.by === undefined ? 'cancelled on request' : `cancelled by ${event.by}`,
      event.at,
    );
  if (event.type === 'tick') return [];
  const found = findTask(draft, 'dispatch' in event ? event.dispatch : undefined, event.runId);
  if (!found) return [];
  const { entry, task } = found;
  task.runId ??= event.runId;
  const goesOn = event.type === 'dispatched' || (event.type === 'job' && event.action !== 'completed');
  // A run that was given up before its id was known turns up late: nobody waits for it any more.
  if (task.status === 'lost' && goesOn)
    return [{ runId: event.runId, reason: `attempt ${task.attempt} of ${task.task} was given up` }];
  if (event.type === 'run_cancelled') return isActive(task) ? endTask(draft, entry, task, 'cancelled', event.at) : [];
  if (event.type === 'dispatched' || !isActive(task)) return [];
  task.jobId = event.jobId;
  if (event.action === 'in_progress') startTask(draft, task, event.runner, event.at);
  return event.action === 'completed' ? endTask(draft, entry, task, event.conclusion, event.at) : [];
}

function submit(draft: LiveState, event: LiveEvent & { type: 'submitted' }): Stop[] {
  if (draft.pipelines.some(({ id }) => id === event.id)) return [];
  const { id, title, placer, branch } = event;
  const { owner = event.pipeline.owner, priority = event.pipeline.priority } = event;
  const pipeline = {
    ...event.pipeline,
    name: id,
    submitted: event.at,
    ...(owner === undefined ? {} : { owner }),
    ...(priority === undefined ? {} : { priority }),
  };
  const entry: LivePipeline = {
    id,
    title,
    pipeline,
    ...(placer ? { placer } : {}),
    ...(branch === undefined ? {} : { branch }),
    status: 'queued',
    tasks: [],
  };
  draft.pipelines.push(entry);
  supersede(draft, entry);
  return [];
}

/** What waits of the same owner and branch is replaced: nobody needs the result of a commit that has a newer one after it. */
function supersede(draft: LiveState, newer: LivePipeline): void {
  if (newer.branch === undefined) return;
  for (const entry of draft.pipelines) {
    const same = entry.branch === newer.branch && entry.pipeline.owner === newer.pipeline.owner;
    if (entry === newer || !same || !isWaiting(entry) || entry.pipeline.priority === 'high') continue;
    const reason = `superseded by ${newer.title}, a newer commit of the same branch`;
    end(entry, 'cancelled', reason, newer.pipeline.submitted);
  }
}

/** The runner that took it may be another than the one that was meant: labels can match several. */
function startTask(draft: LiveState, task: LiveTask, runner: string, at: Seconds): void {
  task.status = 'started';
  task.startedAt ??= at;
  task.node = runner;
  takeRunner(draft, runner);
}

function endTask(draft: LiveState, entry: LivePipeline, task: LiveTask, conclusion: string, at: Seconds): Stop[] {
  task.endedAt = at;
  freeRunner(draft, task.node, at);
  task.status = conclusion === 'success' ? 'succeeded' : 'failed';
  if (conclusion === 'success') {
    observe(draft, entry, task);
    const done = entry.pipeline.tasks.every(({ name }) => latest(entry, name)?.status === 'succeeded');
    return done ? end(entry, 'succeeded', undefined, at) : [];
  }
  const status = conclusion === 'cancelled' ? 'cancelled' : 'failed';
  return end(entry, status, `task ${task.task} ended with ${conclusion}`, at);
}

/** Ends a pipeline once; what it still runs is stopped, and with that its nodes are free. */
export function end(
  entry: LivePipeline | undefined,
  status: LivePipeline['status'],
  reason: string | undefined,
  at: Seconds,
): Stop[] {
  if (!entry || isOver(entry)) return [];
  entry.status = status;
  entry.finishedAt = at;
  if (reason !== undefined) entry.reason = reason;
  return entry.tasks.filter(isActive).flatMap((task) => {
    task.endedAt = at;
    return loseTask(task, reason ?? `pipeline ${status}`);
  });
}

function observe(draft: LiveState, entry: LivePipeline, done: LiveTask): void {
  const task = entry.pipeline.tasks.find(({ name }) => name === done.task);
  const runner = draft.runners?.find(({ name }) => name === done.node);
  if (!task || !runner || done.startedAt === undefined || done.endedAt === undefined) return;
  const moved = task.after.some((name) => latest(entry, name)?.node !== done.node);
  const expected = modelDuration(entry.pipeline, task, describeRunner(runner, draft.settings.nodes), moved);
  const [{ node }, { kind }, { model }] = [done, task, entry.pipeline];
  draft.observations.push({ node, kind, model, expected, seconds: done.endedAt - done.startedAt });
  draft.observations = draft.observations.slice(-keptObservations);
}

function findTask(
  draft: LiveState,
  dispatch: string | undefined,
  runId: number,
): { entry: LivePipeline; task: LiveTask } | undefined {
  for (const entry of draft.pipelines) {
    for (const task of entry.tasks) {
      const named = task.runId === undefined && dispatch !== undefined && dispatchId(entry, task) === dispatch;
      if (task.runId === runId || named) return { entry, task };
    }
  }
  return undefined;
}

/** The same for the same attempt, however often it is decided. */
export function dispatchId(entry: LivePipeline, task: { task: string; attempt: number }): string {
  return `${entry.id}/${task.task}/${task.attempt}`;
}

/** Refuses what no known runner can ever serve, so that nobody waits a day for a label with a typing error. */
export function refuseUnserved(draft: LiveState, now: Seconds): { id: string; code: string; reason: string }[] {
  if (!draft.runners) return [];
  const nodes = joinNodes(draft);
  return draft.pipelines.flatMap((entry) => {
    if (entry.status !== 'queued') return [];
    const placer = findPlacer(placerOf(draft, entry));
    const whole = placer?.reserves === 'pipeline' && placer.name !== 'custom';
    const needs = entry.pipeline.tasks.map((task) =>
      whyUnserved(task, nodes, whole ? largestKb(entry.pipeline) : task.memoryKb),
    );
    const why = needs.find((need) => need !== undefined);
    if (!why) return [];
    end(entry, 'refused', why.reason, now);
    return [{ id: entry.id, ...why }];
  });
}
