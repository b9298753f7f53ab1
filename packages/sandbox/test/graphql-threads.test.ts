// GraphQL for issues, pull requests, checks and repositories: what clients ask, and what is refused.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCourse, type Course } from './start-course.ts';

let course: Course;
let repository: string;
beforeAll(async () => {
  course = await startCourse();
  const teacher = course.as(course.teacher.token);
  await teacher.request('POST /orgs/{org}/repos', { org: 'course', name: 'hw', private: true, auto_init: true });
  await teacher.request('PUT /repos/{owner}/{repo}/collaborators/{username}', {
    owner: 'course',
    repo: 'hw',
    username: 'Student',
    permission: 'push',
  });
  repository = (await ask('{ repository(owner: "course", name: "hw") { id } }')).data.repository.id;
});
afterAll(() => course.stop());

type Answer = { data: any; errors?: { type?: string; message: string; path?: unknown[] }[] };

async function ask(query: string, variables: object = {}, token = course.teacher.token): Promise<Answer> {
  const response = await fetch(`${course.sandbox.url}/api/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

async function change(name: string, input: object, fields: string, token = course.teacher.token): Promise<any> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { clientMutationId ${fields} } }`;
  const { data, errors } = await ask(query, { input: { clientMutationId: 'mine', ...input } }, token);
  if (errors) throw new Error(errors.map(({ type: kind, message }) => `${kind}: ${message}`).join());
  expect(data[name].clientMutationId).toBe('mine');
  return data[name];
}

const inRepository = async (fields: string): Promise<any> =>
  (await ask(`{ repository(owner: "course", name: "hw") { ${fields} } }`)).data.repository;

describe('issues', () => {
  let issue: string;
  test('are opened, labelled, assigned, and told of by the events of REST', async () => {
    const { label, assignableUsers } = await inRepository(
      'label(name: "bug") { id } assignableUsers(first: 5) { nodes { id login } }',
    );
    const student = assignableUsers.nodes.find(({ login }: { login: string }) => login === 'Student');
    const made = await change(
      'createIssue',
      { repositoryId: repository, title: 'Help', body: 'Words', labelIds: [label.id], assigneeIds: [student.id] },
      'issue { id number viewerDidAuthor labels(first: 5) { nodes { name } } assignees(first: 5) { nodes { login } } }',
    );
    expect(made.issue).toMatchObject({
      number: 1,
      viewerDidAuthor: true,
      labels: { nodes: [{ name: 'bug' }] },
      assignees: { nodes: [{ login: 'Student' }] },
    });
    issue = made.issue.id;
    await course.settled();
    expect(course.receiver.hooks.map(({ event, payload }) => `${event}.${payload.action}`)).toContain('issues.opened');
  });

  test('are talked about, closed with a reason, and counted', async () => {
    const said = await change(
      'addComment',
      { subjectId: issue, body: 'A word' },
      'commentEdge { node { id body author { login } } } subject { id }',
    );
    expect(said).toMatchObject({ subject: { id: issue }, commentEdge: { node: { author: { login: 'teacher' } } } });
    await change('updateIssueComment', { id: said.commentEdge.node.id, body: 'Other' }, 'issueComment { body }');
    const closed = await change(
      'closeIssue',
      { issueId: issue, stateReason: 'NOT_PLANNED' },
      'issue { state stateReason comments(first: 5) { totalCount nodes { body includesCreatedEdit } } }',
    );
    expect(closed.issue).toMatchObject({
      state: 'CLOSED',
      stateReason: 'NOT_PLANNED',
      comments: { totalCount: 1, nodes: [{ body: 'Other' }] },
    });
    await change('deleteIssueComment', { id: said.commentEdge.node.id }, '');
    expect(await inRepository('issues(first: 5, filterBy: { assignee: "Student" }) { totalCount }')).toEqual({
      issues: { totalCount: 1 },
    });
    expect(await inRepository('issues(first: 5, filterBy: { assignee: null }) { totalCount }')).toEqual({
      issues: { totalCount: 0 },
    });
  });

  test('what REST forbids is forbidden', async () => {
    await expect(
      change('archiveRepository', { repositoryId: repository }, 'repository { id }', course.student.token),
    ).rejects.toThrow('FORBIDDEN: Must have admin rights to Repository.');
    await expect(
      change('addComment', { subjectId: issue, body: 'x' }, 'subject { id }', course.stranger.token),
    ).rejects.toThrow(`NOT_FOUND: Could not resolve to a node with the global id of '${issue}'`);
    await expect(change('createIssue', { repositoryId: repository, title: ' ' }, 'issue { id }')).rejects.toThrow(
      'UNPROCESSABLE: title missing field',
    );
  });
});

describe('pull requests', () => {
  let pull: string;
  beforeAll(async () => {
    const student = course.as(course.student.token);
    const at = { owner: 'course', repo: 'hw' };
    const { data } = await student.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...at, ref: 'heads/main' });
    await student.request('POST /repos/{owner}/{repo}/git/refs', {
      ...at,
      ref: 'refs/heads/work',
      sha: data.object.sha,
    });
    await student.request('PUT /repos/{owner}/{repo}/contents/{path}', {
      ...at,
      path: 'a.txt',
      message: 'A',
      branch: 'work',
      content: Buffer.from('a\n').toString('base64'),
    });
  });

  test('are opened as a draft, reviewed, made ready and merged', async () => {
    const opened = await change(
      'createPullRequest',
      { repositoryId: repository, title: 'Work', headRefName: 'work', baseRefName: 'main', draft: true },
      `pullRequest { id isDraft additions changedFiles mergeStateStatus isCrossRepository autoMergeRequest { mergeMethod }
        commits(first: 5) { totalCount nodes { commit { messageHeadline authors(first: 1) { nodes { name } } } } }
        files(first: 5) { nodes { path changeType } } reviewDecision statusCheckRollup { state } }`,
      course.student.token,
    );
    expect(opened.pullRequest).toMatchObject({
      isDraft: true,
      additions: 1,
      changedFiles: 1,
      mergeStateStatus: 'DRAFT',
      autoMergeRequest: null,
      commits: { totalCount: 1, nodes: [{ commit: { messageHeadline: 'A' } }] },
      files: { nodes: [{ path: 'a.txt', changeType: 'ADDED' }] },
      reviewDecision: null,
      statusCheckRollup: null,
    });
    pull = opened.pullRequest.id;
    const merge = (): Promise<any> =>
      change(
        'mergePullRequest',
        { pullRequestId: pull, mergeMethod: 'SQUASH' },
        'pullRequest { merged mergedBy { login } }',
      );
    await expect(merge()).rejects.toThrow('UNPROCESSABLE: Pull Request is still a draft');
    await change('markPullRequestReadyForReview', { pullRequestId: pull }, 'pullRequest { isDraft }');
    await expect(
      change('addPullRequestReview', { pullRequestId: pull, event: 'APPROVE' }, '', course.student.token),
    ).rejects.toThrow('UNPROCESSABLE: Can not approve your own pull request');
    await change(
      'addPullRequestReview',
      { pullRequestId: pull, event: 'REQUEST_CHANGES', body: 'More' },
      'pullRequestReview { state }',
    );
    const seen = `{ node(id: "${pull}") { ... on PullRequest { reviewDecision latestReviews(first: 3) { nodes { body } } } } }`;
    expect((await ask(seen)).data.node).toEqual({
      reviewDecision: 'CHANGES_REQUESTED',
      latestReviews: { nodes: [{ body: 'More' }] },
    });
    expect((await merge()).pullRequest).toEqual({ merged: true, mergedBy: { login: 'teacher' } });
    await expect(merge()).rejects.toThrow('UNPROCESSABLE: Pull Request is not mergeable');
    await course.settled();
    const told = course.receiver.hooks.map(({ event, payload }) => `${event}.${payload.action}`);
    expect(told).toContain('pull_request.ready_for_review');
    expect(told).toContain('pull_request_review.submitted');
  });

  test('their checks are counted by state, runs and statuses', async () => {
    const { defaultBranchRef } = await inRepository('defaultBranchRef { target { oid } }');
    const sha = defaultBranchRef.target.oid;
    const at = { owner: 'course', repo: 'hw' };
    const app = course.asApp();
    const run = { ...at, head_sha: sha, status: 'completed' as const };
    await app.request('POST /repos/{owner}/{repo}/check-runs', { ...run, name: 'a', conclusion: 'failure' });
    await app.request('POST /repos/{owner}/{repo}/check-runs', { ...run, name: 'a', conclusion: 'success' });
    await app.request('POST /repos/{owner}/{repo}/statuses/{sha}', { ...at, sha, state: 'pending', context: 'b' });
    const { object } = await inRepository(
      `object(oid: "${sha}") { ... on Commit { statusCheckRollup { state contexts(first: 5) {
        checkRunCount checkRunCountsByState { state count } statusContextCount
        nodes { ... on CheckRun { name conclusion checkSuite { workflowRun { event } } } ... on StatusContext { context state } } } } } }`,
    );
    expect(object.statusCheckRollup).toEqual({
      state: 'PENDING',
      contexts: {
        checkRunCount: 1,
        checkRunCountsByState: [{ state: 'SUCCESS', count: 1 }],
        statusContextCount: 1,
        nodes: [
          { name: 'a', conclusion: 'SUCCESS', checkSuite: { workflowRun: null } },
          { context: 'b', state: 'PENDING' },
        ],
      },
    });
  });
});

