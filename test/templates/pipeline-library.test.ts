// The pipeline library, tried with Python's standard library alone: its own tests, and what the published examples write.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect } from 'vitest';
import { parse } from 'yaml';
import { readPipeline } from '../../src/domain/pipeline/read-pipeline.ts';
import { readSubmitted } from '../../src/domain/placement/live/read-submitted.ts';
import { testWith } from '../needs.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const library = join(root, 'templates/pipeline-library');
const published = join(root, 'test/cases/placement/pipelines');
const env = { ...process.env, PYTHONPATH: join(library, 'src'), PYTHONDONTWRITEBYTECODE: '1' };
const test = testWith('python3');
let scratch = '';
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'library-'));
  await cp(join(library, 'examples'), scratch, { recursive: true });
});
afterAll(async () => rm(scratch, { recursive: true }));

test('its own tests', async () => {
  const { stderr } = await run('python3', ['-m', 'unittest', 'discover', '-s', 'tests'], { cwd: library, env });
  expect(stderr).toMatch(/Ran (1[6-9]|[2-9]\d) tests in [\d.]+s\n\nOK\n$/);
});

test.each([
  ['UNSW_NB15/RF'],
  ['UNSW_NB15/SVM'],
  ['adult_income/DT'],
  ['adult_income/LR'],
  ['credit_card/DT'],
  ['credit_card/LR'],
  ['kddcup99/RF'],
  ['kddcup99/SVM'],
  ['MNIST/NN'],
  ['CIFAR_10/CNN'],
])('%s is written as it was published, and placed', async (name) => {
  const file = `${name.replace('/', '_').toLowerCase()}.py`;
  await run('python3', [file, '--kubeflow', 'kubeflow.yaml'], { cwd: scratch, env });
  const read = (path: string): Promise<string> => readFile(path, 'utf8');
  const [pipeline, metadata] = await Promise.all([
    read(join(scratch, 'pipeline.yml')),
    read(join(scratch, 'metadata.json')),
  ]);
  // A share of validation data that is not stated is none.
  const stated = JSON.parse(await read(join(published, name, 'metadata.json'))) as { dataset: object };
  expect(JSON.parse(metadata)).toEqual({ ...stated, dataset: { val_percentage: 0, ...stated.dataset } });
  const { problems } = readPipeline(new TextEncoder().encode(pipeline), {
    file: 'pipeline.yml',
    readFile: () => undefined,
  });
  expect(problems).toEqual([]);
  const texts: Record<string, string> = { 'pipeline.yml': pipeline, 'metadata.json': metadata };
  const card = { rows: 1, columns: 1 };
  const submitted = readSubmitted('pipeline.yml', (path) => texts[path], { name, card });
  expect(submitted.value?.pipeline.tasks.map(({ kind, after }) => [kind, after])).toEqual([
    ['preprocessing', []],
    ['training', ['data_preprocessing']],
    ['evaluation', ['data_preprocessing', 'model_training']],
  ]);
  const [spec, platform] = (await read(join(scratch, 'kubeflow.yaml'))).split('\n---\n');
  expect(parse(spec!)).toMatchObject({
    schemaVersion: '2.1.0',
    root: {
      dag: { tasks: { 'model-evaluation': { dependentTasks: ['data-preprocessing', 'model-training'] } } },
    },
  });
  expect(platform).toContain('constant: datasets-pvc');
});
