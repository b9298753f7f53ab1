// A course in which everything happens that the sandbox tells of: for tests that look at all payloads, or at all addresses.
import type { Course } from './start-course.ts';

type Json = any;
type Call = (method: string, path: string, body?: unknown, token?: string) => Promise<Json>;

const workflow = `on:
  push:
  workflow_dispatch:
    inputs: { word: { required: false, type: string } }
permissions: { contents: read }
jobs:
  a: { runs-on: ubuntu-latest, steps: [{ run: "true" }] }
  b: { needs: a, runs-on: ubuntu-latest, steps: [{ run: "true" }] }
`;

/** Acts as the teacher unless told otherwise; a call that is refused fails. */
export async function makeBusy(course: Course): Promise<void> {
  const call: Call = async (method, path, body, token = course.teacher.token) => {
    const response = await fetch(`${course.sandbox.url}/api/v3${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  course.sandbox.admin.addMember({ org: 'course', login: 'teacher', role: 'admin' });
  await actOnRepository(call);
  await course.settled();
  await actOnIssues(call);
  await actOnPulls(call, course);
  await actOnChecks(call, course);
  await actOnPeople(call, course);
  await course.settled();
}

const put = (call: Call, path: string, text: string, branch = 'main'): Promise<Json> =>
  call('PUT', `/repos/course/busy/contents/${path}`, {
    message: `Add ${path}`,
    branch,
    content: Buffer.from(text).toString('base64'),
  });

async function actOnRepository(call: Call): Promise<void> {
  await call('POST', '/orgs/course/repos', { name: 'lazy', auto_init: true, private: true });
  await call('PATCH', '/repos/course/lazy', { name: 'busy' });
  await call('PATCH', '/repos/course/busy', { description: 'Words', homepage: 'https://example.com' });
  await call('PATCH', '/repos/course/busy', { private: false });
  await call('PATCH', '/repos/course/busy', { private: true });
  await put(call, '.github/workflows/w.yml', workflow);
  await put(call, 'folder/a.txt', 'a\n');
  const { object } = await call('GET', '/repos/course/busy/git/ref/heads/main');
  for (const name of ['work', 'more', 'gone'])
    await call('POST', '/repos/course/busy/git/refs', { ref: `refs/heads/${name}`, sha: object.sha });
  for (const default_branch of ['more', 'main']) await call('PATCH', '/repos/course/busy', { default_branch });
  await call('DELETE', '/repos/course/busy/git/refs/heads/gone');
  await call('POST', '/repos/course/busy/git/refs', { ref: 'refs/tags/v1', sha: object.sha });
  const release = await call('POST', '/repos/course/busy/releases', { tag_name: 'v1', name: 'One', body: 'Words' });
  await call('PATCH', `/repos/course/busy/releases/${release.id}`, { name: 'First', body: 'Other words' });
  const early = await call('POST', '/repos/course/busy/releases', { tag_name: 'v2', name: 'Two', prerelease: true });
  await call('DELETE', `/repos/course/busy/releases/${early.id}`);
  await call('POST', `/repos/course/busy/statuses/${object.sha}`, {
    state: 'success',
    context: 'ci',
    description: 'x',
  });
  await call('POST', '/repos/course/busy/dispatches', { event_type: 'sample.collected', client_payload: { a: 1 } });
  await call('POST', '/orgs/course/repos', { name: 'old', auto_init: true });
  await call('PATCH', '/repos/course/old', { archived: true });
  await call('PATCH', '/repos/course/old', { archived: false });
  await call('DELETE', '/repos/course/old');
}

async function actOnIssues(call: Call): Promise<void> {
  const at = '/repos/course/busy';
  await call('POST', `${at}/labels`, { name: 'a label', color: 'ededed', description: 'Words' });
  await call('PATCH', `${at}/labels/a%20label`, { new_name: 'one', color: 'ffffff', description: 'Other' });
  await call('POST', `${at}/labels`, { name: 'two', color: 'ededed' });
  await call('DELETE', `${at}/labels/two`);
  await call('POST', `${at}/milestones`, { title: 'First', description: 'Words', due_on: '2027-02-01T00:00:00Z' });
  await call('PATCH', `${at}/milestones/1`, {
    title: 'The first',
    description: 'Other',
    due_on: '2027-03-01T00:00:00Z',
  });
  await call('PATCH', `${at}/milestones/1`, { state: 'closed' });
  await call('PATCH', `${at}/milestones/1`, { state: 'open' });
  const issue = await call('POST', `${at}/issues`, { title: 'An issue', body: 'Words', labels: ['one'] });
  const one = `${at}/issues/${issue.number}`;
  await call('PATCH', one, { title: 'The issue', body: 'Other words' });
  await call('PATCH', one, { milestone: 1 });
  await call('PATCH', one, { milestone: null });
  await call('POST', `${one}/assignees`, { assignees: ['teacher'] });
  await call('DELETE', `${one}/assignees`, { assignees: ['teacher'] });
  await call('DELETE', `${one}/labels/one`);
  await call('POST', `${one}/labels`, { labels: ['one'] });
  const comment = await call('POST', `${one}/comments`, { body: 'A word' });
  await call('PATCH', `${at}/issues/comments/${comment.id}`, { body: 'Another word' });
  await call('DELETE', `${at}/issues/comments/${comment.id}`);
  await call('PUT', `${one}/lock`, { lock_reason: 'resolved' });
  await call('DELETE', `${one}/lock`);
  await call('PATCH', one, { state: 'closed' });
  await call('PATCH', one, { state: 'open' });
  await call('POST', `${at}/milestones`, { title: 'Gone' });
  await call('DELETE', `${at}/milestones/2`);
  const gone = await call('POST', `${at}/issues`, { title: 'To be deleted' });
  const query = 'mutation ($id: ID!) { deleteIssue(input: { issueId: $id }) { clientMutationId } }';
  await call('POST', '/graphql', { query, variables: { id: gone.node_id } });
}

async function actOnPulls(call: Call, course: Course): Promise<void> {
  const at = '/repos/course/busy';
  course.sandbox.admin.addCollaborator({ repository: 'course/busy', login: 'student', role: 'push' });
  await put(call, 'b.txt', 'b\nc\n', 'work');
  const pull = await call('POST', `${at}/pulls`, { title: 'Work', body: 'Words', head: 'work', base: 'main' });
  const one = `${at}/pulls/${pull.number}`;
  const thread = `${at}/issues/${pull.number}`;
  await call('PATCH', one, { title: 'The work', body: 'Other words' });
  await call('POST', `${thread}/labels`, { labels: ['one'] });
  await call('DELETE', `${thread}/labels/one`);
  await call('POST', `${thread}/assignees`, { assignees: ['teacher'] });
  await call('DELETE', `${thread}/assignees`, { assignees: ['teacher'] });
  await call('POST', `${one}/requested_reviewers`, { reviewers: ['student'] });
  await call('DELETE', `${one}/requested_reviewers`, { reviewers: ['student'] });
  await call('PUT', `${thread}/lock`, { lock_reason: 'resolved' });
  await call('DELETE', `${thread}/lock`);
  await put(call, 'd.txt', 'd\n', 'work');
  const comment = { body: 'A word', path: 'b.txt', line: 1, side: 'RIGHT' };
  const { head } = await call('GET', one);
  await call('POST', `${one}/comments`, { ...comment, commit_id: head.sha });
  const { student } = course;
  const review = { event: 'APPROVE', body: 'Good', commit_id: head.sha };
  await call('POST', `${one}/reviews`, review, student.token);
  await call('PATCH', one, { state: 'closed' });
  await call('PATCH', one, { state: 'open' });
  await call('PUT', `${one}/merge`, {});
  await put(call, 'e.txt', 'e\n', 'more');
  const draft = await call('POST', `${at}/pulls`, { title: 'More', head: 'more', base: 'main', draft: true });
  await call('POST', `${at}/issues/${draft.number}/comments`, { body: 'A word' });
}

async function actOnChecks(call: Call, course: Course): Promise<void> {
  const at = '/repos/course/busy';
  const app = (await course.asApp().auth({ type: 'installation' })) as { token: string };
  const { object } = await call('GET', `${at}/git/ref/heads/main`);
  const output = {
    title: 'T',
    summary: 'S',
    annotations: [{ path: 'b.txt', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'm' }],
  };
  const actions = [{ label: 'l', description: 'd', identifier: 'i' }];
  const check = { name: 'score', head_sha: object.sha, conclusion: 'success', output, actions };
  const made = await call('POST', `${at}/check-runs`, check, app.token);
  const { admin } = course.sandbox;
  await admin.clickRerun({ checkRunId: made.id, login: 'teacher' });
  await admin.clickRerunAll({ checkRunId: made.id, login: 'teacher' });
  await admin.clickAction({ checkRunId: made.id, login: 'teacher', identifier: 'i' });
  await call('POST', `${at}/actions/workflows/w.yml/dispatches`, { ref: 'main', inputs: { word: 'heard' } });
  await call('POST', `${at}/rulesets`, {
    name: 'tags',
    target: 'tag',
    enforcement: 'active',
    conditions: { ref_name: { include: ['refs/tags/held/**'], exclude: [] } },
    rules: [{ type: 'deletion' }],
  });
}

async function actOnPeople(call: Call, course: Course): Promise<void> {
  const { admin } = course.sandbox;
  const team = await call('POST', '/orgs/course/teams', { name: 'Staff', description: 'Words' });
  const one = `/orgs/course/teams/${team.slug}`;
  await call('PUT', `${one}/memberships/student`, { role: 'member' });
  await call('PUT', `${one}/repos/course/busy`, { permission: 'push' });
  await call('DELETE', `${one}/repos/course/busy`);
  await call('PATCH', one, { description: 'Other words' });
  await call('DELETE', `${one}/memberships/student`);
  const gone = await call('POST', '/orgs/course/teams', { name: 'Gone' });
  await call('DELETE', `/orgs/course/teams/${gone.slug}`);
  await call('PUT', '/repos/course/busy/collaborators/stranger', { permission: 'push' });
  const [invitation] = await call('GET', '/user/repository_invitations', undefined, course.stranger.token);
  await call('PATCH', `/user/repository_invitations/${invitation.id}`, undefined, course.stranger.token);
  await call('PUT', '/repos/course/busy/collaborators/stranger', { permission: 'pull' });
  await call('DELETE', '/repos/course/busy/collaborators/stranger');
  const newcomer = admin.createUser({ login: 'newcomer' });
  await call('PUT', '/orgs/course/memberships/newcomer', { role: 'member' });
  await call('PATCH', '/user/memberships/orgs/course', { state: 'active' }, newcomer.token);
  const other = admin.createApp({
    slug: 'other',
    name: 'Other',
    owner: 'course',
    permissions: { metadata: 'read' },
    events: [],
    webhook: { url: course.receiver.url, secret: 'other' },
  });
  admin.installApp({ appId: other.appId, account: 'course' });
  admin.suspendInstallation({ installationId: course.installationId, suspended: true });
  admin.suspendInstallation({ installationId: course.installationId, suspended: false });
}
