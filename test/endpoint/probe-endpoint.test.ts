import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { createGuardedFetch } from '../../src/endpoint/guarded-fetch.ts';
import { probeEndpoint } from '../../src/endpoint/probe-endpoint.ts';
import type { ProbeAnswer, ProbeRequest } from '../../src/ports/practice.ts';
import {
  probeKey,
  publicProbeKey,
  SIGNATURE_HEADER,
  signRequest,
  verifySignature,
} from '../../src/endpoint/sign-request.ts';
import { serve } from './serve.ts';

const fetch = createGuardedFetch({ allowLoopback: true });
afterAll(() => fetch.close());
const key = probeKey('a secret of the installation');
const now = (): Date => new Date('2027-01-11T09:00:00Z');

type Behaviour = {
  health?: number;
  /** What `/predict` answers with a 503. */
  without?: string;
  encode?: [name: string, code: (text: Buffer) => Buffer];
  /** In front of the answer's text. */
  mark?: string;
  answer?: (asked: { request_id: string; instances: Record<string, unknown>[] }) => unknown;
  badRow?: number;
  delay?: number;
};
type Body = { request_id: string; instances: Record<string, unknown>[] };

const manyTimes = (bytes: Buffer, count: number): Buffer => Buffer.alloc(bytes.length * count, bytes);

/** A service that predicts whether it rains, and can be told to misbehave. */
const service = (behaviour: Behaviour = {}, seen: { request: IncomingMessage; body: string }[] = []): Promise<string> =>
  serve((request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      seen.push({ request, body });
      if (request.url === '/health') return response.writeHead(behaviour.health ?? 200).end('{"status":"ok"}');
      if (behaviour.without !== undefined) return response.writeHead(503).end(behaviour.without);
      const asked = JSON.parse(body) as Body;
      const rows = asked.instances ?? [asked];
      if (rows.some((row) => typeof row['rain'] !== 'number'))
        return response.writeHead(behaviour.badRow ?? 422).end('{}');
      const predictions = rows.map((row) => ((row['rain'] as number) > 0 ? 'rain' : 'sun'));
      const answer = {
        request_id: asked.request_id,
        predictions,
        prediction: predictions[0],
        api_version: '1.2',
        model_version: 7,
      };
      const text = Buffer.from(
        (behaviour.mark ?? '') +
          JSON.stringify({ ...answer, ...(behaviour.answer?.(asked) as object) }).replace('"NaN"', 'NaN'),
      );
      const [name, code] = behaviour.encode ?? [];
      if (name) response.setHeader('content-encoding', name);
      const send = (): unknown => response.end(code ? code(text) : text);
      return behaviour.delay ? setTimeout(send, behaviour.delay) : send();
    });
  });

const probe = (url: string, more: Partial<ProbeRequest> = {}): Promise<ProbeAnswer> =>
  probeEndpoint(
    {
      url,
      requestId: 'probe-1',
      wait: 30_000,
      rows: [{ rain: 0 }, { rain: 2 }, { rain: 0 }, { rain: 1 }],
      labels: ['sun', 'rain', 'fog', 'rain'],
      metric: 'accuracy',
      ...more,
    },
    { fetch, now, key },
  );

