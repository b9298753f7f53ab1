// Live progress on a terminal: a line for what ended, one that is redrawn for what runs.
import { expect, test } from 'vitest';
import { showProgress } from '../../src/runner/show-progress.ts';
import type { TaskRecord } from '../../src/runner/task-record.ts';

test('what runs is redrawn, what ended stays', () => {
  const record = (name: string, state: TaskRecord['state']): TaskRecord => ({
    name,
    state,
    started: new Date(0),
    ended: state === 'running' ? null : new Date(1500),
    exit: 0,
    attempts: 1,
    runner: 'x',
    inputs: [],
    outputs: [],
  });
  let text = '';
  const progress = showProgress((part) => void (text += part), 40);
  const all = [record('a', 'running'), record('b', 'waiting'), record('c', 'not needed')];
  progress.change(all[0]!, all);
  const ended = [record('a', 'failed'), record('b', 'running'), all[2]!];
  progress.change({ ...ended[0]!, reason: 'exit code 1' }, ended);
  progress.stop();
  expect(text).toBe('0/2 running: a\r\u001b[2K✗ a failed 1.5 s: exit code 1\n1/2 running: b\r\u001b[2K');
});
