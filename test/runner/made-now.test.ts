// Green means made now: what a task made before is out of its way, and what it needs must be there.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findShell } from '../../src/runner/find-shell.ts';
import { loadPipeline } from '../../src/runner/load-pipeline.ts';
import { type RunOptions, runPipeline } from '../../src/runner/run-pipeline.ts';
import type { RunResult } from '../../src/runner/run-state.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'practicum-now-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function run(tasks: string, more: Partial<RunOptions> = {}, name = 'pipeline.yml'): Promise<RunResult> {
  writeFileSync(join(root, name), name === 'dvc.yaml' ? `stages:\n${tasks}` : `version: 1\nname: x\ntasks:\n${tasks}`);
  const loaded = loadPipeline({ file: name, folder: root, values: new Map() })!;
  if (!loaded.graph) throw new Error(JSON.stringify(loaded.problems));
  return runPipeline(loaded.graph, { root, file: name, env: process.env, now: () => new Date(), ...more });
}
const ends = (result: RunResult) => result.tasks.map(({ state, reason }) => [state, reason ?? '']);
const text = (path: string) => readFileSync(join(root, path), 'utf8');
const put = (path: string, content: string) => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), content);
};

describe('a task that cleans everything up, the folder of records included', () => {
  const clean = 'rm -rf .practicum';
  test('the run goes on, and what follows is kept the next time', async () => {
    const tasks = `  a: { run: "echo 1 > a", outputs: { o: a } }\n  b: { run: "${clean} && cp a b", inputs: [a.o], outputs: { o: b } }\n  c: { run: cp b c, inputs: [b.o], outputs: { o: c } }\n`;
    expect(ends(await run(tasks)).map(([state]) => state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    const again = ends(await run(tasks)).map(([state]) => state);
    expect(again).toEqual(['succeeded', 'kept', 'kept']);
  });

  test('when it then fails, what it made before is gone, and that is no exception', async () => {
    put('a', 'old');
    const result = await run(`  a: { run: "${clean}; exit 3", outputs: { o: a }, retries: 1 }\n`);
    expect(ends(result)).toEqual([['failed', 'exit code 3']]);
  });
});

describe('outputs', () => {
  test('a committed file that a task does not write is no result, and is still there', async () => {
    put('metrics/scores.json', '{"accuracy": 0.99}');
    const result = await run('  evaluate: { run: "true", outputs: { scores: metrics/scores.json } }\n');
    expect(ends(result)).toEqual([['failed', expect.stringContaining('did not write scores (metrics/scores.json)')]]);
    expect(text('metrics/scores.json')).toBe('{"accuracy": 0.99}');
    expect(result.ok).toBe(false);
  });

  test.each([
    ['mkdir of the output', 'mkdir d && echo x > d/a', 'd', 'd/a'],
    ['mkdir of its folder', 'mkdir d && echo x > d/a', 'd/a', 'd/a'],
    ['mkdir of folders', 'mkdir e e/f; echo x > e/f/a', 'e/f/a', 'e/f/a'],
    ['a link', 'ln -s pipeline.yml l', 'l', undefined],
    ['a link into a folder made here', 'ln -s ../pipeline.yml deep/l', 'deep/l', undefined],
    ['appending', 'echo x >> log.txt', 'log.txt', 'log.txt'],
    ['no clobber', 'set -o noclobber; echo x > n.txt', 'n.txt', 'n.txt'],
  ])('%s works a second time, with the same result', async (_, command, output, file) => {
    const task = `  a: { run: ${JSON.stringify(command)}, outputs: { o: ${output} } }\n`;
    for (const _again of [1, 2, 3]) {
      expect(ends(await run(task, { keep: false }))).toEqual([['succeeded', '']]);
      if (file !== undefined) expect(text(file)).toBe('x\n');
    }
    expect(existsSync(join(root, '.practicum/aside'))).toBe(true);
  });

  test('a failing run leaves what an earlier one made', async () => {
    const task = (end: string) => `  a: { run: "echo ${end} > m.pkl; ${end}", outputs: { o: m.pkl } }\n`;
    expect(ends(await run(task('true')))).toEqual([['succeeded', '']]);
    expect(ends(await run(task('false')))).toEqual([['failed', 'exit code 1']]);
    expect(text('m.pkl')).toBe('true\n');
  });

  test('another attempt begins with nothing', async () => {
    const result = await run(
      '  a: { run: "echo x >> log.txt; test -e second || { touch second; exit 1; }", retries: 1, outputs: { o: log.txt } }\n',
    );
    expect(ends(result)).toEqual([['succeeded', '']]);
    expect(text('log.txt')).toBe('x\n');
  });

  test('persist goes on with what is there', async () => {
    const task = '  a: { run: "echo x >> log.txt", outputs: { o: { path: log.txt, persist: true } } }\n';
    await run(task, { keep: false });
    await run(task, { keep: false });
    expect(text('log.txt')).toBe('x\nx\n');
    rmSync(join(root, 'log.txt'));
    const stage = '  a:\n    cmd: echo y >> log.txt\n    outs:\n      - log.txt: { persist: true }\n';
    await run(stage, { keep: false }, 'dvc.yaml');
    await run(stage, { keep: false }, 'dvc.yaml');
    expect(text('log.txt')).toBe('y\ny\n');
  });

  test('a file that keeps a folder in git stays in it', async () => {
    put('models/.gitkeep', '');
    put('models/old.pkl', 'old');
    expect(
      ends(await run('  a: { run: "mkdir -p models; echo x > models/new.pkl", outputs: { o: models } }\n')),
    ).toEqual([['succeeded', '']]);
    expect(existsSync(join(root, 'models/.gitkeep'))).toBe(true);
    expect(existsSync(join(root, 'models/old.pkl'))).toBe(false);
  });

  test('what a killed run left aside comes back', async () => {
    put('.practicum/aside/1-1', 'precious');
    put('.practicum/aside/1-1.path', 'deep/model.pkl');
    await run('  a: { run: "true" }\n');
    expect(text('deep/model.pkl')).toBe('precious');
    expect(existsSync(join(root, '.practicum/aside'))).toBe(false);
  });

  test('a link that leads nowhere is out of the way as well', async () => {
    symlinkSync('nowhere', join(root, 'o.txt'));
    expect(ends(await run('  a: { run: "echo x > o.txt", outputs: { o: o.txt } }\n'))).toEqual([['succeeded', '']]);
    expect(text('o.txt')).toBe('x\n');
    expect(existsSync(join(root, 'nowhere'))).toBe(false);
  });
});

test('a file without tasks did not go well: nothing was made', async () => {
  const result = await run('  {}\n', {}, 'dvc.yaml');
  expect([result.ok, result.tasks]).toEqual([false, []]);
});

describe('inputs', () => {
  test('an absent file that nobody makes is an error before the task runs', async () => {
    const result = await run(
      '  a: { run: "touch ran o", inputs: [data/train.csv], outputs: { o: o } }\n  b: { run: "true", inputs: [a.o] }\n',
    );
    expect(ends(result)).toEqual([
      ['failed', 'needs data/train.csv, which is not there, and no task makes it'],
      ['blocked', 'needs a'],
    ]);
    expect(existsSync(join(root, 'ran'))).toBe(false);
  });

  test('of a stage of DVC too, parameters included', async () => {
    const result = await run(
      '  a: { cmd: touch o, deps: [d.csv], params: [p.json: [x]], outs: [o] }\n',
      {},
      'dvc.yaml',
    );
    expect(ends(result)).toEqual([['failed', 'needs d.csv, p.json, which is not there, and no task makes it']]);
  });

  test('what runs always may miss what a failed task was to make', async () => {
    const result = await run(
      '  a: { run: exit 1, outputs: { o: o.txt } }\n  b: { run: touch told, inputs: [a.o], if: always, outputs: { t: told } }\n',
    );
    expect(ends(result)).toEqual([
      ['failed', 'exit code 1'],
      ['succeeded', ''],
    ]);
  });
});

describe('the shell', () => {
  test.each([
    ['a test of bash', '[[ 1 == 1 ]] && echo yes > o || echo no > o', 'yes\n'],
    ['an array', 'a=(x y); echo "${a[1]}" > o', 'y\n'],
    ['a process as a file', 'cat <(echo z) > o', 'z\n'],
  ])('%s', async (_, command, content) => {
    const result = await run(`  a: { run: ${JSON.stringify(command)}, outputs: { o: o } }\n`);
    expect(ends(result)).toEqual([['succeeded', '']]);
    expect(text('o')).toBe(content);
  });

  test('the first part of a pipe that fails, fails the task', async () => {
    expect(ends(await run('  a: { run: "false | tee o", outputs: { o: o } }\n'))).toEqual([['failed', 'exit code 1']]);
  });

  test('many tasks, which a helper starts, run in the same shell', async () => {
    const many = Array.from(
      { length: 40 },
      (_, at) => `  t${at}: { run: "sleep 0.02; [[ a == a ]] && echo x > o${at}", outputs: { o: o${at} } }\n`,
    );
    expect((await run(many.join(''))).ok).toBe(true);
  });

  test('where there is no bash, sh does', () => {
    expect(findShell('/nowhere', [])).toEqual({ file: '/bin/sh', args: ['-ec'] });
  });
});
