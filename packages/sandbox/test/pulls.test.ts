// Pull requests over real branches: true diffs, mergeability, following of branches, three ways to merge.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCourse, statusOf, type Course } from './start-course.ts';

let course: Course;
const repo = { owner: 'course', repo: 'hw' };
beforeAll(async () => {
  course = await startCourse();
  await course.asApp().request('POST /orgs/{org}/repos', { org: 'course', name: 'hw', private: true, auto_init: true });
});
afterAll(() => course.stop());

const app = () => course.asApp();
const head = async (branch: string) =>
  (await app().request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...repo, ref: `heads/${branch}` })).data.object.sha;
async function write(branch: string, path: string, text: string) {
  const old = await app()
    .request('GET /repos/{owner}/{repo}/contents/{path}', { ...repo, path, ref: branch })
    .catch(() => undefined);
  const sha = (old?.data as { sha?: string } | undefined)?.sha;
  await app().request('PUT /repos/{owner}/{repo}/contents/{path}', {
    ...repo,
    path,
    branch,
    message: `Write ${path}`,
    content: Buffer.from(text).toString('base64'),
    ...(sha ? { sha } : {}),
  });
}
async function branch(name: string, files: Record<string, string>) {
  await app().request('POST /repos/{owner}/{repo}/git/refs', {
    ...repo,
    ref: `refs/heads/${name}`,
    sha: await head('main'),
  });
  for (const [path, text] of Object.entries(files)) await write(name, path, text);
}
const open = async (name: string) =>
  (
    await app().request('POST /repos/{owner}/{repo}/pulls', {
      ...repo,
      title: `Data ${name}`,
      head: name,
      base: 'main',
      body: 'Hello',
    })
  ).data;
const get = async (number: number) =>
  (await app().request('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...repo, pull_number: number })).data;
const merge = (number: number, more: object = {}) =>
  app().request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', { ...repo, pull_number: number, ...more });

test('opened, read with its files and commits, followed and merged', async () => {
  await branch('one', { 'data/1.csv': 'a\n1\n' });
  const pull = await open('one');
  expect(pull.mergeable).toBe(null);
  expect((await get(pull.number)).mergeable).toBe(true);
  await write('one', 'data/1.csv', 'a\n1\n2\n');
  await course.settled();
  const sync = course.receiver.hooks.findLast((hook) => hook.event === 'pull_request');
  expect(sync?.payload).toMatchObject({
    action: 'synchronize',
    number: pull.number,
    before: pull.head.sha,
    after: await head('one'),
  });
  const files = await app().request('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', {
    ...repo,
    pull_number: pull.number,
  });
  expect(files.data).toMatchObject([
    { filename: 'data/1.csv', status: 'added', additions: 3, deletions: 0, patch: '@@ -0,0 +1,3 @@\n+a\n+1\n+2' },
  ]);
  const commits = await app().request('GET /repos/{owner}/{repo}/pulls/{pull_number}/commits', {
    ...repo,
    pull_number: pull.number,
  });
  expect(commits.data).toHaveLength(2);
  // A commit on the base after opening must survive the merge.
  await write('main', 'later.txt', 'kept\n');
  expect(await statusOf(merge(pull.number, { sha: pull.head.sha }))).toBe(409);
  const done = await merge(pull.number);
  expect(await head('main')).toBe(done.data.sha);
  const kept = await app().request('GET /repos/{owner}/{repo}/contents/{path}', { ...repo, path: 'later.txt' });
  expect(kept.status).toBe(200);
  expect(await get(pull.number)).toMatchObject({
    state: 'closed',
    merged: true,
    merge_commit_sha: done.data.sha,
    changed_files: 1,
    commits: 2,
  });
  expect(await statusOf(merge(pull.number))).toBe(405);
  await course.settled();
  const closed = course.receiver.hooks.filter(
    (hook) => hook.event === 'pull_request' && hook.payload.action === 'closed',
  );
  expect(closed.map((hook) => hook.payload.pull_request.merged)).toEqual([true]);
});

test('a conflict is dirty and is not merged', async () => {
  await branch('left', { 'same.txt': 'left\n' });
  await write('main', 'same.txt', 'right\n');
  const pull = await open('left');
  expect(await get(pull.number)).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
  expect(await statusOf(merge(pull.number))).toBe(405);
});

test('squash and rebase', async () => {
  await branch('sq', { 's1.txt': '1', 's2.txt': '2' });
  const squash = await open('sq');
  const before = await head('main');
  const squashed = await merge(squash.number, { merge_method: 'squash' });
  const commit = await app().request('GET /repos/{owner}/{repo}/commits/{ref}', { ...repo, ref: squashed.data.sha });
  expect(commit.data.parents.map((parent) => parent.sha)).toEqual([before]);
  expect(commit.data.commit.message).toBe(`Data sq (#${squash.number})\n\n* Write s1.txt\n\n* Write s2.txt`);
  await branch('rb', { 'r1.txt': '1', 'r2.txt': '2' });
  await write('main', 'between.txt', 'x');
  const base = await head('main');
  const rebase = await open('rb');
  await merge(rebase.number, { merge_method: 'rebase' });
  const compared = await app().request('GET /repos/{owner}/{repo}/compare/{basehead}', {
    ...repo,
    basehead: `${base}...main`,
  });
  expect(compared.data).toMatchObject({ status: 'ahead', ahead_by: 2, behind_by: 0 });
  expect(compared.data.files?.map((file) => file.filename)).toEqual(['r1.txt', 'r2.txt']);
});

test('refusals: duplicate, nothing between, missing branches', async () => {
  await branch('dup', { d: '1' });
  await open('dup');
  expect(
    await statusOf(
      app().request('POST /repos/{owner}/{repo}/pulls', { ...repo, title: 't', head: 'dup', base: 'main' }),
    ),
  ).toBe(422);
  await branch('empty', {});
  await expect(open('empty')).rejects.toThrow(/No commits between main and empty/);
  await expect(open('nothing')).rejects.toThrow(/"field":"head"/);
});

test('found by head; closed by deletion of its branch', async () => {
  const found = await app().request('GET /repos/{owner}/{repo}/pulls', { ...repo, head: 'course:dup', state: 'all' });
  expect(found.data.map((one) => one.head.ref)).toEqual(['dup']);
  await app().request('DELETE /repos/{owner}/{repo}/git/refs/{ref}', { ...repo, ref: 'heads/dup' });
  expect((await get(found.data[0]?.number ?? 0)).state).toBe('closed');
});

test('a plain push of the head onto the base counts as merged', async () => {
  await branch('ff', { ff: '1' });
  const pull = await open('ff');
  await app().request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
    ...repo,
    ref: 'heads/main',
    sha: await head('ff'),
  });
  expect(await get(pull.number)).toMatchObject({ merged: true, state: 'closed' });
});

test('reviews and requested reviewers', async () => {
  await branch('rev', { rev: '1' });
  const pull = await open('rev');
  const number = { ...repo, pull_number: pull.number };
  await app().request('POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers', {
    ...number,
    reviewers: ['teacher'],
  });
  const teacher = course.as(course.teacher.token);
  await teacher.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', { ...number, event: 'APPROVE' });
  const reviews = await app().request('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', number);
  expect(reviews.data).toMatchObject([{ state: 'APPROVED', user: { login: 'teacher' } }]);
  expect((await get(pull.number)).requested_reviewers).toEqual([]);
  expect(course.sandbox.unknownRoutes).toEqual([]);
});
