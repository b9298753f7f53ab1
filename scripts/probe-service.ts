// Asks a running service everything that the contract of templates/student promises. Usage:
// probe-service.ts URL EXAMPLE.json SLICE.csv
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { checkService } from '../src/runner/check-service.ts';
import { readRows } from '../src/runner/read-rows.ts';

const [url, examplePath, slicePath] = process.argv.slice(2);
assert(url && examplePath && slicePath, 'usage: probe-service.ts URL EXAMPLE.json SLICE.csv');
const example = JSON.parse(readFileSync(examplePath, 'utf8')) as { instances: Record<string, unknown>[] };

const post = (body: unknown) =>
  fetch(`${url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** How many predictions the service says it has answered with a status. */
async function countPredictions(status: number): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`requests_total{path="/predict",status="${status}"}`));
  return line ? Number(line.split(' ').at(-1)) : 0;
}

const metadata = (await (await fetch(`${url}/metadata`)).json()) as Record<string, unknown>;
for (const key of ['model_version', 'api_version', 'commit', 'data_sha256', 'rows']) assert(key in metadata, key);

const before = { good: await countPredictions(200), bad: await countPredictions(422) };
const rounds = 20;
const durations: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  const started = performance.now();
  const response = await post({ ...example, request_id: `probe-${round}` });
  assert.equal(response.status, 200);
  const answer = (await response.json()) as Record<string, unknown>;
  durations.push(performance.now() - started);
  assert.equal(answer.request_id, `probe-${round}`);
  assert.equal((answer.predictions as unknown[]).length, example.instances.length);
  assert.equal(answer.api_version, metadata.api_version);
  assert.equal(answer.model_version, metadata.model_version);
}
const bad = [{}, { instances: [] }, { instances: [{}] }, { instances: ['x'] }];
for (const body of bad) assert.equal((await post(body)).status, 422, JSON.stringify(body));
assert.equal(await countPredictions(200), before.good + rounds);
assert.equal(await countPredictions(422), before.bad + bad.length);

const median = durations.toSorted((a, b) => a - b)[rounds / 2] ?? 0;
console.log(
  `service: ${rounds} batches of ${example.instances.length} in order, median ${median.toFixed(1)} ms, counters exact`,
);

// The rows of a slice, as the Action sends them.
const rows = readRows(slicePath, example.instances[0] ?? {});
const findings = await checkService({
  url,
  predict: '/predict',
  health: '/health',
  shape: 'batch',
  example,
  rows,
  nextId: randomUUID,
  shared: false,
});
assert.deepEqual(findings.problems, []);
assert.deepEqual(findings.notes, []);
console.log(
  `the Action's probe: ${rows.length} rows, ${findings.requests} requests, ${findings.failed} failed, p95 ${findings.times.p95?.toFixed(1)} ms`,
);
