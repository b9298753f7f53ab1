// fifo_greedy: fewest assignments, then more cores, then more memory.
import { suits, type Node } from '../model/node.ts';
import { largestKb, placeEach, type BatchPlacer } from '../model/placer.ts';

export const fifoGreedy: BatchPlacer = {
  name: 'fifo_greedy',
  reserves: 'pipeline',
  place: (request) =>
    placeEach(request, request.batch, largestKb, ({ pipeline, task, nodes, count }) => {
      const better = (a: Node, b: Node): number =>
        count(a) - count(b) || b.cpu_cores - a.cpu_cores || b.memory - a.memory;
      let best: Node | undefined;
      for (const node of nodes) {
        if (suits(node, task, largestKb(pipeline)) && (!best || better(node, best) < 0)) best = node;
      }
      return best;
    }),
};
