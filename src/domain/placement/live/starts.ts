// Which tasks start now, live: the same placers as in the simulator, on the stored queue.
import { learnFactors, startEstimator, type Estimator } from '../model/estimate-duration.ts';
import { joinNodes, type LiveNode } from './nodes.ts';
import { inTurn, usageOf } from './shares.ts';
import {
  findReservations,
  isActive,
  isOver,
  latest,
  placerOf,
  type LivePipeline,
  type LiveState,
  type Seconds,
} from './state.ts';
import type { Task } from '../model/pipeline.ts';
import { countAssignments, type BatchPlacer, type Begun, type Situation, type TaskPlacer } from '../model/placer.ts';

export type LiveStart = { entry: LivePipeline; task: Task; at: LiveNode; expected: number };

function startLiveEstimator(draft: LiveState, nodes: readonly LiveNode[]): Estimator {
  const known = nodes.map(({ node }) => node);
  return startEstimator(known, learnFactors(draft.observations));
}

/** Places what was gathered in the window; what cannot be placed at this moment stays queued for the next. */
export function placeBatch(draft: LiveState, placer: BatchPlacer): void {
  const queued = draft.pipelines.filter((entry) => entry.status === 'queued' && placerOf(draft, entry) === placer.name);
  const nodes = joinNodes(draft)
    .filter(({ runner }) => runner.online)
    .map(({ node }) => node);
  const batch = queued.map((entry) => entry.pipeline);
  const { memory, settings } = draft;
  const assignments = countAssignments(listAssigned(draft));
  const answer = placer.place({ batch, nodes, memory, assignments, heuristics: settings.heuristics });
  draft.memory = answer.memory;
  const byId = new Map(queued.map((entry) => [entry.id, entry]));
  const order = answer.placed.flatMap(({ pipeline, tasks }) => {
    const entry = byId.get(pipeline);
    if (!entry) return [];
    entry.plan = tasks;
    entry.status = 'placed';
    return [entry];
  });
  // The list is scanned in order: those placed in this batch come after those that waited, in the placer's order.
  const placed = new Set(order);
  draft.pipelines = [...draft.pipelines.filter((entry) => !placed.has(entry)), ...order];
}

/** The node of every task that is planned and not over. */
function listAssigned(draft: LiveState): string[] {
  return draft.pipelines
    .filter((entry) => !isOver(entry))
    .flatMap((entry) => (entry.plan ?? []).filter(({ task }) => latest(entry, task)?.status !== 'succeeded'))
    .map(({ node }) => node);
}

/** The waiting list in turn: every pipeline whose nodes are all free starts; those running go on with what is ready. */
export function startPlanned(draft: LiveState, now: Seconds): LiveStart[] {
  const nodes = new Map(joinNodes(draft).map((entry) => [entry.node.name, entry]));
  const estimator = startLiveEstimator(draft, [...nodes.values()]);
  const holder = new Map(findReservations(draft).map(({ node, pipeline }) => [node, pipeline]));
  const starts: LiveStart[] = [];
  const planned = (status: LivePipeline['status']): LivePipeline[] =>
    draft.pipelines.filter((entry) => entry.plan && entry.status === status);
  for (const entry of [...planned('running'), ...inTurn(draft, planned('placed'), now)]) {
    const plan = entry.plan ?? [];
    const wanted = new Set(
      plan.filter(({ task }) => latest(entry, task)?.status !== 'succeeded').map(({ node }) => node),
    );
    const free = [...wanted].every((node) => isFree(nodes.get(node), holder.get(node), entry.id));
    if (entry.status === 'placed' && !free) continue;
    if (entry.status === 'placed') for (const node of wanted) holder.set(node, entry.id);
    starts.push(...startReady(entry, nodes, estimator, starts));
  }
  return starts;
}

function isFree(at: LiveNode | undefined, holder: string | undefined, id: string): boolean {
  return at !== undefined && at.runner.online && (holder === id || (holder === undefined && !at.runner.busy));
}

