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
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
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

test('issues stand on boards of the organisation; an app without the permission, or asking of a person, sees empty ones', async () => {
  const teacher = course.as(course.teacher.token);
  const titles = ['plan', 'build', 'ship'];
  for (const title of titles)
    await teacher.request('POST /repos/{owner}/{repo}/issues', { owner: 'course', repo: 'a', title });
  const query = `{ organization(login: "course") { id projectsV2(first: 5) { totalCount nodes { number title items(first: 5) { nodes { type content { ... on Issue { title } } } } } } }
    repository(owner: "course", name: "a") { issues(first: 10, orderBy: { field: CREATED_AT, direction: DESC }) { totalCount nodes { id title state author { login } projectItems(first: 1) { totalCount } } } } }`;
  const before = await teacher.graphql<any>(query);
  expect(before.repository.issues.nodes.map(({ title }: { title: string }) => title)).toEqual(titles.toReversed());
  const create = `mutation ($owner: ID!, $title: String!) { createProjectV2(input: { ownerId: $owner, title: $title }) { projectV2 { id number } } }`;
  const add = `mutation ($project: ID!, $content: ID!) { addProjectV2ItemById(input: { projectId: $project, contentId: $content }) { item { id } } }`;
  const { projectV2 } = (await teacher.graphql<any>(create, { owner: before.organization.id, title: 'Team A' }))
    .createProjectV2;
  const own = await teacher.graphql<any>('{ user(login: "teacher") { id } }');
  const mine = (await teacher.graphql<any>(create, { owner: own.user.id, title: 'Mine' })).createProjectV2.projectV2;
  const [ship, build] = before.repository.issues.nodes;
  const put = async (project: string, content: string) =>
    (await teacher.graphql<any>(add, { project, content })).addProjectV2ItemById.item.id as string;
  const item = await put(projectV2.id, ship.id);
  expect(await put(projectV2.id, ship.id)).toBe(item);
  await put(mine.id, build.id);
  const counts = async (by: { graphql: (query: string) => Promise<any> }) =>
    (await by.graphql(query)).repository.issues.nodes.map((node: any) => node.projectItems.totalCount);
  expect(await counts(teacher)).toEqual([1, 1, 0]);
  expect(await counts(course.asApp())).toEqual([1, 0, 0]);
  const seen = await course.asApp().graphql<any>(query);
  expect(seen.organization.projectsV2.nodes).toEqual([
    { number: 1, title: 'Team A', items: { nodes: [{ type: 'ISSUE', content: { title: 'ship' } }] } },
  ]);
  const { data: narrow } = await course.asJwt().request('POST /app/installations/{installation_id}/access_tokens', {
    installation_id: course.installationId,
    permissions: { issues: 'read' },
  });
  const blind = course.as(narrow.token);
  expect(await counts(blind)).toEqual([0, 0, 0]);
  await expect(blind.graphql(add, { project: projectV2.id, content: build.id })).rejects.toMatchObject({
    errors: [{ type: 'NOT_FOUND' }],
  });
  await teacher.graphql(
    'mutation ($project: ID!, $item: ID!) { deleteProjectV2Item(input: { projectId: $project, itemId: $item }) { deletedItemId } }',
    { project: projectV2.id, item },
  );
  expect(await counts(course.asApp())).toEqual([0, 0, 0]);
});
