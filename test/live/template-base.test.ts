// Repositories that were there before the App: the template's commit that they were made from is found by their files.
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { courseFiles, organisation, startLive, type Live } from './start-live.ts';

let live: Live;
const students = ['copied', 'worked', 'filled', 'fresh', 'strange'];
const repoOf = (name: string): string => `prices-${name}`;
const workflow = (where: string): string =>
  `on: push\njobs: { call: { uses: ${where}/.github/workflows/w.yml@main } }\n`;
const course = '.github/workflows/course.yml';
const template = {
  'train.py': 'one\n',
  'old.py': 'old\n',
  [course]: workflow('__ORGANISATION__/__COURSE_REPOSITORY__'),
};
const versions: string[] = [];
let newest = '';

const show = (name: string, path: string): string =>
  execFileSync('git', ['-C', live.sandbox.git.directory(`${organisation}/${repoOf(name)}`), 'show', `main:${path}`], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
const updates = async () =>
  new Map((await live.store.templateUpdates(organisation)).map((update) => [update.repository, update]));
const generate = (name: string) =>
  live.asTeacher.request('POST /repos/{template_owner}/{template_repo}/generate', {
    template_owner: organisation,
    template_repo: 'student-template',
    owner: organisation,
    name: repoOf(name),
    private: true,
  });

beforeAll(async () => {
  live = await startLive({ students });
  versions.push(await live.makeRepository('student-template', template, { is_template: true }));
  for (const name of ['copied', 'worked']) await generate(name);
  await live.quiet();
  await live.push(repoOf('worked'), live.teacher, { 'mine.py': 'mine\n', 'train.py': 'mine\none\n' });
  await live.makeRepository(repoOf('filled'), { ...template, [course]: workflow(`${organisation}/course`) });
  await live.makeRepository(repoOf('strange'), { 'README.md': 'All my own\n', 'train.py': 'one\n' });
  versions.push(await live.push('student-template', live.teacher, { 'old.py': undefined, 'two.py': 'two\n' }, 'Two'));
  const files = courseFiles(students);
  const adopt = students.filter((name) => name !== 'fresh').map(repoOf);
  files['course.yml'] = String(files['course.yml']).replace(
    'permission: push',
    `permission: push, adopt: [${adopt.join(', ')}]`,
  );
  await live.makeRepository('course', files);
  live.install();
  await live.pass(60);
  newest = await live.push('student-template', live.teacher, { 'three.py': 'three\n' }, 'Three');
  await live.pass(60);
});
afterAll(async () => live?.stop());

test.each([
  { name: 'copied', state: 'committed', from: 0, files: ['old.py', 'three.py', 'two.py'] },
  { name: 'worked', state: 'committed', from: 0, files: ['old.py', 'three.py', 'two.py'] },
  { name: 'filled', state: 'committed', from: 0, files: ['old.py', 'three.py', 'two.py'] },
  { name: 'fresh', state: 'committed', from: 1, files: ['three.py'] },
])('$name: everything since its own commit of the template arrives', async ({ name, state, from, files }) => {
  const update = (await updates()).get(repoOf(name))!;
  expect(update).toMatchObject({ state, fromSha: versions[from], templateSha: newest });
  expect(update.files.toSorted()).toEqual(files);
  expect(show(name, 'two.py') + show(name, 'three.py')).toBe('two\nthree\n');
  expect(() => show(name, 'old.py')).toThrow();
  if (name === 'worked') expect(show(name, 'train.py') + show(name, 'mine.py')).toBe('mine\none\nmine\n');
});

test('one that never had the template’s files is left alone, and said to be unknown', async () => {
  expect((await updates()).get(repoOf('strange'))).toMatchObject({ state: 'unknown', files: [] });
  expect(() => show('strange', 'three.py')).toThrow();
  expect((await live.store.studentRepository(organisation, repoOf('strange')))!.templateSha).toBeUndefined();
});
