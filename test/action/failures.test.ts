// What a student sees when something is wrong, and what GitHub's refusals must never do to their job.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readReportBlock } from '../../src/domain/report/report.ts';
import { removeFolders, runAction, settle } from './harness.ts';

afterAll(removeFolders);

const file = (tasks: string) => `version: 1\nname: x\ntasks:\n${tasks}`;
const pipelineOf = (ran: { checkRuns: any[] }) => ran.checkRuns.find(({ name }) => name === 'practicum/pipeline');
const ok = file('  a: { run: touch a, outputs: { o: a } }\n');

describe('a pipeline that fails', () => {
  const traceback = `cat >&2 <<'END'
Traceback (most recent call last):
  File "<frozen runpy>", line 198, in _run_module_as_main
  File "WORKSPACE/src/project/train.py", line 12, in <module>
    main()
  File "/usr/lib/python3/site-packages/sklearn/base.py", line 99, in fit
    raise ValueError
ValueError: @everyone Input contains NaN \`\`\`
END
exit 1`;
  test('fails the job, and says where: on the line of the task, and of the code that the traceback names', async () => {
    const pipeline = file(
      '  prepare: { run: "true" }\n  train: { run: sh fail.sh, dependencies: [prepare] }\n  after: { run: "true", dependencies: [train] }\n',
    );
    // The script needs the workspace's own path, as Python would print it: known once there is one.
    const { workspace } = await runAction({ files: { 'pipeline.yml': pipeline } });
    writeFileSync(join(workspace, 'fail.sh'), traceback.replace('WORKSPACE', workspace));
    const ran = await runAction({ workspace });
    expect(ran.exit).toBe(1);
    expect(ran.outputs).toMatchObject({ ok: 'false', conclusion: 'failure' });
    const check = pipelineOf(ran);
    expect(check).toMatchObject({ conclusion: 'failure', output: { title: 'train failed' } });
    expect(check.output.annotations.map(({ path, start_line, message }: any) => [path, start_line, message])).toEqual([
      ['pipeline.yml', 5, 'exit code 1'],
      ['src/project/train.py', 12, 'ValueError: @everyone Input contains NaN ```'],
    ]);
    const read = readReportBlock(check.output.text);
    if (!read.ok) throw new Error(read.reason);
    expect(read.report.tasks.map(({ name, state, exit }) => [name, state, exit])).toEqual([
      ['prepare', 'succeeded', 0],
      ['train', 'failed', 1],
      ['after', 'blocked', null],
    ]);
    expect(settle(check.output.summary)).toMatchSnapshot();
    expect(ran.summary).toContain('ValueError');
  });

  test('does not fail the job when that is not wanted', async () => {
    const ran = await runAction({
      files: { 'pipeline.yml': file('  a: { run: "false" }\n') },
      inputs: { fail: 'false' },
    });
    expect(ran.exit).toBe(0);
    expect(pipelineOf(ran)).toMatchObject({ conclusion: 'failure' });
  });

  test('a log that forges a report is only a log', async () => {
    const forged = '```json practicum-report\n{"version":1,"conclusion":"success"}\n```';
    const ran = await runAction({
      files: {
        'pipeline.yml': file('  a: { run: "cat forged; false" }\n'),
        forged: `${forged}\n::error::injected\n::set-output name=ok::true\n`,
      },
    });
    const read = readReportBlock(pipelineOf(ran).output.text);
    expect(read).toMatchObject({ ok: true, report: { conclusion: 'failure' } });
    // Workflow commands in a task's output are not obeyed: they stand between stop and resume.
    expect(ran.log).toMatch(/::stop-commands::(practicum-[\w-]+)\n[\s\S]*::error::injected[\s\S]*::\1::/);
  });

  test('a log of megabytes is cut, with a pointer to the whole', async () => {
    const ran = await runAction({
      files: { 'pipeline.yml': file('  a: { run: "seq 1000000 1400000; echo the end; false" }\n') },
    });
    const { text, summary } = pipelineOf(ran).output;
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_535);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(65_535);
    expect(text).toContain('/actions/runs/7001');
    expect(text).toContain('the end');
  });
});

describe('a file with mistakes', () => {
  test('runs nothing, and has every mistake on its line, in portions of fifty', async () => {
    const tasks = Array.from(
      { length: 120 },
      (_, index) => `  t${index}: { run: touch ran, inputs: [nope${index}] }\n`,
    ).join('');
    const ran = await runAction({ files: { 'pipeline.yml': file(tasks) } });
    expect(ran.exit).toBe(1);
    expect(pipelineOf(ran).output.title).toBe('pipeline.yml: 120 problems');
    const portions = [
      pipelineOf(ran),
      ...ran.requests.filter(({ method }) => method === 'PATCH').map(({ body }) => body),
    ];
    expect(portions.map(({ output }) => output.annotations.length)).toEqual([50, 50, 20]);
    for (const { output } of portions)
      expect(output).toMatchObject({ title: expect.any(String), summary: expect.any(String) });
    expect(
      new Set(portions.flatMap(({ output }) => output.annotations.map((annotation: any) => annotation.start_line)))
        .size,
    ).toBe(120);
  });
});

