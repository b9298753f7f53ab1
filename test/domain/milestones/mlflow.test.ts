// MLflow's runs as evidence: what its file store and its table say, and what is said where they cannot be read.
import { describe, expect, test } from 'vitest';
import { chooseDatabases, chooseFiles } from '../../../src/domain/milestones/choose-files.ts';
import { evaluateMilestones } from '../../../src/domain/milestones/evaluate-milestones.ts';
import type { MilestoneProgress, Practice } from '../../../src/domain/milestones/practice.ts';
import { readMlflowRun, readMlflowTable } from '../../../src/domain/milestones/read-mlflow.ts';

const meta = (id: string, status: number | string, more = ''): string =>
  `artifact_uri: file:///x/${id}/artifacts\nend_time: 1796000002000\nexperiment_id: '1'\nlifecycle_stage: active\n` +
  `run_id: ${id}\nrun_name: bold-owl-${id}\nstart_time: 179600000${id.length}000\nstatus: ${status}\nuser_id: ada\n${more}`;
const run = (id: string, status: number | string = 3, metric = '1796000001000 0.5 0\n'): [string, string][] => [
  [`mlruns/1/${id}/meta.yaml`, meta(id, status)],
  [`mlruns/1/${id}/metrics/accuracy`, metric],
  [`mlruns/1/${id}/params/seed`, '7'],
];
function progressOf(
  files: readonly [string, string][],
  others: readonly string[] = [],
  databases: Practice['databases'] = new Map(),
): MilestoneProgress {
  const tree = [...files.map(([path]) => path), ...others].map((path) => ({ path, bytes: 100 }));
  const practice: Practice = { tree, files: new Map(files), databases, checks: [], tags: [], shipped: [] };
  return evaluateMilestones(practice).find(({ milestone }) => milestone === 'reproducibility')!;
}
const without = progressOf([]);

describe('a step of reproducibility', () => {
  test('is asked of nobody who does not use MLflow', () => {
    expect(without.total).toBe(6);
    expect(without.notes).toEqual([]);
  });

  test('is done by a run that ended and says its parameters and metrics', () => {
    const progress = progressOf([...run('a', 4), ...run('bb', 3, '1 0.9 5\n2 0.1 1\n')]);
    expect(progress).toMatchObject({ total: without.total + 1, done: without.done + 1 });
    expect(progress.notes).toEqual(['MLflow: 2 runs, 1 finished; newest bold-owl-bb: accuracy 0.9 (1 parameter)']);
  });

  test.each([
    ['failed', 4],
    ['still runs', 1],
    ['FAILED in words', 'FAILED'],
  ])('is open while the only run %s', (_, status) => {
    const progress = progressOf(run('a', status));
    expect(progress).toMatchObject({ total: without.total + 1, done: without.done });
    expect(progress.missing.at(-1)).toContain('let a run of MLflow end as FINISHED');
  });

  test('is open, and says why, where a run cannot be read', () => {
    const progress = progressOf([['mlruns/1/a/meta.yaml', 'not: [closed']]);
    expect(progress.done).toBe(without.done);
    expect(progress.notes[0]).toMatch(/^MLflow: not understood: mlruns\/1\/a: meta\.yaml: line 1/);
  });

  test('is done by a database, of the commit or among the reports of a run', () => {
    const params = 2;
    const one = { id: 'a', status: 'FINISHED', started: 1, metrics: new Map([['accuracy', 0.9]]), params };
    for (const path of ['mlflow.db', 'test-reports/mlflow.db']) {
      const progress = progressOf([], path === 'mlflow.db' ? [path] : [], new Map([[path, { runs: [one] }]]));
      expect(progress).toMatchObject({ total: without.total + 1, done: without.done + 1 });
      expect(progress.notes).toEqual(['MLflow: 1 run, 1 finished; newest a: accuracy 0.9 (2 parameters)']);
    }
  });

  test('is open, and says why, where a database could not be read', () => {
    const unreadable = 'it took more than 5 seconds of processor time to read';
    const progress = progressOf([], ['mlflow.db'], new Map([['mlflow.db', { unreadable }]]));
    expect(progress).toMatchObject({ total: without.total + 1, done: without.done });
    expect(progress.notes[0]).toContain(`MLflow: not understood: mlflow.db: ${unreadable}; its runs as text`);
    expect(progress.missing.at(-1)).toContain('mlflow experiments csv');
  });

  test('is open where a database is there and was not read', () => {
    const progress = progressOf([], ['mlflow.db']);
    expect(progress).toMatchObject({ total: without.total + 1, done: without.done });
    expect(progress.notes[0]).toContain('mlflow.db: it is large, or one of many, and was not read');
  });

  test('does not judge a run of which a part was left out', () => {
    const progress = progressOf(run('a'), ['mlruns/1/a/metrics/loss']);
    expect(progress.done).toBe(without.done);
    expect(progress.notes).toEqual(['MLflow: 1 more run was not read: too many files']);
  });

  test('is done by the table that MLflow exports, among the reports of a run', () => {
    const table =
      'run_id,experiment_id,status,start_time,metrics.accuracy,metrics.loss,params.seed,tags.mlflow.runName\n' +
      'a,1,FINISHED,2026-11-02 10:00:00+00:00,0.8,,7,first\nb,1,RUNNING,2026-11-03 10:00:00+00:00,,,7,\n';
    const progress = progressOf([['test-reports/mlflow-runs.csv', table]]);
    expect(progress.done).toBe(without.done + 1);
    expect(progress.notes).toEqual(['MLflow: 2 runs, 1 finished; newest first: accuracy 0.8 (1 parameter)']);
  });
});

