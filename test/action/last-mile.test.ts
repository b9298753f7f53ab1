// A report arrives: whatever the tasks do to the workspace, however much there is to say, and whatever GitHub answers.
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readReportBlock } from '../../src/domain/report/report.ts';
import { type Answer, removeFolders, runAction, type Sent } from './harness.ts';

afterAll(removeFolders);

const file = (tasks: string) => `version: 1\nname: x\ntasks:\n${tasks}`;
const ok = file('  a: { run: touch a, outputs: { o: a } }\n');
const pipelineOf = (ran: { checkRuns: any[] }) => ran.checkRuns.find(({ name }) => name === 'practicum/pipeline');
const isPost = ({ method, path }: Sent): boolean => method === 'POST' && path.endsWith('/check-runs');

describe('every throw is a report', () => {
  test('the folder of records cannot be made', async () => {
    const ran = await runAction({ files: { '.practicum': 'a file', 'pipeline.yml': ok } });
    expect(ran.exit).toBe(1);
    expect(ran.outputs).toMatchObject({ ok: 'false', conclusion: 'failure' });
    expect(pipelineOf(ran)).toMatchObject({ conclusion: 'failure', output: { title: 'The pipeline has no result' } });
    expect(ran.summary).toContain('must be able to write there');
    expect(readReportBlock(pipelineOf(ran).output.text)).toMatchObject({ ok: true, report: { conclusion: 'failure' } });
  });

  test('a task cleans its workspace up, records and logs included', async () => {
    const clean = 'git init -q . ; git add pipeline.yml; echo hello; git clean -fdxq; touch o';
    const ran = await runAction({
      files: {
        'pipeline.yml': file(`  a: { run: "${clean}", outputs: { o: o } }\n  b: { run: cp o p, inputs: [a.o] }\n`),
      },
    });
    // The run goes on, and its records with it; the log of the task itself is gone.
    expect(ran.exit, ran.log).toBe(0);
    expect(pipelineOf(ran)).toMatchObject({ conclusion: 'success' });
    expect(ran.summary).toContain('2 tasks succeeded');
    expect(readReportBlock(pipelineOf(ran).output.text)).toMatchObject({ ok: true });
  });

  test("a task removes the runner's temporary folder, with the files for outputs and summary in it", async () => {
    const ran = await runAction({
      files: { 'pipeline.yml': file('  a: { run: rm -rf ../runner-files, outputs: { } }\n') },
      runnerFiles: '../runner-files',
    });
    expect(ran.exit, ran.log).toBe(0);
    expect(pipelineOf(ran)).toMatchObject({ conclusion: 'success' });
    expect(ran.outputs).toMatchObject({ ok: 'true' });
    expect(ran.summary).toContain('## 1 task succeeded');
  });

  test('in the first of two jobs: the second has its words', async () => {
    const files = { '.practicum': 'a file', 'pipeline.yml': ok };
    const first = await runAction({ files, inputs: { mode: 'run' }, token: '' });
    expect(first.exit).toBe(1);
    const second = await runAction({ files, inputs: { mode: 'report', outcome: first.outputs['outcome']! } });
    expect(pipelineOf(second).output.summary).toContain('must be able to write there');
  });
});

describe('however much there is to say', () => {
  /** Linux allows 128 KiB for one variable of the environment, its name included. */
  const two = async (pipeline: string): Promise<{ first: any; second: any }> => {
    const files = { 'pipeline.yml': pipeline };
    const first = await runAction({ files, inputs: { mode: 'run' }, token: '', env: { GITHUB_JOB: 'run' } });
    expect(Buffer.byteLength(first.outputs['outcome']!)).toBeLessThanOrEqual(100_000);
    const inputs = { mode: 'report', outcome: first.outputs['outcome']! };
    const folder = { 'outcome-folder': join(first.temp, 'practicum-outcome') };
    const second = await runAction({ files, inputs: { ...inputs, ...folder }, env: { GITHUB_JOB: 'report' } });
    // And where the artifact did not arrive.
    const alone = await runAction({ files, inputs, env: { GITHUB_JOB: 'report' } });
    expect(pipelineOf(alone)).toMatchObject({ conclusion: pipelineOf(second).conclusion });
    expect(alone.summary).toContain('did not arrive');
    return { first, second };
  };

  test('six failing tasks that print Chinese', async () => {
    const say = 'for i in $(seq 400); do echo 数据管道失败了请检查输入文件和参数; done; false';
    const tasks = Array.from({ length: 6 }, (_, i) => `  t${i}: { run: "${say}" }\n`).join('');
    const { second } = await two(file(tasks));
    expect(pipelineOf(second)).toMatchObject({
      conclusion: 'failure',
      output: { title: 't0, t1, t2 and 3 more failed' },
    });
    expect(second.summary).toContain('数据管道失败了');
  });

  test('560 tasks, drawn as what they have in common', async () => {
    const tasks = Array.from(
      { length: 560 },
      (_, i) => `  prepare-the-shard-with-number-${i}: { run: "true", outputs: { o: "out-${i}" } }\n`,
    ).join('');
    const { second } = await two(file(tasks.replaceAll('"true"', '"touch $(echo out)-x; false"')));
    expect(pipelineOf(second).conclusion).toBe('failure');
    expect(second.summary).toContain('560 tasks, those of a kind together');
    expect(second.summary).toContain('prepare-the-shard-with-number-… × 560');
  });
});

