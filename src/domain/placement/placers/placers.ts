// The table of placers. A new one is a file and a line here.
import { custom } from './place-custom.ts';
import { earliestFinish } from './place-earliest-finish.ts';
import { fifoGreedy } from './place-greedy.ts';
import { fifoRandom, randomRandom } from './place-random.ts';
import { fifoRoundRobin } from './place-round-robin.ts';
import type { Placer } from '../model/placer.ts';

export const placers: readonly Placer[] = [
  randomRandom,
  fifoRandom,
  fifoRoundRobin,
  fifoGreedy,
  custom,
  earliestFinish,
];

export function findPlacer(name: string): Placer | undefined {
  return placers.find((placer) => placer.name === name);
}
