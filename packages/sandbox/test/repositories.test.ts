// Repositories: template copies with their empty window, renames, archives, variables, releases.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { simpleGit } from 'simple-git';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCourse, statusOf, type Course } from './start-course.ts';

let course: Course;
const app = () => course.asApp();
beforeAll(async () => {
  course = await startCourse({ settings: { emptyWindow: { reads: 3, milliseconds: 0 } } });
  await app().request('POST /orgs/{org}/repos', {
    org: 'course',
    name: 'template',
    private: true,
    auto_init: true,
    is_template: true,
  });
  const put = (path: string, text: string) =>
    app().request('PUT /repos/{owner}/{repo}/contents/{path}', {
      owner: 'course',
      repo: 'template',
      path,
      message: path,
      content: Buffer.from(text).toString('base64'),
    });
  await put('src/train.py', 'print(1)\n');
  await put('.github/workflows/ci.yml', 'on: push\n');
});
afterAll(() => course.stop());

test('generate: public unless said otherwise, one commit, empty for a while', async () => {
  const made = await app().request('POST /repos/{template_owner}/{template_repo}/generate', {
    template_owner: 'course',
    template_repo: 'template',
    owner: 'course',
    name: 'hw-1',
  });
  expect(made.status).toBe(201);
  expect(made.data).toMatchObject({ private: false, template_repository: { full_name: 'course/template' } });
  const repo = { owner: 'course', repo: 'hw-1' };
  const ref = () => app().request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...repo, ref: 'heads/main' });
  const seen = [
    await statusOf(ref()),
    (await app().request('GET /repos/{owner}/{repo}/branches', repo)).data.length,
    await statusOf(ref()),
    await statusOf(ref()),
  ];
  expect(seen).toEqual([409, 0, 409, 200]);
  const commits = await app().request('GET /repos/{owner}/{repo}/commits', repo);
  expect(commits.data.map((one) => one.commit.message)).toEqual(['Initial commit']);
  const bare = join(course.dir, 'git/course/hw-1.git');
  expect(execFileSync('git', ['--git-dir', bare, 'ls-tree', '-r', '--name-only', 'main'], { encoding: 'utf8' })).toBe(
    '.github/workflows/ci.yml\nREADME.md\nsrc/train.py\n',
  );
  execFileSync('git', ['--git-dir', bare, 'fsck', '--strict'], { stdio: 'pipe' });
  await course.settled();
  const events = course.receiver.hooks
    .filter((hook) => hook.payload.repository?.name === 'hw-1')
    .map((hook) => hook.event);
  expect(events.slice(0, 3)).toEqual(['repository', 'create', 'push']);
  expect(
    course.receiver.hooks.some(
      (hook) => hook.event === 'installation_repositories' && hook.payload.repositories_added[0].name === 'hw-1',
    ),
  ).toBe(true);
  const again = app().request('POST /repos/{template_owner}/{template_repo}/generate', {
    template_owner: 'course',
    template_repo: 'template',
    owner: 'course',
    name: 'HW-1',
  });
  await expect(again).rejects.toThrow(/Could not clone: Name already exists/);
});

test('only a template is copied, only by whom it may', async () => {
  const generate = (token: string, from: string) =>
    course.as(token).request('POST /repos/{template_owner}/{template_repo}/generate', {
      template_owner: 'course',
      template_repo: from,
      owner: 'course',
      name: 'nope',
    });
  expect(await statusOf(generate(course.teacher.token, 'hw-1'))).toBe(422);
  expect(await statusOf(generate(course.stranger.token, 'template'))).toBe(404);
});

test('a renamed repository answers 301 under its old name, in the API and in git', async () => {
  await app().request('PATCH /repos/{owner}/{repo}', { owner: 'course', repo: 'hw-1', name: 'hw-one' });
  const answer = await fetch(`${course.sandbox.url}/api/v3/repos/COURSE/hw-1/branches`, { redirect: 'manual' });
  expect(answer.status).toBe(301);
  const followed = await fetch(`${course.sandbox.url}/api/v3/repos/course/HW-1`);
  expect(((await followed.json()) as { name: string }).name).toBe('hw-one');
  expect(await simpleGit().listRemote([`${course.sandbox.url}/course/hw-1.git`])).toContain('refs/heads/main');
});

