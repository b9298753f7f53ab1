// Routes that clients ask beside an app's: the root, the readme, sealed secrets, the search; and a front before the sandbox.
import sodium from 'libsodium-wrappers';
import { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCourse, statusOf, type Course } from './start-course.ts';

let course: Course;
const at = { owner: 'course', repo: 'hw' };
beforeAll(async () => {
  course = await startCourse();
  const teacher = course.as(course.teacher.token);
  await teacher.request('POST /orgs/{org}/repos', { org: 'course', name: 'hw', private: true, auto_init: true });
  await teacher.request('POST /repos/{owner}/{repo}/issues', { ...at, title: 'Two words', labels: ['bug'] });
});
afterAll(() => course.stop());
const teacher = (): ReturnType<Course['as']> => course.as(course.teacher.token);

test('the root says where everything is, and what the token may do', async () => {
  const { data, headers } = await teacher().request('GET /');
  expect(data.current_user_url).toBe(`${course.sandbox.url}/api/v3/user`);
  expect(headers['x-oauth-scopes']).toBe('repo, admin:org, workflow');
  expect((await course.asApp().request('GET /rate_limit')).headers['x-oauth-scopes']).toBeUndefined();
});

test('behind a front, answers give away its address', async () => {
  const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'git.school.test' };
  const { data } = await teacher().request('GET /repos/{owner}/{repo}', { ...at, headers });
  expect(data.clone_url).toBe('https://git.school.test/course/hw.git');
  expect((await teacher().request('GET /repos/{owner}/{repo}', at)).data.clone_url).toContain(course.sandbox.url);
});

test('the readme is found in its places', async () => {
  const put = (path: string, text: string): Promise<unknown> =>
    teacher().request('PUT /repos/{owner}/{repo}/contents/{path}', {
      ...at,
      path,
      message: 'M',
      content: Buffer.from(text).toString('base64'),
    });
  const readme = async (): Promise<string> =>
    (await teacher().request('GET /repos/{owner}/{repo}/readme', at)).data.path;
  expect(await readme()).toBe('README.md');
  await put('.github/readme.rst', 'x');
  expect(await readme()).toBe('.github/readme.rst');
});

test('a secret that is sealed for the key is there for workflows, and nothing else is taken', async () => {
  await sodium.ready;
  const path = 'PUT /repos/{owner}/{repo}/actions/secrets/{secret_name}';
  const { key, key_id } = (await teacher().request('GET /repos/{owner}/{repo}/actions/secrets/public-key', at)).data;
  const sealed = sodium.crypto_box_seal('hidden', Buffer.from(key, 'base64'));
  const encrypted_value = Buffer.from(sealed).toString('base64');
  const put = (more: object): Promise<number> =>
    statusOf(teacher().request(path, { ...at, secret_name: 'TOKEN', encrypted_value, key_id, ...more }));
  expect(await put({})).toBe(201);
  expect(await put({})).toBe(204);
  expect(await put({ encrypted_value: Buffer.from('plain').toString('base64') })).toBe(422);
  expect(await put({ key_id: '1' })).toBe(422);
  expect(await put({ secret_name: 'GITHUB_TOKEN' })).toBe(422);
  const { data } = await teacher().request('GET /repos/{owner}/{repo}/actions/secrets', at);
  expect(data).toMatchObject({ total_count: 1, secrets: [{ name: 'TOKEN' }] });
  expect(JSON.stringify(data)).not.toContain('hidden');
});

test('the search finds by words and qualifiers, for whoever may see', async () => {
  const search = async (q: string, token = course.teacher.token): Promise<number> =>
    (await course.as(token).request('GET /search/issues', { q })).data.total_count;
  expect(await search('"Two words" is:open label:bug repo:course/hw')).toBe(1);
  expect(await search('"Two words" -label:bug')).toBe(0);
  expect(await search('"Two words"', course.stranger.token)).toBe(0);
  expect(await statusOf(teacher().request('GET /search/issues', { q: 'in:title x' }))).toBe(422);
  expect((await teacher().request('GET /search/repositories', { q: 'h org:course' })).data.total_count).toBe(1);
  expect((await teacher().request('GET /search/users', { q: 'stud' })).data.items[0]!.login).toBe('Student');
  expect(await statusOf(teacher().request('GET /search/code', { q: 'x' }))).toBe(422);
});

test('a fork is refused as where forking is forbidden', async () => {
  await expect(teacher().request('POST /repos/{owner}/{repo}/forks', at)).rejects.toMatchObject({
    status: 403,
    message: expect.stringContaining('forking is disabled'),
  });
});

test("a team's members are asked for one by one, as its `members_url` says", async () => {
  const { members_url } = (await teacher().request('POST /orgs/{org}/teams', { org: 'course', name: 'Staff' })).data;
  const ask = (): Promise<number> => statusOf(teacher().request(`GET ${members_url.replace('{/member}', '/Student')}`));
  expect(await ask()).toBe(404);
  const member = { org: 'course', team_slug: 'staff', username: 'Student' };
  await teacher().request('PUT /orgs/{org}/teams/{team_slug}/memberships/{username}', member);
  expect(await ask()).toBe(204);
});

test('whoever asks has their own organisations, addresses and assigned issues', async () => {
  const student = course.as(course.student.token);
  expect((await student.request('GET /user/orgs')).data.map(({ login }) => login)).toEqual(['course']);
  await teacher().request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
    ...at,
    issue_number: 1,
    assignees: ['teacher'],
  });
  expect((await teacher().request('GET /issues')).data.map(({ repository }) => repository?.name)).toEqual(['hw']);
  expect((await student.request('GET /issues')).data).toEqual([]);
  expect(await statusOf(new Octokit({ baseUrl: `${course.sandbox.url}/api/v3` }).request('GET /user/emails'))).toBe(
    401,
  );
});
