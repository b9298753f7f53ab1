// What starts at a moment: no node idles beside a ready task that it suits, save where an accelerator is worth the wait.
import { readyAt, secondsOn, type Board, type Moment } from './board.ts';

export type Filled = { step: number; line: number };

/** The order of the jobs, and whether accelerators are kept for the steps that they help while any is left. */
export type Rule = { order: readonly number[]; keep: boolean };

/** How much of its time a step that an accelerator does not help may overrun the moment at which the accelerator is wanted. */
const overrun = 0.25;
/** An accelerator must be that much sooner to be given to what it does not help. */
const spare = 0.1;

type Filling = {
  board: Board;
  moment: Moment;
  rule: Rule;
  /** When each accelerator has done what was booked on it. */
  next: Float64Array;
  /** When each accelerator is wanted by what is not ready yet. */
  wanted: Float64Array;
  /** Steps that wait for an accelerator rather than take a node without. */
  waiting: Set<number>;
  /** Steps not begun that an accelerator helps. */
  helpedLeft: number;
  idle: number;
  filled: Filled[];
};

/** Starts what starts now, and writes it into the moment. */
export function fillNodes(board: Board, moment: Moment, rule: Rule): Filled[] {
  let idle = 0;
  for (const free of moment.free) if (free <= moment.now) idle++;
  if (idle === 0) return [];
  const { length } = board.lines;
  const next = moment.free.map((free) => Math.max(free, moment.now));
  const wanted = new Float64Array(length).fill(Number.POSITIVE_INFINITY);
  const filling = {
    board,
    moment,
    rule,
    next,
    wanted,
    waiting: new Set<number>(),
    helpedLeft: 0,
    idle,
    filled: [],
  };
  if (board.lines.some(({ accelerated }) => accelerated)) bookAccelerators(filling);
  fillInOrder(filling);
  return filling.filled;
}

/** First those that are ready, then those whose data is on its way, in order. */
function bookAccelerators(filling: Filling): void {
  const { board, moment, rule } = filling;
  const coming: number[] = [];
  for (const job of rule.order) {
    for (const number of board.jobs[job]!.steps) {
      if (!board.steps[number]!.helped || !Number.isNaN(moment.end[number]!)) continue;
      filling.helpedLeft++;
      const ready = readyAt(board, moment, number);
      if (ready <= moment.now) book(filling, number, ready);
      else if (!Number.isNaN(ready)) coming.push(number);
    }
  }
  for (const number of coming) book(filling, number, readyAt(board, moment, number));
}

function book(filling: Filling, number: number, ready: number): void {
  const { board, moment, next, wanted } = filling;
  let best: { line: number; from: number; until: number } | undefined;
  let plain = Number.POSITIVE_INFINITY;
  for (const [line, { accelerated }] of board.lines.entries()) {
    if (accelerated) {
      const from = Math.max(next[line]!, ready);
      const until = from + secondsOn(board, moment, number, line);
      if (!best || until < best.until) best = { line, from, until };
    } else if (moment.free[line]! <= moment.now) {
      plain = Math.min(plain, ready + secondsOn(board, moment, number, line));
    }
  }
  if (!best || best.until === Number.POSITIVE_INFINITY || best.until > plain) return;
  const { line, from, until } = best;
  if (ready <= moment.now && moment.free[line]! <= moment.now && from <= moment.now) start(filling, number, line);
  else {
    filling.waiting.add(number);
    wanted[line] = Math.min(wanted[line]!, from);
  }
  next[line] = until;
}

/** Every ready step in order; an owner at its share of the nodes comes after those below theirs. */
function fillInOrder(filling: Filling): void {
  const { board, rule } = filling;
  const share = shareNodes(filling);
  const later: number[] = [];
  for (const job of rule.order) {
    if (filling.idle === 0) return;
    const { owner, steps } = board.jobs[job]!;
    for (const number of steps) {
      if (!isOpen(filling, number)) continue;
      if (share.isFull(owner)) later.push(number);
      else if (place(filling, number)) share.add(owner);
    }
  }
  for (const number of later) {
    if (filling.idle === 0) return;
    place(filling, number);
  }
}

function isOpen({ board, moment, waiting }: Filling, number: number): boolean {
  if (!Number.isNaN(moment.end[number]!) || waiting.has(number)) return false;
  return readyAt(board, moment, number) <= moment.now;
}

type Share = { isFull: (owner: string) => boolean; add: (owner: string) => void };
const everything: Share = { isFull: () => false, add: () => undefined };

/** How many nodes an owner may have while others wait: an even part, rounded up. */
function shareNodes({ board, moment, rule }: Filling): Share {
  if (board.owners < 2) return everything;
  const running = new Map<string, number>();
  const add = (owner: string, count = 1): void => void running.set(owner, (running.get(owner) ?? 0) + count);
  for (const job of rule.order) {
    const { owner, steps } = board.jobs[job]!;
    let busy = 0;
    for (const number of steps) if (moment.end[number]! > moment.now) busy++;
    add(owner, busy);
  }
  const part = Math.ceil(board.lines.length / Math.max(1, running.size));
  return { isFull: (owner) => running.size > 1 && (running.get(owner) ?? 0) >= part, add };
}

/** The idle node on which it ends first; of equals the one with the smaller memory. */
function place(filling: Filling, number: number): boolean {
  const { board, moment, rule, wanted } = filling;
  const { helped } = board.steps[number]!;
  let best: { line: number; cost: number } | undefined;
  for (const [line, { node, accelerated }] of board.lines.entries()) {
    if (moment.free[line]! > moment.now) continue;
    const seconds = secondsOn(board, moment, number, line);
    if (seconds === Number.POSITIVE_INFINITY) continue;
    const kept = accelerated && !helped;
    if (kept && rule.keep && filling.helpedLeft > 0 && hasPlainLine(filling, number)) continue;
    if (kept && moment.now + (1 - overrun) * seconds > wanted[line]!) continue;
    const cost = seconds * (kept ? 1 + spare : 1);
    const smaller = best !== undefined && cost === best.cost && node.memory < board.lines[best.line]!.node.memory;
    if (!best || cost < best.cost || smaller) best = { line, cost };
  }
  if (!best) return false;
  start(filling, number, best.line);
  return true;
}

/** Whether it can run without an accelerator at all: else keeping them would keep it, and what waits for it, out for ever. */
function hasPlainLine({ board, moment }: Filling, number: number): boolean {
  return board.lines.some(
    ({ accelerated }, line) => !accelerated && secondsOn(board, moment, number, line) < Number.POSITIVE_INFINITY,
  );
}

function start(filling: Filling, number: number, line: number): void {
  const { board, moment, filled } = filling;
  const end = moment.now + secondsOn(board, moment, number, line);
  moment.end[number] = end;
  moment.on[number] = line;
  moment.free[line] = end;
  filling.idle--;
  if (board.steps[number]!.helped) filling.helpedLeft--;
  filled.push({ step: number, line });
  for (const later of board.steps[number]!.before) {
    if (!board.steps[later]!.helped) continue;
    const ready = readyAt(board, moment, later);
    if (ready > moment.now) book(filling, later, ready);
  }
}