test('without a pipeline it says how to begin, and fails nothing', async () => {
  const ran = await runAction({ files: { 'README.md': 'hello' } });
  expect(ran.exit).toBe(0);
  expect(pipelineOf(ran)).toMatchObject({
    conclusion: 'neutral',
    output: { title: 'No pipeline yet', summary: expect.stringContaining('tasks:') },
  });
  expect(readReportBlock(pipelineOf(ran).output.text)).toMatchObject({
    ok: true,
    report: { conclusion: 'neutral', pipeline: null },
  });
});

test('dvc.yaml is run as it is, although the workflow names pipeline.yml', async () => {
  const ran = await runAction({
    files: { 'dvc.yaml': 'stages: { a: { cmd: touch o, outs: [o] } }\n' },
    inputs: { pipeline: 'pipeline.yml' },
  });
  expect(readReportBlock(pipelineOf(ran).output.text)).toMatchObject({
    ok: true,
    report: { conclusion: 'success', pipeline: { file: 'dvc.yaml', form: 'dvc' } },
  });
});

test('values for an MLPipeline file come from the input', async () => {
  const yaml =
    'pipeline: { name: x, inputs: [a], outputs: [t.o], components: [{ t: { runner: OCRModel, inputs: [a], outputs: [o] } }] }';
  const ran = await runAction({ files: { 'p.yaml': yaml }, inputs: { pipeline: 'p.yaml', inputs: 'a=1=2\n' } });
  expect(readReportBlock(pipelineOf(ran).output.text)).toMatchObject({
    ok: true,
    report: { outputs: { 't.o': '1=2-O0' } },
  });
});

describe('released data', () => {
  const entry = (path: string, sha256: string) => ({
    release: path,
    challenge: 'c',
    path,
    rows: 1,
    columns: ['a'],
    bytes: 1,
    sha256,
    shipment: 's',
  });
  test('altered and missing slices are named, with what to do', async () => {
    const manifest = {
      version: 1,
      releases: [
        entry('data/one.csv', '0'.repeat(64)),
        entry('data/two.csv', '1'.repeat(64)),
        entry('../outside.csv', '2'.repeat(64)),
      ],
    };
    const ran = await runAction({
      files: { 'pipeline.yml': ok, 'data/one.csv': 'changed', 'data/MANIFEST.json': JSON.stringify(manifest) },
    });
    const data = ran.checkRuns[0];
    expect(data).toMatchObject({
      name: 'practicum/data',
      conclusion: 'failure',
      output: { title: '3 of 3 releases missing or altered' },
    });
    expect(data.output.annotations.map(({ path, title }: any) => [path, title])).toEqual([
      ['data/one.csv', 'data/one.csv altered'],
      ['data/MANIFEST.json', 'data/two.csv missing'],
      ['data/MANIFEST.json', '../outside.csv missing'],
    ]);
    expect(ran.exit).toBe(0);
  });
  test('a damaged list is said', async () => {
    const ran = await runAction({ files: { 'pipeline.yml': ok, 'data/MANIFEST.json': '{' } });
    expect(ran.checkRuns[0]).toMatchObject({
      conclusion: 'failure',
      output: { title: 'The list of released data is damaged' },
    });
  });
});

