// People rename themselves, change groups, leave, never accept; teachers change their mind: GitHub ends up as the course wants it.
import { afterEach, expect, test } from 'vitest';
import { dataOf, org, startCourse, type CourseInSandbox } from '../start-course.ts';

const starts = new Date('2027-01-11T09:00:00Z');
const challenge = [
  'version: 1',
  'name: heat',
  'title: Heat',
  'starts: 2027-01-11T09:00:00Z',
  'ends: 2027-03-29T23:59:00Z',
  'dataset: { source: data/heat.csv, target: label }',
  'releases: { first: "2027-01-11T09:00:00Z", every: 7d, count: 2, path: "data/{release}.csv", carrier: commit }',
  '',
].join('\n');
const courseFile = (more = 'visibility: private, permission: push') =>
  `version: 1\ntitle: Heat\ntimezone: UTC\nrepositories: { name: "{challenge}-{owner}", template: student-template, ${more} }\n`;
const roster = (...rows: string[]) => `login,id,name,group\n${rows.join('\n')}\n`;
const files = (rows: string[], more?: string): Record<string, string> => ({
  'course.yml': courseFile(more),
  'roster.csv': roster(...rows),
  'challenges/heat/challenge.yml': challenge,
  'data/heat.csv': dataOf(40),
});

let course: CourseInSandbox | undefined;
afterEach(async () => {
  await course?.stop();
  course = undefined;
});

const at = (repo: string) => ({ owner: org, repo });
async function people(repo: string): Promise<Record<string, string>> {
  const { data } = await course!.as(course!.teacher).request('GET /repos/{owner}/{repo}/collaborators', {
    ...at(repo),
    affiliation: 'direct',
  });
  return Object.fromEntries(data.map(({ login, role_name }) => [login, role_name]));
}
const look = async (repo: string) =>
  (await course!.as(course!.teacher).request('GET /repos/{owner}/{repo}', at(repo))).data;

test('a student moved to another group loses the first, one who left reads, and the plan says so before', async () => {
  course = await startCourse(files(['ada,1,Ada,g1', 'bob,2,Bob,g1', 'cy,3,Cy,g2']), ['ada', 'bob', 'cy'], starts);
  expect(await people('heat-g1')).toEqual({ ada: 'write', bob: 'write' });
  await course.push(course.teacher, 'course', { 'roster.csv': roster('ada,1,Ada,g1', 'bob,2,Bob,g2') });
  expect(await people('heat-g1')).toEqual({ ada: 'write' });
  expect(await people('heat-g2')).toEqual({ bob: 'write', cy: 'read' });
});

test('visibility and permission of the course reach repositories that are there', async () => {
  course = await startCourse(files(['ada,1,Ada,'], 'visibility: public, permission: admin'), ['ada'], starts);
  expect((await look('heat-ada')).visibility).toBe('public');
  expect(await people('heat-ada')).toEqual({ ada: 'admin' });
  await course.push(course.teacher, 'course', { 'course.yml': courseFile() });
  expect((await look('heat-ada')).visibility).toBe('private');
  expect(await people('heat-ada')).toEqual({ ada: 'write' });
});

test('a repository that the app did not make is refused in the plan, and taken where the teacher names it', async () => {
  course = await startCourse(files([]), ['ada'], starts);
  await course
    .as(course.teacher)
    .request('POST /orgs/{org}/repos', { org, name: 'heat-ada', private: false, auto_init: true });
  await course.advance(24);
  const commit = await course.push(course.teacher, 'course', { 'roster.csv': roster('ada,1,Ada,') });
  const [sync] = (await course.checks('course', commit)).filter(({ name }) => name === 'sync');
  expect(sync).toMatchObject({
    conclusion: 'failure',
    output: { summary: expect.stringContaining('the app did not make it') },
  });
  expect(await people('heat-ada')).toEqual({});
  await course.push(course.teacher, 'course', {
    'course.yml': courseFile('visibility: private, permission: push, adopt: [heat-ada]'),
  });
  expect((await look('heat-ada')).visibility).toBe('private');
  expect(await people('heat-ada')).toEqual({ ada: 'write' });
});

test('a login that does not exist, or cannot, is named at its line, and the others start', async () => {
  course = await startCourse(
    files(['ada,1,Ada,', 'ghost-of-nobody,2,Ghost,', ',3,Cy,', 'dan smith,4,Dan,']),
    ['ada'],
    starts,
  );
  expect(await people('heat-ada')).toEqual({ ada: 'write' });
  const { data } = await course
    .as(course.teacher)
    .request('GET /repos/{owner}/{repo}/commits/{ref}', { ...at('course'), ref: 'main' });
  const [sync] = (await course.checks('course', data.sha)).filter(({ name }) => name === 'sync');
  expect(sync).toMatchObject({ conclusion: 'success', output: { annotations_count: 3 } });
  expect(await course.store.parkedJobs()).toEqual([]);
});

