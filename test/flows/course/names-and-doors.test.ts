// Names that go from one person to another, people who left, and what waits for a repository that is shut: found by a term of sixty.
import { afterEach, expect, test } from 'vitest';
import { runAt } from '../../cli/run-command.ts';
import { dataOf, org, readText, startCourse, type CourseInSandbox } from '../start-course.ts';

const starts = new Date('2027-01-11T09:00:00Z');
const courseFile = (more = ''): string =>
  `version: 1\ntitle: Heat\ntimezone: UTC\nrepositories: { name: "{challenge}-{owner}", template: student-template }\n${more}`;
const roster = (...rows: string[]): string => `login,id,name,group\n${rows.join('\n')}\n`;
const files = (rows: string[], more = '', ends = '2027-03-29T23:59:00Z'): Record<string, string> => ({
  'course.yml': courseFile(more),
  'roster.csv': roster(...rows),
  'challenges/heat/challenge.yml': [
    'version: 1',
    'name: heat',
    'title: Heat',
    'starts: 2027-01-11T09:00:00Z',
    `ends: ${ends}`,
    'dataset: { source: data/heat.csv, target: label }',
    'releases: { first: "2027-01-11T09:00:00Z", every: 7d, count: 1, path: "data/{release}.csv", carrier: commit }',
    '',
  ].join('\n'),
  'data/heat.csv': dataOf(40),
});

let course: CourseInSandbox;
afterEach(() => course.stop());

const at = (repo: string) => ({ owner: org, repo });
const teacher = () => course.as(course.teacher);
async function people(repo: string): Promise<Record<string, string>> {
  const { data } = await teacher().request('GET /repos/{owner}/{repo}/collaborators', {
    ...at(repo),
    affiliation: 'direct',
  });
  return Object.fromEntries(data.map(({ login, role_name }) => [login, role_name]));
}
const names = async (): Promise<string[]> =>
  (await teacher().request('GET /orgs/{org}/repos', { org })).data
    .map(({ name }) => name)
    .filter((name) => name.startsWith('heat-'))
    .toSorted();

test('two change their names, one to the other’s: each keeps repository and points, and a group that fell apart is left by all', async () => {
  course = await startCourse(
    files(['ada,1,Ada,g1', 'bob,2,Bob,g1', 'cy,3,Cy,', 'dee,4,Dee,', 'eve,5,Eve,']),
    ['ada', 'bob', 'cy', 'dee', 'eve'],
    starts,
  );
  await course.advance(25);
  course.renameAccount('cy', 'cy-new');
  course.renameAccount('dee', 'cy');
  course.renameAccount('ada', 'ada-new');
  course.renameAccount('eve', 'ada');
  // A look with the roster as it still is.
  await course.advance(24);
  await course.push(course.teacher, 'course', {
    'roster.csv': roster('ada-new,1,Ada,', 'bob,2,Bob,', 'cy-new,3,Cy,', 'cy,4,Dee,', 'ada,5,Eve,'),
  });
  expect(await people('heat-cy')).toEqual({ 'cy-new': 'write' });
  expect(await people('heat-dee')).toEqual({ cy: 'write' });
  expect(await people('heat-eve')).toEqual({ ada: 'write' });
  expect(await people('heat-g1')).toEqual({});
  expect(await people('heat-ada')).toEqual({ 'ada-new': 'write' });
  expect(await course.store.parkedJobs()).toEqual([]);
});

test('a group whose members take each other’s logins, and falls apart, is left by all', async () => {
  course = await startCourse(files(['ada,1,Ada,g1', 'bob,2,Bob,g1', 'cy,3,Cy,g2']), ['ada', 'bob', 'cy'], starts);
  course.renameAccount('ada', 'ada-new');
  course.renameAccount('bob', 'ada');
  await course.push(course.teacher, 'course', {
    'roster.csv': roster('ada-new,1,Ada,', 'ada,2,Bob,g2', 'cy,3,Cy,g2'),
  });
  expect(await people('heat-g1')).toEqual({});
  expect(await people('heat-ada')).toEqual({ 'ada-new': 'write' });
  expect(await people('heat-g2')).toEqual({ ada: 'write', cy: 'write' });
  const told = await course.store.studentRepositories(org);
  expect(told.flatMap(({ name, differences = [] }) => differences.map(({ kind }) => [name, kind]))).toEqual([]);
});

test('a newcomer with the login of somebody who left gets a repository of their own', async () => {
  // Whoever comes later may well have the older account.
  course = await startCourse(files(['ada,1,Ada,', 'bob,2,Bob,']), ['new', 'ada', 'bob'], starts);
  await course.push(course.teacher, 'course', { 'roster.csv': roster('bob,2,Bob,') });
  course.renameAccount('ada', 'ada-elsewhere');
  course.renameAccount('new', 'ada');
  await course.push(course.teacher, 'course', { 'roster.csv': roster('bob,2,Bob,', 'ada,9,New,') });
  const id = course.sandbox.state.accountByLogin('ada')!.id;
  expect(await names()).toEqual(['heat-ada', `heat-ada-${id}`, 'heat-bob']);
  expect(await people('heat-ada')).toEqual({ 'ada-elsewhere': 'read' });
  expect(await people(`heat-ada-${id}`)).toEqual({ ada: 'write' });
  await course.advance(24);
  expect((await course.store.studentRepository(org, `heat-ada-${id}`))?.differences).toBeUndefined();
});

