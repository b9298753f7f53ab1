// A sandbox with a course organisation, its people and an installed app, and clients for each of them.
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { expect } from 'vitest';
import { recordAndValidate } from './conformance.ts';
import { movableClock, type MovableClock } from '../src/world/clock.ts';
import { buildWorld } from '../src/worlds/build-world.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../src/server/server.ts';
import { quietLog } from '../src/worlds/quiet-log.ts';

export type Hook = { event: string; guid: string; headers: Record<string, unknown>; payload: any; raw: string };

/** A webhook receiver that keeps everything and answers 200 (or what `status` says). */
export async function startReceiver(): Promise<{
  url: string;
  hooks: Hook[];
  status: { code: number };
  server: Server;
}> {
  const hooks: Hook[] = [];
  const status = { code: 200 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      hooks.push({
        event: String(request.headers['x-github-event']),
        guid: String(request.headers['x-github-delivery']),
        headers: request.headers,
        payload: JSON.parse(raw),
        raw,
      });
      response.writeHead(status.code).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, hooks, status, server };
}

export const everyPermission = {
  metadata: 'read',
  administration: 'write',
  contents: 'write',
  workflows: 'write',
  pull_requests: 'write',
  issues: 'write',
  checks: 'write',
  actions: 'write',
  actions_variables: 'write',
  statuses: 'write',
  members: 'write',
  organization_projects: 'write',
} as const;

export type Course = Awaited<ReturnType<typeof startCourse>>;

export async function startCourse(options: Partial<SandboxOptions> = {}) {
  const clock: MovableClock = movableClock(new Date('2027-01-11T08:00:00Z'));
  const receiver = await startReceiver();
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'sandbox-'));
  const sandbox: Sandbox = await startSandbox({ clock, ...options, dir });
  const recording = recordAndValidate(sandbox);
  const built = await buildWorld(sandbox, {
    organisation: 'course',
    members: ['Student'],
    outsiders: ['stranger'],
    app: {
      manifest: JSON.stringify({ name: 'Practicum', default_permissions: everyPermission, default_events: ['*'] }),
      webhook: { url: receiver.url, secret: 'topsecret' },
    },
  });
  const [teacher, student, stranger] = [built.owner, built.members[0]!, built.outsiders[0]!];
  const [app, installationId] = [built.app!, built.installationId!];
  const baseUrl = `${sandbox.url}/api/v3`;
  const as = (token: string) => new Octokit({ baseUrl, auth: token, log: quietLog });
  const asJwt = () =>
    new Octokit({
      baseUrl,
      authStrategy: createAppAuth,
      auth: { appId: app.appId, privateKey: app.privateKey },
      log: quietLog,
    });
  const asApp = () =>
    new Octokit({
      baseUrl,
      authStrategy: createAppAuth,
      auth: { appId: app.appId, privateKey: app.privateKey, installationId },
      log: quietLog,
    });
  return {
    sandbox,
    recording,
    clock,
    receiver,
    dir,
    app,
    installationId,
    teacher,
    student,
    stranger,
    as,
    asJwt,
    asApp,
    /** Waits until every webhook has been delivered. */
    settled: async () => {
      const deadline = performance.now() + 120_000;
      while (!sandbox.idle().idle) {
        if (performance.now() > deadline) throw new Error(`not idle: ${JSON.stringify(sandbox.idle())}`);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },
    /** A clone URL with a credential. */
    cloneUrl: (name: string, token: string) =>
      `${sandbox.url.replace('http://', `http://x-access-token:${token}@`)}/course/${name}.git`,
    /** Ends it; what passed must have conformed to GitHub's description. */
    stop: async () => {
      expect(recording.violations).toEqual([]);
      await sandbox.close();
      receiver.server.close();
    },
  };
}

/** The status of a call, refused or not. */
export async function statusOf(call: Promise<{ status: number }>): Promise<number> {
  try {
    return (await call).status;
  } catch (error) {
    return (error as { status: number }).status;
  }
}
