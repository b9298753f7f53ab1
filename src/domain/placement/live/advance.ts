// The live placement: stored state, events and the time → new state and what to do. Pure; a restart changes nothing.
import { applyEvent, end, refuseUnserved, type LiveEvent } from './events.ts';
import { loseRunner, loseTask, type Stop } from './runners.ts';
import { reportPipelines, type Report } from './report.ts';
import { refuseOverLimit } from './shares.ts';
import { admitNewcomers, placeQueued, startInTurn, type Dispatch } from './turns.ts';
import {
  findReservations,
  isActive,
  isOver,
  isWaiting,
  type LivePipeline,
  type LiveState,
  type Seconds,
} from './state.ts';

/** What to do outside. Every id is the same when the same decision is made again, so that carrying it out twice can be avoided. */
export type LiveAction =
  | Dispatch
  | { type: 'refuse'; id: string; code: string; reason: string }
  | { type: 'stop'; runId: number; reason: string }
  | { type: 'release'; node: string; pipeline: string }
  | { type: 'report'; id: string; report: Report }
  | { type: 'sample'; kind: 'update' | 'new_window'; running: number; waiting: number };

/** Applies the events in order, then decides once. The given state is not changed. */
export function decide(
  state: LiveState,
  events: readonly LiveEvent[],
  now: Date,
): { state: LiveState; actions: LiveAction[] } {
  const at = now.getTime() / 1000;
  const draft = structuredClone(state);
  const before = findReservations(draft);
  const stops: Stop[] = events.flatMap((event) => applyEvent(draft, event));
  stops.push(...giveUpSilent(draft, at));
  const refused = [...refuseUnserved(draft, at), ...refuseOverLimit(draft, at)];
  admitNewcomers(draft);
  const opened = openWindow(draft, at);
  if (opened) placeQueued(draft);
  const dispatches = startInTurn(draft, at);
  const held = new Set(findReservations(draft).map(({ node, pipeline }) => `${node}\n${pipeline}`));
  const released = new Map(before.map(({ node, pipeline }) => [`${node}\n${pipeline}`, { node, pipeline }]));
  for (const key of held) released.delete(key);
  const actions: LiveAction[] = [
    ...stops.map((stop) => ({ type: 'stop' as const, ...stop })),
    ...refused.map((refusal) => ({ type: 'refuse' as const, ...refusal })),
    ...[...released.values()].map((freed) => ({ type: 'release' as const, ...freed })),
    ...dispatches,
    ...(opened ? [sample(draft, 'new_window')] : []),
    ...(events.length > 0 || opened ? [sample(draft, 'update')] : []),
    ...reportPipelines(draft, at).map((entry) => ({ type: 'report' as const, ...entry })),
  ];
  return { state: draft, actions };
}

/** When `decide` should be called next although nothing happens; undefined when only events matter. */
export function nextWake(state: LiveState, now: Date): Date | undefined {
  const { pickupWithin, lostAfter } = state.settings;
  const times = state.windowAt === undefined ? [] : [state.windowAt];
  const seen = new Map((state.runners ?? []).map((runner) => [runner.name, runner]));
  for (const entry of state.pipelines.filter((other) => !isOver(other))) {
    const active = entry.tasks.filter(isActive);
    for (const task of active) if (task.status === 'dispatched') times.push(task.dispatchedAt + pickupWithin);
    for (const { node } of [...active, ...(entry.plan ?? [])]) {
      const runner = seen.get(node);
      if (runner && !runner.online) times.push(runner.seen + lostAfter);
    }
  }
  const coming = times.map((time) => Math.ceil(time * 1000)).filter((time) => time > now.getTime());
  return coming.length > 0 ? new Date(Math.min(...coming)) : undefined;
}

/** Lost runners, jobs nobody picked up, and tasks that were tried often enough. */
function giveUpSilent(draft: LiveState, at: Seconds): Stop[] {
  const { lostAfter, pickupWithin, attempts } = draft.settings;
  const silent = (draft.runners ?? []).filter((runner) => !runner.online && at - runner.seen >= lostAfter);
  const stops = silent.flatMap((runner) => loseRunner(draft, runner.name));
  const there = new Set(
    draft.runners?.filter(({ online, seen }) => online || at - seen < lostAfter).map(({ name }) => name),
  );
  for (const entry of draft.pipelines.filter((other) => !isOver(other))) {
    for (const task of entry.tasks) {
      const late = task.status === 'dispatched' && at - task.dispatchedAt >= pickupWithin;
      if (late) stops.push(...loseTask(task, `no runner took task ${task.task} within ${pickupWithin} s`));
    }
    const tried = entry.tasks.find((task) => task.status === 'lost' && task.attempt >= attempts);
    if (tried) stops.push(...end(entry, 'failed', `task ${tried.task} was lost ${attempts} times with its runner`, at));
    else if (draft.runners) replan(entry, there);
  }
  return stops;
}

/** A plan that names a runner which is gone permanently is replaced in the next batch. */
function replan(entry: LivePipeline, there: ReadonlySet<string>): void {
  if (!entry.plan) return;
  const left = entry.plan.filter(
    ({ task }) => !entry.tasks.some((done) => done.task === task && done.status === 'succeeded'),
  );
  if (left.every(({ node }) => there.has(node)) || entry.tasks.some(isActive)) return;
  delete entry.plan;
  entry.status = 'queued';
}

/** Opens a window for the first submission that waits; true when one has just closed. */
function openWindow(draft: LiveState, at: Seconds): boolean {
  const queued = draft.pipelines.some((entry) => entry.status === 'queued');
  if (!queued || !draft.runners) {
    delete draft.windowAt;
    return false;
  }
  draft.windowAt ??= at + draft.settings.window;
  if (at < draft.windowAt) return false;
  delete draft.windowAt;
  return true;
}

function sample(draft: LiveState, kind: 'update' | 'new_window'): LiveAction {
  const running = draft.pipelines.filter((entry) => entry.status === 'running').length;
  const waiting = draft.pipelines.filter(isWaiting).length;
  return { type: 'sample', kind, running, waiting };
}
