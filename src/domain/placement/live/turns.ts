// Pipelines of several placers on the same nodes: whose turn it is. The oldest that can use a node is served first.
import { dispatchId } from './events.ts';
import { labelsFor } from './nodes.ts';
import { chooseStarts, placeBatch, readyTasks, startPlanned, type LiveStart } from './starts.ts';
import { findReservations, isOver, latest, placerOf, type LiveState, type Seconds } from './state.ts';
import type { Placer } from '../model/placer.ts';
import { findPlacer } from '../placers/placers.ts';
import { Failure } from '../../text/failure.ts';

export type Dispatch = {
  type: 'dispatch';
  id: string;
  pipeline: string;
  task: string;
  attempt: number;
  node: string;
  labels: string[];
};

/** At the end of a window: each placer is given what was submitted to it. */
export function placeQueued(draft: LiveState): void {
  for (const placer of listPlacers(draft)) {
    if (placer.reserves === 'pipeline') placeBatch(draft, placer);
    else admit(draft, placer);
  }
}

/**
 * Where tasks are placed one by one and some are at work, whoever comes is looked at with the next decision: the window gathers what would start
 * together, and nothing more starts before a node is free.
 */
export function admitNewcomers(draft: LiveState): void {
  if (!draft.runners || findReservations(draft).length === 0) return;
  for (const placer of listPlacers(draft)) if (placer.reserves === 'task') admit(draft, placer);
}

function admit(draft: LiveState, placer: Placer): void {
  for (const entry of draft.pipelines)
    if (entry.status === 'queued' && placerOf(draft, entry) === placer.name) entry.status = 'placed';
}

/** Placers with pipelines that are not over, each once. */
function listPlacers(draft: LiveState): Placer[] {
  const open = draft.pipelines.filter((entry) => !isOver(entry));
  return [...new Set(open.map((entry) => placerOf(draft, entry)))].map((name) => {
    const placer = findPlacer(name);
    if (!placer) throw new Failure('placement-placer', `no placer ${name}`);
    return placer;
  });
}

/**
 * Two kinds of turn: all pipelines that were placed as a whole, and those of each placer of single tasks. The turn with the oldest pipeline that
 * wants a node comes first; while that one was placed as a whole, its nodes are given to nobody younger, or it might wait for ever.
 */
export function startInTurn(draft: LiveState, now: Seconds): Dispatch[] {
  const tasks = listPlacers(draft).filter((placer) => placer.reserves === 'task');
  const turns = [undefined, ...tasks].map((placer) => ({ placer, since: oldest(draft, placer?.name) }));
  return turns
    .toSorted((a, b) => (a.since === b.since ? 0 : a.since - b.since))
    .flatMap(({ placer }) => {
      const starts = placer ? chooseStarts(draft, placer, heldByOthers(draft), now) : startPlanned(draft, now);
      return starts.map((start) => dispatch(start, now));
    });
}

/** When the oldest pipeline was submitted that wants a node; the staff's count as older than all. */
function oldest(draft: LiveState, placer: string | undefined): Seconds {
  const wanting = draft.pipelines.filter((entry) => {
    if (placer === undefined) return entry.plan !== undefined && entry.status === 'placed';
    const open = !entry.plan && (entry.status === 'placed' || entry.status === 'running');
    return open && placerOf(draft, entry) === placer && readyTasks(entry).length > 0;
  });
  const since = ({ pipeline }: (typeof wanting)[number]): number =>
    pipeline.priority === 'high' ? 0 : pipeline.submitted;
  return Math.min(...wanting.map(since));
}

function heldByOthers(draft: LiveState): Set<string> {
  const planned = new Set(draft.pipelines.filter((entry) => entry.plan).map(({ id }) => id));
  const held = findReservations(draft).filter(({ pipeline }) => planned.has(pipeline));
  const waiting = draft.pipelines.filter((entry) => entry.status === 'placed');
  const first = waiting.toSorted((a, b) => a.pipeline.submitted - b.pipeline.submitted)[0];
  const next = (first?.plan ?? []).filter(({ task }) => latest(first!, task)?.status !== 'succeeded');
  return new Set([...held, ...next].map(({ node }) => node));
}

function dispatch({ entry, task, at, expected }: LiveStart, now: Seconds): Dispatch {
  const attempt = entry.tasks.filter((before) => before.task === task.name).length + 1;
  const node = at.node.name;
  entry.status = 'running';
  entry.scheduledAt ??= now;
  entry.tasks.push({ task: task.name, node, attempt, status: 'dispatched', dispatchedAt: now, expected });
  const id = dispatchId(entry, { task: task.name, attempt });
  return { type: 'dispatch', id, pipeline: entry.id, task: task.name, attempt, node, labels: labelsFor(at) };
}
