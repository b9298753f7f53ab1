// dvc.yaml as courses teach it: read, ordered, refused where it cannot be honoured, and written again.
import { describe, expect, test } from 'vitest';
import { exportDvc } from '../../../src/domain/pipeline/export-dvc.ts';
import { codes, read } from './read.ts';

const three = `
params:
  - params.yaml
stages:
  evaluate:
    cmd: python src/models/evaluate.py
    deps: [src/models/evaluate.py, models/iowa.pkl, data/processed]
    metrics:
      - metrics/scores.json:
          cache: false
  prepare:
    cmd: python src/features/prepare.py \${prepare}
    deps:
      - src/features/prepare.py
      - data/raw/train.csv
    params: [prepare.train_size, prepare.random_state]
    outs:
      - data/processed
  train:
    cmd:
      - python src/models/train.py --algorithm \${train.algorithm}
      - echo trained
    deps: [src/models/train.py, data/processed/x.csv]
    params:
      - train
      - other.json: [depth]
    outs:
      - models/iowa.pkl:
          persist: true
artifacts:
  iowa: { path: models/iowa.pkl, type: model, desc: the model }
`;
const files = {
  'params.yaml':
    'prepare: { train_size: 0.8, random_state: 2023, verbose: true }\ntrain: { algorithm: RandomForestRegressor, layers: [1, 2] }\n',
  'other.json': '{"depth": 3}',
};

test('three stages in the order of their files', () => {
  const result = read(three, { files });
  expect(result.problems).toEqual([]);
  expect(result.graph!.order).toEqual(['prepare', 'train', 'evaluate']);
  const [evaluate, prepare, train] = result.pipeline!.tasks;
  expect(prepare!.work).toEqual({
    type: 'shell',
    command: 'python src/features/prepare.py --train_size 0.8 --random_state 2023 --verbose',
  });
  expect(train!.work).toEqual({
    type: 'shell',
    command: 'python src/models/train.py --algorithm RandomForestRegressor\necho trained',
  });
  expect(train!.inputs.map(({ text }) => text)).toEqual([
    'src/models/train.py',
    'data/processed/x.csv',
    'params.yaml',
    'other.json',
  ]);
  expect(train!.outputs).toMatchObject([{ name: 'iowa', kind: 'model', path: 'models/iowa.pkl' }]);
  expect(evaluate!.outputs).toMatchObject([{ kind: 'metrics', path: 'metrics/scores.json' }]);
});

describe('one stage written, many meant', () => {
  test('foreach over a list, a map, and a reference', () => {
    const text = `
vars: [{ names: [a, b] }]
stages:
  list: { foreach: "\${names}", do: { cmd: "make \${item}", outs: ["out/\${item}"] } }
  map: { foreach: { us: { n: 3 }, uk: { n: 9 } }, do: { cmd: "run \${key} \${item.n}" } }
`;
    const result = read(text);
    expect(result.problems).toEqual([]);
    expect(result.pipeline!.tasks.map(({ name }) => name)).toEqual(['list@a', 'list@b', 'map@us', 'map@uk']);
    expect(result.pipeline!.tasks.map(({ work }) => 'command' in work && work.command)).toEqual([
      'make a',
      'make b',
      'run us 3',
      'run uk 9',
    ]);
  });
  test('matrix', () => {
    const result = read(
      'stages:\n  t:\n    matrix: { model: [cnn, xgb], feature: [{ f: 1 }, { f: 2 }] }\n    cmd: train ${item.model} ${item.feature.f}\n',
    );
    expect(result.problems).toEqual([]);
    expect(result.pipeline!.tasks.map(({ name, work }) => [name, 'command' in work && work.command])).toEqual([
      ['t@cnn-feature0', 'train cnn 1'],
      ['t@cnn-feature1', 'train cnn 2'],
      ['t@xgb-feature0', 'train xgb 1'],
      ['t@xgb-feature1', 'train xgb 2'],
    ]);
  });
});

test('wdir, frozen, always_changed, an escaped dollar, vars of a file', () => {
  const result = read(
    'vars: [more.yaml:size]\nstages:\n  a:\n    wdir: sub\n    cmd: echo \\${HOME} ${size}\n    deps: [in.csv, ../top.csv]\n    outs: [out.csv]\n    frozen: true\n    always_changed: true\n',
    { files: { 'more.yaml': 'size: 7\nhidden: 1\n' } },
  );
  expect(result.problems).toEqual([]);
  expect(result.pipeline!.tasks[0]).toMatchObject({
    folder: 'sub',
    frozen: true,
    alwaysChanged: true,
    work: { command: 'echo ${HOME} 7' },
    inputs: [{ text: 'sub/in.csv' }, { text: 'top.csv' }],
    outputs: [{ path: 'sub/out.csv' }],
  });
});

