// A repository changes its owner: names, git, teams, events, and who may.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCourse, statusOf, type Course } from './start-course.ts';

let course: Course;
beforeAll(async () => {
  course = await startCourse();
  course.sandbox.admin.createOrganization({ login: 'other', owner: 'teacher' });
  const { appId } = course.app;
  course.sandbox.admin.installApp({ appId, account: 'other' });
});
afterAll(() => course.stop());

const teacher = (): ReturnType<Course['as']> => course.as(course.teacher.token);
async function make(name: string): Promise<{ owner: string; repo: string }> {
  await teacher().request('POST /orgs/{org}/repos', { org: 'course', name, private: true, auto_init: true });
  return { owner: 'course', repo: name };
}
const send = (at: object, more: { new_owner: string; new_name?: string; team_ids?: number[] }, client = teacher()) =>
  client.request('POST /repos/{owner}/{repo}/transfer', { owner: '', repo: '', ...at, ...more });

test('it moves with its content, tells both sides, and its old name leads on', async () => {
  const at = await make('moving');
  await teacher().request('POST /orgs/{org}/teams', { org: 'course', name: 'Old', repo_names: ['course/moving'] });
  const { data: team } = await teacher().request('POST /orgs/{org}/teams', { org: 'other', name: 'New' });
  await course.settled();
  const before = course.receiver.hooks.length;
  const answer = await send(at, { new_owner: 'other', new_name: 'moved', team_ids: [team.id] });
  expect(answer.status).toBe(202);
  expect(answer.data.full_name).toBe('course/moving');
  const { data } = await teacher().request('GET /repos/{owner}/{repo}', at);
  expect(data.full_name).toBe('other/moved');
  const { data: teams } = await teacher().request('GET /repos/{owner}/{repo}/teams', { owner: 'other', repo: 'moved' });
  expect(teams.map(({ slug }) => slug)).toEqual(['new']);
  const url = course.cloneUrl('moving', course.teacher.token);
  const { stdout } = await promisify(execFile)('git', ['ls-remote', url]);
  expect(stdout).toContain('refs/heads/main');
  await course.settled();
  const told = course.receiver.hooks.slice(before);
  expect(told.map(({ event, payload }) => `${event}.${payload.action} ${payload.organization?.login ?? ''}`)).toEqual([
    'installation_repositories.removed ',
    'repository.transferred other',
    'installation_repositories.added ',
  ]);
  expect(told[1]!.payload.changes.owner.from.organization.login).toBe('course');
});

test('another person is asked first, and what nobody may is refused', async () => {
  const at = await make('staying');
  expect((await send(at, { new_owner: 'Student' })).status).toBe(202);
  expect((await teacher().request('GET /repos/{owner}/{repo}', at)).data.full_name).toBe('course/staying');
  expect(await statusOf(send(at, { new_owner: 'nobody' }))).toBe(422);
  expect(await statusOf(send(at, { new_owner: 'course' }))).toBe(422);
  expect(await statusOf(send(at, { new_owner: 'other', team_ids: [1] }))).toBe(422);
  const { token } = course.student;
  await teacher().request('PUT /repos/{owner}/{repo}/collaborators/{username}', {
    ...at,
    username: 'Student',
    permission: 'push',
  });
  expect(await statusOf(send(at, { new_owner: 'Student' }, course.as(token)))).toBe(403);
  await teacher().request('PUT /repos/{owner}/{repo}/collaborators/{username}', {
    ...at,
    username: 'Student',
    permission: 'admin',
  });
  expect(await statusOf(send(at, { new_owner: 'other' }, course.as(token)))).toBe(422);
  await make('taken');
  await send(await make('second'), { new_owner: 'other', new_name: 'taken' });
  expect(await statusOf(send({ owner: 'course', repo: 'taken' }, { new_owner: 'other' }))).toBe(422);
});
