// Logs of tasks that print too much: cut with a word, at once and at the end, and never in the way of the run.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cutLog } from '../../src/runner/cut-log.ts';
import { loadPipeline } from '../../src/runner/load-pipeline.ts';
import { runPipeline } from '../../src/runner/run-pipeline.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'practicum-log-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const limit = { most: 20_000, keep: 2_000 };
const runFile = async (tasks: string) => {
  writeFileSync(join(root, 'pipeline.yml'), tasks);
  const { graph, file } = loadPipeline({ folder: root, values: new Map() })!;
  return runPipeline(graph!, { root, file, env: process.env, now: () => new Date(), logLimit: limit });
};

test('of a log that has grown too long the beginning and the end stay, in whole lines, with a word between', () => {
  const path = join(root, 'log');
  const lines = Array.from({ length: 5_000 }, (_, index) => `line ${index}\n`);
  writeFileSync(path, lines.join(''));
  const { size } = statSync(path);
  cutLog(path, limit);
  const [first, last] = readFileSync(path, 'utf8').split(/… (?:\d+) bytes were cut here: .*\n/) as [string, string];
  const cut = Number(/… (\d+) bytes/.exec(readFileSync(path, 'utf8'))![1]);
  expect(first.split('\n').slice(0, 2)).toEqual(['line 0', 'line 1']);
  expect(lines).toContain(`${last.split('\n')[0]}\n`);
  expect(last.endsWith('line 4999\n')).toBe(true);
  expect(first.length + last.length + cut).toBe(size);
  cutLog(path, { most: 10_000_000, keep: 1 });
  cutLog(join(root, 'absent'), limit);
  expect(readFileSync(path, 'utf8').startsWith(first)).toBe(true);
});

test('a task that prints very much succeeds or fails as it would, and its log is small', async () => {
  const result = await runFile(`version: 1
name: loud
tasks:
  good: { run: "(yes || true) | head -c 50000000", outputs: {} }
  bad: { run: "(yes || true) | head -c 50000000; echo the reason; exit 3" }
`);
  const [good, bad] = result.tasks;
  expect([good!.state, bad!.state, bad!.exit]).toEqual(['succeeded', 'failed', 3]);
  for (const { log } of result.tasks) expect(statSync(join(root, log!)).size).toBeLessThan(limit.most);
  expect(bad!.tail!.trimEnd().endsWith('the reason')).toBe(true);
});

test('a log is cut while its task still runs, and what it prints next stands behind the cut', async () => {
  // It waits until its own log has become small: were it not cut, it would wait until its time is up.
  const wait = 'while [ $(wc -c < .practicum/logs/001-loud.log) -gt 20000 ]; do sleep 0.1; done';
  const result = await runFile(`version: 1
name: loud
tasks:
  loud: { run: "(yes || true) | head -c 1000000; ${wait}; echo afterwards; exit 1" }
`);
  expect(result.tasks[0]).toMatchObject({ state: 'failed', exit: 1 });
  expect(result.tasks[0]!.tail!.endsWith('y\nafterwards\n')).toBe(true);
});

test('what is too much to be a value fails its task, and nothing else', async () => {
  const result = await runFile(`pipeline:
  name: values
  inputs: []
  outputs: [loud.all, quiet.some]
  runners: { flood: { run: "(yes || true) | head -c 3000000" }, word: { run: "echo word" } }
  components:
    - loud: { runner: flood, inputs: [], outputs: [all] }
    - quiet: { runner: word, inputs: [], outputs: [some] }
`);
  expect(result.tasks.map(({ state, reason }) => [state, reason])).toEqual([
    ['failed', expect.stringContaining('too much for a value')],
    ['succeeded', undefined],
  ]);
});
