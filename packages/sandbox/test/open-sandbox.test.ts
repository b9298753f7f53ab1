// The ways in: a sandbox for one test, a world from a plan, and the command that starts one in a process of its own.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Octokit } from '@octokit/rest';
import { createAppAuth } from '@octokit/auth-app';
import { afterEach, expect, test } from 'vitest';
import { buildWorld, openSandbox, readWorld, type BuiltWorld } from '../src/index.ts';
import { quietLog } from '../src/worlds/quiet-log.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const example = join(import.meta.dirname, '../example/world.yml');

test('an empty one, whose clock stands until it is moved', async () => {
  const sandbox = await openSandbox();
  ends.push(sandbox.close);
  const before = sandbox.clock.now();
  sandbox.clock.advance(60_000);
  expect(sandbox.clock.now().getTime() - before.getTime()).toBe(60_000);
  expect((await fetch(`${sandbox.url}/api/v3/meta`)).status).toBe(200);
});

test('a world from a plan: people, a team, repositories with their files, an App with the permissions of its manifest', async () => {
  const sandbox = await openSandbox({ plan: await readWorld(example) });
  ends.push(sandbox.close);
  const { owner, members, app, installationId } = sandbox.built;
  expect(members.map(({ login, name }) => [login, name])).toEqual([
    ['ada', 'ada'],
    ['grace', 'Grace Hopper'],
  ]);
  const baseUrl = `${sandbox.url}/api/v3`;
  const asOwner = new Octokit({ baseUrl, auth: owner.token, log: quietLog });
  const { data } = await asOwner.request('GET /orgs/{org}/repos', { org: 'octo-school' });
  expect(data.map((one) => [one.name, one.private, one.is_template]).toSorted()).toEqual([
    ['notes', false, false],
    ['template', true, true],
  ]);
  const readme = await asOwner.request('GET /repos/{owner}/{repo}/contents/{path}', {
    owner: 'octo-school',
    repo: 'template',
    path: 'README.md',
  });
  expect(Buffer.from((readme.data as { content: string }).content, 'base64').toString()).toBe('# A template\n');
  const teams = await asOwner.request('GET /orgs/{org}/teams/{team_slug}/members', {
    org: 'octo-school',
    team_slug: 'staff',
  });
  expect(teams.data.map(({ login }) => login)).toEqual(['teacher']);
  const auth = { appId: app!.appId, privateKey: app!.privateKey };
  const asApp = new Octokit({ baseUrl, authStrategy: createAppAuth, auth, log: quietLog });
  const installation = await asApp.request('GET /app/installations/{installation_id}', {
    installation_id: installationId!,
  });
  expect(installation.data.permissions).toEqual({ metadata: 'read', contents: 'write', checks: 'write' });
  expect(installation.data.events).toEqual(['push']);
});

test('files of a folder keep their mode, and what a plan does not know is said', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sandbox-plan-'));
  ends.push(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
  await writeFile(join(dir, 'plain.txt'), 'text\n', { mode: 0o644 });
  const sandbox = await openSandbox();
  ends.push(sandbox.close);
  await buildWorld(sandbox, { organisation: 'o', repositories: [{ name: 'r', folder: dir }] });
  const git = sandbox.git.open('o/r');
  const tree = (await git.commit((await git.ref('refs/heads/main'))!))!.tree;
  expect((await git.tree(tree))!.map(({ mode, name }) => [mode, name])).toEqual([
    ['100644', 'plain.txt'],
    ['100755', 'run.sh'],
  ]);
  const file = join(dir, 'world.yml');
  await writeFile(file, 'organisation: o\nrepos: []\n');
  await expect(readWorld(file)).rejects.toThrow('unknown keys: repos');
});

/** Starts the command; resolves with its address once it has printed it. */
async function startCommand(...args: string[]): Promise<{ url: string; stop: () => Promise<number | null> }> {
  const main = join(import.meta.dirname, '../src/main.ts');
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  ends.push(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise<string>((resolve) => lines.once('line', resolve));
  return { url, stop: () => (child.kill('SIGTERM'), ended) };
}

test('the command builds the world once, keeps it, and ends when it is told', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sandbox-command-'));
  ends.push(() => rm(dir, { recursive: true, force: true }));
  const args = ['--dir', dir, '--world', example, '--now', '2027-01-11T08:00:00Z'];
  const first = await startCommand(...args);
  const { owner } = JSON.parse(await readFile(join(dir, 'world.json'), 'utf8')) as BuiltWorld;
  const named = async (url: string): Promise<string> =>
    (
      (await (await fetch(`${url}/api/v3/user`, { headers: { authorization: `token ${owner.token}` } })).json()) as {
        login: string;
      }
    ).login;
  expect(await named(first.url)).toBe('teacher');
  expect(await (await fetch(`${first.url}/_sandbox/clock`)).json()).toEqual({ now: '2027-01-11T08:00:00.000Z' });
  expect(await first.stop()).toBe(0);
  const second = await startCommand(...args);
  expect(await named(second.url)).toBe('teacher');
  expect(await second.stop()).toBe(0);
});

test('without a folder the command says how it is used', async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const chunks: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(2);
  expect(Buffer.concat(chunks).toString()).toContain('--dir DIR');
});
