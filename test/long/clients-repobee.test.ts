// RepoBee, which teachers use without an app, does a teacher's day at the sandbox. Where it cannot be installed it is set aside, and says so.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSandbox, type BuiltWorld, type OpenSandbox } from '@practicum/sandbox';
import { afterAll, beforeAll, expect } from 'vitest';
import { recordAndValidate } from '../../packages/sandbox/test/conformance.ts';
import { testWhere } from '../needs.ts';
import { installPython } from './clients/install-python.ts';
import { within } from './clients/run-client.ts';
import { startTlsFront, type TlsFront } from './clients/tls-front.ts';

const bin = installPython('repobee', '3.10.0');
const testWithRepoBee = testWhere(bin !== undefined, 'RepoBee');

let sandbox: OpenSandbox & { built: BuiltWorld };
let recording: ReturnType<typeof recordAndValidate>;
let front: TlsFront;
const folder = mkdtempSync(join(tmpdir(), 'practicum-repobee-'));
beforeAll(async () => {
  if (bin === undefined) return;
  sandbox = await openSandbox({
    plan: {
      organisation: 'school',
      members: ['ada', 'bob'],
      repositories: ['task-1', 'task-2'].map((task) => ({ name: task, files: { 'README.md': `# ${task}\n` } })),
    },
  });
  recording = recordAndValidate(sandbox);
  front = await startTlsFront(sandbox.url);
  const { token } = sandbox.built.owner;
  const settings = {
    base_url: `${front.url}/api/v3`,
    org_name: 'school',
    template_org_name: 'school',
    user: 'teacher',
    token,
    students_file: join(folder, 'students.txt'),
  };
  mkdirSync(join(folder, '.config/repobee'), { recursive: true });
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`);
  writeFileSync(join(folder, '.config/repobee/config.ini'), `[repobee]\n${lines.join('')}`);
  writeFileSync(join(folder, 'students.txt'), 'ada\nbob\n');
  writeFileSync(join(folder, 'issue.md'), 'Feedback\nWords for you\n');
});
afterAll(async () => {
  if (bin === undefined) return;
  front.close();
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(command: string, place = '.'): Promise<string> {
  const who = Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((role) => [
      [`GIT_${role}_NAME`, 'Somebody'],
      [`GIT_${role}_EMAIL`, 'somebody@example.com'],
    ]),
  );
  const { code, text } = await within(300_000, 'bash', ['-ec', command], {
    cwd: join(folder, place),
    env: { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1', ...who, ...front.environment },
  });
  expect(code, `${command}\n${text}`).toBe(0);
  return text;
}
const repobee = (command: string): Promise<string> => run(`${join(bin!, 'python')} -m repobee ${command}`);

/** Clones, adds a line to the file, pushes. */
const addTo = (repository: string, token: string, file: string): Promise<string> =>
  run(
    `git clone -q ${front.url.replace('://', `://x:${token}@`)}/school/${repository}.git work/${repository}
    cd work/${repository}; echo more >> ${file}; git add .; git commit -qm More; git push -q; rm -rf ../../work`,
  );

const fileIn = async (repository: string, path: string): Promise<string> =>
  (await sandbox.git.open(`school/${repository}`).output(['show', `main:${path}`])).trim();

testWithRepoBee('sets up, hands out, updates and clones', async () => {
  await repobee('repos setup --assignments task-1 task-2');
  expect(await fileIn('ada-task-1', 'README.md')).toBe('# task-1');
  // The second time everything is there.
  await repobee('repos setup --assignments task-1 task-2');
  const [ada] = sandbox.built.members;
  await addTo('ada-task-1', ada!.token, 'mine.txt');
  await expect(addTo('bob-task-1', ada!.token, 'mine.txt')).rejects.toThrow('Repository not found');
  await addTo('task-2', sandbox.built.owner.token, 'README.md');
  await repobee('repos update --assignments task-2 --issue issue.md');
  expect(await fileIn('bob-task-2', 'README.md')).toBe('# task-2\nmore');
  await repobee('repos clone --assignments task-1 task-2');
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(['ada', 'bob']));
  expect(readFileSync(join(folder, 'ada/ada-task-1/mine.txt'), 'utf8')).toBe('more\n');
});

testWithRepoBee('opens, lists and closes issues', async () => {
  expect(await repobee('issues open --assignments task-1 --issue issue.md')).toContain('Opened issue ada-task-1/#1');
  expect(await repobee('issues list --assignments task-1')).toContain('bob-task-1/#1:  Feedback');
  expect(await repobee('issues close --assignments task-1 --title-regex Feedback')).toContain('Closed bob-task-1/#1');
});

testWithRepoBee('lets students review each other, and takes it back', async () => {
  const teams = (): string[] => Object.values(sandbox.state.store.teams).map(({ slug }) => slug);
  await repobee('reviews assign --assignments task-1 --num-reviews 1');
  expect(teams().filter((team) => team.endsWith('-review'))).toHaveLength(2);
  const [ada] = sandbox.built.members;
  const url = `${front.url.replace('://', `://x:${ada!.token}@`)}/school/bob-task-1.git`;
  expect(await run(`git ls-remote ${url}`)).toContain('refs/heads/main');
  expect(await repobee('reviews check --assignments task-1 --num-reviews 1 --title-regex Review')).toMatch(
    /ada +0 +1 +bob-task-1/,
  );
  await repobee('reviews end --assignments task-1');
  expect(teams().filter((team) => team.endsWith('-review'))).toEqual([]);
  await repobee('reviews assign --assignments task-1 --num-reviews 1 --double-blind-key secret');
  await repobee('reviews end --assignments task-1 --double-blind-key secret');
});

testWithRepoBee('everything that was asked is known, and every answer fits the description', () => {
  expect(sandbox.unknownRoutes).toEqual([]);
  const told = recording.violations.map(({ where, problem }) => `${where}: ${problem}`);
  expect([...new Set(told)]).toEqual([]);
});
