// Settings: what is missing or dangerous is said in sentences, all at once, before anything starts.
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { ConfigError, readConfig } from '../src/config.ts';

const key = (type: 'pkcs1' | 'pkcs8'): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type, format: 'pem' }).toString();
const pem = key('pkcs1');
const publicPem = createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString();
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const good = { APP_ID: '42', PRIVATE_KEY: pem, WEBHOOK_SECRET: 'a-long-secret' };

function sentences(environment: Record<string, string>): string[] {
  try {
    readConfig(environment, '/nowhere');
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.sentences;
    throw error;
  }
}

test('the app does not start without a webhook secret, and says so beside everything else that is missing', () => {
  expect(sentences({})).toEqual([
    expect.stringContaining('APP_ID is missing'),
    expect.stringContaining('WEBHOOK_SECRET is missing: without it anybody could send us webhooks'),
    expect.stringContaining('PRIVATE_KEY or PRIVATE_KEY_PATH is missing'),
  ]);
  expect(sentences({ ...good, WEBHOOK_SECRET: '' })).toEqual([expect.stringContaining('WEBHOOK_SECRET is missing')]);
});

test.each([
  ['the default that Probot would fall back to', { WEBHOOK_SECRET: 'development' }, 'well-known default'],
  ['a secret that can be guessed', { WEBHOOK_SECRET: 'short' }, 'too short'],
  ['an id that is none', { APP_ID: 'practicum' }, 'APP_ID'],
  ['a key that is not there', { PRIVATE_KEY: '', PRIVATE_KEY_PATH: 'missing.pem' }, 'missing.pem cannot be read'],
  ['no key at all', { PRIVATE_KEY: '' }, 'PRIVATE_KEY or PRIVATE_KEY_PATH is missing'],
  ['a word in the place of a key', { PRIVATE_KEY: 'abc' }, 'PRIVATE_KEY is not a private key'],
  ['the public half', { PRIVATE_KEY: publicPem }, 'PRIVATE_KEY is another kind of file'],
  ['the first line of a key', { PRIVATE_KEY: pem.split('\n')[0]! }, 'a part of it may be missing'],
  ['a key cut off', { PRIVATE_KEY: pem.slice(0, 900) }, 'a part of it may be missing'],
  ['a key of another kind', { PRIVATE_KEY: elliptic }, 'GitHub’s are RSA'],
  ['a file that is no key', { PRIVATE_KEY: '', PRIVATE_KEY_PATH: import.meta.filename }, 'is not a private key'],
  ['a port out of range', { PORT: '70000' }, 'PORT'],
  [
    'a name server by its name',
    { PRACTICUM_NAME_SERVERS: 'dns.example.org' },
    'PRACTICUM_NAME_SERVERS must be addresses',
  ],
  ['an address that is none', { GITHUB_API_URL: 'github' }, 'GITHUB_API_URL'],
])('%s is refused', (_what, change, words) => {
  expect(sentences({ ...good, ...change } as Record<string, string>)).toEqual([expect.stringContaining(words)]);
});

test('name servers are addresses, each with a port where it needs one', () => {
  const PRACTICUM_NAME_SERVERS = '9.9.9.9, 127.0.0.1:5353 [::1]:53';
  expect(readConfig({ ...good, PRACTICUM_NAME_SERVERS }, '/').nameServers).toEqual([
    '9.9.9.9',
    '127.0.0.1:5353',
    '[::1]:53',
  ]);
});

test('an Enterprise Server is settings only; line breaks in a key may be written as \\n', () => {
  const config = readConfig(
    {
      ...good,
      PRIVATE_KEY: pem.replaceAll('\n', '\\n'),
      GITHUB_API_URL: 'https://git.example.edu/api/v3/',
      GITHUB_SERVER_URL: 'https://git.example.edu',
      OIDC_ISSUERS: 'https://git.example.edu/_services/token',
    },
    '/srv',
  );
  expect(config).toMatchObject({
    privateKey: pem,
    apiUrl: 'https://git.example.edu/api/v3',
    webUrl: 'https://git.example.edu',
    oidcIssuers: ['https://git.example.edu/_services/token'],
    home: '/srv/.practicum',
  });
});

test('a key may be of either form, and the whole file in base64', () => {
  for (const text of [pem, key('pkcs8')]) {
    expect(readConfig({ ...good, PRIVATE_KEY: text }, '/').privateKey).toBe(text);
    expect(readConfig({ ...good, PRIVATE_KEY: Buffer.from(text).toString('base64') }, '/').privateKey).toBe(text);
  }
});