test('a team that is not there refuses the plan, not every repository', async () => {
  const without = files(['ada,1,Ada,']);
  course = await startCourse({ ...without, 'course.yml': `${courseFile()}staff: tas\n` }, ['ada'], starts);
  const { data } = await course
    .as(course.teacher)
    .request('GET /repos/{owner}/{repo}/commits/{ref}', { ...at('course'), ref: 'main' });
  const [sync] = (await course.checks('course', data.sha)).filter(({ name }) => name === 'sync');
  expect(sync).toMatchObject({ conclusion: 'failure', output: { summary: expect.stringContaining('course.yml:5:8') } });
});

test('an account that was renamed keeps its repository, and a new spelling in the roster changes nothing', async () => {
  course = await startCourse(files(['dora,4,Dora,']), ['dora'], starts);
  await course.advance(1.1);
  const before = (await course.store.shipments(org)).map(({ shipment, state }) => `${shipment.id} ${state}`);
  course.renameAccount('dora', 'dora-new');
  await course.push(course.teacher, 'course', { 'roster.csv': roster('dora-new,4,Dora,') });
  expect((await course.store.shipments(org)).map(({ shipment, state }) => `${shipment.id} ${state}`)).toEqual(before);
  expect((await course.store.studentRepositories(org)).map(({ name }) => name)).toEqual(['heat-dora']);
  expect(await people('heat-dora')).toEqual({ 'dora-new': 'write' });
});

test('a repository that was deleted is made again and gets everything that it had', async () => {
  course = await startCourse(files(['ada,1,Ada,']), ['ada'], starts);
  await course.advance(1.1);
  await course.as(course.teacher).request('DELETE /repos/{owner}/{repo}', at('heat-ada'));
  await course.advance(0.1);
  expect(await people('heat-ada')).toEqual({ ada: 'write' });
  const { data } = await course
    .as(course.teacher)
    .request('GET /repos/{owner}/{repo}/contents/{path}', { ...at('heat-ada'), path: 'data' });
  expect((data as { name: string }[]).map(({ name }) => name)).toContain('release-1.csv');
});

test('an invitation that expired is sent again', async () => {
  course = await startCourse(files(['eve,1,Eve,']), [], starts, ['eve']);
  const invitations = async () =>
    (await course!.as(course!.teacher).request('GET /repos/{owner}/{repo}/invitations', at('heat-eve'))).data;
  const [first] = await invitations();
  expect(first).toMatchObject({ expired: false });
  await course.advance(24 * 9);
  const later = await invitations();
  expect(later).toMatchObject([{ expired: false }]);
  expect(later[0]!.id).not.toBe(first!.id);
  expect((await course.store.studentRepository(org, 'heat-eve'))!.differences).toMatchObject([
    { kind: 'invited', login: 'eve' },
  ]);
});

test('archived: the teacher is told in one issue with the line of the roster, which closes by itself', async () => {
  course = await startCourse(files(['ada,1,Ada,']), ['ada'], starts);
  const set = (archived: boolean) =>
    course!.as(course!.teacher).request('PATCH /repos/{owner}/{repo}', { ...at('heat-ada'), archived });
  await set(true);
  await course.advance(25);
  await course.advance(0.1);
  const issue = async () =>
    (
      await course!.as(course!.teacher).request('GET /repos/{owner}/{repo}/issues', { ...at('course'), state: 'all' })
    ).data.find(({ body }) => body?.startsWith('<!-- practicum-student-repositories'));
  expect(await issue()).toMatchObject({ state: 'open', body: expect.stringContaining('roster.csv:2') });
  await set(false);
  await course.advance(25);
  await course.advance(0.1);
  expect(await issue()).toMatchObject({ state: 'closed' });
  expect((await course.store.shipments(org)).map(({ state }) => state)).toContain('dispatched');
  expect(await course.store.parkedJobs()).toEqual([]);
});

test('Actions turned off is told, and forgotten when it is on again', async () => {
  course = await startCourse(files(['ada,1,Ada,']), ['ada'], starts);
  const kinds = async () =>
    (await course!.store.studentRepository(org, 'heat-ada'))!.differences?.map(({ kind }) => kind);
  course.setActionsEnabled('heat-ada', false);
  await course.advance(25);
  expect(await kinds()).toEqual(['actions-off']);
  course.setActionsEnabled('heat-ada', true);
  await course.advance(25);
  expect(await kinds()).toBeUndefined();
});
