// The sandbox starts, answers, and is administered over HTTP as well as in the process.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { movableClock } from '../src/world/clock.ts';
import { startSandbox, type Sandbox } from '../src/server/server.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sandbox-'));
  sandbox = await startSandbox({ dir, clock: movableClock(new Date('2027-01-11T08:00:00Z')) });
});
afterAll(() => sandbox.close());

test('an unknown route is 404 and remembered', async () => {
  const answer = await fetch(`${sandbox.url}/api/v3/no/such/thing`);
  expect(answer.status).toBe(404);
  expect(sandbox.unknownRoutes).toEqual(['GET /no/such/thing']);
});

test('an unknown token is 401, not somebody', async () => {
  const answer = await fetch(`${sandbox.url}/api/v3/meta`, { headers: { authorization: 'Bearer garbage' } });
  expect(answer.status).toBe(401);
});

test('an unchanged answer is 304', async () => {
  const first = await fetch(`${sandbox.url}/api/v3/meta`);
  const etag = first.headers.get('etag') ?? '';
  const again = await fetch(`${sandbox.url}/api/v3/meta`, { headers: { 'if-none-match': etag } });
  expect([first.status, again.status]).toEqual([200, 304]);
});

test('people are made over HTTP and the clock is moved', async () => {
  const post = (path: string, body: unknown) =>
    fetch(`${sandbox.url}/_sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) });
  const made = await post('admin/createUser', { login: 'teacher' });
  expect(made.status).toBe(200);
  expect((await post('admin/createUser', { login: 'Teacher' })).status).toBe(422);
  await post('clock', { now: '2027-02-01T00:00:00Z' });
  expect(sandbox.clock.now().toISOString()).toBe('2027-02-01T00:00:00.000Z');
});

test('the clock is streamed', async () => {
  const answer = await fetch(`${sandbox.url}/_sandbox/clock/stream`);
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const next = async () => new TextDecoder().decode((await reader.read()).value);
  expect(await next()).toContain('"now"');
  await fetch(`${sandbox.url}/_sandbox/clock`, { method: 'POST', body: '{"now":"2027-03-01T00:00:00Z"}' });
  expect(await next()).toContain('2027-03-01T00:00:00.000Z');
  await reader.cancel();
});