describe.concurrent('who is who', () => {
  test('two legs of a matrix and two steps are told apart when an answer was lost', async () => {
    const idOf = async (inputs: Record<string, string>): Promise<string> =>
      pipelineOf(await runAction({ files: { 'pipeline.yml': ok }, inputs })).external_id;
    expect(await idOf({})).toBe('7001/1/pipeline');
    expect(await idOf({ leg: '0' })).toBe('7001/1/pipeline/leg 0');
    expect(await idOf({ leg: '1', name: 'linux' })).toBe('7001/1/pipeline/leg 1/linux');
    const other = await runAction({
      files: { 'pipeline.yml': ok },
      inputs: { leg: '1' },
      answers: (request, seen) => {
        if (isPost(request) && seen.length === 0) return 'drop';
        if (request.method === 'GET' && request.path.includes('/check-runs'))
          return { status: 200, body: { check_runs: [{ id: 77, external_id: '7001/1/pipeline/leg 0' }] } };
        return undefined;
      },
    });
    expect(other.log).not.toContain('check run 77');
    expect(other.requests.filter(isPost)).toHaveLength(3);
  });

  test('a name stands before the title', async () => {
    const ran = await runAction({ files: { 'pipeline.yml': ok }, inputs: { name: 'linux' } });
    expect(pipelineOf(ran).output.title).toBe('linux: 1 task succeeded');
  });
});

