// Endpoint health inside the job, against services that keep the contract and services that do not.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readReportBlock } from '../../src/domain/report/report.ts';
import { removeFolders, runAction } from './harness.ts';

afterAll(removeFolders);

const rehearsal = new URL('../../templates/rehearsal-student/', import.meta.url);
const files: Record<string, string> = {};
for (const entry of readdirSync(rehearsal, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const path = join(entry.parentPath, entry.name).slice(rehearsal.pathname.length);
  files[path] = readFileSync(join(entry.parentPath, entry.name), 'utf8');
}
const slice = files['data/sample.csv']!;
files['data/incoming/release-1.csv'] = slice;
files['data/MANIFEST.json'] = JSON.stringify({
  version: 1,
  releases: [
    {
      release: 'release-1',
      challenge: 'weather',
      path: 'data/incoming/release-1.csv',
      rows: 91,
      columns: [],
      bytes: slice.length,
      sha256: createHash('sha256').update(slice).digest('hex'),
    },
  ],
});

const endpointOf = (ran: { checkRuns: any[] }) => ran.checkRuns.find(({ name }) => name === 'practicum/endpoint');
const reportOf = (ran: { checkRuns: any[] }) => {
  const read = readReportBlock(ran.checkRuns.at(-1).output.text);
  if (!read.ok) throw new Error(read.reason);
  return read.report;
};

describe('the rehearsal student', () => {
  test('has a healthy service, counted by itself', async () => {
    const ran = await runAction({ files });
    expect(ran.exit, ran.log).toBe(0);
    expect(endpointOf(ran), ran.log).toMatchObject({ conclusion: 'success' });
    const { endpoint } = reportOf(ran);
    expect(endpoint).toMatchObject({ ok: true, level: 'job', failed: 0, problems: [] });
    expect(endpoint!.requests).toBeGreaterThan(100);
    expect(endpoint!.p50_ms! <= endpoint!.p95_ms! && endpoint!.p95_ms! <= endpoint!.p99_ms!).toBe(true);
  });
});

/** A service in one file; `answer` is the body of a function of the request. */
const service = (answer: string): Record<string, string> => ({
  'pipeline.yml': `version: 1
name: served
tasks:
  train: { run: echo m > model.txt, outputs: { model: model.txt } }
serve: { run: node serve.mjs, inputs: [train.model], example: example.json, start-seconds: 60, shape: SHAPE }
`,
  'example.json': '{"instances":[{"x":1}]}',
  'serve.mjs': `import { createServer } from 'node:http';
createServer(async (request, response) => {
  let text = ''; for await (const part of request) text += part;
  if (request.url === '/health') return response.end('ok');
  if (request.url === '/metrics') return response.writeHead(404).end();
  const body = JSON.parse(text);
  ${answer}
}).listen(Number(process.env.PORT), '127.0.0.1');
`,
});
const shaped = (map: Record<string, string>, shape: string) => ({
  ...map,
  'pipeline.yml': map['pipeline.yml']!.replace('SHAPE', shape),
});

describe('what is wrong is named', () => {
  test.each([
    [
      'predict-request-id',
      `response.end(JSON.stringify({ request_id: 'mine', predictions: body.instances.map(() => 1), api_version: '1', model_version: '1' }))`,
    ],
    [
      'predict-versions',
      `response.end(JSON.stringify({ request_id: body.request_id, predictions: body.instances.map(() => 1) }))`,
    ],
    [
      'predict-count',
      `response.end(JSON.stringify({ request_id: body.request_id, predictions: [1, 2, 3], api_version: '1', model_version: '1' }))`,
    ],
    [
      'bad-row-accepted',
      `response.end(JSON.stringify({ request_id: body.request_id, predictions: body.instances.map(() => 1), api_version: '1', model_version: '1' }))`,
    ],
    ['no-model', `response.writeHead(503).end('{"detail":"no model yet"}')`],
    ['predict-status', `response.writeHead(500).end('{}')`],
  ])('%s', async (code, answer) => {
    const ran = await runAction({ files: shaped(service(answer), 'batch') });
    expect(endpointOf(ran)).toMatchObject({ conclusion: 'failure' });
    expect(reportOf(ran).endpoint!.problems).toContain(code);
    // The pipeline itself is fine, and so is the job.
    expect(ran.exit).toBe(0);
  });

  test('a service that ends by itself', async () => {
    const map = shaped(service(''), 'batch');
    const ran = await runAction({ files: { ...map, 'serve.mjs': 'console.error("no model"); process.exit(3)' } });
    expect(reportOf(ran).endpoint).toMatchObject({ ok: false, problems: ['ended'], ready_ms: null });
    expect(endpointOf(ran).output.summary).toContain('exit code 3');
  });
});

test('the flat form of one record', async () => {
  const map = shaped(
    service(`if (typeof body.x !== 'number') return response.writeHead(422).end('{}');
  response.end(JSON.stringify({ request_id: body.request_id, prediction: 1, prediction_label: 'a', api_version: '1', model_version: '2' }))`),
    'flat',
  );
  const ran = await runAction({ files: { ...map, 'example.json': '{"request_id":"e","x":1}' } });
  expect(reportOf(ran).endpoint, ran.log).toMatchObject({ ok: true, model_version: '2' });
});
