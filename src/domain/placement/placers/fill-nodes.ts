// What starts at a moment: no node idles beside a ready task that it suits, save where an accelerator is worth the wait.
import { beginStep, secondsOn, type Board, type Moment } from './board.ts';

export type Filled = { step: number; line: number };

/** The order of the steps, and whether accelerators are kept for those that they help while any is left. */
export type Rule = { order: readonly number[]; keep: boolean };

/** How much of its time a step that an accelerator does not help may overrun the moment at which the accelerator is wanted. */
const overrun = 0.25;
/** An accelerator must be that much sooner to be given to what it does not help. */
const spare = 0.1;

/** Made once for a world in which rules are played to the end, and set back for every moment of it. */
export type Filling = {
  board: Board;
  moment: Moment;
  rule: Rule;
  accelerated: boolean;
  /** When each accelerator has done what was booked on it. */
  next: Float64Array;
  /** When each accelerator is wanted by what is not ready yet. */
  wanted: Float64Array;
  /** 1: a step that waits for an accelerator rather than take a node without. */
  waiting: Uint8Array;
  /** How many nodes each owner has, -1: nothing of it is in the order. */
  nodes: Int32Array;
  /** Steps not begun that an accelerator helps. */
  helpedLeft: number;
  idle: number;
  filled: Filled[];
};

export function openFilling(board: Board, moment: Moment, rule: Rule): Filling {
  const { length } = board.lines;
  return {
    board,
    moment,
    rule,
    accelerated: board.lines.some(({ accelerated }) => accelerated),
    next: new Float64Array(length),
    wanted: new Float64Array(length),
    waiting: new Uint8Array(board.steps.length),
    nodes: new Int32Array(board.owners),
    helpedLeft: 0,
    idle: 0,
    filled: [],
  };
}

/** Starts what starts now, and writes it into the moment. */
export function fillNodes(filling: Filling): Filled[] {
  const { moment, next, wanted, waiting } = filling;
  filling.filled = [];
  filling.idle = 0;
  for (let line = 0; line < next.length; line++) {
    const free = moment.free[line]!;
    if (free <= moment.now) filling.idle++;
    next[line] = Math.max(free, moment.now);
  }
  if (filling.idle === 0) return filling.filled;
  if (filling.accelerated) {
    wanted.fill(Number.POSITIVE_INFINITY);
    waiting.fill(0);
    filling.helpedLeft = 0;
    bookAccelerators(filling);
  }
  fillInOrder(filling);
  return filling.filled;
}

/** First those that are ready, then those whose data is on its way, in order. */
function bookAccelerators(filling: Filling): void {
  const { board, moment, rule } = filling;
  const coming: number[] = [];
  for (const number of rule.order) {
    if (!board.steps[number]!.helped || !Number.isNaN(moment.end[number]!)) continue;
    filling.helpedLeft++;
    const ready = moment.ready[number]!;
    if (ready <= moment.now) book(filling, number);
    else if (!Number.isNaN(ready)) coming.push(number);
  }
  for (const number of coming) book(filling, number);
}

function book(filling: Filling, number: number): void {
  const { board, moment, next, wanted } = filling;
  const ready = Math.max(moment.now, moment.ready[number]!);
  let best = -1;
  let until = Number.POSITIVE_INFINITY;
  let plain = Number.POSITIVE_INFINITY;
  for (let line = 0; line < board.lines.length; line++) {
    if (board.lines[line]!.accelerated) {
      const end = Math.max(next[line]!, ready) + secondsOn(board, moment, number, line);
      if (end < until) [best, until] = [line, end];
    } else if (moment.free[line]! <= moment.now) {
      plain = Math.min(plain, ready + secondsOn(board, moment, number, line));
    }
  }
  if (best === -1 || until > plain) return;
  const from = Math.max(next[best]!, ready);
  if (ready <= moment.now && moment.free[best]! <= moment.now && from <= moment.now) start(filling, number, best);
  else {
    filling.waiting[number] = 1;
    wanted[best] = Math.min(wanted[best]!, from);
  }
  next[best] = until;
}

/** Every ready step in order; an owner at its share of the nodes comes after those below theirs. */
function fillInOrder(filling: Filling): void {
  const { board, rule, nodes } = filling;
  const share = shareNodes(filling);
  const later: number[] = [];
  for (const number of rule.order) {
    if (filling.idle === 0) return;
    if (!isOpen(filling, number)) continue;
    const { owner } = board.jobs[board.steps[number]!.job]!;
    if (nodes[owner]! >= share) later.push(number);
    else if (place(filling, number)) nodes[owner]!++;
  }
  for (const number of later) {
    if (filling.idle === 0) return;
    place(filling, number);
  }
}

function isOpen({ moment, waiting }: Filling, number: number): boolean {
  return moment.ready[number]! <= moment.now && Number.isNaN(moment.end[number]!) && waiting[number] === 0;
}

/** How many nodes an owner may have while others wait: an even part, rounded up. */
function shareNodes({ board, moment, rule, nodes }: Filling): number {
  if (board.owners < 2) return Number.POSITIVE_INFINITY;
  nodes.fill(-1);
  let owners = 0;
  for (const number of rule.order) {
    const { owner } = board.jobs[board.steps[number]!.job]!;
    if (nodes[owner] === -1) {
      owners++;
      nodes[owner] = 0;
    }
    if (moment.end[number]! > moment.now) nodes[owner]!++;
  }
  return owners < 2 ? Number.POSITIVE_INFINITY : Math.ceil(board.lines.length / owners);
}

/** The idle node on which it ends first; of equals the one with the smaller memory. */
function place(filling: Filling, number: number): boolean {
  const { board, moment, rule, wanted } = filling;
  const { helped } = board.steps[number]!;
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let line = 0; line < board.lines.length; line++) {
    if (moment.free[line]! > moment.now) continue;
    const seconds = secondsOn(board, moment, number, line);
    if (seconds === Number.POSITIVE_INFINITY) continue;
    const { node, accelerated } = board.lines[line]!;
    const kept = accelerated && !helped;
    if (kept && rule.keep && filling.helpedLeft > 0 && hasPlainLine(filling, number)) continue;
    if (kept && moment.now + (1 - overrun) * seconds > wanted[line]!) continue;
    const cost = seconds * (kept ? 1 + spare : 1);
    const smaller = best !== -1 && cost === least && node.memory < board.lines[best]!.node.memory;
    if (cost < least || smaller) [best, least] = [line, cost];
  }
  if (best === -1) return false;
  start(filling, number, best);
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
  beginStep(board, moment, [number, line], end);
  filling.next[line] = end;
  filling.idle--;
  if (board.steps[number]!.helped) filling.helpedLeft--;
  filled.push({ step: number, line });
  for (const later of board.steps[number]!.before) {
    if (board.steps[later]!.helped && moment.ready[later]! > moment.now) book(filling, later);
  }
}
