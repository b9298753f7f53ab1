// Which rule to follow now: each is played to the end in worlds around what is expected, and the one that ends best on average is taken.
import { copyMoment, resetMoment, type Board, type Moment } from './board.ts';
import { fillNodes, openFilling, type Filling, type Rule } from './fill-nodes.ts';
import { listWorlds, type World } from './vary-board.ts';

type Outcome = { makespan: number; turnaround: number };

/** How much the mean turnaround counts beside the makespan. */
const patience = 0.5;

/** The first of the best rules, by makespan and turnaround together, each against the best that was seen. */
export function chooseRule(board: Board, moment: Moment, all: readonly Rule[]): Rule {
  // What is over has no place in an order any more: without it, many are the same.
  const left = all.map(({ keep, order }) => ({
    keep,
    order: order.filter((step) => !(moment.end[step]! <= moment.now)),
  }));
  const rules = [...new Map(left.map((rule) => [`${rule.keep} ${rule.order.join(' ')}`, rule])).values()];
  // Whatever comes later is decided later, by what will have happened then.
  if (new Set(rules.map((rule) => startNow(board, moment, rule))).size < 2) return rules[0]!;
  const stages = listWorlds(board, moment).map(setStage);
  const played = rules.map((rule) => ({ rule, ...playOut(stages, rule) }));
  const least = (key: keyof Outcome): number => Math.max(1, Math.min(...played.map((entry) => entry[key])));
  const [makespan, turnaround] = [least('makespan'), least('turnaround')];
  const cost = (entry: Outcome): number => entry.makespan / makespan + (patience * entry.turnaround) / turnaround;
  let best = played[0]!;
  for (const entry of played) if (cost(entry) < cost(best) - 1e-9) best = entry;
  return best.rule;
}

/** What would start at this moment, as a text to compare by. */
function startNow(board: Board, moment: Moment, rule: Rule): string {
  const starts = fillNodes(openFilling(board, copyMoment(moment), rule));
  return starts
    .map(({ step, line }) => `${step} ${line}`)
    .toSorted()
    .join(', ');
}

/** A world with what playing it takes: `left` steps of each job not begun, now and at the beginning. */
type Stage = { from: Moment; filling: Filling; left: Int32Array; leftAtFirst: Int32Array };

function setStage({ board, moment: from }: World): Stage {
  const counts = board.jobs.map(({ steps }) => steps.filter((step) => Number.isNaN(from.end[step]!)).length);
  const leftAtFirst = Int32Array.from(counts);
  const filling = openFilling(board, copyMoment(from), { order: [], keep: false });
  return { from, filling, left: leftAtFirst.slice(), leftAtFirst };
}

function playOut(stages: readonly Stage[], rule: Rule): Outcome {
  const sum: Outcome = { makespan: 0, turnaround: 0 };
  for (const stage of stages) {
    const { makespan, turnaround } = rollOut(stage, rule);
    sum.makespan += makespan / stages.length;
    sum.turnaround += turnaround / stages.length;
  }
  return sum;
}

function rollOut({ from, filling, left, leftAtFirst }: Stage, rule: Rule): Outcome {
  const { board, moment } = filling;
  resetMoment(moment, from);
  left.set(leftAtFirst);
  filling.rule = rule;
  while (moment.now < Number.POSITIVE_INFINITY) {
    let begun = false;
    for (const { step } of fillNodes(filling)) if (--left[board.steps[step]!.job]! === 0) begun = true;
    // What is all under way needs no more looking at, but its owner still has what it runs: that is little, and only a guess is made here.
    if (begun)
      filling.rule = { ...rule, order: filling.rule.order.filter((step) => left[board.steps[step]!.job]! > 0) };
    if (filling.rule.order.length === 0) break;
    moment.now = nextEnd(moment);
  }
  return measure(board, moment, from.now);
}

function nextEnd({ now, free }: Moment): number {
  let next = Number.POSITIVE_INFINITY;
  for (let line = 0; line < free.length; line++) {
    const at = free[line]!;
    if (at > now && at < next) next = at;
  }
  return next;
}

/** Steps that never started, since nothing that is there suits them, count for nobody. */
function measure({ jobs }: Board, { end }: Moment, now: number): Outcome {
  let makespan = 0;
  let sum = 0;
  for (const { steps, progress } of jobs) {
    let last = now;
    for (const step of steps) if (end[step]! > last) last = end[step]!;
    makespan = Math.max(makespan, last - now);
    sum += last - Math.min(now, progress.pipeline.submitted);
  }
  return { makespan, turnaround: sum / Math.max(1, jobs.length) };
}
