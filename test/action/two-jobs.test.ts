// Two jobs: the first runs student code and may neither write nor sign, the second signs what it can check itself.
import { createHash } from 'node:crypto';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audienceOf, readReportBlock } from '../../src/domain/report/report.ts';
import { type Ran, removeFolders, runAction } from './harness.ts';

afterAll(removeFolders);

const slice = 'date,temp\n2012-01-01,4.5\n';
const sha256 = createHash('sha256').update(slice).digest('hex');
const manifest = {
  version: 1,
  releases: [
    {
      release: 'release-1',
      challenge: 'weather',
      path: 'data/incoming/release-1.csv',
      rows: 1,
      columns: ['date', 'temp'],
      bytes: slice.length,
      sha256,
      shipment: 'abc123',
    },
  ],
};
const files = {
  'pipeline.yml': `version: 1
name: two
inputs: { slices: data/incoming }
tasks:
  train: { run: cat data/incoming/*.csv > model.bin, inputs: [slices], outputs: { model: model.bin } }
`,
  'data/incoming/release-1.csv': slice,
  'data/MANIFEST.json': JSON.stringify(manifest),
};

let first: Ran;
beforeAll(async () => {
  first = await runAction({ files, inputs: { mode: 'run' }, token: '', env: { GITHUB_JOB: 'run' } });
});

/** The second job, on a machine of its own: the checkout, and the artifact in its temporary folder. */
async function second(more: Parameters<typeof runAction>[0] = {}): Promise<Ran> {
  const folder = join(first.temp, 'practicum-outcome');
  return runAction({
    files,
    inputs: { mode: 'report', outcome: first.outputs['outcome']!, 'outcome-folder': folder },
    env: { GITHUB_JOB: 'report' },
    identity: true,
    ...more,
  });
}

describe('the first job', () => {
  test('runs the pipeline, asks GitHub nothing, and hands on outcome and model', () => {
    expect(first.exit, first.log).toBe(0);
    expect(first.requests).toEqual([]);
    expect(JSON.parse(first.outputs['outcome']!)).toMatchObject({
      conclusion: 'success',
      model: { path: 'model.bin', sha256 },
    });
  });
});

