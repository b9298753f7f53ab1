// Real git against the sandbox: clone, push, refusals, and the same history through the API.
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleGit } from 'simple-git';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCourse, statusOf, type Course } from './start-course.ts';

let course: Course;
beforeAll(async () => {
  course = await startCourse();
});
afterAll(() => course.stop());

const scratch = () => mkdtempSync(join(tmpdir(), 'clone-'));
async function clone(url: string) {
  const dir = scratch();
  await simpleGit().clone(url, dir);
  const git = simpleGit(dir);
  await git.addConfig('user.name', 'Student');
  await git.addConfig('user.email', 'student@users.noreply.github.com');
  return { dir, git };
}

test('a repository that the app creates is cloned, pushed to and read back', async () => {
  const app = course.asApp();
  const made = await app.request('POST /orgs/{org}/repos', {
    org: 'course',
    name: 'hw1',
    private: true,
    auto_init: true,
  });
  expect(made.data.full_name).toBe('course/hw1');
  course.sandbox.admin.addCollaborator({ repository: 'course/hw1', login: 'student' });
  const { dir, git } = await clone(course.cloneUrl('hw1', course.student.token));
  writeFileSync(join(dir, 'answer.txt'), 'forty-two\n');
  await git.add('.').commit('Answer').push();
  const head = (await git.revparse(['HEAD'])).trim();
  const file = await app.request('GET /repos/{owner}/{repo}/contents/{path}', {
    owner: 'course',
    repo: 'HW1',
    path: 'answer.txt',
  });
  expect(Buffer.from((file.data as { content: string }).content, 'base64').toString()).toBe('forty-two\n');
  await course.settled();
  const push = course.receiver.hooks.findLast((hook) => hook.event === 'push');
  expect(push?.payload).toMatchObject({
    ref: 'refs/heads/main',
    after: head,
    created: false,
    forced: false,
    pusher: { name: 'Student' },
    sender: { login: 'Student' },
    organization: { login: 'course' },
    installation: { id: course.installationId },
    head_commit: { id: head, added: ['answer.txt'] },
  });
  const signature = `sha256=${createHmac('sha256', 'topsecret')
    .update(push?.raw ?? '')
    .digest('hex')}`;
  expect(push?.headers['x-hub-signature-256']).toBe(signature);
  const guids = course.receiver.hooks.map((hook) => hook.guid);
  expect(new Set(guids).size).toBe(guids.length);
});

test('a commit by the API passes fsck, and the student can pull it', async () => {
  const app = course.asApp();
  const { dir, git } = await clone(course.cloneUrl('hw1', course.student.token));
  const repo = { owner: 'course', repo: 'hw1' };
  const { data: ref } = await app.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...repo, ref: 'heads/main' });
  const { data: tree } = await app.request('POST /repos/{owner}/{repo}/git/trees', {
    ...repo,
    base_tree: ref.object.sha,
    tree: [
      { path: 'data/deep/week-1.csv', mode: '100644', type: 'blob', content: 'a,b\n1,2\n' },
      { path: 'run.sh', mode: '100755', type: 'blob', content: '#!/bin/sh\n' },
      { path: 'answer.txt', mode: '100644', type: 'blob', sha: null },
    ],
  });
  const { data: commit } = await app.request('POST /repos/{owner}/{repo}/git/commits', {
    ...repo,
    message: 'Release week-1\n\nPracticum-Shipment: abc',
    tree: tree.sha,
    parents: [ref.object.sha],
  });
  expect(commit.verification.verified).toBe(true);
  expect(commit.author.name).toBe('practicum[bot]');
  await app.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', { ...repo, ref: 'heads/main', sha: commit.sha });
  await git.pull();
  expect((await git.revparse(['HEAD'])).trim()).toBe(commit.sha);
  const bare = join(course.dir, 'git/course/hw1.git');
  expect(
    execFileSync('git', ['--git-dir', bare, 'fsck', '--strict', '--full'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  ).toBe('');
  expect(execFileSync('sh', ['-c', `cd ${dir} && ls && cat data/deep/week-1.csv`], { encoding: 'utf8' })).toBe(
    'README.md\ndata\nrun.sh\na,b\n1,2\n',
  );
  const stale = app.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
    ...repo,
    ref: 'heads/main',
    sha: ref.object.sha,
  });
  expect(await statusOf(stale)).toBe(422);
});

test('git is refused as on GitHub', async () => {
  const status = async (token: string | undefined, path: string, method = 'GET') => {
    const headers =
      token === undefined
        ? {}
        : { authorization: `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}` };
    return (await fetch(`${course.sandbox.url}/${path}`, { method, headers })).status;
  };
  const fetching = 'course/hw1.git/info/refs?service=git-upload-pack';
  const pushing = 'course/hw1.git/info/refs?service=git-receive-pack';
  expect(await status(undefined, fetching)).toBe(401);
  expect(await status('garbage', fetching)).toBe(401);
  expect(await status(course.stranger.token, fetching)).toBe(404);
  expect(await status(course.student.token, pushing)).toBe(200);
  await course.asApp().request('POST /orgs/{org}/repos', { org: 'course', name: 'open', auto_init: true });
  expect(await status(undefined, 'course/open.git/info/refs?service=git-upload-pack')).toBe(200);
  expect(await status(undefined, 'course/open.git/info/refs?service=git-receive-pack')).toBe(401);
  expect(await status(course.stranger.token, 'course/open.git/info/refs?service=git-receive-pack')).toBe(403);
});

