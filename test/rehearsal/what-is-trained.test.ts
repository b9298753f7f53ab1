// What a synthetic student trains for its service: what serving needs, and only when something of that has changed.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { studentServices } from '../../src/rehearsal/student-service.ts';
import { digestOf, readServing } from '../../src/rehearsal/what-is-trained.ts';

const template = join(import.meta.dirname, '../../templates/rehearsal-student');
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'practicum-trained-'));
  await cp(template, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('the tasks that serving needs, in the order of the file', async () => {
  expect(await readServing(folder)).toEqual({
    serve: 'node steps/serve.mjs',
    tasks: ['sh steps/prepare.sh', 'node steps/train.mjs'],
  });
  await writeFile(
    join(folder, 'pipeline.yml'),
    'tasks: { a: { run: make a }, b: { run: make b } }\nserve: { run: go }\n',
  );
  expect(await readServing(folder)).toEqual({ serve: 'go', tasks: ['make a', 'make b'] });
  await writeFile(join(folder, 'pipeline.yml'), 'tasks: { a: { run: make a } }\n');
  expect(await readServing(folder)).toBeUndefined();
});

test('questions and answers make no other model; data, code and parameters do', async () => {
  const before = await digestOf(folder);
  await mkdir(join(folder, 'requests'));
  await writeFile(join(folder, 'requests/1.json'), '{}');
  await writeFile(join(folder, 'practicum.yml'), 'endpoint: http://127.0.0.1:1\n');
  expect(await digestOf(folder)).toBe(before);
  await writeFile(join(folder, 'data/incoming/release-1.csv'), 'a,b\n1,2\n');
  const after = await digestOf(folder);
  expect(after).not.toBe(before);
  await writeFile(join(folder, 'params.json'), '{}');
  expect(await digestOf(folder)).not.toBe(after);
});

test('a service goes on while it would come out the same, and is begun anew when it has ended', async () => {
  const pids: number[] = [];
  const services = studentServices({ end: (pid) => void pids.push(pid), forget: () => undefined });
  try {
    const url = await services.deploy('course/one', folder);
    expect(await services.deploy('course/one', folder)).toBe(url);
    expect(pids).toHaveLength(1);
    await writeFile(
      join(folder, 'params.json'),
      (await readFile(join(folder, 'params.json'), 'utf8')).replace('"seed"', '"more": 1, "seed"'),
    );
    expect(await services.deploy('course/one', folder)).toBe(url);
    expect(pids).toHaveLength(2);
  } finally {
    await services.stop();
  }
});