describe('the second job', () => {
  test('asks for a token whose audience is the digest of the report it sends', async () => {
    const ran = await second();
    expect(ran.exit, ran.log).toBe(0);
    const read = readReportBlock(ran.checkRuns.at(-1).output.text);
    if (!read.ok) throw new Error(read.reason);
    const asked = ran.requests.find(({ path }) => path.startsWith('/identity'))!;
    expect(new URL(asked.path, 'http://x').searchParams.get('audience')).toBe(audienceOf(read.report));
    expect(asked.headers['authorization']).toBe('Bearer request-token');
    expect(read.token).toBe('aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl');
    expect(read.report).toMatchObject({
      mode: 'report',
      job: 'report',
      conclusion: 'success',
      model: { path: 'model.bin', sha256, verified: true },
      data: { releases: [{ release: 'release-1', state: 'intact', sha256, shipment: 'abc123' }] },
    });
    expect(ran.requests.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toMatchInlineSnapshot(`
      [
        "GET /repos/course/weather-ada/actions/runs/7001/attempts/1/jobs",
        "GET /identity",
        "POST /repos/course/weather-ada/check-runs",
        "POST /repos/course/weather-ada/check-runs",
      ]
    `);
  });

  test('posts the signed report to the app where its address is known, also without the right to make check runs', async () => {
    const posted: any[] = [];
    const folder = join(first.temp, 'practicum-outcome');
    const ran = await second({
      answers: (request) => {
        if (request.path.endsWith('/check-runs') && request.method === 'POST')
          return { status: 403, body: { message: 'Resource not accessible by integration' } };
        if (request.path !== '/app/api/report') return undefined;
        posted.push(request);
        // A gateway in front of the app has a bad moment; the app itself does not mind being told twice.
        return posted.length === 1 ? { status: 502 } : { status: 202 };
      },
      // The stand-in for the API also stands in for the app.
      inputs: {
        mode: 'report',
        outcome: first.outputs['outcome']!,
        'outcome-folder': folder,
        'app-url': 'SELF/app',
      },
    });
    expect(ran.exit, ran.log).toBe(0);
    expect(posted).toHaveLength(2);
    expect(readReportBlock(posted[1].body)).toMatchObject({
      ok: true,
      report: {
        run_id: 7001,
        data: { releases: [{ release: 'release-1', read_by: ['train'], in_model: true }] },
      },
      token: expect.any(String),
    });
    expect(ran.log).toContain('checks: write');
    expect(ran.log).toContain('The app has the report.');
  });

  test('what is not signed is not posted', async () => {
    const folder = join(first.temp, 'practicum-outcome');
    const ran = await second({
      inputs: {
        mode: 'report',
        outcome: first.outputs['outcome']!,
        'outcome-folder': folder,
        'app-url': 'SELF/app',
      },
      identity: false,
    });
    expect(ran.exit, ran.log).toBe(0);
    expect(ran.requests.some(({ path }) => path.startsWith('/app'))).toBe(false);
  });

  test('does not believe an outcome that GitHub contradicts', async () => {
    const ran = await second({
      answers: ({ path }) =>
        path.includes('/jobs')
          ? { status: 200, body: { jobs: [{ name: 'practicum / run', conclusion: 'failure' }] } }
          : undefined,
    });
    expect(ran.checkRuns.at(-1)).toMatchObject({ name: 'practicum/pipeline', conclusion: 'failure' });
    expect(ran.exit).toBe(0);
  });

  test('judges by the step that ran the pipeline: an upload that failed after it is said apart', async () => {
    const steps = (pipeline: string) => [
      { name: 'Set up job', conclusion: 'success' },
      { name: 'Run the pipeline and probe the service', conclusion: pipeline },
      { name: 'Hand logs and model to the second job', conclusion: 'failure' },
    ];
    const answers =
      (pipeline: string) =>
      ({ path }: { path: string }) =>
        path.includes('/jobs')
          ? { status: 200, body: { jobs: [{ name: 'p / run', conclusion: 'failure', steps: steps(pipeline) }] } }
          : undefined;
    const inputs = { mode: 'report', outcome: first.outputs['outcome']! };
    const ran = await second({ inputs, answers: answers('success') });
    const check = ran.checkRuns.at(-1);
    expect(check).toMatchObject({ name: 'practicum/pipeline', conclusion: 'success' });
    expect(check.output.summary).toContain('"Hand logs and model to the second job" failed');
    expect(check.output.summary).toContain('The artifact with the logs and the model did not arrive');
    expect(ran.summary).toContain('500 MB');
    const bad = await second({ inputs, answers: answers('failure') });
    expect(bad.checkRuns.at(-1)).toMatchObject({ conclusion: 'failure' });
  });

  test('names the step that kept the pipeline from running', async () => {
    const ran = await second({
      inputs: { mode: 'report', outcome: '' },
      answers: ({ path }) =>
        path.includes('/jobs')
          ? {
              status: 200,
              body: {
                jobs: [
                  {
                    name: 'p / run',
                    conclusion: 'failure',
                    steps: [
                      { name: 'Install what the project declares', conclusion: 'failure' },
                      { name: 'Run the pipeline and probe the service', conclusion: 'skipped' },
                    ],
                  },
                ],
              },
            }
          : undefined,
    });
    const check = ran.checkRuns.at(-1);
    expect(check).toMatchObject({ conclusion: 'failure' });
    expect(check.output.summary).toContain('The step "Install what the project declares" of the first job failed');
  });

  test('hashes the artifact itself: a swapped model is not verified', async () => {
    const folder = join(first.temp, 'swapped');
    cpSync(join(first.temp, 'practicum-outcome'), folder, { recursive: true });
    writeFileSync(join(folder, 'model/model.bin'), 'another');
    const ran = await second({
      inputs: { mode: 'report', outcome: first.outputs['outcome']!, 'outcome-folder': folder },
    });
    const read = readReportBlock(ran.checkRuns.at(-1).output.text);
    expect(read).toMatchObject({ ok: true, report: { model: { verified: false } } });
  });

  test('without an outcome or an identity it still reports, unsigned', async () => {
    const ran = await second({ inputs: { mode: 'report', outcome: '' }, identity: false });
    expect(ran.exit, ran.log).toBe(0);
    expect(ran.log).toContain('not signed');
    expect(ran.checkRuns.at(-1)).toMatchObject({
      conclusion: 'failure',
      output: { title: 'The pipeline has no result' },
    });
  });

  test('takes no path from the outcome that leaves the artifact', async () => {
    const outcome = JSON.parse(first.outputs['outcome']!);
    outcome.model.path = '../../../../../../etc/passwd';
    outcome.pipeline.file = '../../secret';
    const ran = await second({ inputs: { mode: 'report', outcome: JSON.stringify(outcome) } });
    const read = readReportBlock(ran.checkRuns.at(-1).output.text);
    expect(read).toMatchObject({ ok: true, report: { model: { verified: false } } });
  });
});
