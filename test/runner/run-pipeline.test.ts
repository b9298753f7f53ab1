// The runner with real processes: order, keeping, failing, time limits, cancellation.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadPipeline } from '../../src/runner/load-pipeline.ts';
import { type RunOptions, runPipeline } from '../../src/runner/run-pipeline.ts';
import type { RunResult } from '../../src/runner/run-state.ts';
import { isAlive } from '../is-alive.ts';
import { layeredGraph } from './layered-graph.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'practicum-run-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function run(text: string, more: Partial<RunOptions> = {}, file = 'pipeline.yml'): Promise<RunResult> {
  writeFileSync(join(root, file), text);
  const loaded = loadPipeline({ file, folder: root, values: more.values ?? new Map() })!;
  if (!loaded.graph) throw new Error(JSON.stringify(loaded.problems));
  return runPipeline(loaded.graph, { root, file, env: process.env, now: () => new Date(), ...more });
}
const states = (result: RunResult) => Object.fromEntries(result.tasks.map(({ name, state }) => [name, state]));
const file = (tasks: string, more = '') => `version: 1\nname: x\n${more}tasks:\n${tasks}`;

test('files flow from task to task, and outputs are checked to exist', async () => {
  const result = await run(
    file(
      '  b: { run: cat out/a.txt > b.txt, inputs: [a.o], outputs: { o: b.txt } }\n  a: { run: echo hi > out/a.txt, outputs: { o: out/a.txt } }\n  c: { run: "true", inputs: [b.o], outputs: { o: never.txt } }\n',
    ),
  );
  expect(states(result)).toEqual({ a: 'succeeded', b: 'succeeded', c: 'failed' });
  expect(result.tasks[2]).toMatchObject({ exit: 0, reason: expect.stringContaining('never.txt') });
  expect(result.ok).toBe(false);
  expect(readFileSync(join(root, 'b.txt'), 'utf8')).toBe('hi\n');
});

test('a failing task stops what depends on it and nothing else; always runs all the same', async () => {
  const result = await run(
    file(
      '  a: { run: echo broken >&2; exit 3, outputs: { o: a.txt } }\n  b: { run: touch b.txt, inputs: [a.o], outputs: { o: b.txt } }\n  c: { run: touch c.txt, inputs: [b.o], outputs: { o: c.txt } }\n  d: { run: touch d.txt, outputs: { o: d.txt } }\n  e: { run: touch e.txt, dependencies: [c], if: always, outputs: { o: e.txt } }\n'.replace(
        'echo broken >&2; exit 3',
        '"echo broken >&2; exit 3"',
      ),
    ),
  );
  expect(states(result)).toEqual({ a: 'failed', b: 'blocked', c: 'blocked', d: 'succeeded', e: 'succeeded' });
  expect(result.tasks[0]).toMatchObject({ exit: 3, tail: 'broken\n' });
  expect(result.tasks[1]!.reason).toBe('needs a');
});

test('a line that fails ends a script, as in Actions', async () => {
  const result = await run(file('  a:\n    run: |\n      false\n      touch reached\n'));
  expect(states(result)).toEqual({ a: 'failed' });
  expect(existsSync(join(root, 'reached'))).toBe(false);
});