test('a run that was deleted is none', () => {
  const text = meta('a', 3).replace('stage: active', 'stage: deleted');
  expect(readMlflowRun(new Map([['meta.yaml', text]]))).toBe('deleted');
});

test.each(['', 'accuracy 0.5', '0.5', '1 2 3 4'])('a metric that holds %j is unreadable', (text) => {
  const files = new Map([
    ['meta.yaml', meta('a', 3)],
    ['metrics/accuracy', text],
  ]);
  expect(readMlflowRun(files)).toHaveProperty('unreadable');
});

test('a metric that is not a finite number is no figure', () => {
  const files = new Map([
    ['meta.yaml', meta('a', 3)],
    ['metrics/loss', '1 nan 0\n'],
    ['metrics/accuracy', '1 0.5 0\n'],
  ]);
  expect(readMlflowRun(files)).toMatchObject({ metrics: new Map([['accuracy', 0.5]]) });
});

test.each(['', 'a,b\n1,2\n', 'run_id,status\na\n'])('the table %j is unreadable', (text) => {
  expect(readMlflowTable(text)).toHaveProperty('unreadable');
});

test('files of runs are chosen after all others, run by run', () => {
  const paths = [...run('b'), ...run('a')].map(([path]) => path).concat('MODEL_CARD.md', 'mlruns/1/a/metrics/x.json');
  expect(chooseFiles(paths.map((path) => ({ path, bytes: 1 })))).toEqual([
    'MODEL_CARD.md',
    'mlruns/1/a/meta.yaml',
    'mlruns/1/a/metrics/accuracy',
    'mlruns/1/a/metrics/x.json',
    'mlruns/1/a/params/seed',
    ...run('b').map(([path]) => path),
  ]);
});

test('of databases two are chosen, and none that is large or comes with a package', () => {
  const tree = [
    { path: 'z/mlflow.db', bytes: 1 },
    { path: 'mlflow.sqlite3', bytes: 8_000_001 },
    { path: '.venv/lib/mlflow.db', bytes: 1 },
    { path: 'a/mlruns.db', bytes: 8_000_000 },
    { path: 'x/mlflow.db', bytes: 1 },
    { path: 'other.db', bytes: 1 },
  ];
  expect(chooseDatabases(tree)).toEqual(['a/mlruns.db', 'x/mlflow.db']);
});
