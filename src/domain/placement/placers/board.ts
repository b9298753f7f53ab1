// What earliest_finish decides on: every task that is left as a step, every node as a line, and how far all of it is.
import { ownerOf } from '../model/fair-share.ts';
import { endAt } from '../model/expect-end.ts';
import { isAccelerated, suits, type Node } from '../model/node.ts';
import type { Task } from '../model/pipeline.ts';
import type { Progress, Situation } from '../model/placer.ts';
import { gainsByAccelerator, type Ranked } from './rank-pipelines.ts';

/** `after` and `before` are the numbers of the steps it waits for, and of those that wait for it. */
export type Step = { task: Task; job: number; after: number[]; before: number[]; helped: boolean };
export type Line = { node: Node; accelerated: boolean };
/** `owner`: a number. `steps`: those that the longest chain waits for come first. */
export type Job = { progress: Progress; owner: number; steps: number[] };

/** The same for a whole decision. */
export type Board = {
  steps: readonly Step[];
  jobs: readonly Job[];
  lines: readonly Line[];
  /** Steps at work, with the moments at which they began and were expected to end. */
  running: readonly { step: number; start: number; end: number }[];
  /** How many owners have a part in it. */
  owners: number;
  /** Seconds of a step on a line, Infinity where it does not suit; `moved` when its data comes from elsewhere. */
  seconds: (step: number, line: number, moved: boolean) => number;
};

/**
 * How far it is: `end` of each step (NaN: not started), the line it is `on` (-1: none), when everything it waits for is over (NaN while something
 * of that has not begun), and when each line is free.
 */
export type Moment = { now: number; end: Float64Array; on: Int32Array; ready: Float64Array; free: Float64Array };

export function setBoard(ranked: readonly Ranked[], situation: Situation): { board: Board; moment: Moment } {
  const { now } = situation;
  const lines = situation.nodes.map(({ node }): Line => ({ node, accelerated: isAccelerated(node) }));
  const byName = new Map(lines.map(({ node }, index) => [node.name, index]));
  const steps: Step[] = [];
  const jobs: Job[] = [];
  const end: number[] = [];
  const on: number[] = [];
  const running: { step: number; start: number; end: number }[] = [];
  const owners = new Map<string, number>();
  for (const { progress, chains } of ranked) {
    const numbers = new Map<string, number>();
    for (const task of progress.pipeline.tasks) {
      const number = steps.length;
      numbers.set(task.name, number);
      const after = task.after.map((name) => numbers.get(name)!);
      for (const earlier of after) steps[earlier]!.before.push(number);
      const helped = gainsByAccelerator(progress.pipeline, task, situation);
      steps.push({ task, job: jobs.length, after, before: [], helped });
      const state = progress.tasks.get(task.name);
      const at = state && !state.done ? { start: state.start ?? now, end: state.end } : undefined;
      if (at) running.push({ step: number, ...at });
      end.push(at ? endAt(at, now) : state ? Math.min(state.end, now) : Number.NaN);
      on.push(state ? (byName.get(state.node) ?? -1) : -1);
    }
    const order = [...numbers].toSorted(([one], [other]) => chains.get(other)! - chains.get(one)!);
    const name = ownerOf(progress.pipeline);
    const owner = owners.get(name) ?? owners.size;
    owners.set(name, owner);
    jobs.push({ progress, owner, steps: order.map(([, number]) => number) });
  }
  const free = situation.nodes.map(({ idle, freeAt }) => (idle ? now : Math.max(freeAt, now + 1)));
  for (const { step } of running) if (on[step] !== -1) free[on[step]!] = end[step]!;
  const seconds = rememberSeconds({ steps, jobs, lines }, situation);
  const moment = {
    now,
    end: Float64Array.from(end),
    on: Int32Array.from(on),
    ready: new Float64Array(steps.length),
    free: Float64Array.from(free),
  };
  readySteps(steps, moment);
  return { board: { steps, jobs, lines, running, owners: owners.size, seconds }, moment };
}

/** Estimated once, when it is asked for: most steps of a long queue are not looked at. */
function rememberSeconds(
  { steps, jobs, lines }: Pick<Board, 'steps' | 'jobs' | 'lines'>,
  situation: Situation,
): Board['seconds'] {
  const known = steps.map((): Float64Array | undefined => undefined);
  return (number, line, moved) => {
    const values = (known[number] ??= new Float64Array(2 * lines.length).fill(-1));
    const at = 2 * line + Number(moved);
    if (values[at] === -1) {
      const { task, job } = steps[number]!;
      const { pipeline } = jobs[job]!.progress;
      const { node } = lines[line]!;
      values[at] = suits(node, task)
        ? situation.estimator.estimate(pipeline, task, node, moved)
        : Number.POSITIVE_INFINITY;
    }
    return values[at]!;
  };
}

export function copyMoment({ now, end, on, ready, free }: Moment): Moment {
  return { now, end: end.slice(), on: on.slice(), ready: ready.slice(), free: free.slice() };
}

/** The same without new memory: playing to the end is begun thousands of times. */
export function resetMoment(moment: Moment, { now, end, on, ready, free }: Moment): void {
  moment.now = now;
  moment.end.set(end);
  moment.on.set(on);
  moment.ready.set(ready);
  moment.free.set(free);
}

/** Works out anew when every step is ready. */
export function readySteps(steps: readonly Step[], moment: Moment): void {
  for (const [number, { after }] of steps.entries()) moment.ready[number] = readyAt(after, moment);
}

/** A step begins on a line: those that wait for it may know now when they are ready. */
export function beginStep({ steps }: Board, moment: Moment, [number, line]: [number, number], end: number): void {
  moment.end[number] = end;
  moment.on[number] = line;
  moment.free[line] = end;
  for (const later of steps[number]!.before) moment.ready[later] = readyAt(steps[later]!.after, moment);
}

function readyAt(after: readonly number[], { end, now }: Moment): number {
  let at = now;
  for (const earlier of after) {
    const other = end[earlier]!;
    if (Number.isNaN(other)) return Number.NaN;
    if (other > at) at = other;
  }
  return at;
}

/** Seconds of a step on a line, given where its data is. */
export function secondsOn(board: Board, { on }: Moment, number: number, line: number): number {
  for (const earlier of board.steps[number]!.after) {
    if (on[earlier] !== line) return board.seconds(number, line, true);
  }
  return board.seconds(number, line, false);
}