describe('keeping', () => {
  const text = file(
    '  prepare: { run: sh prepare.sh, inputs: [raw], outputs: { set: set.txt } }\n  train: { run: cat set.txt params.txt > model.txt && echo ran >> ran.txt, inputs: [prepare.set, params], outputs: { model: model.txt } }\n',
    'inputs: { raw: raw.txt, params: params.txt }\n',
  );
  beforeEach(() => {
    writeFileSync(join(root, 'raw.txt'), 'r');
    writeFileSync(join(root, 'params.txt'), 'p');
    writeFileSync(join(root, 'prepare.sh'), 'cat raw.txt > set.txt');
  });
  test('nothing changed: all is kept; the record says so', async () => {
    await run(text);
    const second = await run(text);
    expect(states(second)).toEqual({ prepare: 'kept', train: 'kept' });
    expect(second.ok).toBe(true);
  });
  test.each([
    ['an input', () => writeFileSync(join(root, 'params.txt'), 'q'), { prepare: 'kept', train: 'succeeded' }],
    [
      'code',
      () => writeFileSync(join(root, 'prepare.sh'), 'cat raw.txt raw.txt > set.txt'),
      { prepare: 'succeeded', train: 'succeeded' },
    ],
    [
      'code that makes the same',
      () => writeFileSync(join(root, 'prepare.sh'), 'cat raw.txt > set.txt # same'),
      { prepare: 'succeeded', train: 'kept' },
    ],
    [
      'an output by hand',
      () => writeFileSync(join(root, 'model.txt'), 'forged'),
      { prepare: 'kept', train: 'succeeded' },
    ],
    ['an output gone', () => rmSync(join(root, 'set.txt')), { prepare: 'succeeded', train: 'kept' }],
  ])('a change of %s runs what depends on it', async (_what, change, expected) => {
    await run(text);
    change();
    expect(states(await run(text))).toEqual(expected);
  });
  test('of a file of parameters, only the values that a stage of dvc.yaml names', async () => {
    const stages = `stages:
  prepare: { cmd: echo set > set.txt, params: [prepare.share], outs: [set.txt] }
  train: { cmd: echo model > model.txt, deps: [set.txt], params: [train], outs: [model.txt] }
  all: { cmd: echo all > all.txt, params: [{ params.yaml: }], outs: [all.txt] }
`;
    const runWith = async (params: string) => {
      writeFileSync(join(root, 'params.yaml'), params);
      return states(await run(stages, {}, 'dvc.yaml'));
    };
    const first = 'prepare: { share: 0.8, seed: 1 }\ntrain: { rate: 0.1, layers: [1, 2] }\n';
    await runWith(first);
    const same = { prepare: 'kept', train: 'kept', all: 'kept' };
    expect(await runWith(first)).toEqual(same);
    expect(await runWith(first.replace('seed: 1', 'seed: 2'))).toEqual({ ...same, all: 'succeeded' });
    expect(await runWith(first.replace('0.8', '0.80'))).toEqual({ ...same, all: 'succeeded' });
    const deeper = first.replace('[1, 2]', '[1, 3]');
    expect(await runWith(deeper)).toEqual({ ...same, train: 'succeeded', all: 'succeeded' });
    expect(await runWith(deeper.replace('0.8', '"0.8"'))).toEqual({ ...same, prepare: 'succeeded', all: 'succeeded' });
  });
  test('a failed task is not kept, and --force keeps nothing', async () => {
    await run(text);
    expect(states(await run(text, { keep: false }))).toEqual({ prepare: 'succeeded', train: 'succeeded' });
    writeFileSync(join(root, 'prepare.sh'), 'cat raw.txt > set.txt; exit 1');
    expect(states(await run(text))).toEqual({ prepare: 'failed', train: 'blocked' });
    expect(states(await run(text))).toEqual({ prepare: 'failed', train: 'blocked' });
  });
  test('python modules are code: a change anywhere in the package counts, elsewhere not', async () => {
    const python = file(
      '  a: { run: echo python -m project.train > a.txt, outputs: { o: a.txt } }\n',
      'env: { PYTHONPATH: src }\n',
    );
    await import('node:fs').then(({ mkdirSync }) => mkdirSync(join(root, 'src/project'), { recursive: true }));
    writeFileSync(join(root, 'src/project/train.py'), 'a');
    writeFileSync(join(root, 'src/project/model.py'), 'a');
    await run(python);
    expect(states(await run(python))).toEqual({ a: 'kept' });
    writeFileSync(join(root, 'src/project/model.py'), 'b');
    expect(states(await run(python))).toEqual({ a: 'succeeded' });
    writeFileSync(join(root, 'README.md'), 'b');
    expect(states(await run(python))).toEqual({ a: 'kept' });
  });
});

