// random_random and fifo_random: any node the data fits on; the first also shuffles the batch.
import { pick, shuffle, startSource } from './draw-random.ts';
import { suits } from '../model/node.ts';
import { largestKb, placeEach, type BatchAnswer, type BatchPlacer, type BatchRequest } from '../model/placer.ts';

export const randomRandom: BatchPlacer = {
  name: 'random_random',
  reserves: 'pipeline',
  place: (request) => placeAtRandom(request, true),
};

export const fifoRandom: BatchPlacer = {
  name: 'fifo_random',
  reserves: 'pipeline',
  place: (request) => placeAtRandom(request, false),
};

function placeAtRandom(request: BatchRequest, mixed: boolean): BatchAnswer {
  const source = startSource(request.memory.random);
  const batch = mixed ? shuffle(request.batch, source) : request.batch;
  // Drawing among the nodes that fit, not among all until one fits: that would never end where nothing fits.
  const answer = placeEach(request, batch, largestKb, ({ pipeline, task, nodes }) =>
    pick(
      nodes.filter((node) => suits(node, task, largestKb(pipeline))),
      source,
    ),
  );
  return { ...answer, memory: { ...answer.memory, random: source.state() } };
}
