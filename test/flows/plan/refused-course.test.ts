// A merged mistake: the last valid course stays in force, the newest commit is remembered with its problems until it is mended.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { courseFiles, organisation, startApp, type App } from '../start-app.ts';
import { syncJob } from '../../../src/flows/jobs/queue-jobs.ts';

const file = 'challenges/prices/challenge.yml';
let app: App;
beforeEach(async () => void (app = await startApp()));
afterEach(() => app.stop());

test('what is wrong with the newest commit is on record, and gone when it is mended', async () => {
  const course = async () => (await app.ports.store.course(organisation))!;
  const { commitSha } = await course();
  const push = async (challenge: string): Promise<void> => {
    const place = { owner: organisation, repo: 'course', path: file };
    const { data } = await app.as('teacher').request('GET /repos/{owner}/{repo}/contents/{path}', place);
    await app.as('teacher').request('PUT /repos/{owner}/{repo}/contents/{path}', {
      ...place,
      message: 'Change the challenge',
      sha: (data as { sha: string }).sha,
      content: Buffer.from(challenge).toString('base64'),
    });
    await app.ports.store.enqueue([syncJob(organisation, app.clock.now())]);
    await app.until('the course was read', app.atRest);
  };
  const good = String(courseFiles()[file]);
  await push(good.replace('name: prices', 'nam: prices'));
  const { refused, ...broken } = await course();
  expect(broken.commitSha).toBe(commitSha);
  expect(refused).toMatchObject({ repository: 'course', at: app.clock.now() });
  expect(refused!.commit).not.toBe(commitSha);
  expect(refused!.problems).toContainEqual(expect.objectContaining({ file, line: 2, code: 'unknown-key' }));
  await push(good.replace('title: Prices', 'title: Better prices'));
  const mended = await course();
  expect(mended.refused).toBeUndefined();
  expect(mended.commitSha).not.toBe(commitSha);
});
