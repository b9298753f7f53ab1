// earliest_finish: list scheduling without idling. The order in which pipelines are served is chosen by playing several to the end.
import type { Situation, Start, TaskPlacer } from '../model/placer.ts';
import { setBoard, type Board, type Moment } from './board.ts';
import { fillNodes, openFilling, type Rule } from './fill-nodes.ts';
import { completeOrder, listOrders, measurePipelines, rankByRule, type Ranked } from './rank-pipelines.ts';
import { chooseRule } from './roll-out.ts';

export const earliestFinish: TaskPlacer = { name: 'earliest_finish', reserves: 'task', choose: chooseStarts };

/** Beyond so many open steps or pairs of one and a node the rules alone decide: playing to the end would take too long. */
const mostOpen = 120;
const mostPairs = 1000;

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
  const rule = (second: readonly Ranked[], keep: boolean): Rule => {
    const order = completeOrder(ranked, second, situation).map((entry) => numbers.get(entry)!);
    return { order, keep };
  };
  const usual = rule(rankByRule(ranked, situation), false);
  let open = 0;
  for (const end of moment.end) if (Number.isNaN(end)) open++;
  if (open > mostOpen || open * board.lines.length > mostPairs || ranked.length < 2) return usual;
  const scarce = board.steps.some(({ helped }) => helped) && board.lines.some(({ accelerated }) => accelerated);
  const orders = [rankByRule(ranked, situation), ...listOrders(ranked)];
  const rules = orders.flatMap((second) =>
    scarce ? [rule(second, false), rule(second, true)] : [rule(second, false)],
  );
  return chooseRule(board, moment, rules);
}