test.each([
  ['a remote', 'stages:\n  a: { cmd: x, deps: ["s3://bucket/key"] }\n', '2:23 not-supported'],
  ['another repository', 'stages:\n  a: { cmd: x, outs: ["dvc://x/y"] }\n', '2:23 not-supported'],
  ['an unknown key', 'stages:\n  a: { cmd: x, dep: [y] }\n', '2:16 unknown-key'],
  ['our keys', 'stages:\n  a: { cmd: x, retries: 3 }\n', '2:16 unknown-key'],
  ['datasets that are none', 'datasets: 5\nstages: { a: { cmd: x } }\n', '1:11 wrong-type'],
  ['no cmd', 'stages:\n  a: { outs: [y] }\n', '2:3 missing-key'],
  ['an unknown value', 'stages:\n  a: { cmd: "x ${nope}" }\n', '2:13 unknown-value'],
  ['an unknown parameter', 'stages:\n  a: { cmd: x, params: [train.lr] }\n', '2:25 unknown-param'],
  ['null lists', 'stages:\n  a:\n    cmd: x\n    outs:\n', '4:10 null-list'],
  ['a folder outside', 'stages:\n  a: { cmd: x, wdir: ../.. }\n', '2:22 path-outside'],
  ['a path outside', 'stages:\n  a: { cmd: x, deps: [../../x] }\n', '2:23 path-outside'],
  ['a stage twice', 'stages:\n  a: { cmd: x }\n  a: { cmd: y }\n', '3:3 duplicate-task'],
  [
    'two stages, one output',
    'stages:\n  a: { cmd: x, outs: [o] }\n  b: { cmd: y, outs: [o] }\n',
    '3:23 duplicate-path',
  ],
  ['stages as a list', 'stages: [a, b]\n', '1:9 wrong-type'],
])('%s is refused with its line', (_name, text, code) => {
  const result = read(text, { files });
  expect(result.ok).toBe(false);
  expect(codes(result)).toContain(code);
});

test('of YAML that cannot be read only the first mistake is said; what a bare ${…} needs', () => {
  const { problems } = read('stages:\n  a:\n    cmd: x\n    outs: [m-${k}.txt, n]\n  b:\n    cmd: y\n');
  expect(problems).toMatchObject([{ line: 4, code: 'yaml-syntax', hint: expect.stringContaining('needs quotes') }]);
});

test('data that is only in a remote is refused', () => {
  const result = read('stages:\n  a: { cmd: x, deps: [data/raw.csv] }\n', {
    files: { 'data/raw.csv.dvc': 'outs: []' },
    exists: (path) => path === 'data/raw.csv.dvc',
  });
  expect(codes(result)).toContain('2:23 not-supported');
});

test('what is exported is read again as the same graph', () => {
  const ours = read(`version: 1
name: x
env: { A: "b c" }
inputs: { raw: data/raw.csv }
tasks:
  train: { run: "train $HOME \${X}", inputs: [prepare.set], outputs: { model: { path: m.bin, kind: model }, scores: { path: s.json, kind: metrics } }, kind: train }
  prepare: { run: prepare, inputs: [raw], outputs: { set: set.csv } }
`);
  expect(ours.problems).toEqual([]);
  const { text, problems } = exportDvc(ours.pipeline!, 'pipeline.yml');
  expect(problems).toEqual([]);
  const back = read(text!);
  expect(back.problems).toEqual([]);
  expect(back.graph!.order).toEqual(ours.graph!.order);
  expect(
    back.pipeline!.tasks.map(({ name, kind, outputs }) => ({
      name,
      kind,
      outputs: outputs.map((output) => [output.name, output.path]),
    })),
  ).toEqual(
    ours.pipeline!.tasks.map(({ name, kind, outputs }) => ({
      name,
      kind,
      outputs: outputs.map((output) => [output.name, output.path]),
    })),
  );
  expect(back.pipeline!.tasks[0]!.work).toMatchObject({ command: "set -e\nexport A='b c'\ntrain $HOME ${X}\n" });
});

test('a pipeline of values cannot be exported', () => {
  const values = read(
    'pipeline: { name: x, inputs: [a], outputs: [t.o], components: [{ t: { runner: pass-through, inputs: [a], outputs: [o] } }] }',
  );
  expect(exportDvc(values.pipeline!, 'p.yaml')).toMatchObject({ problems: [{ code: 'not-exportable' }] });
});
