// GitHub Flow, live: pushes and merges on GitHub's record count; the App's releases, the staff and forged authors do not.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { courseFiles, organisation, startLive, type Live } from './start-live.ts';

let live: Live;
const repo = 'prices-owls';
const at = { owner: organisation, repo };

beforeAll(async () => {
  live = await startLive({ students: ['ada', 'bob'] });
  await live.makeRepository('student-template', { 'README.md': 'A project\n' }, { is_template: true });
  await live.makeRepository('course', {
    ...courseFiles(['ada', 'bob'], 'score: { data: 10, hygiene: 20 }\nmilestones: { flow: 1, layout: 1 }\n'),
    'roster.csv': 'login,id,name,group\nada,1,Ada,owls\nbob,2,Bob,owls\n',
  });
  live.install();
  // The first release arrives as a commit of the App.
  await live.pass(3 * 3600);
});
afterAll(async () => live.stop());

/** A pull request, reviewed by somebody or nobody, and merged by its author. */
async function propose(author: string, reviewer: string | undefined, path: string): Promise<void> {
  const { data: branch } = await live.as(author).request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
    ...at,
    ref: 'heads/main',
  });
  const head = `add-${path.replace(/\W/g, '-')}`;
  await live.as(author).request('POST /repos/{owner}/{repo}/git/refs', {
    ...at,
    ref: `refs/heads/${head}`,
    sha: branch.object.sha,
  });
  const content = Buffer.from('print(1)\n').toString('base64');
  await live
    .as(author)
    .request('PUT /repos/{owner}/{repo}/contents/{path}', { ...at, path, branch: head, message: 'Add', content });
  const { data: pull } = await live
    .as(author)
    .request('POST /repos/{owner}/{repo}/pulls', { ...at, title: `Add ${path}`, head, base: 'main' });
  const of = { ...at, pull_number: pull.number };
  if (reviewer !== undefined)
    await live
      .as(reviewer)
      .request('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', { ...of, event: 'APPROVE', body: 'Good' });
  await live.as(author).request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', of);
}

async function seen(milestone: string) {
  await live.pass(60);
  const evidence = await live.store.evidence(organisation, 'prices', 'owls');
  return evidence.filter((one) => one.kind === 'milestone' && one.milestone === milestone).at(-1);
}

test('releases of the App and pushes of the staff are no direct pushes of the team', async () => {
  await live.push(repo, live.teacher, { 'notes.md': 'From the staff\n' });
  expect(await seen('flow')).toMatchObject({ trust: 'measured', done: 0, total: 3 });
});

test('three reviewed pull requests and one push reach it; a second push opens it, whoever it says wrote the commit', async () => {
  await propose('ada', 'bob', 'src/a.py');
  await propose('bob', 'ada', 'src/b.py');
  await propose('ada', 'bob', 'src/c.py');
  await live.push(repo, live.person('ada'), { 'quick.md': 'one\n' });
  expect(await seen('flow')).toMatchObject({ done: 3, total: 3, missing: [] });
  const forged = { ...live.person('ada'), name: 'practicum[bot]', email: '1+practicum[bot]@users.noreply.github.com' };
  await live.push(repo, forged, { 'quick.md': 'two\n' });
  const flow = await seen('flow');
  expect(flow).toMatchObject({ done: 2, total: 3 });
  expect((flow as { missing: string[] }).missing[0]).toMatch(/^push to a branch .* 2 of the last 5 .* the last by ada/);
});

test('pull requests without a review by somebody else are named', async () => {
  await propose('ada', undefined, 'src/d.py');
  await propose('ada', undefined, 'src/e.py');
  expect((await seen('flow')) as { missing: string[] }).toMatchObject({
    missing: expect.arrayContaining([expect.stringContaining('2 of the last 5 had no review')]) as unknown,
  });
});

test('the layout is measured, too', async () => {
  expect(await seen('layout')).toMatchObject({ trust: 'measured', total: 6, missing: expect.any(Array) as unknown });
});
