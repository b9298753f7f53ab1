// Pipelines in the forms of others are placed too: what a placer sees of them, and scripts that make what they should.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSubmitted } from '../../../src/domain/placement/live/read-submitted.ts';
import { startEstimator } from '../../../src/domain/placement/model/estimate-duration.ts';
import { readNodes } from '../../../src/domain/placement/model/node.ts';
import { tasksBefore, writeTaskScript } from '../../../src/domain/placement/live/task-script.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'practicum-submitted-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the scripts of all tasks in one folder, in the order in which they are placed. */
function play(file: string, files: Record<string, string>) {
  const { value, problems } = readSubmitted(file, (path) => files[path], { name: 'p', card: { rows: 10, columns: 2 } });
  expect(problems.filter(({ level }) => level === 'error')).toEqual([]);
  const { pipeline, graph } = value!;
  const outputs = pipeline.tasks.flatMap(({ name }) => {
    const task = writeTaskScript(graph, name, tasksBefore(pipeline.tasks, name))!;
    execFileSync('bash', ['-c', task.script], { cwd: folder });
    return [task.outputs];
  });
  return { pipeline, outputs };
}

test('dvc.yaml: stages, parameters and what they ask of a runner', () => {
  const stages = [
    'stages:',
    '  train:',
    '    cmd: cat out/data.txt > model.txt && echo ${epochs} >> model.txt',
    '    deps: [out/data.txt]',
    '    outs: [model.txt]',
    '    meta: { practicum: { runs-on: [gpu] } }',
    '  prepare: { cmd: mkdir -p out && echo rows > out/data.txt, outs: [out/data.txt] }',
  ];
  const files = { 'dvc.yaml': `${stages.join('\n')}\n`, 'params.yaml': 'epochs: 7\n' };
  const { pipeline, outputs } = play('dvc.yaml', files);
  expect(pipeline.tasks.map(({ name, kind, after, labels }) => [name, kind, after, labels])).toEqual([
    ['prepare', 'preprocessing', [], undefined],
    ['train', 'training', ['prepare'], ['gpu']],
  ]);
  expect(outputs.at(-1)!.toSorted()).toEqual(['model.txt', 'out/data.txt']);
  expect(readFileSync(join(folder, 'model.txt'), 'utf8')).toBe('rows\n7\n');
});

test('an MLPipeline file: values travel from task to task as files', () => {
  const text = [
    'pipeline:',
    '  name: pages',
    '  inputs: []',
    '  outputs: [read.words]',
    '  components:',
    '    - clean: { runner: ImagePreprocessor, inputs: [], outputs: [image] }',
    '    - read: { runner: OCRModel, inputs: [clean.image], outputs: [words] }',
  ];
  const { pipeline, outputs } = play('pipeline.yml', { 'pipeline.yml': `${text.join('\n')}\n` });
  expect(pipeline.tasks.map(({ name, after }) => [name, after])).toEqual([
    ['clean', []],
    ['read', ['clean']],
  ]);
  expect(readFileSync(join(folder, outputs.at(-1)!.at(-1)!), 'utf8')).toBe('-I0-O0');
});

test('a stated time limit bounds what a task is expected to take', () => {
  const file = (timeout: string): string =>
    `version: 1\nname: m\ntasks:\n  train: { kind: train, run: 'true'${timeout} }\n`;
  const read = (timeout: string) =>
    readSubmitted('pipeline.yml', (path) => (path === 'pipeline.yml' ? file(timeout) : undefined), {
      name: 'p',
      card: { rows: 1_000_000, columns: 50 },
    }).value!.pipeline;
  const node = readNodes('[{ "name": "n", "cpu_cores": 1, "memory": 1e9 }]', 'nodes.json').value!.nodes[0]!;
  const expected = (timeout: string): number[] => {
    const pipeline = read(timeout);
    const [task] = pipeline.tasks;
    const estimator = startEstimator([node], new Map([['n training', 10]]));
    return [estimator.shortest(pipeline, task!), estimator.estimate(pipeline, task!, node, true)];
  };
  expect(expected(", 'timeout-minutes': 0.5")).toEqual([30, 30]);
  expect(Math.min(...expected(''))).toBeGreaterThan(30);
  expect(read('').tasks[0]).not.toHaveProperty('limit');
});
