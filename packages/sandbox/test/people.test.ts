// Organisations, teams, collaborators and invitations: nobody is in before they accept, and members need no invitation.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCourse, statusOf, type Course } from './start-course.ts';

let course: Course;
const repo = { owner: 'course', repo: 'hw' };
const app = () => course.asApp();
beforeAll(async () => {
  course = await startCourse();
  await app().request('POST /orgs/{org}/repos', { org: 'course', name: 'hw', private: true, auto_init: true });
});
afterAll(() => course.stop());

const reads = (token: string) => statusOf(course.as(token).request('GET /repos/{owner}/{repo}', repo));
const hooks = (event: string) =>
  course.receiver.hooks.filter((hook) => hook.event === event).map((hook) => hook.payload.action);

test('a member is a collaborator at once', async () => {
  expect(await reads(course.student.token)).toBe(404);
  const added = await app().request('PUT /repos/{owner}/{repo}/collaborators/{username}', {
    ...repo,
    username: 'student',
    permission: 'push',
  });
  expect(added.status).toBe(204);
  expect(await reads(course.student.token)).toBe(200);
  expect(await statusOf(course.as(course.student.token).request('DELETE /repos/{owner}/{repo}', repo))).toBe(403);
  const role = await app().request('GET /repos/{owner}/{repo}/collaborators/{username}/permission', {
    ...repo,
    username: 'student',
  });
  expect(role.data).toMatchObject({ permission: 'write', role_name: 'write' });
  await course.settled();
  expect(hooks('member')).toEqual(['added']);
});

test('a stranger is invited and must accept', async () => {
  const invited = await app().request('PUT /repos/{owner}/{repo}/collaborators/{username}', {
    ...repo,
    username: 'stranger',
  });
  expect(invited.status).toBe(201);
  expect(await reads(course.stranger.token)).toBe(404);
  const stranger = course.as(course.stranger.token);
  const { data: mine } = await stranger.request('GET /user/repository_invitations');
  expect(mine).toHaveLength(1);
  await stranger.request('PATCH /user/repository_invitations/{invitation_id}', { invitation_id: Number(mine[0]?.id) });
  expect(await reads(course.stranger.token)).toBe(200);
});

test('a membership is pending until it is accepted; its team follows', async () => {
  const newcomer = course.sandbox.admin.createUser({ login: 'newcomer' });
  const team = await app().request('POST /orgs/{org}/teams', {
    org: 'course',
    name: 'Teaching Staff',
    privacy: 'closed',
  });
  expect(team.data.slug).toBe('teaching-staff');
  await app().request('PUT /orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}', {
    org: 'course',
    team_slug: 'teaching-staff',
    ...repo,
    permission: 'admin',
  });
  const joined = await app().request('PUT /orgs/{org}/teams/{team_slug}/memberships/{username}', {
    org: 'course',
    team_slug: 'teaching-staff',
    username: 'newcomer',
  });
  expect(joined.data.state).toBe('pending');
  expect(await reads(newcomer.token)).toBe(404);
  const person = course.as(newcomer.token);
  await person.request('PATCH /user/memberships/orgs/{org}', { org: 'course', state: 'active' });
  expect(await reads(newcomer.token)).toBe(200);
  const members = await app().request('GET /orgs/{org}/teams/{team_slug}/members', {
    org: 'course',
    team_slug: 'teaching-staff',
  });
  expect(members.data.map((one) => one.login)).toEqual(['newcomer']);
  await app().request('DELETE /orgs/{org}/memberships/{username}', { org: 'course', username: 'newcomer' });
  expect(await reads(newcomer.token)).toBe(404);
  await course.settled();
  expect(hooks('organization')).toEqual(['member_invited', 'member_added', 'member_removed']);
  expect(hooks('membership')).toEqual(['added']);
});

test('an owner may, a member may not, a stranger sees nothing', async () => {
  const list = (token: string) => course.as(token).request('GET /orgs/{org}/members', { org: 'course' });
  expect((await list(course.student.token)).data).toHaveLength(2);
  expect((await list(course.stranger.token)).data).toHaveLength(0);
  const invite = (token: string) =>
    course.as(token).request('PUT /orgs/{org}/memberships/{username}', { org: 'course', username: 'stranger' });
  expect(await statusOf(invite(course.student.token))).toBe(403);
  expect(await statusOf(invite(course.teacher.token))).toBe(200);
});

test('lists come in pages with a Link header', async () => {
  for (let at = 0; at < 5; at++) await app().request('POST /orgs/{org}/repos', { org: 'course', name: `page-${at}` });
  const first = await app().request('GET /orgs/{org}/repos', { org: 'course', per_page: 2 });
  expect(first.headers.link).toMatch(/page=2>; rel="next".*page=3>; rel="last"/);
});
