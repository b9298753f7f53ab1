// What goes wrong with placed pipelines: nobody serves a label, a task fails, a run is cancelled, a runner is lost, the app is down.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkOf, later, queueOf, startPlacement, until, type LivePlacement } from './placement-course.ts';
import { organisation } from './start-live.ts';

const repo = 'prices-ada';
let live: LivePlacement;
let signals: string;
beforeAll(async () => {
  signals = mkdtempSync(join(tmpdir(), 'practicum-signals-'));
  live = await startPlacement({ students: ['ada'], placer: 'earliest_finish', runners: { fast: 1, slow: 0.5 } });
});
afterAll(async () => {
  await live?.stop();
  rmSync(signals, { recursive: true });
});

const submit = (name: string, tasks: string): Promise<string> =>
  live.push(repo, live.person('ada'), { 'pipeline.yml': `version: 1\nname: ${name}\ntasks:\n${tasks}` });
/** A task that says when it begins, and runs until the test gives its signal. */
const held = (task: string): string => {
  const [begun, go] = [join(signals, `${task}.begun`), join(signals, task)];
  const script = `touch ${begun}; timeout 600 sh -c 'until test -e ${go}; do sleep 0.1; done' && echo > done.txt`;
  return `  ${task}: { kind: train, run: ${JSON.stringify(script)}, outputs: { done: done.txt } }\n`;
};
const signal = (task: string): Promise<void> => writeFile(join(signals, task), '');

/** The newest attempt of a task, once it runs on a runner. */
const started = (task: string, attempt = 1) =>
  until(async () => {
    const tasks = (await queueOf(live))?.pipelines.flatMap((entry) => entry.tasks) ?? [];
    return tasks.find(
      (liveTask) => liveTask.task === task && liveTask.attempt === attempt && liveTask.status === 'started',
    );
  });
const concluded = (commit: string) =>
  until(async () => {
    const check = await checkOf(live, repo, commit);
    return check?.conclusion ? check : undefined;
  });
const submitHeld = async (task: string, more = ''): Promise<string> => {
  const commit = await submit(task, held(task) + more);
  await live.quiet();
  later(live, 10);
  return commit;
};

test('a label that nobody serves is refused at once, in words', async () => {
  const head = await submit('label', "  train: { kind: train, run: 'true', runs-on: [gpu] }\n");
  await live.quiet();
  const check = await checkOf(live, repo, head);
  expect(check?.conclusion).toBe('action_required');
  expect(check?.output.summary).toContain('no runner serves task train with the labels gpu');
});

test('a task that fails ends its pipeline; what would follow is not started', async () => {
  const head = await submit(
    'fails',
    "  one: { kind: preprocess, run: 'exit 3', outputs: { data: a.txt } }\n  two: { kind: train, run: 'true', inputs: [one.data] }\n",
  );
  await live.pass(10);
  const check = await checkOf(live, repo, head);
  expect([check?.conclusion, check?.output.summary]).toEqual([
    'failure',
    expect.stringContaining('task one ended with'),
  ]);
  const entry = (await queueOf(live))!.pipelines.at(-1)!;
  expect(entry.tasks.map(({ task, status }) => [task, status])).toEqual([['one', 'failed']]);
});

test('a run that somebody cancels ends its pipeline, and its runner is free', async () => {
  const head = await submitHeld('cancelled');
  const { runId } = await started('cancelled');
  await live.asTeacher.request('POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel', {
    owner: organisation,
    repo: 'course',
    run_id: runId!,
  });
  expect((await concluded(head)).conclusion).toBe('cancelled');
  await live.quiet();
  expect((await queueOf(live))!.runners!.map(({ busy }) => busy)).toEqual([false, false]);
});

test('the task of a lost runner is given to another, and the pipeline succeeds', async () => {
  const head = await submitHeld('lost');
  const first = await started('lost');
  const runner = live.runners.get(first.node)!;
  live.sandbox.admin.setRunnerOnline({ id: runner, online: false });
  // Once a minute the app lists the runners; one that is silent for five more is lost.
  later(live, 70);
  await until(async () => (await queueOf(live))!.runners!.find(({ name, online }) => name === first.node && !online));
  later(live, 310);
  const second = await started('lost', 2);
  expect(second.node).not.toBe(first.node);
  await signal('lost');
  expect((await concluded(head)).conclusion).toBe('success');
  live.sandbox.admin.setRunnerOnline({ id: runner, online: true });
  await live.quiet();
});

test('what ends while the app is down is found when it is back, and the next task follows', async () => {
  const head = await submitHeld('down', "  next: { kind: evaluate, run: 'true', inputs: [down.done] }\n");
  await started('down');
  // From here on the job needs nothing of the app.
  await until(async () => existsSync(join(signals, 'down.begun')) || undefined);
  await live.restart(async () => {
    await signal('down');
    await until(async () => live.sandbox.idle().idle || undefined);
  });
  later(live, 70);
  expect((await concluded(head)).conclusion).toBe('success');
  const { tasks } = (await queueOf(live))!.pipelines.at(-1)!;
  expect(tasks.map(({ task, attempt, status }) => [task, attempt, status])).toEqual([
    ['down', 1, 'succeeded'],
    ['next', 1, 'succeeded'],
  ]);
});