test('an account that was renamed without a word, and put out by hand, is let in under its new name', async () => {
  course = await startCourse(files(['ada,1,Ada,']), ['ada'], starts);
  await course.advance(25);
  course.renameAccount('ada', 'ada-new');
  await teacher().request('DELETE /repos/{owner}/{repo}/collaborators/{username}', {
    ...at('heat-ada'),
    username: 'ada-new',
  });
  await course.quiet();
  expect(await people('heat-ada')).toEqual({ 'ada-new': 'write' });
  expect((await course.store.studentRepository(org, 'heat-ada'))!.differences).toMatchObject([
    { kind: 'account-renamed', login: 'ada', found: 'ada-new' },
  ]);
});

test('a repository of somebody who left is not made again; should they come back, they get all of it', async () => {
  course = await startCourse(files(['ada,1,Ada,', 'bob,2,Bob,']), ['ada', 'bob'], starts);
  await course.advance(1.1);
  await course.push(course.teacher, 'course', { 'roster.csv': roster('bob,2,Bob,') });
  await teacher().request('DELETE /repos/{owner}/{repo}', at('heat-ada'));
  await course.advance(25);
  expect(await names()).toEqual(['heat-bob']);
  await course.push(course.teacher, 'course', { 'roster.csv': roster('ada,1,Ada,', 'bob,2,Bob,') });
  expect(await people('heat-ada')).toEqual({ ada: 'write' });
  expect(await readText(teacher(), 'heat-ada', 'data/release-1.csv')).toContain('id,x,label');
});

test('a plan that was refused for a missing team is read again when somebody makes it', async () => {
  course = await startCourse(files(['ada,1,Ada,'], 'staff: tas\n'), ['ada'], starts);
  expect(await names()).toEqual([]);
  await teacher().request('POST /orgs/{org}/teams', { org, name: 'tas' });
  await course.quiet();
  expect(await people('heat-ada')).toEqual({ ada: 'write' });
});

test('what waited for an archived repository goes on by itself, the issue of the student included', async () => {
  course = await startCourse(files(['ada,1,Ada,']), ['ada'], starts);
  const set = async (archived: boolean): Promise<void> => {
    await teacher().request('PATCH /repos/{owner}/{repo}', { ...at('heat-ada'), archived });
    await course.quiet();
  };
  await set(true);
  await course.advance(1.1);
  await course.push(course.teacher, 'course', { 'roster.csv': roster('ada,1,Ada Lovelace,') });
  const waiting = (await course.store.parkedJobs()).map(({ lastError }) => lastError?.split(':')[0]);
  expect(new Set(waiting)).toEqual(new Set(['repository-archived']));
  await set(false);
  expect(await course.store.parkedJobs()).toEqual([]);
  expect(await readText(teacher(), 'heat-ada', 'data/release-1.csv')).toContain('id,x,label');
});

test('the ruleset over the tags of deadlines is made again', async () => {
  course = await startCourse(files(['ada,1,Ada,'], '', '2027-01-12T09:00:00Z'), ['ada'], starts);
  const rulesets = async () => (await teacher().request('GET /repos/{owner}/{repo}/rulesets', at('heat-ada'))).data;
  await course.advance(1.1);
  await course.advance(25);
  const [first] = await rulesets();
  await teacher().request('DELETE /repos/{owner}/{repo}/rulesets/{ruleset_id}', {
    ...at('heat-ada'),
    ruleset_id: first!.id,
  });
  expect(await rulesets()).toEqual([]);
  await course.advance(25);
  expect(await rulesets()).toMatchObject([{ name: first!.name, enforcement: 'active' }]);
});

test('status and the course page name who gets nothing, and every repository that differs', async () => {
  const rows = ['ada,1,Ada,', 'ghost-of-nobody,2,Ghost,', ',3,Nobody Yet,', 'dan smith,4,Dan,'];
  course = await startCourse(files(rows), ['ada'], starts);
  course.setActionsEnabled('heat-ada', false);
  await course.advance(25);
  const { out, code } = await runAt(course.clock.now(), { DATABASE_URL: course.databaseUrl }, 'status');
  const page = (await (await fetch(`${course.url}/${org}`)).text()).replaceAll(/<[^>]*>/g, ' ');
  expect(code).toBe(1);
  for (const words of [
    'roster.csv:3: GitHub has no account ghost-of-nobody',
    'roster.csv:4: Nobody Yet has no GitHub login yet',
    'roster.csv:5: GitHub has no account dan smith',
    'GitHub Actions is turned off',
  ]) {
    expect(out).toContain(words);
    expect(page).toContain(words);
  }
  expect(out).toContain('1 student repositories are not as the course wants them');
});
