// A teacher mends the template in week three: diverged repositories of every kind get it, and nobody's work is lost.
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredTemplateUpdate } from '../../src/ports/repository.ts';
import { runWith } from '../cli/run-command.ts';
import { courseFiles, organisation, startLive, type Files, type Live } from '../live/start-live.ts';

const lines = (...changed: [number, string][]): string =>
  `${Array.from({ length: 20 }, (_, index) => changed.find(([at]) => at === index + 1)?.[1] ?? `line ${index + 1}`).join('\n')}\n`;
const binary = (byte: number): Buffer => Buffer.from([0, 1, 2, byte, 0, 255]);
const workflow =
  'on: push\njobs:\n  call:\n    uses: __ORGANISATION__/__COURSE_REPOSITORY__/.github/workflows/w.yml@main\n';

const before: Files = {
  'src/train.py': lines(),
  'src/data.py': lines(),
  'old.py': lines(),
  'logo.png': binary(1),
  'docs/a.md': lines(),
  '.github/workflows/course.yml': workflow,
};
/** The template's second version. */
const change: Files = {
  'src/train.py': lines([10, 'mended by the teacher']),
  'old.py': undefined,
  'logo.png': binary(2),
  'new.py': 'of the template\n',
  'tools/lint.sh': 'lint\n',
  '.github/workflows/course.yml': `${workflow}# newer\n`,
};

type Case = { name: string; files: Files; state: StoredTemplateUpdate['state']; conflicts?: string[] };
const cases: Case[] = [
  { name: 'untouched', files: {}, state: 'committed' },
  { name: 'other-file', files: { 'notes.md': 'mine\n' }, state: 'committed' },
  { name: 'edited-elsewhere', files: { 'src/data.py': lines([3, 'mine']) }, state: 'committed' },
  { name: 'deleted-elsewhere', files: { 'docs/a.md': undefined }, state: 'committed' },
  { name: 'renamed-elsewhere', files: { 'docs/a.md': undefined, 'docs/b.md': lines() }, state: 'committed' },
  { name: 'same-file-apart', files: { 'src/train.py': lines([1, 'mine']) }, state: 'proposed' },
  { name: 'same-file-end', files: { 'src/train.py': `${lines()}mine\n` }, state: 'proposed' },
  { name: 'renamed', files: { 'src/train.py': undefined, 'src/fit.py': lines() }, state: 'proposed' },
  { name: 'renamed-edited', files: { 'src/train.py': undefined, 'src/fit.py': lines([2, 'mine']) }, state: 'proposed' },
  { name: 'deleted-too', files: { 'old.py': undefined }, state: 'proposed' },
  { name: 'half-applied', files: { 'new.py': 'of the template\n' }, state: 'proposed' },
  {
    name: 'all-applied',
    files: { ...change, '.github/workflows/course.yml': `${fill(workflow)}# newer\n` },
    state: 'current',
  },
  {
    name: 'same-line',
    files: { 'src/train.py': lines([10, 'mine']) },
    state: 'conflict',
    conflicts: ['src/train.py: changed here and in the template'],
  },
  {
    name: 'next-line',
    files: { 'src/train.py': lines([11, 'mine']) },
    state: 'conflict',
    conflicts: ['src/train.py: changed here and in the template'],
  },
  {
    name: 'rewritten',
    files: { 'src/train.py': 'all mine\n' },
    state: 'conflict',
    conflicts: ['src/train.py: changed here and in the template'],
  },
  {
    name: 'changed-deleted',
    files: { 'old.py': lines([5, 'mine']) },
    state: 'conflict',
    conflicts: ['old.py: changed here, deleted in the template'],
  },
  {
    name: 'deleted-changed',
    files: { 'src/train.py': undefined },
    state: 'conflict',
    conflicts: ['src/train.py: deleted here, changed in the template'],
  },
  {
    name: 'both-added',
    files: { 'new.py': 'mine\n' },
    state: 'conflict',
    conflicts: ['new.py: added here and in the template'],
  },
  {
    name: 'both-binary',
    files: { 'logo.png': binary(3) },
    state: 'conflict',
    conflicts: ['logo.png: changed here and in the template'],
  },
  { name: 'file-folder', files: { tools: 'mine\n' }, state: 'conflict' },
  { name: 'own-workflow', files: { '.github/workflows/course.yml': 'on: push\n# mine\n' }, state: 'conflict' },
  {
    name: 'many',
    files: { 'src/train.py': lines([10, 'mine']), 'new.py': 'mine\n', 'old.py': 'mine\n' },
    state: 'conflict',
  },
  { name: 'strange-names', files: { 'a "b" c.md': 'mine\n', 'ünï/ $(x).md': 'mine\n' }, state: 'committed' },
  {
    name: 'many-commits',
    files: { 'src/data.py': undefined, 'lib/x.py': 'mine\n', 'README.md': 'mine\n' },
    state: 'committed',
  },
];

function fill(text: string): string {
  return text.replace('__ORGANISATION__', organisation).replace('__COURSE_REPOSITORY__', 'course');
}

