// A probe asks whose the service is: signed like every request, with a nonce that is never the same.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, expect, test } from 'vitest';
import { createGuardedFetch } from '../../src/endpoint/guarded-fetch.ts';
import { probeEndpoint } from '../../src/endpoint/probe-endpoint.ts';
import type { ProbeAnswer } from '../../src/ports/practice.ts';
import { probeKey, publicProbeKey, SIGNATURE_HEADER, verifySignature } from '../../src/endpoint/sign-request.ts';
import { serve } from './serve.ts';

const fetch = createGuardedFetch({ allowLoopback: true });
afterAll(() => fetch.close());
const key = probeKey('a secret of the installation');
const now = (): Date => new Date('2027-01-11T09:00:00Z');

type Metadata = (request: IncomingMessage, response: ServerResponse) => unknown;

async function probe(metadata: Metadata): Promise<{ outcome: ProbeAnswer; url: string }> {
  const url = await serve((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      if (request.url === '/metadata') return metadata(request, response);
      if (request.url === '/health') return response.end('{}');
      const asked = JSON.parse(body) as { request_id: string; instances: { x: unknown }[] };
      if (asked.instances.some(({ x }) => typeof x !== 'number')) return response.writeHead(422).end();
      const versions = { api_version: '1', model_version: '1' };
      return response.end(JSON.stringify({ request_id: asked.request_id, predictions: [1], ...versions }));
    });
  });
  const task = { url, requestId: 'probe-1', wait: 1000, rows: [{ x: 1 }], whose: true };
  return { outcome: await probeEndpoint(task, { fetch, now, key }), url };
}

test('it hears the repository from a service that repeats the nonce', async () => {
  const nonces: string[] = [];
  let signed = false;
  const answer: Metadata = (request, response) => {
    const nonce = String(request.headers['practicum-nonce']);
    nonces.push(nonce);
    const url = `http://${request.headers.host}/metadata`;
    const header = String(request.headers[SIGNATURE_HEADER]);
    signed = verifySignature(publicProbeKey(key), header, { method: 'GET', url, body: '', at: now() });
    return response.end(JSON.stringify({ nonce, repository: 'mlops/heat-ada', rows: 3 }));
  };
  for (let round = 0; round < 2; round++)
    expect((await probe(answer)).outcome).toMatchObject({ ok: true, says: 'mlops/heat-ada' });
  expect(signed).toBe(true);
  expect(new Set(nonces).size).toBe(2);
});

test.each<[string, Metadata]>([
  ['knows no such address', (_, response) => response.writeHead(404).end()],
  ['repeats another nonce', (_, response) => response.end('{"nonce":"a","repository":"mlops/heat-ada"}')],
  ['breaks off', (_, response) => response.destroy()],
  ['answers megabytes', (_, response) => response.end('x'.repeat(6_000_000))],
  ['answers nonsense', (_, response) => response.end('[]')],
])('a service that %s names nothing, and is otherwise as good as before', async (_, metadata) => {
  const { outcome } = await probe(metadata);
  expect(outcome).toMatchObject({ ok: true, code: 'ok' });
  expect(outcome.says).toBeUndefined();
});
