// largest_memory: the least used of the nodes that fit; of equals, the one with most memory.
import { suits } from '../../../src/domain/placement/model/node.ts';
import { largestKb, leastBy, placeEach, type BatchPlacer } from '../../../src/domain/placement/model/placer.ts';

export const largestMemory: BatchPlacer = {
  name: 'largest_memory',
  reserves: 'pipeline',
  place: (request) =>
    placeEach(request, request.batch, largestKb, ({ pipeline, task, nodes, count }) => {
      const room = nodes.filter((node) => suits(node, task, largestKb(pipeline)));
      const fewest = Math.min(...room.map(count));
      return leastBy(
        room.filter((node) => count(node) === fewest),
        (node) => -node.memory,
      );
    }),
};
