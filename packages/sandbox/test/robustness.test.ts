// What goes wrong on purpose: killed processes, faults, lost webhooks, limits, hostile input.
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtempSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { afterEach, expect, test } from 'vitest';
import { everyPermission, startCourse, startReceiver, statusOf, type Course } from './start-course.ts';
import { quietLog } from '../src/worlds/quiet-log.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});
async function begin(options: Parameters<typeof startCourse>[0] = {}): Promise<Course> {
  const course = await startCourse(options);
  ends.push(() => course.stop());
  await course.asApp().request('POST /orgs/{org}/repos', { org: 'course', name: 'hw', private: true, auto_init: true });
  return course;
}
const hw = { owner: 'course', repo: 'hw' };
const put = (course: Course, path: string) =>
  course.asApp().request('PUT /repos/{owner}/{repo}/contents/{path}', { ...hw, path, message: path, content: 'eA==' });

async function startProcess(dir: string, port = 0): Promise<{ child: ChildProcess; url: string }> {
  const script = new URL('serve-persistent.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, dir, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  ends.push(() => child.kill('SIGKILL'));
  const url = await new Promise<string>((resolve) =>
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())),
  );
  return { child, url };
}

test('kill -9 loses nothing that was acknowledged, pending deliveries included', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const receiver = await startReceiver();
  ends.push(() => receiver.server.close());
  const first = await startProcess(dir);
  const admin = async (name: string, input: unknown): Promise<any> =>
    (await fetch(`${first.url}/_sandbox/admin/${name}`, { method: 'POST', body: JSON.stringify(input) })).json();
  await admin('createUser', { login: 'teacher' });
  await admin('createOrganization', { login: 'course', owner: 'teacher' });
  // Nobody listens yet: the deliveries of the first process hang.
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  ends.push(
    () => silent.closeAllConnections(),
    () => silent.close(),
  );
  const app = await admin('createApp', {
    slug: 'practicum',
    name: 'Practicum',
    owner: 'course',
    permissions: everyPermission,
    events: ['push', 'repository'],
    webhook: { url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`, secret: 's' },
  });
  const { installationId } = await admin('installApp', { appId: app.appId, account: 'course' });
  const client = () =>
    new Octokit({
      baseUrl: `${first.url}/api/v3`,
      authStrategy: createAppAuth,
      auth: { appId: app.appId, privateKey: app.privateKey, installationId },
      log: quietLog,
    });
  const octokit = client();
  await octokit.request('POST /orgs/{org}/repos', { org: 'course', name: 'hw', private: true, auto_init: true });
  const written = await octokit.request('PUT /repos/{owner}/{repo}/contents/{path}', {
    ...hw,
    path: 'a.txt',
    message: 'a',
    content: 'YQ==',
  });
  await admin('setWebhook', { appId: app.appId, url: receiver.url });
  first.child.kill('SIGKILL');
  await new Promise((resolve) => first.child.once('exit', resolve));
  await startProcess(dir, Number(new URL(first.url).port));
  // The same token is still good, and the commit is there.
  const head = await octokit.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...hw, ref: 'heads/main' });
  expect(head.data.object.sha).toBe(written.data.commit.sha);
  for (;;) {
    const idle: any = await (await fetch(`${first.url}/_sandbox/idle`)).json();
    if (idle.idle) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(receiver.hooks.map((hook) => hook.event).filter((event) => event !== 'check_suite')).toEqual([
    'installation',
    'repository',
    'installation_repositories',
    'push',
    'push',
  ]);
  expect(receiver.hooks.findLast((hook) => hook.event === 'push')?.payload.after).toBe(written.data.commit.sha);
});

test('faults: a status, a drop after doing, a lost and a doubled webhook', async () => {
  const course = await begin();
  const { faults } = course.sandbox;
  faults.add({ match: { method: 'PUT', path: '/contents/' }, status: 502, times: 1 });
  expect(await statusOf(put(course, 'one'))).toBe(502);
  expect(
    await statusOf(course.asApp().request('GET /repos/{owner}/{repo}/contents/{path}', { ...hw, path: 'one' })),
  ).toBe(404);
  faults.add({ match: { method: 'PUT', path: '/contents/' }, dropAfterDoing: true, times: 1 });
  await expect(put(course, 'two')).rejects.toThrow();
  expect(
    await statusOf(course.asApp().request('GET /repos/{owner}/{repo}/contents/{path}', { ...hw, path: 'two' })),
  ).toBe(200);
  faults.add({ match: { operation: 'createCommitOnBranch' }, dropBefore: true, times: 1 });
  await expect(
    course.asApp().graphql('mutation { createCommitOnBranch(input: {}) { clientMutationId } }'),
  ).rejects.toThrow();
  await course.settled();
  course.receiver.hooks.length = 0;
  faults.add({ match: { event: 'push' }, loseWebhook: true, times: 1 });
  await put(course, 'three');
  faults.add({ match: { event: 'push' }, duplicateWebhook: true, times: 1 });
  await put(course, 'four');
  await course.settled();
  const pushes = course.receiver.hooks.filter((hook) => hook.event === 'push');
  expect(pushes.map((hook) => hook.payload.head_commit.message)).toEqual(['four', 'four']);
  expect(new Set(pushes.map((hook) => hook.guid)).size).toBe(1);
});

test('a failed delivery is listed and can be made again under its GUID; GitHub does not retry by itself', async () => {
  const course = await begin();
  await course.settled();
  course.receiver.status.code = 500;
  await put(course, 'x');
  await course.settled();
  course.receiver.status.code = 200;
  const { data: all } = await course.asJwt().request('GET /app/hook/deliveries', { status: 'failure' });
  const failed = all.filter((delivery) => delivery.event === 'push');
  expect(failed).toMatchObject([{ event: 'push', status_code: 500, redelivery: false }]);
  const [one] = failed;
  await course.asJwt().request('POST /app/hook/deliveries/{delivery_id}/attempts', { delivery_id: Number(one?.id) });
  await course.settled();
  const same = course.receiver.hooks.filter((hook) => hook.guid === one?.guid);
  expect(same).toHaveLength(2);
  const pages = await course.asJwt().request('GET /app/hook/deliveries', { per_page: 1 });
  expect(pages.headers.link).toMatch(/cursor=.*rel="next"/);
  expect(await statusOf(course.as(course.teacher.token).request('GET /app/hook/deliveries'))).toBe(401);
});

test('the hourly budget: counted on every answer, refused when spent, free for 304, back after an hour', async () => {
  const course = await begin({ rateLimits: { primary: true, perHour: 8, time: 'course' } });
  const token = (await course.asApp().auth({ type: 'installation' })) as { token: string };
  const get = (headers: Record<string, string> = {}) =>
    fetch(`${course.sandbox.url}/api/v3/repos/course/hw`, {
      headers: { authorization: `token ${token.token}`, ...headers },
    });
  const first = await get();
  const left = Number(first.headers.get('x-ratelimit-remaining'));
  const free = await get({ 'if-none-match': first.headers.get('etag') ?? '' });
  expect([free.status, free.headers.get('x-ratelimit-remaining')]).toEqual([304, String(left)]);
  for (let at = 0; at < left; at++) expect((await get()).status).toBe(200);
  const refused = await get();
  expect([refused.status, refused.headers.get('x-ratelimit-remaining')]).toEqual([403, '0']);
  expect(Number(refused.headers.get('x-ratelimit-reset')) * 1000).toBeGreaterThan(course.clock.now().getTime());
  course.clock.advance(3_601_000);
  expect((await get()).status).toBe(200);
});

test('secondary limits answer 403 with retry-after', async () => {
  const course = await begin({ rateLimits: { secondary: true, contentPerMinute: 2, time: 'course' } });
  const issue = () => course.asApp().request('POST /repos/{owner}/{repo}/issues', { ...hw, title: 'x' });
  expect([await statusOf(issue()), await statusOf(issue())]).toEqual([201, 201]);
  const refused = await issue().catch(
    (error: { status: number; response: { headers: Record<string, string> } }) => error,
  );
  expect(refused).toMatchObject({ status: 403, response: { headers: { 'retry-after': '60' } } });
  course.clock.advance(61_000);
  expect(await statusOf(issue())).toBe(201);
});

test('an app that proves itself wrongly is 401', async () => {
  const course = await begin();
  const { createSign } = await import('node:crypto');
  const jwt = (claims: object, key = course.app.privateKey) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
    return `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(key).toString('base64url')}`;
  };
  const now = Math.floor(Date.now() / 1000);
  const ask = async (token: string) =>
    (await fetch(`${course.sandbox.url}/api/v3/app`, { headers: { authorization: `Bearer ${token}` } })).status;
  const other = course.sandbox.admin.createApp({
    slug: 'other',
    name: 'Other',
    owner: 'course',
    permissions: {},
    events: [],
  });
  const good = { iss: course.app.appId, iat: now - 10, exp: now + 300 };
  expect(await ask(jwt(good))).toBe(200);
  expect(await ask(jwt({ ...good, iss: course.app.clientId }))).toBe(200);
  expect(await ask(jwt({ ...good, exp: now + 86_400 }))).toBe(401);
  expect(await ask(jwt({ ...good, exp: now - 1 }))).toBe(401);
  expect(await ask(jwt({ iss: good.iss, iat: now }))).toBe(401);
  expect(await ask(jwt({ ...good, iat: now + 600 }))).toBe(401);
  expect(await ask(jwt(good, other.privateKey))).toBe(401);
});

test('hostile input gets an answer, never a crash', async () => {
  const course = await begin();
  const token = ((await course.asApp().auth({ type: 'installation' })) as { token: string }).token;
  const send = async (method: string, path: string, body?: string) =>
    (
      await fetch(`${course.sandbox.url}/api/v3${path}`, {
        method,
        headers: { authorization: `token ${token}` },
        ...(body === undefined ? {} : { body }),
      })
    ).status;
  expect(await send('POST', '/repos/course/hw/git/refs', '{"ref":')).toBe(400);
  expect(await send('POST', '/repos/course/hw/git/refs', '"text"')).toBe(400);
  expect(await send('POST', '/repos/course/hw/git/refs', '{"ref":{"a":1},"sha":[]}')).toBe(422);
  expect(await send('POST', '/repos/course/hw/git/refs', '{"ref":"refs/heads/../../x","sha":"1"}')).toBe(422);
  expect(
    await send(
      'POST',
      '/repos/course/hw/git/trees',
      '{"tree":[{"path":"../x","mode":"100644","type":"blob","content":"x"}]}',
    ),
  ).toBe(422);
  expect(await send('GET', '/repos/course/hw/contents/..%2f..%2fetc')).toBe(404);
  expect(await send('GET', '/repos/course/hw/commits/--upload-pack=x')).toBe(422);
  expect(await send('GET', '/repos/course/hw/compare/--a...--b')).toBe(404);
  expect(await send('GET', '/repos/%E0%A4%A/hw')).toBe(400);
  expect(await send('GET', '/repos/__proto__/constructor')).toBe(404);
  expect(await send('POST', '/orgs/course/repos', '{"name":"../../evil"}')).toBe(201);
  expect(course.sandbox.state.repositoryByName('course', '..-..-evil')?.repository.name).toBe('..-..-evil');
  const graphql = await fetch(`${course.sandbox.url}/api/graphql`, {
    method: 'POST',
    headers: { authorization: `token ${token}` },
    body: '{"query":"{","variables":null}',
  });
  expect(graphql.status).toBe(200);
});

test('the limits of an installation follow the size of its organisation', async () => {
  const course = await begin();
  const { data } = await course.asApp().request('GET /rate_limit');
  expect(data.resources.core.limit).toBe(5000);
  for (let at = 0; at < 30; at++)
    course.sandbox.admin.addMember({
      org: 'course',
      login: course.sandbox.admin.createUser({ login: `s${at}` }).login,
    });
  expect((await course.asApp().request('GET /rate_limit')).data.resources.core.limit).toBe(5000 + 50 * 12);
});
