// Fair turns: whoever used the machines least of late is next, in the simulation and in the live queue, at no cost to the whole.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { halfLife, measureUsage, mergeByShare } from '../../../src/domain/placement/model/fair-share.ts';
import type { Pipeline } from '../../../src/domain/placement/model/pipeline.ts';
import { decide, type LiveAction } from '../../../src/domain/placement/live/advance.ts';
import type { LiveEvent } from '../../../src/domain/placement/live/events.ts';
import { startLive, type LiveState } from '../../../src/domain/placement/live/state.ts';
import { earliestFinish } from '../../../src/domain/placement/placers/place-earliest-finish.ts';
import { fifoGreedy } from '../../../src/domain/placement/placers/place-greedy.ts';
import { generateWorkload } from '../../../src/domain/placement/simulation/generate-workload.ts';
import { simulate, type Simulation } from '../../../src/domain/placement/simulation/simulate.ts';
import { nodeFile, pipelines, setting } from './cases.ts';
import { caseCount } from '../../case-count.ts';

const tables = (count: number, seed: number): Pipeline[] =>
  generateWorkload(2 * count, seed)
    .filter(({ model }) => model !== 'nn' && model !== 'cnn')
    .slice(0, count);
const four = nodeFile.nodes.slice(4, 8);
const queued = (owner: string, count: number, seed: number, at: (index: number) => number): Pipeline[] =>
  tables(count, seed).map((pipeline, index) => ({
    ...pipeline,
    name: `${owner}${index}`,
    owner,
    submitted: at(index),
  }));
const inTurns = (list: readonly Pipeline[]): Simulation =>
  simulate({ ...setting, pipelines: list, nodes: four, placer: earliestFinish });
/** All is over as soon as without turns. */
const expectNoCost = (list: readonly Pipeline[]): void => {
  const anonymous = list.map(({ owner: _owner, ...pipeline }) => pipeline);
  expect(inTurns(list).makespan).toBeLessThan(1.02 * inTurns(anonymous).makespan);
};
const waits = (result: Simulation, owner: string): number[] =>
  result.pipelines.filter(({ name }) => name.startsWith(owner)).map((entry) => entry.scheduled - entry.submitted);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('four runners, and one student who has queued fifty pipelines', () => {
  // Nothing is taken back from who is at work, and the shortest task takes 36 s: all four began at 10 s.
  const moments = [60, 1000, 75, 90, 300, 600];
  const withAnother = (at: number): Pipeline[] => [...queued('ada', 50, 5, () => 0), ...queued('bo', 1, 6, () => at)];

  test.each(moments)('another who comes after %d s is served with the next free runner', (at) => {
    const result = inTurns(withAnother(at));
    const [wait] = waits(result, 'bo');
    const next = result.placements.map(({ start }) => start).filter((start) => start >= at);
    expect(at + wait!).toBe(Math.min(...next));
  });

  test.each(moments.slice(0, caseCount(2, 6)))('it costs nothing that another comes after %d s', (at) => {
    expectNoCost(withAnother(at));
  });

  test('nineteen others wait twelve seconds on average, at no cost', () => {
    const others = Array.from({ length: 19 }, (_, index) =>
      queued(`bo${index}-`, 1, index + 7, () => 60 + 120 * index),
    ).flat();
    const list = [...queued('ada', 50, 5, () => 0), ...others];
    expect(mean(waits(inTurns(list), 'bo'))).toBeLessThan(12);
    expectNoCost(list);
  });
});

test('while others wait an owner has an even part of the nodes, and all of them when nobody does', () => {
  const list = [...queued('ada', 8, 1, () => 0), ...queued('bo', 8, 2, () => 0)];
  const { placements } = simulate({ ...setting, pipelines: list, nodes: four, placer: earliestFinish });
  const first = placements.slice(0, 4).map(({ pipeline }) => pipeline.replace(/\d+$/, ''));
  expect(first.toSorted()).toEqual(['ada', 'ada', 'bo', 'bo']);
});

test('pipelines that hold their nodes take turns as well', () => {
  const list = [...queued('ada', 10, 1, () => 0), ...queued('bo', 1, 2, () => 20)];
  const [node] = four;
  const { pipelines: times } = simulate({ ...setting, pipelines: list, nodes: [node!], placer: fifoGreedy });
  const order = times.toSorted((a, b) => a.scheduled - b.scheduled).map(({ name }) => name);
  expect(order.slice(0, 3)).toEqual(['ada0', 'bo0', 'ada1']);
});

test('the staff’s high class is before everybody', () => {
  const list = [...queued('ada', 20, 1, () => 0), ...queued('staff', 1, 2, () => 100)];
  const high = list.map((entry): Pipeline => (entry.owner === 'staff' ? { ...entry, priority: 'high' } : entry));
  const { placements } = simulate({ ...setting, pipelines: high, nodes: four, placer: earliestFinish });
  const after = placements.filter(({ start }) => start >= 100).toSorted((a, b) => a.start - b.start);
  expect(after[0]!.pipeline).toBe('staff0');
});