test('a non-fast-forward push is refused, a forced one is told as forced; shallow clones and tags work', async () => {
  const one = await clone(course.cloneUrl('hw1', course.student.token));
  const two = await clone(course.cloneUrl('hw1', course.student.token));
  writeFileSync(join(one.dir, 'one'), '1');
  await one.git.add('.').commit('one').push();
  writeFileSync(join(two.dir, 'two'), '2');
  await two.git.add('.').commit('two');
  await expect(two.git.push()).rejects.toThrow(/rejected/);
  await two.git.push(['--force']);
  await course.settled();
  expect(course.receiver.hooks.findLast((hook) => hook.event === 'push')?.payload.forced).toBe(true);
  await two.git.addAnnotatedTag('v1', 'first');
  await two.git.pushTags();
  await course.settled();
  expect(course.receiver.hooks.findLast((hook) => hook.event === 'create')?.payload).toMatchObject({
    ref: 'v1',
    ref_type: 'tag',
  });
  const shallow = scratch();
  await simpleGit().clone(course.cloneUrl('hw1', course.student.token), shallow, [
    '--depth',
    '1',
    '--filter=blob:none',
  ]);
  expect((await simpleGit(shallow).raw(['rev-list', '--count', 'HEAD'])).trim()).toBe('1');
});

test('a big push is streamed and a branch is deleted', async () => {
  const { dir, git } = await clone(course.cloneUrl('hw1', course.student.token));
  writeFileSync(
    join(dir, 'big.bin'),
    Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => (at * 7919 * (at >> 3)) & 255)),
  );
  await git.checkoutLocalBranch('big/data');
  await git.add('.').commit('big').push('origin', 'big/data');
  await git.push(['origin', ':big/data']);
  await course.settled();
  const [removed] = course.receiver.hooks.filter((hook) => hook.event === 'delete');
  expect(removed?.payload).toMatchObject({ ref: 'big/data', ref_type: 'branch' });
  expect(course.receiver.hooks.findLast((hook) => hook.event === 'push')?.payload).toMatchObject({
    deleted: true,
    head_commit: null,
  });
});

test('an app without workflows: write can bring in no workflow, by no way', async () => {
  const { data: token } = await course.asJwt().request('POST /app/installations/{installation_id}/access_tokens', {
    installation_id: course.installationId,
    repositories: ['hw1'],
    permissions: { contents: 'write' },
  });
  const limited = course.as(token.token);
  const put = limited.request('PUT /repos/{owner}/{repo}/contents/{path}', {
    owner: 'course',
    repo: 'hw1',
    path: '.github/workflows/ci.yml',
    message: 'ci',
    content: Buffer.from('on: push').toString('base64'),
  });
  expect(await statusOf(put)).toBe(403);
  const { dir, git } = await clone(course.cloneUrl('hw1', token.token));
  execFileSync('mkdir', ['-p', join(dir, '.github/workflows')]);
  writeFileSync(join(dir, '.github/workflows/ci.yml'), 'on: push\n');
  await git.add('.').commit('ci');
  await expect(git.push()).rejects.toThrow(/without `workflows` permission/);
});

test('a token reaches only what it was made for', async () => {
  const { data: token } = await course.asJwt().request('POST /app/installations/{installation_id}/access_tokens', {
    installation_id: course.installationId,
    repositories: ['open'],
    permissions: { contents: 'read' },
  });
  const limited = course.as(token.token);
  const repo = { owner: 'course', repo: 'open' };
  expect(token.repository_selection).toBe('selected');
  expect(
    await statusOf(limited.request('GET /repos/{owner}/{repo}/contents/{path}', { ...repo, path: 'README.md' })),
  ).toBe(200);
  expect(
    await statusOf(
      limited.request('PUT /repos/{owner}/{repo}/contents/{path}', { ...repo, path: 'x', message: 'x', content: '' }),
    ),
  ).toBe(403);
  expect(await statusOf(limited.request('GET /repos/{owner}/{repo}', { owner: 'course', repo: 'hw1' }))).toBe(404);
  expect(
    await statusOf(
      course.as(course.stranger.token).request('GET /repos/{owner}/{repo}', { owner: 'course', repo: 'hw1' }),
    ),
  ).toBe(404);
  const more = course.asJwt().request('POST /app/installations/{installation_id}/access_tokens', {
    installation_id: course.installationId,
    permissions: { deployments: 'write' },
  });
  expect(await statusOf(more)).toBe(422);
});

test('no request met an unknown route', () => {
  expect(course.sandbox.unknownRoutes).toEqual([]);
});
