// What is known of the runners: as GitHub lists them, and as the jobs on them say in between.
import {
  isActive,
  isOver,
  type LiveRunner,
  type LiveState,
  type LiveTask,
  type RunnerView,
  type Seconds,
} from './state.ts';

/** A run that must not go on. */
export type Stop = { runId: number; reason: string };

/** For so many seconds after a task of ours a runner that is listed as busy counts as free. */
const lingers = 30;

export function listRunners(draft: LiveState, runners: readonly RunnerView[], at: Seconds): Stop[] {
  const before = new Map((draft.runners ?? []).map((runner) => [runner.name, runner]));
  const listed = new Set(runners.map(({ name }) => name));
  // A runner that left the list is remembered as offline until its task is given up.
  const gone = [...before.values()].filter(({ name }) => !listed.has(name) && holdsTask(draft, name));
  draft.runners = [
    ...runners.map((runner) => listRunner(runner, before.get(runner.name), at)),
    ...gone.map((runner) => ({ ...runner, online: false })),
  ];
  return [];
}

/** Just after its job it is listed as busy still, and the list may be older than the end: else it would idle until the next look. */
function listRunner(runner: RunnerView, before: LiveRunner | undefined, at: Seconds): LiveRunner {
  const seen = runner.online ? at : (before?.seen ?? at);
  const freed = before?.freed;
  if (freed === undefined || at - freed >= lingers) return { ...runner, seen };
  return { ...runner, busy: false, seen, freed };
}

function holdsTask(draft: LiveState, name: string): boolean {
  return draft.pipelines.some(
    (entry) => !isOver(entry) && entry.tasks.some((task) => isActive(task) && task.node === name),
  );
}

/** Its tasks are lost; they are dispatched again elsewhere while attempts are left. */
export function loseRunner(draft: LiveState, name: string): Stop[] {
  const stops: Stop[] = [];
  for (const runner of draft.runners ?? []) if (runner.name === name) Object.assign(runner, { online: false, seen: 0 });
  for (const entry of draft.pipelines) {
    for (const task of entry.tasks) {
      if (isActive(task) && task.node === name) stops.push(...loseTask(task, `runner ${name} was lost`));
    }
  }
  return stops;
}

export function loseTask(task: LiveTask, reason: string): Stop[] {
  task.status = 'lost';
  return task.runId === undefined ? [] : [{ runId: task.runId, reason }];
}

export function takeRunner(draft: LiveState, name: string): void {
  for (const runner of draft.runners ?? []) {
    if (runner.name !== name) continue;
    runner.busy = true;
    delete runner.freed;
  }
}

/** The list of runners is read now and then; a job's own events are newer. */
export function freeRunner(draft: LiveState, name: string, at: Seconds): void {
  for (const runner of draft.runners ?? []) if (runner.name === name) Object.assign(runner, { busy: false, freed: at });
}
