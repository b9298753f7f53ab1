// GraphQL: compare-and-swap commits, and the heads of many repositories in one query.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCourse, type Course } from './start-course.ts';

let course: Course;
beforeAll(async () => {
  course = await startCourse();
  for (const name of ['a', 'b', 'c']) {
    await course.asApp().request('POST /orgs/{org}/repos', { org: 'course', name, private: true, auto_init: true });
  }
});
afterAll(() => course.stop());

const mutation = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid message signature { isValid wasSignedByGitHub } author { name user { login } } } ref { name } }
}`;
const commit = (head: string, files: Record<string, string>, repo = 'course/a') => ({
  input: {
    branch: { repositoryNameWithOwner: repo, branchName: 'main' },
    message: { headline: 'Release week-1', body: 'Practicum-Shipment: 1' },
    expectedHeadOid: head,
    fileChanges: {
      additions: Object.entries(files).map(([path, text]) => ({
        path,
        contents: Buffer.from(text).toString('base64'),
      })),
    },
  },
});
const headOf = async (name: string) =>
  (
    await course
      .asApp()
      .request('GET /repos/{owner}/{repo}/git/ref/{ref}', { owner: 'course', repo: name, ref: 'heads/main' })
  ).data.object.sha;

test('a commit with the expected head is made, signed, by the app', async () => {
  const head = await headOf('a');
  const { createCommitOnBranch: made } = await course
    .asApp()
    .graphql<any>(mutation, commit(head, { 'data/week-1.csv': 'a\n1\n' }));
  expect(made.commit).toMatchObject({
    message: 'Release week-1\n\nPracticum-Shipment: 1',
    signature: { isValid: true, wasSignedByGitHub: true },
    author: { name: 'practicum[bot]', user: null },
  });
  expect(await headOf('a')).toBe(made.commit.oid);
  execFileSync('git', ['--git-dir', join(course.dir, 'git/course/a.git'), 'fsck', '--strict'], { stdio: 'pipe' });
  await course.settled();
  expect(course.receiver.hooks.findLast((hook) => hook.event === 'push')?.payload.head_commit.added).toEqual([
    'data/week-1.csv',
  ]);
});

test('a stale head is HTTP 200 with STALE_DATA', async () => {
  const stale = '1'.repeat(40);
  const answer = await course.asApp().request(`POST ${course.sandbox.url}/api/graphql`, {
    query: mutation,
    variables: commit(stale, { x: '1' }),
  });
  expect(answer.status).toBe(200);
  expect(answer.data).toMatchObject({
    data: { createCommitOnBranch: null },
    errors: [
      {
        type: 'STALE_DATA',
        path: ['createCommitOnBranch'],
        message: `Expected branch to point to "${stale}" but it did not. Pull and try again.`,
      },
    ],
  });
});

test('of many at once, exactly one wins', async () => {
  const head = await headOf('b');
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, (_, at) => course.asApp().graphql(mutation, commit(head, { f: String(at) }, 'course/b'))),
  );
  expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
});

test('heads, history, files and nodes of several repositories in one query', async () => {
  const part = (name: string) =>
    `${name}: repository(owner: "COURSE", name: "${name}") { id nameWithOwner defaultBranchRef { name target { oid ... on Commit { history(first: 2) { totalCount nodes { message tree { entries { name } } } } file(path: "data/week-1.csv") { object { ... on Blob { text } } } } } } }`;
  const found = await course.asApp().graphql<any>(`{ ${['a', 'b', 'c'].map(part).join(' ')} rateLimit { remaining } }`);
  expect(found.a.defaultBranchRef.target.history.totalCount).toBe(2);
  expect(found.a.defaultBranchRef.target.file.object.text).toBe('a\n1\n');
  expect(found.c.defaultBranchRef.target.oid).toBe(await headOf('c'));
  const { nodes } = await course
    .asApp()
    .graphql<any>('query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Repository { name } } }', {
      ids: [found.a.id, found.c.id],
    });
  expect(nodes).toEqual([{ name: 'a' }, { name: 'c' }]);
});

test('what may not be seen does not exist; a refused path is refused; a wrong query is told', async () => {
  const stranger = course.as(course.stranger.token);
  await expect(stranger.graphql('{ repository(owner: "course", name: "a") { id } }')).rejects.toMatchObject({
    errors: [{ type: 'NOT_FOUND', path: ['repository'] }],
  });
  const head = await headOf('c');
  await expect(course.asApp().graphql(mutation, commit(head, { '.git/config': 'x' }, 'course/c'))).rejects.toThrow(
    /malformed path/,
  );
  await expect(course.asApp().graphql(mutation, commit(head, { 'a/../../b': 'x' }, 'course/c'))).rejects.toThrow(
    /malformed path/,
  );
  await expect(course.asApp().graphql('{ repositories }')).rejects.toThrow(/Cannot query field/);
  expect(await headOf('c')).toBe(head);
});