let live: Live;
const students = cases.map(({ name }) => name);
const repoOf = (name: string): string => `prices-${name}`;
const git = (name: string, ...args: string[]): string =>
  execFileSync('git', ['-C', live.sandbox.git.directory(`${organisation}/${repoOf(name)}`), ...args], {
    encoding: 'utf8',
  });
const listing = (name: string, ref = 'main'): Map<string, string> =>
  new Map(
    git(name, 'ls-tree', '-r', '-z', ref)
      .split('\0')
      .filter(Boolean)
      .map((row) => [row.split('\t')[1]!, row.split(/\s/)[2]!] as const),
  );
const updates = async () =>
  new Map((await live.store.templateUpdates(organisation)).map((update) => [update.repository, update]));
const own = new Map<string, { head: string; files: Map<string, string> }>();
let newest = '';

beforeAll(async () => {
  live = await startLive({ students });
  await live.makeRepository('student-template', before, { is_template: true });
  await live.makeRepository('course', courseFiles(students));
  live.install();
  await live.pass(60);
  for (const { name, files } of cases) {
    const head =
      Object.keys(files).length > 0
        ? await live.push(repoOf(name), live.person(name), files)
        : git(name, 'rev-parse', 'main').trim();
    own.set(name, { head, files: listing(name) });
  }
  await live.quiet();
  newest = await live.push('student-template', live.teacher, change, 'Mend the training');
  await live.pass(60);
});
afterAll(async () => live.stop());

describe.each(cases)('$name', ({ name, state, conflicts }) => {
  test(`is ${state}, and nothing of the student's is lost`, async () => {
    const update = (await updates()).get(repoOf(name))!;
    expect(update).toMatchObject({ state, templateSha: newest, ...(conflicts ? { conflicts } : {}) });
    const mine = own.get(name)!;
    const now = listing(name);
    // What the student has and the template did not change is in the branch as it was, whatever happened.
    for (const [path, blob] of mine.files) if (!update.files.includes(path)) expect(now.get(path)).toBe(blob);
    if (state === 'committed') {
      expect(git(name, 'rev-parse', 'main^').trim()).toBe(mine.head);
      expect(git(name, 'show', 'main:src/train.py')).toBe(change['src/train.py']);
      expect(git(name, 'show', 'main:.github/workflows/course.yml')).toBe(`${fill(workflow)}# newer\n`);
      expect(now.has('old.py')).toBe(false);
    } else expect(git(name, 'rev-parse', 'main').trim()).toBe(mine.head);
    const student = await live.store.studentRepository(organisation, repoOf(name));
    expect(student!.templateSha === newest).toBe(state === 'committed' || state === 'current');
    if (update.pullRequest === undefined) return;

    const { data: pull } = await live.asTeacher.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
      owner: organisation,
      repo: repoOf(name),
      pull_number: update.pullRequest,
    });
    expect(pull.head.ref).toBe(`practicum/template-${newest.slice(0, 7)}`);
    expect(pull.draft).toBe(state === 'conflict');
    expect(git(name, 'rev-parse', `${pull.head.sha}^`).trim()).toBe(mine.head);
    for (const conflict of update.conflicts) expect(pull.body).toContain(conflict.split(':')[0]);
    // Every line that the student wrote is in the attempt too, if only between markers.
    const attempt = git(name, 'grep', '-h', '-a', '', pull.head.sha);
    for (const [path, content] of Object.entries(cases.find((candidate) => candidate.name === name)!.files))
      if (typeof content === 'string' && path !== 'logo.png')
        for (const line of content.trim().split('\n')) if (line.includes('mine')) expect(attempt).toContain(line);
  });
});

test('the command tells the state of every repository', async () => {
  const { out, code } = await runWith({ DATABASE_URL: live.database.url }, 'template', 'status', '--json');
  const shown = JSON.parse(out) as StoredTemplateUpdate[];
  expect(shown).toHaveLength(cases.length);
  expect(code).toBe(1);
});

test('merged, the repository has the new template; a second change then starts from there', async () => {
  const repo = repoOf('same-file-apart');
  const { pullRequest } = (await updates()).get(repo)!;
  await live.asTeacher.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
    owner: organisation,
    repo,
    pull_number: pullRequest!,
  });
  await live.quiet();
  expect((await updates()).get(repo)!.state).toBe('merged');
  const second = await live.push('student-template', live.teacher, { 'more.md': 'more\n' }, 'More');
  await live.pass(60);
  expect((await updates()).get(repo)).toMatchObject({ state: 'committed', templateSha: second, files: ['more.md'] });
  expect(git('same-file-apart', 'show', 'main:src/train.py')).toBe(lines([1, 'mine'], [10, 'mended by the teacher']));
  // One that was not settled gets both changes in a new pull request, and the older is closed.
  const waiting = (await updates()).get(repoOf('same-line'))!;
  expect(waiting).toMatchObject({ state: 'conflict', templateSha: second });
  const { data } = await live.asTeacher.request('GET /repos/{owner}/{repo}/pulls', {
    owner: organisation,
    repo: repoOf('same-line'),
    state: 'open',
  });
  expect(data.map(({ number }) => number)).toEqual([waiting.pullRequest]);
});
