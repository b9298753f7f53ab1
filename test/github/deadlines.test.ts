// Whatever we ask GitHub has a deadline: also for the token that comes before a call.
import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { openClient } from '../../src/github/client/client.ts';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

test('each request, and each request for a token, ends by itself', async () => {
  const asked: [string, boolean][] = [];
  const wire: typeof fetch = async (address, init) => {
    const { pathname } = new URL(String(address));
    asked.push([pathname, init?.signal instanceof AbortSignal]);
    const token = { token: 't', expires_at: '2100-01-01T00:00:00Z', permissions: {}, repository_selection: 'all' };
    return Response.json(pathname.endsWith('/access_tokens') ? token : [], {
      status: pathname.endsWith('/access_tokens') ? 201 : 200,
    });
  };
  const client = openClient({ appId: 1, privateKey, apiUrl: 'https://github.invalid' }, undefined, wire);
  await client.installation(7, {}).request('GET /repositories');
  await client.token(8, {});
  expect(asked.map(([path]) => path)).toEqual([
    '/app/installations/7/access_tokens',
    '/repositories',
    '/app/installations/8/access_tokens',
  ]);
  expect(asked.every(([, ends]) => ends)).toBe(true);
});