describe('a probe', () => {
  test('a healthy service in contract', async () => {
    const outcome = await probe(await service());
    expect(outcome).toMatchObject({ ok: true, code: 'ok', apiVersion: '1.2', modelVersion: '7' });
    expect(outcome.quality).toEqual({ metric: 'accuracy', value: 0.75, rows: 4 });
    expect(outcome.latencyMs).toBeLessThan(30_000);
  });
  test('the flat form of one record', async () => {
    expect(await probe(await service(), { shape: 'flat' })).toMatchObject({ ok: true, quality: { rows: 1 } });
  });
  test.each([
    ['health-status', { health: 503 }],
    ['no-model', { without: '{"detail":"there is no model yet: run the pipeline"}' }],
    ['predict-status', { without: '{"detail":"out of memory"}' }],
    ['predict-status', { without: 'no model' }],
    ['predict-request-id', { answer: () => ({ request_id: 'other' }) }],
    ['predict-versions', { answer: () => ({ model_version: undefined }) }],
    ['predict-count', { answer: () => ({ predictions: ['sun'] }) }],
    ['predict-count', { answer: () => ({ predictions: [null, 'a', 'b', 'c'] }) }],
    ['bad-row', { badRow: 200 }],
    ['bad-row', { badRow: 500 }],
  ] as [string, Behaviour][])('%s', async (code, behaviour) => {
    expect(await probe(await service(behaviour))).toMatchObject({ ok: false, code });
  });
  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['br, gzip', (text) => gzipSync(brotliCompressSync(text))],
    ['identity', (text) => text],
  ] as [string, (text: Buffer) => Buffer][])('an answer coded as %s is read', async (name, code) => {
    expect(await probe(await service({ encode: [name, code] }))).toMatchObject({ ok: true });
  });
  test.each([
    ['rot13', (text: Buffer) => text, 'unknown-encoding'],
    ['gzip', (text: Buffer) => text, 'bad-encoding'],
    ['br', (text: Buffer) => text, 'bad-encoding'],
    ['gzip, gzip', () => gzipSync(manyTimes(gzipSync(''), 2_000_000)), 'body-too-large'],
    ['gzip, br', () => brotliCompressSync(manyTimes(gzipSync(''), 2_000_000)), 'body-too-large'],
    ['gzip', () => manyTimes(gzipSync(''), 400_000), 'body-too-large'],
    ['zstd', () => manyTimes(zstdCompressSync(''), 600_000), 'body-too-large'],
    ['gzip', () => gzipSync(Buffer.alloc(64 * 1024 * 1024)), 'body-too-large'],
  ] as const)('%s that is something else: %#', async (name, code, problem) => {
    expect(await probe(await service({ encode: [name, code] }))).toMatchObject({ ok: false, code: problem });
  });
  test('a byte order mark is no part of the answer, and NaN is named', async () => {
    expect(await probe(await service({ mark: '\uFEFF' }))).toMatchObject({ ok: true });
    const outcome = await probe(await service({ answer: () => ({ predictions: ['a', 'b', 'c', 'NaN'] }) }));
    expect(outcome).toMatchObject({ code: 'predict-not-json', message: expect.stringContaining('NaN') });
  });
  test('slow, and slow because of us', async () => {
    const url = await service({ delay: 60 });
    expect(await probe(url, { wait: 20 })).toMatchObject({ ok: false, code: 'slow' });
    const task = { url, requestId: 'p', wait: 20, rows: [{ rain: 0 }] };
    expect(await probeEndpoint(task, { fetch, now, lag: () => 10 })).toMatchObject({ code: 'our-lag' });
  });
  test.each([
    ['http://10.0.0.1:8000', 'address-private'],
    ['nonsense', 'url-invalid'],
    ['http://127.0.0.1:1', 'connect-refused'],
  ])('%s: %s', async (url, code) => expect(await probe(url)).toMatchObject({ ok: false, code }));
  test('a hostile answer is an outcome, not a crash', async () => {
    const deep = `${'['.repeat(200_000)}`;
    const url = await serve((request, response) => response.end(request.url === '/health' ? '' : deep));
    expect(await probe(url)).toMatchObject({ ok: false, code: 'predict-not-json' });
  });
});

describe('signatures', () => {
  const signed = { method: 'POST', url: 'https://ada.example/predict?x=1', body: '{"a":1}', at: now() };
  const header = signRequest(key, signed);
  const publicKey = publicProbeKey(key);
  test('every request of a probe carries one that the student can check', async () => {
    const seen: { request: IncomingMessage; body: string }[] = [];
    const url = await service({}, seen);
    await probe(url);
    expect(seen).toHaveLength(3);
    for (const { request, body } of seen) {
      const said = String(request.headers[SIGNATURE_HEADER]);
      expect(
        verifySignature(publicKey, said, { method: request.method!, url: `${url}${request.url}`, body, at: now() }),
      ).toBe(true);
    }
  });
  test.each([
    ['another body', { body: '{"a":2}' }],
    ['another path', { url: 'https://ada.example/health' }],
    ['another host', { url: 'https://bob.example/predict?x=1' }],
    ['another method', { method: 'GET' }],
    ['an old time', { at: new Date(now().getTime() + 301_000) }],
  ])('%s is refused', (_, change) => expect(verifySignature(publicKey, header, { ...signed, ...change })).toBe(false));
  test('another key, and a changed time, are refused', () => {
    expect(verifySignature(publicKey, header, signed)).toBe(true);
    expect(verifySignature(publicProbeKey(probeKey('other')), header, signed)).toBe(false);
    expect(verifySignature(publicKey, header.replace(/t=\d+/, `t=${now().getTime() / 1000 + 1}`), signed)).toBe(false);
    expect(verifySignature(publicKey, 'nonsense', signed)).toBe(false);
  });
  test('any process that knows the secret has the same key', () => {
    expect(publicProbeKey(probeKey('a secret of the installation'))).toBe(publicKey);
  });
});
