// Results at any time, in the published fields, and the figures drawn from them.
import { describe, expect, test } from 'vitest';
import {
  exportLive,
  exportSamples,
  exportSimulation,
  formatTime,
} from '../../../src/domain/placement/results/export-results.ts';
import { startLive } from '../../../src/domain/placement/live/state.ts';
import { decide } from '../../../src/domain/placement/live/advance.ts';
import { measure, sampleTimes } from '../../../src/domain/placement/results/measure-results.ts';
import { custom } from '../../../src/domain/placement/placers/place-custom.ts';
import { simulate } from '../../../src/domain/placement/simulation/simulate.ts';
import { nodeFile, pipelines, setting } from './cases.ts';

const epoch = 1_743_994_570;

test('times are written as the published files write them', () => {
  expect(formatTime(epoch + 0.9)).toBe('2025-04-07 02:56:10+00:00');
});

describe('a simulation', () => {
  const result = simulate({ ...setting, pipelines, placer: custom });
  const exported = exportSimulation(result, pipelines, nodeFile.nodes, epoch);

  test('has every field, and the platform is the accelerator or the architecture', () => {
    const [first] = exported;
    expect(Object.keys(first!)).toEqual([
      'id',
      'name',
      'kfp_id',
      'state',
      'submitted_at',
      'scheduled_at',
      'finished_at',
      'duration',
      'components',
    ]);
    expect(Object.values(first!.components).map(({ platform }) => platform)).toEqual(['arm64', 'gpu', 'arm64']);
    expect(Object.keys(first!.components['model_training']!)).toEqual([
      'name',
      'type',
      'state',
      'node',
      'platform',
      'start_time',
      'end_time',
      'duration',
    ]);
  });

  test('gives the published figures back, to the second', () => {
    const figures = measure(exported);
    expect(figures).toMatchObject({ pipelines: 10, finished: 10 });
    expect(Math.abs(figures.total_execution - result.execution)).toBeLessThanOrEqual(1);
    expect(Math.abs(figures.total_from_submission - result.makespan)).toBeLessThanOrEqual(1);
    expect(Math.abs(figures.mean_wait - result.wait.mean)).toBeLessThanOrEqual(1);
    expect(measure([])).toMatchObject({ pipelines: 0, total_execution: 0, mean_wait: 0 });
  });
});

test('a live queue that has not ended', () => {
  const settings = {
    placer: 'custom',
    nodes: nodeFile.nodes,
    heuristics: setting.heuristics,
    window: 0,
    lostAfter: 60,
    pickupWithin: 60,
    attempts: 2,
  };
  const runners = nodeFile.nodes.map(({ name }) => ({ name, online: true, busy: false, labels: [name] }));
  const submitted = ['a', 'b'].map((id) => ({
    type: 'submitted' as const,
    id,
    title: `the ${id}`,
    pipeline: pipelines[5]!,
    at: epoch,
  }));
  const first = decide(
    startLive(settings, 1),
    [{ type: 'runners', runners, at: epoch }, ...submitted],
    new Date(epoch * 1000),
  );
  const job = { type: 'job' as const, dispatch: 'a/data_preprocessing/1', runId: 77, jobId: 78 };
  const { state } = decide(
    first.state,
    [{ ...job, action: 'in_progress', runner: 'ml-worker-low-03', at: epoch + 9 }],
    new Date((epoch + 9) * 1000),
  );
  const [a, b] = exportLive(state);
  expect(a).toMatchObject({
    id: 'a',
    name: 'the a',
    kfp_id: '77',
    state: 'RUNNING',
    scheduled_at: formatTime(epoch),
    finished_at: null,
    duration: null,
  });
  expect(a!.components['data_preprocessing']).toMatchObject({
    state: 'RUNNING',
    platform: 'arm64',
    start_time: formatTime(epoch + 9),
    end_time: null,
  });
  expect(a!.components['model_training']).toMatchObject({ state: 'PENDING', node: null });
  expect(b).toMatchObject({ id: 'b', kfp_id: null });
});

test('counts over time: one cancelled before its start leaves the waiting', () => {
  const samples = sampleTimes([
    { submitted: 0, scheduled: 5, finished: 9 },
    { submitted: 0, finished: 7 },
    { submitted: 8 },
  ]);
  expect(samples.map(({ at, running, waiting }) => [at, running, waiting])).toEqual([
    [0, 0, 2],
    [5, 1, 1],
    [7, 1, 0],
    [8, 1, 1],
    [9, 0, 1],
  ]);
  expect(exportSamples([{ at: epoch, kind: 'new_window', running: 1, waiting: 2 }])).toBe(
    'timestamp,type,running_pipelines,waiting_pipelines\n1743994570,new_window,1,2\n',
  );
});
