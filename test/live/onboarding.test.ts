// The App is installed where there is no course: one pull request with a complete one, once.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { courseTemplate } from '../../src/course-folder/read-course-template.ts';
import { copyBundledAction } from '../bundled-action.ts';
import { publishAction } from '../../src/rehearsal/world.ts';
import { courseFiles, organisation, startLive, type Live } from './start-live.ts';

let live: Live;
beforeEach(async () => {
  live = await startLive({ students: ['ada'] });
  live.sandbox.admin.createTeam({ org: organisation, name: 'teaching-staff', members: ['teacher'] });
  await publishAction(live.sandbox, copyBundledAction);
});
afterEach(async () => live.stop());

const place = { owner: organisation, repo: 'course' };
const pulls = async () =>
  (await live.asTeacher.request('GET /repos/{owner}/{repo}/pulls', { ...place, state: 'all' })).data;

/** Of every check run on a commit, by name. */
async function conclusions(ref: string): Promise<Record<string, string | null>> {
  const { data } = await live.asTeacher.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
    ...place,
    ref,
  });
  return Object.fromEntries(data.check_runs.map(({ name, conclusion }) => [name, conclusion]));
}

async function installAgain(): Promise<void> {
  await live.store.enqueue([
    { key: 'again', name: 'onboard-course', payload: { organisation }, dueAt: live.clock.now() },
  ]);
  await live.quiet();
}

test('an organisation without the repository gets it, with one pull request that holds the whole template', async () => {
  live.install();
  await live.quiet();
  const [pull, ...others] = await pulls();
  expect(others).toEqual([]);
  expect(pull!.head.ref).toBe('practicum/onboarding');
  const files = await live.asTeacher.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', {
    ...place,
    pull_number: pull!.number,
    per_page: 100,
  });
  const wanted = (await courseTemplate()).map(({ path }) => path).filter((path) => path !== 'README.md');
  expect(files.data.map(({ filename }) => filename).toSorted()).toEqual(wanted.toSorted());
  expect(files.data.find(({ filename }) => filename === 'roster.csv')!.patch).toContain('+login,id,name,group');
  expect(files.data.find(({ filename }) => filename === 'roster.csv')!.additions).toBe(1);
  // It is valid, and means nothing for anybody while nobody is on the roster.
  const checks = await live.asTeacher.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
    ...place,
    ref: pull!.head.sha,
    check_name: 'plan',
  });
  expect(checks.data.check_runs[0]!.conclusion).toBe('success');
  expect(checks.data.check_runs[0]!.output.title).toMatch(/\b(no|0|nothing)\b/i);
  expect(checks.data.check_runs[0]!.output.summary).toContain('Actions minutes: not known');
  expect(await conclusions(pull!.head.sha)).toEqual({ plan: 'success', check: 'success' });

  await installAgain();
  expect(await pulls()).toHaveLength(1);
  await live.asTeacher.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...place,
    pull_number: pull!.number,
    state: 'closed',
  });
  await installAgain();
  expect(await pulls()).toHaveLength(1);
});

test('the course checks itself on every push, and each problem stands on its line', async () => {
  const files = (await courseTemplate()).map(({ path, contents }) => [path, contents] as const);
  const good = await live.makeRepository('course', Object.fromEntries(files));
  await live.quiet();
  expect(await conclusions(good)).toMatchObject({ check: 'success' });
  const bad = await live.push('course', live.teacher, { 'roster.csv': 'login,id,name,group\nada,1,Ada,\nada,2,Bo,\n' });
  await live.quiet();
  expect(await conclusions(bad)).toMatchObject({ check: 'failure' });
  const { data } = await live.asTeacher.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
    ...place,
    ref: bad,
    check_name: 'check',
  });
  const notes = await live.asTeacher.request('GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations', {
    ...place,
    check_run_id: data.check_runs[0]!.id,
  });
  expect(notes.data).toContainEqual(
    expect.objectContaining({ path: 'roster.csv', start_line: 3, annotation_level: 'failure' }),
  );
}, 90_000);

test('an empty repository gets a first commit and the pull request', async () => {
  await live.asTeacher.request('POST /orgs/{org}/repos', { org: organisation, name: 'course', private: true });
  live.install();
  await live.quiet();
  expect(await pulls()).toHaveLength(1);
});

test('a course that is there is left alone', async () => {
  await live.makeRepository('course', courseFiles([]));
  live.install();
  await live.quiet();
  expect(await pulls()).toEqual([]);
});
