// What is recalled of a pipeline file is what reading it again would give, and nobody else's word counts for it.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAccountCache } from '../../src/runner/account-cache.ts';
import { loadPipeline } from '../../src/runner/load-pipeline.ts';
import { recallPipeline } from '../../src/runner/recall-pipeline.ts';

let root: string;
let folder: string;
let memory: { folder: string; program: string };
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'practicum-recall-'));
  folder = join(root, 'repository');
  mkdirSync(join(folder, '.git'), { recursive: true });
  memory = { folder: join(root, 'memory'), program: 'one' };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const put = (path: string, text: string): void => writeFileSync(join(folder, path), text);
const keptFiles = (): string[] =>
  existsSync(join(memory.folder, 'pipelines')) ? readdirSync(join(memory.folder, 'pipelines')) : [];

/** Marks what is kept, so that a recalled graph is told from one that was read. */
function mark(): void {
  for (const name of keptFiles()) {
    const path = join(memory.folder, 'pipelines', name);
    const kept = deserialize(readFileSync(path));
    kept.read.pipeline.name = 'recalled';
    writeFileSync(path, serialize(kept));
  }
}

async function wasRecalled(values?: ReadonlyMap<string, string>): Promise<boolean> {
  const recalled = await recallPipeline({ folder, values }, memory);
  const isRecalled = recalled?.pipeline?.name === 'recalled';
  if (!isRecalled) expect(recalled).toEqual(loadPipeline({ folder, values }));
  mark();
  return isRecalled;
}

const ours = `version: 1
name: x
inputs: { raw: raw.csv }
tasks:
  a: { run: cat raw.csv > a.txt, inputs: [raw], outputs: { o: a.txt } }
  b: { run: "true", inputs: [a.o] }
`;

test('the same graph comes back until something that counted is another', async () => {
  put('pipeline.yml', ours);
  expect(await wasRecalled()).toBe(false);
  const again = await recallPipeline({ folder }, memory);
  expect({ ...again, pipeline: { ...again!.pipeline!, name: 'x' } }).toMatchObject({
    pipeline: loadPipeline({ folder })!.pipeline,
    problems: loadPipeline({ folder })!.problems,
  });
  expect(await wasRecalled()).toBe(true);
  // It was said that raw.csv is not there.
  put('raw.csv', '1\n');
  expect([await wasRecalled(), await wasRecalled()]).toEqual([false, true]);
  put('pipeline.yml', `${ours}# changed\n`);
  expect([await wasRecalled(), await wasRecalled()]).toEqual([false, true]);
  expect([await wasRecalled(new Map([['y', '1']])), await wasRecalled(new Map([['y', '2']]))]).toEqual([false, false]);
  memory.program = 'another';
  expect(await wasRecalled()).toBe(false);
});

test('values that a dvc.yaml takes from other files count', async () => {
  put('dvc.yaml', 'stages:\n  s:\n    cmd: echo ${a}\n    params: [{q.json: [k]}]\n');
  put('params.yaml', 'a: 1\n');
  put('q.json', '{"k": 1}');
  expect([await wasRecalled(), await wasRecalled()]).toEqual([false, true]);
  put('params.yaml', 'a: 2\n');
  expect([await wasRecalled(), await wasRecalled()]).toEqual([false, true]);
  rmSync(join(folder, 'q.json'));
  expect([await wasRecalled(), await wasRecalled()]).toEqual([false, true]);
});

test('what cannot run is not kept, and what is kept badly is read anew', async () => {
  put('pipeline.yml', ours.replace('[raw]', '[row]'));
  expect((await recallPipeline({ folder }, memory))!.ok).toBe(false);
  expect(keptFiles()).toEqual([]);
  put('pipeline.yml', ours);
  await recallPipeline({ folder }, memory);
  for (const name of keptFiles()) writeFileSync(join(memory.folder, 'pipelines', name), 'half');
  expect(await wasRecalled()).toBe(false);
});

test('fifty files are kept, the latest', async () => {
  for (let index = 0; index < 60; index++) {
    put(`p${index}.yml`, ours);
    await recallPipeline({ folder, file: `p${index}.yml` }, memory);
  }
  expect(keptFiles()).toHaveLength(50);
});

test('nothing is kept where others can write, and nothing in a repository', () => {
  const home = join(root, 'home');
  mkdirSync(home);
  const cache = join(home, '.cache/practicum');
  expect(openAccountCache(home)).toBe(cache);
  chmodSync(cache, 0o777);
  expect(openAccountCache(home)).toBeUndefined();
  expect(openAccountCache(join(folder, 'home'))).toBeUndefined();
  expect(existsSync(join(folder, 'home'))).toBe(false);
  writeFileSync(join(root, 'file'), '');
  expect(openAccountCache(join(root, 'file'))).toBeUndefined();
});
