// Identity tokens that are none: every failure to verify is a refusal, and only an issuer that is away is not.
import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { identityReader } from '../../src/github/report/verify-token.ts';
import type { ReadIdentity } from '../../src/ports/placement.ts';
import { checkoutRoute } from '../../src/web/checkout-route.ts';

let server: Server;
let issuer: string;
let mode: 'keys' | '502' | 'nonsense' = 'keys';
let key: CryptoKey;
let read: ReadIdentity;
const now = new Date('2027-01-11T08:00:00Z');
const claims = { iss: '', aud: 'x', iat: now.getTime() / 1000, exp: now.getTime() / 1000 + 300 };

beforeAll(async () => {
  const pair = await generateKeyPair('RS256');
  key = pair.privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'RS256', use: 'sig' };
  server = createServer((_request, response) => {
    if (mode === '502') return void response.writeHead(502).end('bad');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(mode === 'keys' ? JSON.stringify({ keys: [jwk] }) : '<html>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  claims.iss = issuer;
  read = identityReader({ issuers: [issuer], now: () => now });
});
afterAll(() => server.close());

const part = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const good = (header: object = {}): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k', typ: 'JWT', ...header }).sign(key);

test('a good token is read', async () => {
  expect(await read(await good(), 60)).toMatchObject({ payload: { iss: issuer } });
});

const headers: [string, unknown][] = [
  ['no algorithm', { alg: 'none' }],
  ['an algorithm in capitals', { alg: 'NONE' }],
  ['a symmetric algorithm', { alg: 'HS256', kid: 'k' }],
  ['another algorithm of the same key', { alg: 'PS256', kid: 'k' }],
  ['an algorithm that nobody knows', { alg: 'XX999', kid: 'k' }],
  ['no algorithm at all', {}],
  ['a number for an algorithm', { alg: 1 }],
  ['a key that is an object', { alg: 'RS256', kid: { toString: 1 } }],
  ['a key that is a list', { alg: 'RS256', kid: ['k'] }],
  ['a key that nobody has', { alg: 'RS256', kid: 'other' }],
  ['a key of its own', { alg: 'RS256', jwk: { kty: 'oct', k: 'AA' } }],
  ['critical extensions', { alg: 'RS256', kid: 'k', crit: ['b64'], b64: false }],
  ['critical nonsense', { alg: 'RS256', kid: 'k', crit: 'x' }],
  ['a type that is an object', { alg: 'RS256', kid: 'k', typ: {} }],
  ['a list', ['RS256']],
  ['null', null],
  ['no JSON', '{'],
  ['binary', '\u0000\u0001\u00ff'],
  ['encryption', { alg: 'RSA-OAEP', enc: 'A256GCM' }],
];
test.each(headers)('a header with %s is refused', async (_what, header) => {
  const answer = await read(`${part(header)}.${part(claims)}.${part('signature')}`, 60);
  expect(answer).toMatchObject({ code: expect.stringMatching(/bad-token|wrong-issuer/) as string });
});

test.each(['', '.', '..', '...', 'a.b', 'a.b.c.d', 'x'.repeat(5000), `${part({ alg: 'RS256' })}.${part('null')}.x`])(
  'what is no token (%j) is refused',
  async (token) => expect(await read(token, 60)).toMatchObject({ code: 'wrong-issuer' }),
);

test('a signature that is cut, or of nothing, is refused', async () => {
  const token = await good();
  for (const forged of [token.slice(0, -4), `${token.split('.').slice(0, 2).join('.')}.`, `${token}A`])
    expect(await read(forged, 60)).toMatchObject({ code: 'bad-token' });
});

test.each(['502', 'nonsense'] as const)('an issuer whose keys cannot be read (%s) is no refusal', async (kind) => {
  mode = kind;
  const fresh = identityReader({ issuers: [issuer], now: () => now });
  await expect(fresh(await good(), 60)).rejects.toMatchObject({ code: 'issuer-unreachable' });
  // Nonsense needs no keys to be told.
  expect(await fresh(`${part({ alg: 'none' })}.${part(claims)}.`, 60)).toMatchObject({ code: 'bad-token' });
  mode = 'keys';
});

test('at the door for checkouts, refusals are counted and failures of ours are not', async () => {
  const app = new Hono();
  let fails = false;
  const logged: unknown[] = [];
  checkoutRoute(app, {
    give: async (identity) => {
      if (fails) throw new Error('the issuer is away');
      const answer = await read(identity ?? '', 60);
      return 'reason' in answer ? { refused: answer.reason } : { token: 't' };
    },
    log: (error) => logged.push(error),
    now: () => 0,
  });
  const ask = async (token: string): Promise<number> =>
    (await app.request('/api/checkout-token', { method: 'POST', headers: { authorization: `Bearer ${token}` } }))
      .status;
  const forged = `${part({ alg: 'none' })}.${part(claims)}.x`;
  expect(await ask(await good())).toBe(200);
  fails = true;
  for (let turn = 0; turn < 100; turn++) expect(await ask(forged)).toBe(503);
  fails = false;
  for (let turn = 0; turn < 60; turn++) expect(await ask(forged)).toBe(403);
  expect(await ask(forged)).toBe(429);
  expect(logged).toHaveLength(100);
});
