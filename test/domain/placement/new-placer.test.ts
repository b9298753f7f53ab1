// The guide for teachers shows placers that work: they are files here, which keep the laws of placement and are simulated.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { simulate } from '../../../src/domain/placement/simulation/simulate.ts';
import { nodeFile, pipelines, setting } from './cases.ts';
import { firstCome } from './first-come.ts';
import { largestMemory } from './largest-memory.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const shown = [...read('../../../docs/new-placer.md').matchAll(/^```ts\n([^]*?)^```/gm)].map(([, text]) => text!);

test.each(['largest-memory', 'first-come'])('the guide shows %s as it is', (name) => {
  const text = read(`./${name}.ts`).replaceAll('../../../src/domain/placement/', '../');
  expect(shown).toContain(text);
});

test('largest_memory: as the guide says, by hand', () => {
  const nodes = [1, 3, 2].map((memory, index) => ({
    ...nodeFile.nodes[0]!,
    name: 'abc'[index]!,
    memory: memory * 2 ** 25,
  }));
  const pipeline = pipelines.find(({ name }) => name === 'credit_card/LR')!;
  const { placements } = simulate({ ...setting, pipelines: [pipeline], nodes, placer: largestMemory });
  expect(placements.map(({ node }) => node)).toEqual(['b', 'c', 'a']);
});

test('first_come: ten pipelines on three nodes, the oldest first', () => {
  const nodes = nodeFile.nodes.slice(0, 3);
  const result = simulate({ ...setting, pipelines, nodes, placer: firstCome, durationOf: () => 10 });
  expect(result.pipelines).toHaveLength(10);
  // Three at a time, thirty seconds each: four rounds.
  expect(result.makespan).toBe(setting.window + 30 * Math.ceil(10 / 3));
  expect(result.placements.slice(0, 3).map(({ pipeline }) => pipeline)).toEqual(
    pipelines.slice(0, 3).map(({ name }) => name),
  );
});
