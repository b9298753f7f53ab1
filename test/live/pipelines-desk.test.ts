// A person submits from a desk: the library's file, run in a clone, with a token that GitHub says may push.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { testWith } from '../needs.ts';
import { queueOf, startPlacement } from './placement-course.ts';
import { organisation, type Live } from './start-live.ts';

const run = promisify(execFile);
const library = join(import.meta.dirname, '../../templates/pipeline-library');
let live: Live;
let scratch: string | undefined;
afterEach(async () => {
  await live.stop();
  if (scratch) await rm(scratch, { recursive: true });
  scratch = undefined;
});

const start = (): Promise<Live> =>
  startPlacement({ students: ['ada', 'bo'], placer: 'earliest_finish', runners: { fast: 1 } });

test('whose token may push, submits; all others are refused', async () => {
  live = await start();
  const pipeline = `version: 1\nname: m\ntasks:\n  train: { kind: train, run: 'echo done' }\n`;
  const commit = await live.push('prices-ada', live.person('ada'), { 'pipeline.yml': pipeline });
  await live.pass(10);
  const call = async (token: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await fetch(`${live.url}/api/pipelines`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const { token } = live.person('ada');
  const whole = { commit, repository: `${organisation}/prices-ada` };
  const wrong: [number, string, string, object][] = [
    [401, 'job-token', 'ghs_0123456789', whole],
    [401, 'bad-token', 'ghp_0123456789', whole],
    [403, 'no-repository', token, { commit }],
    [403, 'wrong-repository', live.person('bo').token, whole],
    [403, 'wrong-repository', token, { ...whole, repository: `${organisation}/course` }],
  ];
  for (const [status, code, shown, body] of wrong)
    expect(await call(shown, body)).toMatchObject({ status, body: { code } });
  for (const body of [{ ...whole, commit: '0'.repeat(40) }, { repository: whole.repository }])
    expect(await call(token, body)).toMatchObject({ status: 422, body: { fields: [{ field: 'commit' }] } });
  expect((await queueOf(live))!.pipelines).toHaveLength(1);

  const first = await call(token, whole);
  expect(first).toMatchObject({ status: 202, body: { repository: 'prices-ada', commit } });
  expect(await call(token, whole)).toEqual(first);
  await live.quiet();
  const id = String(first.body['id']);
  expect((await queueOf(live))!.pipelines.filter((entry) => entry.id === id)).toHaveLength(1);
  const status = async (query: string): Promise<number> =>
    (await fetch(`${live.url}/api/pipelines/${id}${query}`, { headers: { authorization: `Bearer ${token}` } })).status;
  expect(await status('')).toBe(403);
  expect(await status(`?repository=${whole.repository}`)).toBe(200);
});

testWith('python3')('the file of an example, run in a clone with --submit', async () => {
  live = await start();
  scratch = await mkdtemp(join(tmpdir(), 'desk-'));
  const { token, login } = live.person('ada');
  const env = { ...process.env, PYTHONPATH: join(library, 'src'), PYTHONDONTWRITEBYTECODE: '1', GH_TOKEN: token };
  const cwd = join(scratch, 'prices-ada');
  const git = (...args: string[]): Promise<unknown> =>
    run('git', ['-c', `user.name=${login}`, '-c', 'user.email=ada@example.org', ...args], { cwd });
  const remote = new URL(`${live.sandbox.url}/${organisation}/prices-ada.git`);
  remote.username = login;
  remote.password = token;
  await run('git', ['clone', '--quiet', remote.href, cwd]);
  await cp(join(library, 'examples'), cwd, { recursive: true });
  const example = (...args: string[]): Promise<{ stdout: string }> =>
    run('python3', ['adult_income_lr.py', ...args], { cwd, env });
  await example();
  await expect(example('--submit', live.url)).rejects.toMatchObject({
    stderr: expect.stringContaining('Commit and push first') as string,
  });
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'Define the pipeline');
  await expect(example('--submit', live.url)).rejects.toMatchObject({
    stderr: expect.stringContaining('commit: there is no such commit on GitHub: push it first') as string,
  });
  await git('push', '--quiet', 'origin', 'HEAD');
  expect((await example('--submit', live.url)).stdout).toMatch(/submitted prices-ada at [0-9a-f]{7} as prices-ada-/);
  await live.quiet();
  const [entry] = (await queueOf(live))!.pipelines.toReversed();
  expect(entry!.pipeline.tasks.map(({ name, kind }) => [name, kind])).toEqual([
    ['data_preprocessing', 'preprocessing'],
    ['model_training', 'training'],
    ['model_evaluation', 'evaluation'],
  ]);
});