test('archived is read-only until it is not', async () => {
  const repo = { owner: 'course', repo: 'hw-one' };
  await app().request('PATCH /repos/{owner}/{repo}', { ...repo, archived: true });
  const put = () =>
    app().request('PUT /repos/{owner}/{repo}/contents/{path}', { ...repo, path: 'x', message: 'x', content: '' });
  expect(await statusOf(put())).toBe(403);
  await app().request('PATCH /repos/{owner}/{repo}', { ...repo, archived: false });
  expect(await statusOf(put())).toBe(201);
});

test('variables', async () => {
  const repo = { owner: 'course', repo: 'hw-one' };
  await app().request('POST /repos/{owner}/{repo}/actions/variables', {
    ...repo,
    name: 'practicum_url',
    value: 'http://x',
  });
  expect(
    await statusOf(
      app().request('POST /repos/{owner}/{repo}/actions/variables', { ...repo, name: 'PRACTICUM_URL', value: 'y' }),
    ),
  ).toBe(409);
  await app().request('PATCH /repos/{owner}/{repo}/actions/variables/{name}', {
    ...repo,
    name: 'PRACTICUM_URL',
    value: 'http://y',
  });
  const list = await app().request('GET /repos/{owner}/{repo}/actions/variables', repo);
  expect(list.data).toMatchObject({ total_count: 1, variables: [{ name: 'PRACTICUM_URL', value: 'http://y' }] });
});

test('contents: folders, raw, sha rules, deletion', async () => {
  const repo = { owner: 'course', repo: 'hw-one' };
  const folder = await app().request('GET /repos/{owner}/{repo}/contents/{path}', { ...repo, path: 'src' });
  expect(folder.data).toMatchObject([{ name: 'train.py', type: 'file', size: 9 }]);
  const raw = await app().request('GET /repos/{owner}/{repo}/contents/{path}', {
    ...repo,
    path: 'src/train.py',
    mediaType: { format: 'raw' },
  });
  expect(raw.data).toBe('print(1)\n');
  const put = (sha?: string) =>
    app().request('PUT /repos/{owner}/{repo}/contents/{path}', {
      ...repo,
      path: 'src/train.py',
      message: 'm',
      content: 'eA==',
      ...(sha ? { sha } : {}),
    });
  expect([await statusOf(put()), await statusOf(put('1'.repeat(40)))]).toEqual([422, 409]);
  const sha = (folder.data as unknown as { sha: string }[])[0]?.sha ?? '';
  expect(await statusOf(put(sha))).toBe(200);
  const big = Buffer.alloc(1_100_000, 'a').toString('base64');
  const made = await app().request('PUT /repos/{owner}/{repo}/contents/{path}', {
    ...repo,
    path: 'big.txt',
    message: 'm',
    content: big,
  });
  const read = await app().request('GET /repos/{owner}/{repo}/contents/{path}', { ...repo, path: 'big.txt' });
  expect(read.data).toMatchObject({ encoding: 'none', content: '', size: 1_100_000 });
  await app().request('DELETE /repos/{owner}/{repo}/contents/{path}', {
    ...repo,
    path: 'big.txt',
    message: 'm',
    sha: made.data.content?.sha ?? '',
  });
  expect(await statusOf(app().request('GET /repos/{owner}/{repo}/contents/{path}', { ...repo, path: 'big.txt' }))).toBe(
    404,
  );
});

test('releases carry assets, and a tarball holds the tree', async () => {
  const repo = { owner: 'course', repo: 'template' };
  const release = await app().request('POST /repos/{owner}/{repo}/releases', { ...repo, tag_name: 'v1', name: 'One' });
  const upload = release.data.upload_url.replace(/\{.*/, '?name=data.csv');
  const asset = await app().request(`POST ${upload}`, { headers: { 'content-type': 'text/csv' }, data: 'a,b\n' });
  expect(asset.data).toMatchObject({ name: 'data.csv', size: 4 });
  const back = await app().request('GET /repos/{owner}/{repo}/releases/assets/{asset_id}', {
    ...repo,
    asset_id: asset.data.id,
    headers: { accept: 'application/octet-stream' },
  });
  expect(Buffer.from(back.data as unknown as ArrayBuffer).toString()).toBe('a,b\n');
  const tar = await app().request('GET /repos/{owner}/{repo}/tarball/{ref}', { ...repo, ref: 'main' });
  const names = execFileSync('tar', ['-tz'], { input: Buffer.from(tar.data as ArrayBuffer), encoding: 'utf8' });
  expect(names).toMatch(/^course-template-[0-9a-f]{7}\/src\/train\.py$/m);
  expect(course.sandbox.unknownRoutes).toEqual([]);
});
