// Rulesets and the record of activities, as the app needs them for deadlines.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCourse, statusOf, type Course } from './start-course.ts';

let course: Course;
beforeAll(async () => {
  course = await startCourse();
  await course.asApp().request('POST /orgs/{org}/repos', { org: 'course', name: 'hw', private: true, auto_init: true });
  course.sandbox.admin.addCollaborator({ repository: 'course/hw', login: 'student' });
});
afterAll(() => course.stop());

const place = { owner: 'course', repo: 'hw' };

async function commitFile(path: string): Promise<string> {
  const { data } = await course.asApp().request('PUT /repos/{owner}/{repo}/contents/{path}', {
    ...place,
    path,
    message: path,
    content: Buffer.from(path).toString('base64'),
  });
  return data.commit.sha!;
}

test('every move of a branch is on record, forced ones too, in pages that follow a cursor', async () => {
  const app = course.asApp();
  const [first, second] = [await commitFile('a'), await commitFile('b')];
  await app.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
    ...place,
    ref: 'heads/main',
    sha: first,
    force: true,
  });
  const { data, headers } = await app.request('GET /repos/{owner}/{repo}/activity', {
    ...place,
    ref: 'refs/heads/main',
    per_page: 2,
  });
  expect(data).toMatchObject([
    { activity_type: 'force_push', before: second, after: first, ref: 'refs/heads/main' },
    { activity_type: 'push', before: first, after: second },
  ]);
  const [, next] = /<([^>]+)>; rel="next"/.exec(headers.link!)!;
  const { data: more } = await app.request(`GET ${next}`);
  expect(more).toMatchObject([{ activity_type: 'push', after: first }, { activity_type: 'branch_creation' }]);
});

test('a ruleset keeps everybody from a tag but the app that may bypass it', async () => {
  const app = course.asApp();
  const sha = await commitFile('c');
  const { data: made } = await app.request('POST /repos/{owner}/{repo}/rulesets', {
    ...place,
    name: 'ours',
    target: 'tag',
    enforcement: 'active',
    conditions: { ref_name: { include: ['refs/tags/ours/**'], exclude: [] } },
    rules: [{ type: 'creation' }, { type: 'update' }, { type: 'deletion' }],
    bypass_actors: [{ actor_type: 'Integration', actor_id: course.app.appId, bypass_mode: 'always' }],
  });
  const make = (client: typeof app, ref: string) =>
    statusOf(client.request('POST /repos/{owner}/{repo}/git/refs', { ...place, ref, sha }));
  const student = course.as(course.student.token);
  expect(await make(student, 'refs/tags/ours/a/b')).toBe(422);
  expect(await make(student, 'refs/tags/theirs')).toBe(201);
  expect(await make(app, 'refs/tags/ours/a/b')).toBe(201);
  await app.request('PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}', {
    ...place,
    ruleset_id: made.id,
    enforcement: 'disabled',
  });
  expect(await make(student, 'refs/tags/ours/c')).toBe(201);
});

test('a private repository of a free organisation has no rulesets', async () => {
  course.sandbox.world.settings.privateRulesets = false;
  const asked = course.asApp().request('GET /repos/{owner}/{repo}/rulesets', place);
  expect(await statusOf(asked)).toBe(403);
  course.sandbox.world.settings.privateRulesets = true;
});
