// earliest_finish: list scheduling. Each task goes where it is expected to end first; what starts now is the head of that plan.
import { isTensorModel } from '../model/estimate-effort.ts';
import { suits, isAccelerated, type Node } from '../model/node.ts';
import type { Task } from '../model/pipeline.ts';
import type { Progress, Situation, Start, TaskPlacer } from '../model/placer.ts';
import { rankPipelines } from './rank-pipelines.ts';

export const earliestFinish: TaskPlacer = { name: 'earliest_finish', reserves: 'task', choose: planStarts };

/** A node's time: busy until `free`, then the reservations of tasks that were served earlier in this plan. */
type Line = { node: Node; free: number; booked: { start: number; end: number }[]; open: boolean };
type Slot = { line: Line; start: number; end: number };

/** Looks at so many tasks per node without finding one to start before it stops looking. */
const patience = 20;

/** Plans pipelines in rank order and returns the tasks whose planned start is now. */
function planStarts(situation: Situation): Start[] {
  const lines = situation.nodes.map(({ node, idle, freeAt }): Line => {
    return { node, free: idle ? situation.now : Math.max(freeAt, situation.now), booked: [], open: idle };
  });
  const starts: Start[] = [];
  let open = lines.filter((line) => line.open).length;
  let looked = 0;
  if (open === 0) return starts;
  for (const { progress } of rankPipelines(situation)) {
    for (const planned of planPipeline(progress, situation, lines)) {
      looked++;
      if (!planned.ready || planned.slot.start > situation.now || !planned.slot.line.open) continue;
      planned.slot.line.open = false;
      starts.push({ pipeline: progress.pipeline.name, task: planned.task.name, node: planned.slot.line.node.name });
      open--;
      looked = 0;
    }
    if (open === 0 || looked > patience * lines.length) break;
  }
  return starts;
}

type Planned = { task: Task; slot: Slot; ready: boolean };

/** Books every task that is not running yet; `ready` ones wait for nothing but a node. */
function planPipeline(progress: Progress, situation: Situation, lines: readonly Line[]): Planned[] {
  const { pipeline, tasks } = progress;
  const planned: Planned[] = [];
  const ends = new Map<string, { end: number; node: string; done: boolean }>();
  for (const [name, state] of tasks) {
    ends.set(name, { ...state, end: state.done ? situation.now : Math.max(state.end, situation.now) });
  }
  for (const task of pipeline.tasks) {
    if (tasks.has(task.name)) continue;
    const before = task.after.map((name) => ends.get(name));
    const from = Math.max(situation.now, ...before.map((state) => state?.end ?? Number.POSITIVE_INFINITY));
    const slot = findSlot({ progress, task, from, sources: before.map((state) => state?.node), situation, lines });
    if (!slot) break;
    book(slot);
    ends.set(task.name, { end: slot.end, node: slot.line.node.name, done: false });
    planned.push({ task, slot, ready: before.every((state) => state?.done === true) });
  }
  return planned;
}

type Wanted = {
  progress: Progress;
  task: Task;
  from: number;
  sources: readonly (string | undefined)[];
  situation: Situation;
  lines: readonly Line[];
};

/** The slot that ends first. A node with an accelerator is left to those it helps unless it is clearly sooner. */
function findSlot(wanted: Wanted): Slot | undefined {
  const { progress, task, from, sources, situation, lines } = wanted;
  const helped = isTensorModel(progress.pipeline.model) && task.kind !== 'preprocessing';
  let best: (Slot & { cost: number }) | undefined;
  for (const line of lines) {
    if (!suits(line.node, task)) continue;
    const moved = sources.some((node) => node !== line.node.name);
    const seconds = situation.estimator.estimate(progress.pipeline, task, line.node, moved);
    const start = findGap(line, from, seconds);
    const spare = !helped && isAccelerated(line.node) ? 0.1 * seconds : 0;
    const cost = start + seconds + spare;
    const same = best !== undefined && cost === best.cost;
    if (!best || cost < best.cost || (same && line.node.memory < best.line.node.memory)) {
      best = { line, start, end: start + seconds, cost };
    }
  }
  return best;
}

/** The first moment from which the node is free for so long. */
function findGap(line: Line, from: number, seconds: number): number {
  let start = Math.max(line.free, from);
  for (const booked of line.booked) {
    if (start + seconds <= booked.start) return start;
    start = Math.max(start, booked.end);
  }
  return start;
}

function book({ line, start, end }: Slot): void {
  const at = line.booked.findIndex((booked) => booked.start > start);
  line.booked.splice(at === -1 ? line.booked.length : at, 0, { start, end });
}
