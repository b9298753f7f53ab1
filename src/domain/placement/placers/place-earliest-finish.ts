// earliest_finish: list scheduling without idling. The order in which pipelines are served is chosen by playing several to the end.
import type { Situation, Start, TaskPlacer } from '../model/placer.ts';
import { setBoard, type Board, type Moment } from './board.ts';
import { fillNodes, openFilling, type Rule } from './fill-nodes.ts';
import { startSource } from './draw-random.ts';
import { completeOrder, listOrders, measurePipelines, rankByRule, type Ranked } from './rank-pipelines.ts';
import { chooseRule } from './roll-out.ts';

export const earliestFinish: TaskPlacer = { name: 'earliest_finish', reserves: 'task', choose: chooseStarts };

/** Beyond so many open steps or pairs of one and a node the rules alone decide: playing to the end would take too long. */
const mostOpen = 120;
const mostPairs = 1000;
/** So many orders near the one by chains, in which a chain counts for up to so much more or less, as a logarithm. */
const nearOrders = 30;
const nearness = 0.3;

function chooseStarts(situation: Situation): Start[] {
  if (!situation.nodes.some(({ idle }) => idle)) return [];
  const ranked = measurePipelines(situation);
  const { board, moment } = setBoard(ranked, situation);
  const rule = findRule(ranked, situation, board, moment);
  return fillNodes(openFilling(board, moment, rule)).map(({ step, line }) => {
    const { task, job } = board.steps[step]!;
    return {
      pipeline: board.jobs[job]!.progress.pipeline.name,
      task: task.name,
      node: board.lines[line]!.node.name,
    };
  });
}

function findRule(ranked: readonly Ranked[], situation: Situation, board: Board, moment: Moment): Rule {
  const numbers = new Map(ranked.map((entry, number) => [entry, number]));
  const order = (second: readonly Ranked[]): number[] =>
    completeOrder(ranked, second, situation).flatMap((entry) => board.jobs[numbers.get(entry)!]!.steps);
  const usual = order(rankByRule(ranked, situation));
  let open = 0;
  for (const end of moment.end) if (Number.isNaN(end)) open++;
  if (open > mostOpen || open * board.lines.length > mostPairs || ranked.length < 2)
    return { order: usual, keep: false };
  const orders = [usual, ...listOrders(ranked).map(order), ...orderByChain(ranked, board)];
  const scarce = board.steps.some(({ helped }) => helped) && board.lines.some(({ accelerated }) => accelerated);
  const keeping = scarce ? [false, true] : [false];
  return chooseRule(
    board,
    moment,
    orders.flatMap((order) => keeping.map((keep) => ({ order, keep }))),
  );
}

/** Every step by the chain that waits for it, whosever it is, and orders near that: the makespan's own, where nobody has to be fair or comes first. */
function orderByChain(ranked: readonly Ranked[], { steps, owners }: Board): number[][] {
  if (owners > 1 || ranked.some(({ tier }) => tier !== 2)) return [];
  const chains = steps.map(({ job, task }) => ranked[job]!.chains.get(task.name)!);
  const orders = [[...steps.keys()].toSorted((one, other) => chains[other]! - chains[one]!)];
  const source = startSource(steps.length);
  for (let count = 0; count < nearOrders; count++) {
    const drawn = chains.map((chain) => chain * Math.exp(nearness * (source.draw() - 0.5)));
    orders.push([...steps.keys()].toSorted((one, other) => drawn[other]! - drawn[one]!));
  }
  return orders;
}