test('what was used counts half after the half-life', () => {
  const run = { owner: 'ada', start: 0, end: 100 };
  expect(measureUsage([run], 100).get('ada')).toBe(100);
  expect(measureUsage([run], 100 + halfLife).get('ada')).toBe(50);
  expect(measureUsage([run, { ...run, owner: undefined }], 100).get('')).toBe(100);
});

test('merging keeps each owner’s order, loses nobody, and is no change for one owner', () => {
  const owner = fc.constantFrom('ada', 'bo', 'cy');
  fc.assert(
    fc.property(fc.array(fc.tuple(owner, fc.nat(100))), fc.dictionary(owner, fc.nat(1000)), (list, used) => {
      const turnOf = ([name, cost]: [string, number]) => ({ pipeline: { ...pipelines[0]!, owner: name }, cost });
      const usage = new Map(Object.entries(used));
      const merged = mergeByShare(list, turnOf, usage);
      for (const name of ['ada', 'bo', 'cy'])
        expect(merged.filter(([one]) => one === name)).toEqual(list.filter(([one]) => one === name));
      const own = list.filter(([one]) => one === 'ada');
      expect(mergeByShare(own, turnOf, usage)).toEqual(own);
    }),
  );
});

describe('live', () => {
  const settings = {
    heuristics: setting.heuristics,
    window: 10,
    placer: 'earliest_finish',
    nodes: four,
    lostAfter: 120,
    pickupWithin: 300,
    attempts: 3,
  };
  const runners = four.map(({ name }) => ({ name, online: true, busy: false, labels: ['self-hosted', name] }));
  const [pipeline] = tables(1, 1);
  const submit = (id: string, owner: string, at: number, more: object = {}): LiveEvent => {
    return { type: 'submitted', id, title: id, pipeline: pipeline!, owner, at, ...more };
  };
  const begin = (more: object = {}): LiveState =>
    decide(startLive({ ...settings, ...more }, 1), [{ type: 'runners', runners, at: 0 }], new Date(0)).state;
  const step = (state: LiveState, at: number, ...events: LiveEvent[]) => decide(state, events, new Date(at * 1000));
  const dispatched = (actions: readonly LiveAction[]) =>
    actions.flatMap((action) => (action.type === 'dispatch' ? [action] : []));
  const ended = (dispatch: string, runId: number, at: number): LiveEvent[] => {
    const common = { type: 'job' as const, dispatch, runId, jobId: runId, at };
    const runner = four[runId - 1]!.name;
    return [
      { ...common, action: 'in_progress', runner, at: at - 30 },
      { ...common, action: 'completed', conclusion: 'success' },
    ];
  };

  test('the second student is next, and waits for no window while others are at work', () => {
    const many = Array.from({ length: 50 }, (_, index) => submit(`a${index}`, 'ada', 0));
    const first = step(step(begin(), 0, ...many).state, 10);
    expect(dispatched(first.actions)).toHaveLength(4);
    const [dispatch] = dispatched(first.actions);
    const number = four.findIndex(({ name }) => name === dispatch!.node) + 1;
    const { state } = step(first.state, 44, submit('b', 'bo', 44));
    expect(dispatched(step(state, 45, ...ended(dispatch!.id, number, 45)).actions)[0]?.pipeline).toBe('b');
  });

  test('a newer commit of the same branch takes the place of what waits, not of what runs', () => {
    const branch = 'prices-ada@default';
    const others = Array.from({ length: 3 }, (_, index) => submit(`x${index}`, `x${index}`, 0));
    const started = step(step(begin(), 0, submit('old', 'ada', 0, { branch }), ...others).state, 10);
    expect(started.state.pipelines[0]!.status).toBe('running');
    const { state } = step(started.state, 12, submit('second', 'ada', 12, { branch }));
    const { state: after, actions } = step(
      state,
      13,
      submit('third', 'ada', 13, { branch }),
      submit('c', 'cy', 13, { branch }),
    );
    const status = (id: string) => after.pipelines.find((entry) => entry.id === id)!.status;
    expect([status('old'), status('second'), status('c')]).toEqual(['running', 'cancelled', 'placed']);
    const told = actions.flatMap((action) =>
      action.type === 'report' && action.id === 'second' ? [action.report] : [],
    );
    expect(told[0]).toMatchObject({ conclusion: 'cancelled', title: 'Superseded by a newer commit' });
  });

  test('who has queued as many as one may is told so on the commit; others and the staff are not', () => {
    const many = Array.from({ length: 4 }, (_, index) => submit(`a${index}`, 'ada', index));
    const { state, actions } = step(
      begin({ mostQueued: 3 }),
      5,
      ...many,
      submit('b', 'bo', 5),
      submit('s', 'ada', 5, { priority: 'high' }),
    );
    expect(state.pipelines.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'a0 queued',
      'a1 queued',
      'a2 queued',
      'a3 refused',
      'b queued',
      's queued',
    ]);
    expect(actions).toContainEqual(
      expect.objectContaining({ type: 'refuse', id: 'a3', code: 'placement-owner-limit' }),
    );
    const told = actions.flatMap((action) => (action.type === 'report' && action.id === 'a3' ? [action.report] : []));
    expect(told[0]).toMatchObject({ conclusion: 'action_required', title: 'Too many of yours wait' });
  });
});