function startReady(
  entry: LivePipeline,
  nodes: ReadonlyMap<string, LiveNode>,
  estimator: Estimator,
  before: readonly LiveStart[],
): LiveStart[] {
  const taken = new Set(entry.tasks.filter(isActive).map(({ node }) => node));
  for (const start of before) taken.add(start.at.node.name);
  return readyTasks(entry).flatMap((task) => {
    const at = nodes.get(entry.plan?.find((planned) => planned.task === task.name)?.node ?? '');
    if (!at || !at.runner.online || taken.has(at.node.name)) return [];
    taken.add(at.node.name);
    return [
      {
        entry,
        task,
        at,
        expected: estimator.estimate(entry.pipeline, task, at.node, isMoved(entry, task, at.node.name)),
      },
    ];
  });
}

export function readyTasks(entry: LivePipeline): Task[] {
  return entry.pipeline.tasks.filter((task) => {
    const own = latest(entry, task.name);
    const open = own === undefined || own.status === 'lost';
    return open && task.after.every((name) => latest(entry, name)?.status === 'succeeded');
  });
}

function isMoved(entry: LivePipeline, task: Task, node: string): boolean {
  return task.after.some((name) => latest(entry, name)?.node !== node);
}

/** Every ready task and idle runner, decided again. `held` are nodes that pipelines of other placers have or are next to have. */
export function chooseStarts(
  draft: LiveState,
  placer: TaskPlacer,
  held: ReadonlySet<string>,
  now: Seconds,
): LiveStart[] {
  const nodes = joinNodes(draft).filter(({ runner }) => runner.online);
  const byName = new Map(nodes.map((entry) => [entry.node.name, entry]));
  const open = draft.pipelines.filter(
    (entry) =>
      !entry.plan &&
      (entry.status === 'placed' || entry.status === 'running') &&
      placerOf(draft, entry) === placer.name,
  );
  const estimator = startLiveEstimator(draft, joinNodes(draft));
  const situation: Situation = {
    now,
    nodes: nodes.map((at) => ({ node: at.node, ...availability(draft, at, held, now) })),
    pipelines: open.map((entry) => ({ pipeline: entry.pipeline, tasks: progress(entry) })),
    estimator,
    usage: usageOf(draft, now),
  };
  return placer.choose(situation).flatMap((start) => {
    const entry = open.find(({ id }) => id === start.pipeline);
    const task = entry?.pipeline.tasks.find(({ name }) => name === start.task);
    const at = byName.get(start.node);
    if (!entry || !task || !at) return [];
    return [
      {
        entry,
        task,
        at,
        expected: estimator.estimate(entry.pipeline, task, at.node, isMoved(entry, task, start.node)),
      },
    ];
  });
}

/** A runner that is busy with someone else's job is expected back within five minutes. */
const foreign = 300;

function availability(
  draft: LiveState,
  { node, runner }: LiveNode,
  held: ReadonlySet<string>,
  now: Seconds,
): { idle: boolean; freeAt: number } {
  const ends = draft.pipelines.flatMap((entry) =>
    entry.tasks
      .filter((task) => isActive(task) && task.node === node.name)
      .map((task) => (task.startedAt ?? task.dispatchedAt) + task.expected),
  );
  if (ends.length > 0) return { idle: false, freeAt: Math.max(now, ...ends) };
  return runner.busy || held.has(node.name) ? { idle: false, freeAt: now + foreign } : { idle: true, freeAt: now };
}

function progress(entry: LivePipeline): Map<string, Begun> {
  const tasks = new Map<string, Begun>();
  for (const task of entry.tasks) {
    if (task.status === 'lost') tasks.delete(task.task);
    else {
      const start = task.startedAt ?? task.dispatchedAt;
      const end = task.endedAt ?? start + task.expected;
      tasks.set(task.task, { node: task.node, start, end, done: task.status === 'succeeded' });
    }
  }
  return tasks;
}