describe('without the right to make check runs', () => {
  test('the job summary has everything, once', async () => {
    const manifest = {
      version: 1,
      releases: [{ release: 'r1', challenge: 'c', path: 'data/r1.csv', sha256: '0'.repeat(64), rows: 1 }],
    };
    const service = `require('http').createServer((q, s) => s.end('{}')).listen(process.env.PORT)`;
    const ran = await runAction({
      files: {
        'pipeline.yml': `${ok}serve: { run: node service.js, example: example.json }\n`,
        'service.js': service,
        'example.json': '{"instances": [{"a": 1}]}',
        'data/r1.csv': 'changed',
        'data/MANIFEST.json': JSON.stringify(manifest),
      },
      answers: () => ({ status: 403, body: { message: 'Resource not accessible by integration' } }),
    });
    expect(ran.summary).toContain('1 of 1 releases missing or altered');
    expect(ran.summary).toContain('| p95 |');
    expect(ran.summary).toContain('checks: write');
    expect(ran.summary.match(/^## /gm)).toHaveLength(1);
    expect(ran.outputs['report-url']).toBe('https://github.example/course/weather-ada/actions/runs/7001');
    expect(JSON.parse(ran.outputs['json']!)).toMatchObject({ data: { releases: [{ state: 'altered' }] } });
  });

  test('the first of two jobs leaves the page to the second', async () => {
    const ran = await runAction({ files: { 'pipeline.yml': ok }, inputs: { mode: 'run' }, token: '' });
    expect(ran.summary).toBe('**1 task succeeded**. The job that reports has the rest in its summary.\n');
  });
});

test.concurrent.each(['all', 'report'])('SIGINT while the API hangs: the summary is there (mode %s)', async (mode) => {
  const files = { 'pipeline.yml': ok };
  const first = await runAction({ files, inputs: { mode: 'run' }, token: '' });
  const ran = await runAction({
    files,
    inputs: { mode, outcome: first.outputs['outcome']! },
    answers: () => 'hang',
    cancelOnRequest: true,
  });
  expect(ran.exit).not.toBe(0);
  expect(ran.summary).toContain('## 1 task succeeded');
});

// Most of it is waiting, each job for itself.
describe.concurrent('GitHub in trouble', () => {
  const until =
    (count: number, answer: Answer) =>
    (request: Sent, seen: readonly Sent[]): Answer | undefined =>
      isPost(request) && seen.filter(isPost).length < count ? answer : undefined;

  test.each<[string, Answer]>([
    ['503', { status: 503, body: { message: 'No server is currently available' } }],
    ['a page instead of an answer', { status: 502 }],
    ['a connection that breaks', 'drop'],
    [
      'a secondary limit',
      {
        status: 403,
        headers: { 'retry-after': '1' },
        body: { message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.' },
      },
    ],
    ['429', { status: 429, headers: { 'retry-after': '1' }, body: { message: 'Too Many Requests' } }],
    [
      'a used-up allowance',
      {
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) - 5) },
        body: { message: 'API rate limit exceeded for installation' },
      },
    ],
  ])('%s twice: both check runs arrive in the end', async (_name, answer) => {
    const ran = await runAction({
      files: { 'pipeline.yml': ok },
      inputs: { patience: '20' },
      answers: until(2, answer),
    });
    expect(ran.log).not.toContain('not reported');
    expect(ran.requests.filter(isPost).map(({ body }) => body.name)).toEqual([
      'practicum/data',
      'practicum/data',
      'practicum/data',
      'practicum/pipeline',
    ]);
  });

  test.each<[string, Answer, string]>([
    ['503', { status: 503 }, 'GitHub had trouble of its own for as long as this job waits (2 s)'],
    ['drop', 'drop', 'GitHub could not be reached for as long as this job waits (2 s)'],
    [
      'limit',
      { status: 403, headers: { 'retry-after': '120' }, body: { message: 'secondary rate limit' } },
      'GitHub asks to wait (120 s), longer than this job waits (2 s in all)',
    ],
    ['401', { status: 401, body: { message: 'Bad credentials' } }, 'leave the input token out'],
    ['403', { status: 403, body: { message: 'Repository was archived so is read-only.' } }, 'nobody can write'],
  ])('%s for longer: the right advice, and never the wrong one', async (_name, answer, advice) => {
    const ran = await runAction({ files: { 'pipeline.yml': ok }, inputs: { patience: '2' }, answers: () => answer });
    expect(ran.exit, ran.log).toBe(0);
    expect(ran.log).toContain(advice);
    expect(ran.log).not.toContain('checks: write');
    expect(ran.summary).toContain('The check runs could not be made');
  });

  test.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'oops'],
    ['an empty object', {}],
  ])('an answer of %s to a new check run is as good as none, and told in one line', async (_name, body) => {
    const ran = await runAction({
      files: { 'pipeline.yml': ok },
      inputs: { patience: '2' },
      answers: ({ method }) => (method === 'POST' ? { status: 201, body } : undefined),
    });
    expect(ran.exit, ran.log).toBe(0);
    expect(ran.log).toContain('the answer is not what GitHub promises');
    expect(`${ran.log}${ran.summary}`).not.toMatch(/invalid_type|undefined/);
    expect(ran.summary).toContain('The check runs could not be made');
    // It may be there, so it is looked for before it is made again.
    expect(ran.requests.map(({ method }) => method).slice(0, 3)).toEqual(['POST', 'GET', 'POST']);
  });

  test.each<[string, Answer, boolean]>([
    ['no permission', { status: 403, body: { message: 'Resource not accessible by integration' } }, true],
    ['trouble', { status: 500 }, true],
    ['something else', { status: 200, body: [1] }, true],
    ['no such commit', { status: 422, body: { message: 'No commit found for SHA' } }, false],
  ])('%s where metrics are compared: the run stands, and it is said', async (_name, answer, isNoticed) => {
    const metrics = 'echo 3 > m.json", outputs: { m: { path: m.json, kind: metrics } }';
    const ran = await runAction({
      files: { 'pipeline.yml': file(`  a: { run: "${metrics} }\n`) },
      env: { GITHUB_REF: 'refs/heads/topic' },
      inputs: { patience: '2' },
      answers: ({ method }) => (method === 'GET' ? answer : undefined),
    });
    expect(ran.exit, ran.log).toBe(0);
    expect(ran.log).toContain('Metrics are not compared with all of the default branch');
    expect(ran.log.includes('::notice')).toBe(isNoticed);
    expect(ran.checkRuns.map(({ name }) => name)).toContain('practicum/pipeline');
  });

  test('annotations that GitHub does not take do not cost the report', async () => {
    const ran = await runAction({
      files: { 'pipeline.yml': file('  a: { run: "false" }\n') },
      answers: (request) =>
        isPost(request) && request.body.output.annotations?.length > 0
          ? { status: 422, body: { message: 'Validation Failed' } }
          : undefined,
    });
    expect(pipelineOf({ checkRuns: ran.checkRuns.toReversed() }).output).not.toHaveProperty('annotations');
    expect(ran.log).toContain('reported without its annotations');
  });
});
