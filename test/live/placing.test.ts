// Pipelines that are put into the queue by a comment or a command, and taken out of it again.
import { afterEach, expect, test } from 'vitest';
import { runWith } from '../cli/run-command.ts';
import { checkOf, queueOf, startPlacement } from './placement-course.ts';
import { organisation, type Live } from './start-live.ts';

const pipeline = (name: string): string =>
  `version: 1\nname: ${name}\ntasks:\n  train: { kind: train, run: 'echo ${name}' }\n`;
let live: Live;
afterEach(async () => live.stop());

test('by /place on a pull request and by practicum place; out again by /unplace and --cancel', async () => {
  live = await startPlacement({ students: ['ada', 'bo'], placer: 'custom', runners: { fast: 1 } });
  const repo = 'prices-ada';
  const of = { owner: organisation, repo };
  const { commit, number } = await openPull(repo);
  await live.quiet();
  expect(await checkOf(live, repo, commit)).toBeUndefined();

  const ask = async (login: string, body: string): Promise<string[]> => {
    const { data } = await live.as(login).request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...of,
      issue_number: number,
      body,
    });
    await live.quiet();
    const reactions = await live.asTeacher.request('GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', {
      ...of,
      comment_id: Number(data.id),
    });
    return reactions.data.map(({ content }) => content);
  };
  expect(await ask('ada', 'please /place this')).toEqual([]);
  // May read and comment, no more.
  await live.asTeacher.request('PUT /repos/{owner}/{repo}/collaborators/{username}', {
    ...of,
    username: 'bo',
    permission: 'pull',
  });
  const [invitation] = (await live.as('bo').request('GET /user/repository_invitations')).data;
  if (invitation)
    await live
      .as('bo')
      .request('PATCH /user/repository_invitations/{invitation_id}', { invitation_id: Number(invitation.id) });
  expect(await ask('bo', '/place')).toEqual(['-1']);
  expect(await ask('ada', '/place earliest_finsh')).toEqual(['confused']);
  expect((await checkOf(live, repo, commit))?.output.summary).toContain('Did you mean `earliest_finish`?');
  // Another placer, or the high class, would pass everybody who waits.
  for (const wish of ['/place earliest_finish', '/place high', '/place custom high'])
    expect(await ask('ada', wish)).toEqual(['-1']);
  expect((await checkOf(live, repo, commit))?.output.summary).toContain('Only the staff chooses');
  expect(await queueOf(live)).toBeUndefined();
  expect(await ask('teacher', '/place earliest_finish high\nthank you')).toEqual(['+1']);
  expect((await queueOf(live))?.pipelines[0]?.pipeline).toMatchObject({ owner: 'ada', priority: 'high' });
  const waiting = await checkOf(live, repo, commit);
  expect([waiting?.status, waiting?.output.title]).toEqual(['queued', 'Number 1 of 1 waiting']);
  expect(waiting?.output.summary).toContain('placed by `earliest_finish`');
  // Again: it is there already.
  expect(await ask('ada', '/place')).toEqual(['+1']);
  expect((await queueOf(live))?.pipelines).toHaveLength(1);
  expect(await ask('ada', '/unplace')).toEqual(['+1']);
  expect((await checkOf(live, repo, commit))?.conclusion).toBe('cancelled');
  expect((await queueOf(live))?.pipelines[0]?.reason).toBe('cancelled by ada');

  const place = (...argv: string[]) => runWith(live.settings, 'place', ...argv);
  expect(await place(`${organisation}/course`)).toMatchObject({
    code: 1,
    err: expect.stringContaining('does not belong to a challenge') as string,
  });
  expect(await place(`${organisation}/${repo}`, '--ref', 'nowhere')).toMatchObject({ code: 1 });
  expect(await place(`${organisation}/${repo}`)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/pipeline\.yml/) as string,
  });
  expect(await place(`${organisation}/${repo}`, '--placer', 'custm')).toMatchObject({ code: 2 });
  expect(await place('prices-ada')).toMatchObject({ code: 2 });
  const placed = await place(`${organisation}/${repo}`, '--ref', 'better', '--json');
  expect(JSON.parse(placed.out)).toEqual({ repository: repo, commit, placer: null });
  await live.quiet();
  const [, again] = (await queueOf(live))!.pipelines;
  expect([again?.status, again?.placer]).toEqual(['queued', 'custom']);
  expect(await place(`${organisation}/${repo}`, '--cancel')).toMatchObject({ code: 0 });
  await live.quiet();
  expect((await queueOf(live))!.pipelines.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);

  expect(await place(`${organisation}/${repo}`, '--ref', 'better', '--placer', 'fifo_greedy')).toMatchObject({
    code: 0,
  });
  await live.pass(10);
  const done = await checkOf(live, repo, commit);
  expect([done?.conclusion, done?.output.summary]).toEqual(['success', expect.stringContaining('fifo_greedy')]);
}, 180_000);

/** Ada's pull request: a branch that is better than main by a pipeline. */
async function openPull(repo: string): Promise<{ commit: string; number: number }> {
  const of = { owner: organisation, repo };
  const asAda = live.as('ada');
  const { data: main } = await asAda.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...of, ref: 'heads/main' });
  await asAda.request('POST /repos/{owner}/{repo}/git/refs', { ...of, ref: 'refs/heads/better', sha: main.object.sha });
  const { data } = await asAda.request('PUT /repos/{owner}/{repo}/contents/{path}', {
    ...of,
    path: 'pipeline.yml',
    branch: 'better',
    message: 'A pipeline',
    content: Buffer.from(pipeline('better')).toString('base64'),
  });
  const { data: pull } = await asAda.request('POST /repos/{owner}/{repo}/pulls', {
    ...of,
    title: 'Better',
    head: 'better',
    base: 'main',
  });
  return { commit: data.commit.sha!, number: pull.number };
}
