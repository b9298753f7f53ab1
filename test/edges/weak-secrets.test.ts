// Secrets that can be guessed are refused at the start, in sentences, and a sandbox on this machine may have what it likes.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bareEnvironment } from '../bare-environment.ts';
import { weakSecrets } from '../../src/life/weak-secrets.ts';

const strong = '3f6c1b0e9a7d4c2f8b5e6a1d0c9f7e3b4a2d1c0f9e8b7a6d5c4f3e2b1a0d9c8f';
const github = 'https://api.github.com';
const sandbox = 'http://127.0.0.1:4000/api/v3';

test('each weak one has its sentence', () => {
  expect(weakSecrets({ webhookSecret: strong, dashboardToken: strong, apiUrl: github })).toEqual([]);
  expect(weakSecrets({ webhookSecret: strong, apiUrl: github })).toEqual([]);
  expect(weakSecrets({ webhookSecret: strong, dashboardToken: 'open', apiUrl: github })).toEqual([]);
  expect(weakSecrets({ webhookSecret: 'a-long-secret', dashboardToken: 'teacher', apiUrl: github })).toEqual([
    expect.stringMatching(/^WEBHOOK_SECRET is too weak.*openssl rand -hex 32/),
    expect.stringMatching(/^PRACTICUM_DASHBOARD_TOKEN is too weak.*128 bits/),
  ]);
  expect(weakSecrets({ webhookSecret: 'a-long-secret', dashboardToken: 'teacher', apiUrl: sandbox })).toEqual([]);
  // A name that only looks like this machine.
  for (const apiUrl of ['https://127.0.0.1.example/api/v3', 'https://localhost.example'])
    expect(weakSecrets({ webhookSecret: 'a-long-secret', apiUrl })).toHaveLength(1);
});

test('the app does not start with one', () => {
  const main = join(import.meta.dirname, '../../src/main.ts');
  const { status, stderr } = spawnSync(process.execPath, [main, 'serve'], {
    env: {
      ...bareEnvironment,
      APP_ID: '1',
      PRIVATE_KEY: 'x',
      WEBHOOK_SECRET: 'a-long-secret',
      PRACTICUM_DASHBOARD_TOKEN: 'teacher',
    },
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(status).toBe(2);
  expect(stderr).toContain('WEBHOOK_SECRET is too weak');
  expect(stderr).toContain('PRACTICUM_DASHBOARD_TOKEN is too weak');
});
