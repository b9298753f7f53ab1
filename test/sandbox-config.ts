// The settings of an app that a test runs in its own process, against a sandbox.
import { join } from 'node:path';
import type { Sandbox } from '@practicum/sandbox';
import type { Config } from '../src/config.ts';

type Running = {
  sandbox: Sandbox;
  app: { appId: number; privateKey: string };
  webhookSecret: string;
  databaseUrl: string;
  port: number;
  dir: string;
};

export function sandboxConfig({ sandbox, app, webhookSecret, databaseUrl, port, dir }: Running): Config {
  return {
    appId: app.appId,
    privateKey: app.privateKey,
    webhookSecret,
    apiUrl: `${sandbox.url}/api/v3`,
    webUrl: sandbox.url,
    oidcIssuers: [`${sandbox.url}/_services/token`],
    databaseUrl,
    host: '127.0.0.1',
    port,
    home: join(dir, 'app'),
    courseRepository: 'course',
    dashboardToken: 'open',
    dashboardUrl: `http://127.0.0.1:${port}`,
    pace: 1000,
    clockUrl: `${sandbox.url}/_sandbox/clock/stream`,
    logLevel: process.env['TEST_LOG'] ?? 'silent',
    environment: {},
  };
}
