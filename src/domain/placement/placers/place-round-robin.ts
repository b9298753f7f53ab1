// fifo_round_robin: one cycle over the nodes for all pipelines, stepping over nodes the data does not fit on.
import { suits } from '../model/node.ts';
import { largestKb, placeEach, type BatchPlacer } from '../model/placer.ts';

export const fifoRoundRobin: BatchPlacer = {
  name: 'fifo_round_robin',
  reserves: 'pipeline',
  place: (request) => {
    let turn = request.memory.turn;
    const answer = placeEach(request, request.batch, largestKb, ({ pipeline, task, nodes }) => {
      // At most one full cycle: the rule ends also where nothing fits.
      for (let step = 0; step < nodes.length; step++) {
        const node = nodes[(turn + step) % nodes.length];
        if (!node || !suits(node, task, largestKb(pipeline))) continue;
        turn = (turn + step + 1) % nodes.length;
        return node;
      }
      return undefined;
    });
    return { ...answer, memory: { ...answer.memory, turn } };
  },
};
