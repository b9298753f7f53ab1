// The door for posted reports: what it takes, what it refuses before anybody looks, and what a flood comes to.
import { serve, type ServerType } from '@hono/node-server';
import { Hono } from 'hono';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Received } from '../../src/flows/report/receive-report.ts';
import { reportRoute } from '../../src/web/report-route.ts';

let server: ServerType | undefined;
afterEach(() => void (server && 'closeAllConnections' in server && (server.closeAllConnections(), server.close())));

async function open(receive: (body: string) => Promise<Received>) {
  const clock = { now: 0 };
  const logged: unknown[] = [];
  const app = new Hono();
  reportRoute(app, { receive, log: (error) => logged.push(error), now: () => clock.now });
  const port = await new Promise<number>((resolve) => {
    server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (info: AddressInfo) => resolve(info.port));
  });
  const url = `http://127.0.0.1:${port}/api/report`;
  const post = async (body: string) => {
    const response = await fetch(url, { method: 'POST', body });
    return {
      status: response.status,
      retry: response.headers.get('retry-after'),
      ...((await response.json()) as object),
    };
  };
  return { post, port, clock, logged };
}
const kept: Received = { status: 202, code: 'kept', message: 'kept' };
const refused: Received = { status: 403, code: 'wrong-audience', message: 'no' };

test('a body is handed over as it came, and the answer goes back', async () => {
  const bodies: string[] = [];
  const { post } = await open(async (body) => (bodies.push(body), kept));
  expect(await post('größer\n')).toMatchObject({ status: 202, code: 'kept' });
  expect(bodies).toEqual(['größer\n']);
});

test('a large body is not read, whether it says so or not', async () => {
  let seen = 0;
  const { post, port } = await open(async () => (seen++, kept));
  expect(await post('x'.repeat(100_001))).toMatchObject({ status: 413, code: 'too-large' });
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sending = request({ port, path: '/api/report', method: 'POST', headers: { 'transfer-encoding': 'chunked' } });
    sending.on('response', (response) => (response.resume(), resolve(response.statusCode)));
    // The server may hang up on what it will not read, once it has answered.
    sending.on('error', (error) => ('code' in error && error.code === 'ECONNRESET' ? undefined : reject(error)));
    for (let piece = 0; piece < 3; piece++) sending.write('x'.repeat(50_000));
    sending.end();
  });
  expect(status).toBe(413);
  expect(seen).toBe(0);
});

test('who is refused again and again is not looked at for a while; honest reports cost nothing', async () => {
  const { post, clock } = await open(async (body) => (body === 'good' ? kept : refused));
  for (let turn = 0; turn < 70; turn++) expect((await post('good')).status).toBe(202);
  for (let turn = 0; turn < 60; turn++) expect((await post('bad')).status).toBe(403);
  expect(await post('bad')).toMatchObject({ status: 429, code: 'too-many', retry: '600' });
  expect((await post('good')).status).toBe(429);
  clock.now += 600_001;
  expect((await post('good')).status).toBe(202);
});

test('only so many are looked at at once; the rest are asked to come again', async () => {
  const waiting: (() => void)[] = [];
  const { post } = await open(() => new Promise((resolve) => waiting.push(() => resolve(kept))));
  const first = Array.from({ length: 16 }, () => post('good'));
  await expect.poll(() => waiting.length, { timeout: 20_000 }).toBe(16);
  expect(await post('good')).toMatchObject({ status: 503, code: 'busy', retry: '60' });
  for (const go of waiting) go();
  expect((await Promise.all(first)).every(({ status }) => status === 202)).toBe(true);
});

test('when the issuer cannot be reached nothing is said to be wrong, and nothing of the fault is told', async () => {
  const { post, logged } = await open(async () => {
    throw new Error('the secret place does not answer');
  });
  const answer = await post('good');
  expect(answer).toMatchObject({ status: 503, code: 'try-again' });
  expect(JSON.stringify(answer)).not.toContain('secret place');
  expect(logged).toHaveLength(1);
});
