// A task of pipeline.yml as a script: values stay values whatever is in them.
import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { expect, test } from 'vitest';
import { readSubmittedGraph } from '../../../src/domain/placement/live/read-submitted.ts';
import {
  tasksBefore,
  writeTaskScript as write,
  type TaskScript,
} from '../../../src/domain/placement/live/task-script.ts';

function writeTaskScript(text: string, task: string, before: readonly string[]): TaskScript | undefined {
  const { graph } = readSubmittedGraph('pipeline.yml', (path) => (path === 'pipeline.yml' ? text : undefined));
  return graph && write(graph, task, before);
}

const file = (env: Record<string, string>): string =>
  stringify({
    version: 1,
    name: 'model',
    env,
    tasks: {
      prepare: { run: 'true', outputs: { data: 'out/data.txt' } },
      train: {
        run: 'printf "%s" "$GREETING"',
        inputs: ['prepare.data'],
        outputs: { model: { path: 'out/model.bin' } },
      },
    },
  });

test('a script hands on what its task and those before it made', () => {
  expect(writeTaskScript(file({}), 'train', ['prepare'])).toEqual({
    script: `set -e\nmkdir -p -- 'out'\nprintf "%s" "$GREETING"\n`,
    outputs: ['out/data.txt', 'out/model.bin'],
  });
});

test('no value is run by the shell', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("'", '"', '$', '(', ')', '`', '\\', ';', ' ', 'a', '!', '*') }),
      (value) => {
        const { script } = writeTaskScript(file({ GREETING: value }), 'train', [])!;
        expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe(value);
      },
    ),
    { numRuns: 20 },
  );
});

test('a stated time limit ends the task, which has failed', () => {
  const limited = (minutes: number, run: string): string =>
    writeTaskScript(
      stringify({ version: 1, name: 'm', tasks: { train: { run, 'timeout-minutes': minutes } } }),
      'train',
      [],
    )!.script;
  const rough = (script: string): { status: number; out: string; said: string } => {
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8', timeout: 60_000 });
    return { status: status!, out: stdout, said: stderr };
  };
  expect(rough(limited(0.005, "echo begun\nsleep 50; echo 'too late'"))).toMatchObject({
    status: 124,
    out: 'begun\n',
    said: expect.stringContaining('ended after its 0.005 minutes') as string,
  });
  expect(rough(limited(1, "echo 'it is'\nfalse\necho not reached"))).toEqual({ status: 1, out: 'it is\n', said: '' });
});

test('a task that is not there, or a file that is none, has no script', () => {
  expect(writeTaskScript(file({}), 'other', [])).toBeUndefined();
  expect(writeTaskScript('[', 'train', [])).toBeUndefined();
  expect(writeTaskScript('version: 2', 'train', [])).toBeUndefined();
});

test('all tasks before one are found, through others', () => {
  const tasks = [
    { name: 'a', after: [] },
    { name: 'b', after: ['a'] },
    { name: 'c', after: ['a', 'b'] },
  ];
  expect(tasksBefore(tasks, 'c')).toEqual(['a', 'b']);
});