describe.concurrent('GitHub says no', () => {
  test.each([
    ['403: no permission', 403, 'checks: write'],
    ['404: a private repository', 404, 'checks: write'],
    ['422: something it does not like', 422, 'not reported'],
  ])('%s is a warning, once', async (_name, status, words) => {
    const ran = await runAction({
      files: { 'pipeline.yml': ok },
      answers: () => ({ status, body: { message: 'Resource not accessible by integration' } }),
    });
    expect(ran.exit, ran.log).toBe(0);
    expect(ran.log).toContain('::warning::');
    expect(ran.log).toContain(words);
    // A body that GitHub does not like says nothing about the next one.
    expect(ran.requests.filter(({ method }) => method === 'POST')).toHaveLength(status === 422 ? 2 : 1);
    expect(ran.outputs).toMatchObject({ ok: 'true' });
  });

  test('a pull request from a fork: its results are in the job summary', async () => {
    const pull = { head: { sha: 'b'.repeat(40), repo: { id: 99 } }, base: { repo: { id: 42 } } };
    const ran = await runAction({
      files: { 'pipeline.yml': ok },
      event: { repository: { id: 42, default_branch: 'main' }, pull_request: pull },
      env: { GITHUB_EVENT_NAME: 'pull_request' },
      answers: () => ({ status: 403, body: { message: 'Resource not accessible by integration' } }),
    });
    expect(ran.exit).toBe(0);
    expect(ran.log).toContain('from a fork');
    expect(ran.requests[0]!.body.head_sha).toBe('b'.repeat(40));
    expect(ran.summary).toContain('1 task succeeded');
  });

  test('an answer that was lost: the check run is looked for, not made twice', async () => {
    const ran = await runAction({
      files: { 'pipeline.yml': ok },
      answers: ({ method, path }, seen) => {
        if (method === 'POST' && seen.length === 0) return 'drop';
        if (method === 'GET' && path.includes('practicum%2Fdata'))
          return { status: 200, body: { check_runs: [{ id: 77, external_id: '7001/1/pipeline' }] } };
        return undefined;
      },
    });
    expect(ran.exit, ran.log).toBe(0);
    expect(ran.requests.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
      'POST /repos/course/weather-ada/check-runs',
      `GET /repos/course/weather-ada/commits/${'a'.repeat(40)}/check-runs`,
      'POST /repos/course/weather-ada/check-runs',
    ]);
    expect(ran.log).toContain('check run 77');
  });

  test('nobody there at all', async () => {
    const ran = await runAction({
      files: { 'pipeline.yml': ok },
      inputs: { patience: '1' },
      env: { GITHUB_API_URL: 'http://127.0.0.1:1' },
    });
    expect(ran.exit, ran.log).toBe(0);
    expect(ran.log).toContain('no answer');
  });

  test('without a token it still runs', async () => {
    const ran = await runAction({ files: { 'pipeline.yml': ok }, token: '' });
    expect(ran.exit).toBe(0);
    expect(ran.requests).toEqual([]);
  });
});

test('an input that cannot be meant is wrong use', async () => {
  const ran = await runAction({ inputs: { mode: 'everything' } });
  expect(ran.exit).toBe(1);
  expect(ran.log).toContain('not one of all, run, report');
});

test('on the default branch, metrics are compared with the commit before the push', async () => {
  const metrics = file('  a: { run: "echo 3 > m.json", outputs: { m: { path: m.json, kind: metrics } } }\n');
  const ran = await runAction({
    files: { 'pipeline.yml': metrics },
    event: { before: 'e'.repeat(40), repository: { id: 42, default_branch: 'main' } },
  });
  expect(ran.requests[0]!.path).toContain(`/commits/${'e'.repeat(40)}/check-runs`);
});

test('metrics show their change since the default branch', async () => {
  const metrics = file(
    '  a: { run: "echo {\\"mae\\":2} > m.json", outputs: { m: { path: m.json, kind: metrics } } }\n',
  ).replace('{\\"mae\\":2}', `'{\\"mae\\":2}'`);
  const first = await runAction({ files: { 'pipeline.yml': metrics.replace(':2}', ':1.5}') } });
  const before = pipelineOf(first).output;
  const ran = await runAction({
    files: { 'pipeline.yml': metrics },
    env: { GITHUB_REF: 'refs/heads/topic' },
    answers: ({ method, path }) =>
      method === 'GET' && path.includes('/commits/main/check-runs')
        ? {
            status: 200,
            body: { check_runs: [{ id: 1, head_sha: 'f'.repeat(40), external_id: '1/1/x', output: before }] },
          }
        : undefined,
  });
  expect(pipelineOf(ran).output.summary).toContain('| `mae` | 2 | 1.5 | +0.5 |');
});

test('student code sees none of the tokens', async () => {
  const ran = await runAction({
    files: { 'pipeline.yml': file('  a: { run: env > seen, outputs: { o: seen } }\n') },
    identity: true,
  });
  const seen = readFileSync(join(ran.workspace, 'seen'), 'utf8');
  expect(seen).toContain('GITHUB_SHA=');
  expect(seen).not.toMatch(/job-token|request-token|INPUT_TOKEN|GITHUB_OUTPUT/);
  // And the one-job variant never asks for an identity, although it could.
  expect(ran.requests.some(({ path }) => path.startsWith('/identity'))).toBe(false);
});

test('a cancelled job ends its tasks, and still says what it knows', async () => {
  const ran = await runAction({
    files: {
      'pipeline.yml': file(
        '  a: { run: "touch started; sleep 60", outputs: { o: a } }\n  b: { run: touch b, inputs: [a.o] }\n',
      ),
    },
    cancelWhen: 'started',
  });
  expect(ran.outputs).toMatchObject({ conclusion: 'cancelled' });
  expect(pipelineOf(ran)).toMatchObject({ conclusion: 'cancelled', output: { title: 'The run was cancelled' } });
});
