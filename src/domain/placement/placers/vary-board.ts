// Worlds in which durations scatter: what is known beforehand is never quite what happens, and a choice should hold in either case.
import { copyMoment, readySteps, type Board, type Moment } from './board.ts';
import { startSource } from './draw-random.ts';
import { drawNormal } from '../model/draw-normal.ts';
import { scatter } from '../model/estimate-duration.ts';

export type World = { board: Board; moment: Moment };

/** What is expected, and two worlds that mirror each other: what takes longer in one is over sooner in the other. */
export function listWorlds(board: Board, moment: Moment): World[] {
  const source = startSource(board.steps.length);
  const deviations = board.steps.map(() => scatter * drawNormal(1 - source.draw(), source.draw()));
  const scaled = (side: number): World =>
    scaleWorld(
      board,
      moment,
      deviations.map((deviation) => Math.exp(side * deviation)),
    );
  return [{ board, moment }, scaled(1), scaled(-1)];
}

function scaleWorld(board: Board, from: Moment, factors: readonly number[]): World {
  const moment = copyMoment(from);
  for (const [step, factor] of factors.entries()) {
    const end = moment.end[step]!;
    // NaN: not begun.
    if (!(end > moment.now)) continue;
    const line = moment.on[step]!;
    const later = moment.now + (end - moment.now) * factor;
    if (line !== -1 && moment.free[line] === end) moment.free[line] = later;
    moment.end[step] = later;
  }
  readySteps(board.steps, moment);
  const seconds: Board['seconds'] = (step, line, moved) => board.seconds(step, line, moved) * factors[step]!;
  return { board: { ...board, seconds }, moment };
}