describe('the schema', () => {
  test('a field that is not served is refused by its name', async () => {
    const { data, errors } = await ask(
      '{ repository(owner: "course", name: "hw") { discussions(first: 1) { totalCount } } }',
    );
    expect(data).toBeUndefined();
    expect(errors![0]!.message).toBe('Cannot query field "discussions" on type "Repository".');
  });

  test('a search for what is not known is refused by its name; a list without a size is, too', async () => {
    const search = (query: string): Promise<Answer> =>
      ask(
        'query ($q: String!) { search(query: $q, type: ISSUE, first: 5) { issueCount nodes { ... on Issue { title state } ... on PullRequest { title state } } } }',
        { q: query },
      );
    expect((await search('Help is:issue repo:course/hw')).data.search).toEqual({
      issueCount: 1,
      nodes: [{ title: 'Help', state: 'CLOSED' }],
    });
    expect((await search('is:merged author:@me')).data.search.issueCount).toBe(0);
    const counts = async (q: string): Promise<number> => (await search(q)).data.search.issueCount;
    expect(await counts('is:pr is:merged reviewed-by:teacher created:2027-01-11')).toBe(1);
    expect(await counts('created:>2027-01-11')).toBe(0);
    expect(await counts('updated:2027-01-01..2027-02-01 involves:Student')).toBe(2);
    expect(await counts('no:milestone no:label')).toBe(1);
    expect((await search('-is:issue org:course')).data.search.issueCount).toBe(1);
    expect((await search('language:go')).errors![0]!.message).toBe('The sandbox does not know the qualifier language.');
    const all = '{ repository(owner: "course", name: "hw") { issues { totalCount nodes { title } } } }';
    expect((await ask(all)).errors![0]!.message).toContain('You must provide a `first` or `last` value');
  });

  test('repositories are searched by name, owner and topic', async () => {
    const search = async (q: string): Promise<unknown> =>
      (
        await ask(
          `query ($q: String!) { search(query: $q, type: REPOSITORY, first: 5) { repositoryCount nodes { ... on Repository { name } } } }`,
          { q },
        )
      ).data.search;
    expect(await search('hw user:course is:private')).toEqual({ repositoryCount: 1, nodes: [{ name: 'hw' }] });
    expect(await search('topic:none')).toEqual({ repositoryCount: 0, nodes: [] });
  });

  test('what is never on is refused: merging by itself, classic projects', async () => {
    const { issue } = await change('createIssue', { repositoryId: repository, title: 'Locked' }, 'issue { id }');
    const locked = 'lockedRecord { locked activeLockReason }';
    expect(
      (await change('lockLockable', { lockableId: issue.id, lockReason: 'TOO_HEATED' }, locked)).lockedRecord,
    ).toEqual({
      locked: true,
      activeLockReason: 'TOO_HEATED',
    });
    await change('unlockLockable', { lockableId: issue.id }, 'unlockedRecord { locked }');
    await expect(
      change('createIssue', { repositoryId: repository, title: 'x', projectIds: [issue.id] }, 'issue { id }'),
    ).rejects.toThrow('classic projects');
    const { pullRequests } = await inRepository('pullRequests(first: 1) { nodes { id } }');
    await expect(
      change('enablePullRequestAutoMerge', { pullRequestId: pullRequests.nodes[0].id }, 'pullRequest { id }'),
    ).rejects.toThrow('Auto merge is not allowed');
  });

  test('a stranger sees nothing of a private repository', async () => {
    const owner =
      '{ organization(login: "course") { repositories(first: 5) { totalCount } teams(first: 5) { totalCount } } }';
    expect((await ask(owner, {}, course.stranger.token)).data.organization).toEqual({
      repositories: { totalCount: 0 },
      teams: { totalCount: 0 },
    });
  });
});
