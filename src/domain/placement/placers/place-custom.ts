// custom: the published placer. Shortest pipeline first, then a node per task by kind and model.
import { findRule, type Heuristics, type Rule } from '../model/heuristics.ts';
import { suits, isAccelerated, type Node } from '../model/node.ts';
import { isTensorModel } from '../model/estimate-effort.ts';
import type { Pipeline, Task } from '../model/pipeline.ts';
import { leastBy, placeEach, type BatchPlacer, type PickNode } from '../model/placer.ts';

export const custom: BatchPlacer = {
  name: 'custom',
  reserves: 'pipeline',
  place: (request) => {
    const shortestFirst = request.batch.toSorted((a, b) => a.effort - b.effort);
    const candidates = listCandidates(request.nodes);
    return placeEach(request, shortestFirst, taskKb, (asked) => pickByKind(asked, request.heuristics, candidates));
  },
};

const taskKb = (_pipeline: Pipeline, task: Task): number => task.memoryKb;

type Asked = Parameters<PickNode>[0];

/** The nodes for preprocessing and for a rule, sorted. The same for a whole batch, so each list is made once. */
type Candidates = { preprocessing: readonly Node[]; of: (rule: Rule) => readonly Node[] };

function listCandidates(nodes: readonly Node[]): Candidates {
  const lists = new Map<Rule, Node[]>();
  const smaller = nodes.filter((node) => ['low', 'med', 'high-cpu'].includes(node.worker_type));
  return {
    preprocessing: smaller.toSorted((a, b) => a.memory - b.memory),
    of: (rule) => {
      const list = lists.get(rule) ?? nodes.filter((node) => matches(node, rule)).toSorted(compareBy(rule));
      lists.set(rule, list);
      return list;
    },
  };
}

function pickByKind(asked: Asked, heuristics: Heuristics, candidates: Candidates): Node | undefined {
  const { pipeline, task } = asked;
  if (task.kind === 'preprocessing')
    return pickForPreprocessing(asked, candidates.preprocessing) ?? pickFallback(asked);
  if (task.kind === 'evaluation') {
    return pickByRule(asked, candidates.of(findRule(heuristics.evaluation, pipeline.model)));
  }
  const rule = findRule(heuristics.training, pipeline.model);
  return isTensorModel(pipeline.model) ? pickForTensors(asked, rule) : pickByRule(asked, candidates.of(rule));
}

/** The smallest adequate memory first, then fewest assignments. */
function pickForPreprocessing({ task, count }: Asked, sorted: readonly Node[]): Node | undefined {
  const candidates = sorted.filter((node) => suits(node, task));
  return leastBy(candidates, count);
}

/** Among the candidates the pipeline already sits on, or else among all: the one with fewest assignments. */
function pickByRule(asked: Asked, sorted: readonly Node[]): Node | undefined {
  const { task, earlier, count } = asked;
  const candidates = sorted.filter((node) => suits(node, task));
  const same = candidates.filter((node) => earlier.includes(node.name));
  return leastBy(same, count) ?? leastBy(candidates, count) ?? pickFallback(asked);
}

/** An accelerator is worth three assignments. Of equals the one with fewer assignments wins, then the first. */
function pickForTensors(asked: Asked, rule: Rule): Node | undefined {
  const { task, nodes, count } = asked;
  const candidates = nodes.filter((node) => matches(node, rule) && suits(node, task));
  const score = (node: Node): number => (isAccelerated(node) ? 3 : 0) - count(node);
  const best = Math.max(...candidates.map(score));
  const equals = candidates.filter((node) => score(node) === best);
  return leastBy(equals, count) ?? pickFallback(asked);
}

/** Nothing suits: stay where the pipeline already is, else the least loaded large node, else any node with room. */
function pickFallback({ task, nodes, earlier, count }: Asked): Node | undefined {
  const room = nodes.filter((node) => suits(node, task));
  const same = room.find((node) => node.name === earlier.at(-1)) ?? room.find((node) => earlier.includes(node.name));
  const large = room.filter((node) => node.worker_type === 'high-cpu');
  return same ?? leastBy(large, count) ?? leastBy(room, count);
}

function matches(node: Node, rule: Rule): boolean {
  const architecture = rule.architecture === undefined || rule.architecture.includes(node.architecture);
  return architecture && rule.worker_type.includes(node.worker_type);
}

function compareBy(rule: Rule): (a: Node, b: Node) => number {
  return (a, b) => {
    for (const key of rule.sorting) if (a[key] !== b[key]) return a[key] - b[key];
    return 0;
  };
}
