// What somebody changes on GitHub itself is seen when it happens: the clock never reaches the daily look.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dataOf, org, readText, startCourse, type CourseInSandbox } from '../start-course.ts';

const starts = new Date('2027-01-11T09:00:00Z');
const files = {
  'course.yml':
    'version: 1\ntitle: Heat\ntimezone: UTC\nrepositories: { name: "{challenge}-{owner}", template: student-template }\n',
  'roster.csv': 'login,id,name,group\nada,1,Ada,\n',
  'challenges/heat/challenge.yml': [
    'version: 1',
    'name: heat',
    'title: Heat',
    'starts: 2027-01-11T09:00:00Z',
    'ends: 2027-03-29T23:59:00Z',
    'dataset: { source: data/heat.csv, target: label }',
    'releases: { first: "2027-01-11T09:00:00Z", every: 7d, count: 2, path: "data/{release}.csv", carrier: commit }',
    '',
  ].join('\n'),
  'data/heat.csv': dataOf(40),
};

let course: CourseInSandbox;
beforeEach(async () => {
  course = await startCourse(files, ['ada'], starts);
});
afterEach(() => course.stop());

const at = (repo = 'heat-ada') => ({ owner: org, repo });
const teacher = () => course.as(course.teacher);
const change = async (settings: object, repo?: string): Promise<void> => {
  await teacher().request('PATCH /repos/{owner}/{repo}', { ...at(repo), ...settings });
  await course.quiet();
};
const look = async (repo?: string) => (await teacher().request('GET /repos/{owner}/{repo}', at(repo))).data;
const kinds = async () =>
  ((await course.store.studentRepository(org, 'heat-ada'))!.differences ?? []).map(({ kind }) => kind);
const access = async () => {
  const { data } = await teacher().request('GET /repos/{owner}/{repo}/collaborators', {
    ...at(),
    affiliation: 'direct',
  });
  return Object.fromEntries(data.map(({ login, role_name }) => [login, role_name]));
};

test('made public: it is private again', async () => {
  await change({ private: false });
  expect((await look()).visibility).toBe('private');
});

test('renamed: it has its name back', async () => {
  await change({ name: 'my-own-name' });
  expect((await look()).name).toBe('heat-ada');
  expect(await kinds()).toEqual([]);
});

test('renamed, and the name given to another: the teacher is told, and it resumes when that one is gone', async () => {
  await course.outage(async () => {
    await teacher().request('PATCH /repos/{owner}/{repo}', { ...at(), name: 'mine' });
    await teacher().request('POST /orgs/{org}/repos', { org, name: 'heat-ada' });
  });
  await change({ description: 'still mine' }, 'mine');
  expect(await kinds()).toEqual(['renamed']);
  await teacher().request('DELETE /repos/{owner}/{repo}', at());
  await course.quiet();
  expect(await kinds()).toEqual([]);
  expect((await teacher().request('GET /repos/{owner}/{repo}', at())).data.description).toBe('still mine');
});

test('archived and unarchived: told, and what was due meanwhile arrives', async () => {
  await change({ archived: true });
  expect(await kinds()).toEqual(['archived']);
  await course.advance(1.1);
  await change({ archived: false });
  expect(await kinds()).toEqual([]);
  await course.quiet();
  expect(await readText(teacher(), 'heat-ada', 'data/release-1.csv')).toContain('id,x,label');
  expect(await course.store.parkedJobs()).toEqual([]);
});

test('another default branch is followed: the next release goes there', async () => {
  const { data: main } = await teacher().request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
    ...at(),
    ref: 'heads/main',
  });
  const made = { ...at(), ref: 'refs/heads/trunk', sha: main.object.sha };
  await teacher().request('POST /repos/{owner}/{repo}/git/refs', made);
  await change({ default_branch: 'trunk' });
  expect((await course.store.studentRepository(org, 'heat-ada'))!.defaultBranch).toBe('trunk');
  await course.advance(1.1);
  expect(await readText(teacher(), 'heat-ada', 'data/release-1.csv')).toContain('id,x,label');
});

test('a student who is put out is let in again, and a stranger is told of until they are gone', async () => {
  await teacher().request('DELETE /repos/{owner}/{repo}/collaborators/{username}', { ...at(), username: 'ada' });
  await course.quiet();
  expect(await access()).toEqual({ ada: 'write' });
  const stranger = { ...at(), username: course.teacher.login };
  await teacher().request('PUT /repos/{owner}/{repo}/collaborators/{username}', { ...stranger, permission: 'push' });
  await course.quiet();
  const told = await kinds();
  await teacher().request('DELETE /repos/{owner}/{repo}/collaborators/{username}', stranger);
  await course.quiet();
  expect({ told, after: await kinds() }).toEqual({ told: ['stranger'], after: [] });
});

test('a student who is put out of the organisation is invited into the repository', async () => {
  await teacher().request('DELETE /orgs/{org}/members/{username}', { org, username: 'ada' });
  await course.quiet();
  const { data } = await teacher().request('GET /repos/{owner}/{repo}/invitations', at());
  expect([...Object.keys(await access()), ...data.map(({ invitee }) => invitee!.login)]).toEqual(['ada']);
});