describe('ending', () => {
  /** A command that starts a grandchild, which would write after a while. */
  const stubborn = `sh -c 'trap "" TERM; echo $$ > pid; sleep 30; touch survived' & wait`;
  test('a task beyond its time is ended with its whole group', async () => {
    const result = await run(file(`  a: { run: ${JSON.stringify(stubborn)}, timeout-minutes: 0.05 }\n`), {
      graceMs: 100,
    });
    expect(result.tasks[0]).toMatchObject({ state: 'timed out', exit: null });
    await expect.poll(() => isAlive(Number(readFileSync(join(root, 'pid'), 'utf8')))).toBe(false);
  });
  test('cancellation ends what runs and starts nothing more', async () => {
    const stop = new AbortController();
    const result = await run(
      file(`  a: { run: ${JSON.stringify(stubborn)} }\n  b: { run: touch b, dependencies: [a] }\n`),
      {
        graceMs: 100,
        signal: stop.signal,
        onChange: (record) => record.state === 'running' && stop.abort(),
      },
    );
    expect(states(result)).toEqual({ a: 'cancelled', b: 'cancelled' });
    expect(result.ok).toBe(false);
    expect(existsSync(join(root, 'b'))).toBe(false);
  });
  test('what a task leaves in the background does not outlive it, nor keep it waiting', async () => {
    const started = performance.now();
    const result = await run(file('  a: { run: "sleep 60 & echo $! > pid" }\n'));
    expect(states(result)).toEqual({ a: 'succeeded' });
    expect(performance.now() - started).toBeLessThan(60_000);
    await expect.poll(() => isAlive(Number(readFileSync(join(root, 'pid'), 'utf8')))).toBe(false);
  });
  test('retries until it works', async () => {
    const result = await run(file('  a: { run: "echo x >> tries; test $(wc -l < tries) -ge 3", retries: 3 }\n'));
    expect(result.tasks[0]).toMatchObject({ state: 'succeeded', attempts: 3 });
  });
});

test('tasks that do not wait for each other run at the same time', async () => {
  // Each waits for the other's file: one after the other, both would time out.
  const text = file(
    '  a: { run: "touch a; until [ -e b ]; do sleep 0.02; done", timeout-minutes: 0.2 }\n  b: { run: "touch b; until [ -e a ]; do sleep 0.02; done", timeout-minutes: 0.2 }\n',
  );
  expect(states(await run(text, { jobs: 2 }))).toEqual({ a: 'succeeded', b: 'succeeded' });
});

test('commands that pass values: standard input, variables, a line for each output', async () => {
  const text = `
runners: { upper: { run: tr a-z A-Z }, pair: { run: 'echo "$PRACTICUM_INPUT_1"; echo "$PRACTICUM_INPUT_0"' } }
pipeline:
  name: values
  inputs: [x, y]
  outputs: [last.z, x]
  components:
    - swap: { runner: pair, inputs: [x, y], outputs: [first, second] }
    - up: { runner: upper, inputs: [swap.first, swap.second], outputs: [o] }
    - last: { runner: pass-through, inputs: [up.o], outputs: [z] }
`;
  const result = await run(
    text,
    {
      values: new Map([
        ['x', 'one'],
        ['y', 'two=2'],
      ]),
    },
    'p.yaml',
  );
  expect(result.outputs).toEqual([
    ['last.z', 'TWO=2ONE'],
    ['x', 'one'],
  ]);
});

describe('generated graphs', () => {
  test('a converging one ends with every wanted output, and runs only what leads there', async () => {
    await fc.assert(
      fc.asyncProperty(layeredGraph(), async ({ text, inputs }) => {
        const result = await run(text, { values: inputs }, 'p.yaml');
        expect(result.ok).toBe(true);
        expect(result.outputs).toHaveLength(2);
        expect(result.sequence).toHaveLength(result.tasks.filter(({ state }) => state !== 'not needed').length);
      }),
      { numRuns: 60 },
    );
  });
  test('a failing one blocks exactly what comes after the failures, and never hangs', async () => {
    await fc.assert(
      fc.asyncProperty(layeredGraph({ failing: true }), async ({ text, inputs, tasks }) => {
        const result = await run(text, { values: inputs, keep: false }, 'p.yaml');
        const state = states(result);
        const doomed = new Set<string>();
        for (const task of tasks) {
          const after = task.inputs.some((input) => doomed.has(input.split('.')[0]!));
          if (after || task.fails) doomed.add(task.name);
          if (state[task.name] === 'not needed') continue;
          expect(state[task.name]).toBe(after ? 'blocked' : task.fails ? 'failed' : 'succeeded');
        }
        expect(result.ok).toBe(!tasks.some(({ name }) => doomed.has(name) && state[name] !== 'not needed'));
      }),
      { numRuns: 25 },
    );
  });
});
