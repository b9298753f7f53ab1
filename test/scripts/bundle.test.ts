// What a release carries: a command line in one file that needs nothing but Node, and the licences of what is inside.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleAction, bundleCommands } from '../../scripts/bundle-action.ts';

const folder = mkdtempSync(join(tmpdir(), 'practicum-bundle-'));
const practicum = join(folder, 'practicum.cjs');
const project = join(folder, 'project');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(async () => {
  await bundleCommands(folder);
  await bundleAction(join(folder, 'action'));
  execFileSync('mkdir', ['-p', project]);
  writeFileSync(
    join(project, 'pipeline.yml'),
    'version: 1\nname: x\ntasks:\n  a: { run: echo hi > a.txt, outputs: { o: a.txt } }\n',
  );
});

const call = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  // An environment without the packages of this tree, and a folder that is none of it.
  spawnSync(process.execPath, [practicum, ...args], {
    cwd: project,
    env: { PATH: process.env['PATH']! },
    encoding: 'utf8',
  });

test('runs a pipeline in a student repository, and keeps what has not changed', () => {
  const first = call('pipeline', 'run', '--json');
  expect(first.status, first.stderr).toBe(0);
  expect(readFileSync(join(project, 'a.txt'), 'utf8')).toBe('hi\n');
  const again = JSON.parse(call('pipeline', 'run', '--json').stdout);
  expect(again.tasks.map(({ state }: { state: string }) => state)).toEqual(['kept']);
  expect(call('pipeline', 'check').status).toBe(0);
});

test('keeps what it compiled and read in the home of the account, and never in a repository', () => {
  const home = join(folder, 'home');
  const kept = (): string[] => {
    const cache = join(home, '.cache/practicum');
    return existsSync(cache) ? readdirSync(cache).toSorted() : [];
  };
  mkdirSync(join(home, '.git'), { recursive: true });
  const checkAt = (): string => {
    const { stdout, stderr } = spawnSync(process.execPath, [practicum, 'pipeline', 'check'], {
      cwd: project,
      env: { PATH: process.env['PATH']!, HOME: home },
      encoding: 'utf8',
    });
    return stdout + stderr;
  };
  const said = checkAt();
  expect(said).toContain('pipeline.yml: ok, 1 tasks');
  expect(kept()).toEqual([]);
  rmSync(join(home, '.git'), { recursive: true });
  expect([checkAt(), checkAt()]).toEqual([said, said]);
  expect(kept()).toEqual(['compiled', 'pipelines']);
});

test('lists what it can do, and does not pretend to more', () => {
  const { stdout } = call('--help');
  expect(stdout).toContain('pipeline');
  expect(stdout).not.toContain('serve');
});

test.each([
  ['check', '--fetch'],
  ['plan', '--course=acme'],
])('%s %s is for the whole of Practicum', (command, option) => {
  const course = fileURLToPath(new URL('../../templates/course', import.meta.url));
  expect(call(command, course, option)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('use the whole of Practicum'),
  });
  expect(call(command, course).status).toBe(0);
});

test('no part of the app came along', () => {
  const text = readFileSync(practicum, 'utf8');
  expect(text).not.toContain('claim_jobs');
  expect(text.length).toBeLessThan(1_250_000);
});

test.each(['licenses.txt', 'action/dist/licenses.txt', 'action/course/dist/licenses.txt'])('%s', (path) => {
  const text = readFileSync(join(folder, path), 'utf8');
  for (const name of ['practicum (MIT)', 'yaml 2', 'zod 4', 'smol-toml 1'].slice(
    0,
    path.startsWith('action/dist') ? 4 : 3,
  ))
    expect(text).toContain(name);
  expect(text).toContain('Permission is hereby granted');
});
