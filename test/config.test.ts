// Settings: what is missing or dangerous is said in sentences, all at once, before anything starts.
import { expect, test } from 'vitest';
import { ConfigError, readConfig } from '../src/config.ts';

const good = { APP_ID: '42', PRIVATE_KEY: 'key', WEBHOOK_SECRET: 'a-long-secret' };

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
  ]);
  expect(sentences({ ...good, WEBHOOK_SECRET: '' })).toEqual([expect.stringContaining('WEBHOOK_SECRET is missing')]);
});

test.each([
  ['the default that Probot would fall back to', { WEBHOOK_SECRET: 'development' }, 'well-known default'],
  ['a secret that can be guessed', { WEBHOOK_SECRET: 'short' }, 'too short'],
  ['an id that is none', { APP_ID: 'practicum' }, 'APP_ID'],
  ['a key that is not there', { PRIVATE_KEY: '', PRIVATE_KEY_PATH: 'missing.pem' }, 'missing.pem cannot be read'],
  ['no key at all', { PRIVATE_KEY: '' }, 'PRIVATE_KEY or PRIVATE_KEY_PATH is missing'],
  ['a port out of range', { PORT: '70000' }, 'PORT'],
  ['an address that is none', { GITHUB_API_URL: 'github' }, 'GITHUB_API_URL'],
])('%s is refused', (_what, change, words) => {
  expect(sentences({ ...good, ...change } as Record<string, string>)).toEqual([expect.stringContaining(words)]);
});

test('an Enterprise Server is settings only; line breaks in a key may be written as \\n', () => {
  const config = readConfig(
    {
      ...good,
      PRIVATE_KEY: 'a\\nb',
      GITHUB_API_URL: 'https://git.example.edu/api/v3/',
      GITHUB_SERVER_URL: 'https://git.example.edu',
      OIDC_ISSUERS: 'https://git.example.edu/_services/token',
    },
    '/srv',
  );
  expect(config).toMatchObject({
    privateKey: 'a\nb',
    apiUrl: 'https://git.example.edu/api/v3',
    webUrl: 'https://git.example.edu',
    oidcIssuers: ['https://git.example.edu/_services/token'],
    home: '/srv/.practicum',
  });
});
