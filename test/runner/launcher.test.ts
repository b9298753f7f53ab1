// Many commands go through a helper; nothing about them may differ, and nothing may outlive the runner.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadPipeline } from '../../src/runner/load-pipeline.ts';
import { runPipeline } from '../../src/runner/run-pipeline.ts';
import { isAlive } from '../is-alive.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'practicum-launch-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const filler = Array.from(
  { length: 16 },
  (_, index) => `  f${index}: { run: echo ${index} > f${index}, outputs: { o: f${index} } }\n`,
).join('');
const write = (tasks: string) =>
  writeFileSync(join(root, 'pipeline.yml'), `version: 1\nname: x\nenv: { COLOUR: "a b" }\ntasks:\n${filler}${tasks}`);

test('exit codes, time limits, environment, logs and folders are as without it', async () => {
  write(`  fail: { run: "echo no >&2; exit 7" }
  slow: { run: sleep 60, timeout-minutes: 0.004 }
  env: { run: 'test "$COLOUR$OWN$PRACTICUM_TASK" = "a bmineenv"', env: { OWN: mine } }
  background: { run: "sleep 60 & echo $! > pid" }
`);
  const { graph } = loadPipeline({ folder: root })!;
  const result = await runPipeline(graph!, {
    root,
    file: 'pipeline.yml',
    env: process.env,
    now: () => new Date(),
    graceMs: 50,
  });
  const ends = Object.fromEntries(
    result.tasks
      .filter(({ name }) => !/^f\d/.test(name))
      .map(({ name, state, exit, tail }) => [name, [state, exit, tail]]),
  );
  expect(ends).toEqual({
    fail: ['failed', 7, 'no\n'],
    slow: ['timed out', null, undefined],
    env: ['succeeded', 0, undefined],
    background: ['succeeded', 0, undefined],
  });
  expect(result.tasks.filter(({ state }) => state === 'succeeded')).toHaveLength(18);
  await expect.poll(() => isAlive(Number(readFileSync(join(root, 'pid'), 'utf8')))).toBe(false);
});

test.each([
  ['many tasks, by the helper', filler],
  ['a few tasks, by itself', ''],
])('when the runner of %s is killed outright, its tasks end too', async (_what, others) => {
  writeFileSync(
    join(root, 'pipeline.yml'),
    `version: 1\nname: x\ntasks:\n${others}  long: { run: "echo $$ > long; sleep 60" }\n`,
  );
  const main = new URL('../../src/main.ts', import.meta.url).pathname;
  const runner = spawn(process.execPath, [main, 'pipeline', 'run', '--jobs', '20'], { cwd: root, stdio: 'ignore' });
  const pid = (): number => (existsSync(join(root, 'long')) ? Number(readFileSync(join(root, 'long'), 'utf8')) : 0);
  await expect.poll(pid).toBeGreaterThan(0);
  const task = pid();
  expect(isAlive(task)).toBe(true);
  runner.kill('SIGKILL');
  await expect.poll(() => isAlive(task)).toBe(false);
});
