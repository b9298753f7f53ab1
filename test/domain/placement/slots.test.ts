// Several small tasks on one large machine: its slots share cores and memory evenly, in the simulation and live.
import { expect, test } from 'vitest';
import { describeRunner } from '../../../src/domain/placement/live/nodes.ts';
import { cutSlots, readNodes, type Node } from '../../../src/domain/placement/model/node.ts';
import { earliestFinish } from '../../../src/domain/placement/placers/place-earliest-finish.ts';
import { simulate } from '../../../src/domain/placement/simulation/simulate.ts';
import { pipelines, setting } from './cases.ts';

const read = (more: object) =>
  readNodes(JSON.stringify([{ name: 'big', cpu_cores: 16, memory: 64e6, ...more }]), 'n.json');
const cut = (more: object): Node[] => cutSlots(read(more).value!.nodes);
const small = pipelines.filter(({ name }) => name.startsWith('credit_card'));
const makespan = (nodes: readonly Node[]): number =>
  simulate({ ...setting, window: 0, pipelines: small, nodes, placer: earliestFinish }).makespan;

test('a machine with slots is so many nodes, which answer to its name', () => {
  expect(cut({ slots: 4 }).map(({ name, cpu_cores, memory, labels }) => [name, cpu_cores, memory, labels])).toEqual([
    ['big', 4, 16e6, undefined],
    ['big-2', 4, 16e6, ['big']],
    ['big-3', 4, 16e6, ['big']],
    ['big-4', 4, 16e6, ['big']],
  ]);
  expect(cut({})).toEqual([expect.objectContaining({ name: 'big', cpu_cores: 16, memory: 64e6 })]);
  expect(cut({ cpu_cores: 2, slots: 4 }).map((node) => node.cpu_cores)).toEqual([1, 1, 1, 1]);
});

test('small tasks run beside each other; what a slot has no room for is refused', () => {
  expect(makespan(cut({ slots: 2 }))).toBeLessThan(0.75 * makespan(cut({})));
  const tight = { memory: 3 * small[0]!.sizes.original };
  const run = (nodes: readonly Node[]) =>
    simulate({ ...setting, pipelines: [small[0]!], nodes, placer: earliestFinish }).refused.map(({ task }) => task);
  expect(run(cut(tight))).toEqual([]);
  expect(run(cut({ ...tight, slots: 2 }))).toEqual(['data_preprocessing']);
});

test('live, each runner that bears the machine’s name as a label is a slot', () => {
  const { nodes } = read({ slots: 4 }).value!;
  const runner = { name: 'runner-7', online: true, busy: false, labels: ['self-hosted', 'big'] };
  expect(describeRunner(runner, nodes)).toMatchObject({ name: 'runner-7', cpu_cores: 4, memory: 16e6 });
});

test('slots of a machine with an accelerator, or names that collide, are refused', () => {
  expect(read({ slots: 2, accelerator: 'gpu' }).problems.map(({ code }) => code)).toEqual(['node-invalid']);
  expect(read({ slots: 65 }).problems.map(({ code }) => code)).toEqual(['node-invalid']);
  const two = [
    { name: 'big', cpu_cores: 4, memory: 1e6, slots: 2 },
    { name: 'big-2', cpu_cores: 4, memory: 1e6 },
  ];
  expect(readNodes(JSON.stringify(two), 'n.json').problems.map(({ code }) => code)).toEqual(['node-duplicate']);
});
