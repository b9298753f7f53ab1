// Worlds in which durations scatter: what is known beforehand is never quite what happens, and a choice should hold in either case.
import { copyMoment, readySteps, type Board, type Moment } from './board.ts';
import { startSource } from './draw-random.ts';
import { endAt, factorAt } from '../model/expect-end.ts';

export type World = { board: Board; moment: Moment };

/** Pairs of worlds. */
const pairs = 2;

/** What is expected, and pairs of worlds that mirror each other: what takes longer in one is over sooner in the other. */
export function listWorlds(board: Board, moment: Moment): World[] {
  const source = startSource(board.steps.length);
  const worlds: World[] = [{ board, moment }];
  for (let pair = 0; pair < pairs; pair++) {
    const quantiles = board.steps.map(() => Math.min(0.999, Math.max(0.001, source.draw())));
    worlds.push(drawWorld(board, moment, quantiles));
    worlds.push(
      drawWorld(
        board,
        moment,
        quantiles.map((quantile) => 1 - quantile),
      ),
    );
  }
  return worlds;
}

function drawWorld(board: Board, from: Moment, quantiles: readonly number[]): World {
  const moment = copyMoment(from);
  for (const { step, start, end } of board.running) {
    const later = endAt({ start, end }, moment.now, quantiles[step]!);
    const line = moment.on[step]!;
    if (line !== -1) moment.free[line] = later;
    moment.end[step] = later;
  }
  readySteps(board.steps, moment);
  const factors = quantiles.map(factorAt);
  const seconds: Board['seconds'] = (step, line, moved) => board.seconds(step, line, moved) * factors[step]!;
  return { board: { ...board, seconds }, moment };
}
