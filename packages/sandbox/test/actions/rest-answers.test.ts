// Every route of checks, issues and Actions, called once; questions and answers must fit GitHub's own description.
import { expect, test } from 'vitest';
import { recordAndValidate } from '../conformance.ts';
import { startBench } from './start-actions.ts';

test('questions and answers fit the description', async () => {
  const bench = await startBench();
  const recording = recordAndValidate(bench.sandbox);
  const { admin, state } = bench.sandbox;
  const permissions = {
    checks: 'write',
    actions: 'write',
    issues: 'write',
    contents: 'write',
    pull_requests: 'write',
    statuses: 'write',
    administration: 'write',
    organization_self_hosted_runners: 'write',
  } as const;
  const { appId } = admin.createApp({
    slug: 'practicum',
    name: 'Practicum',
    owner: 'course',
    permissions,
    events: ['*'],
  });
  const { installationId } = admin.installApp({ appId, account: 'course' });
  state.store.tokens['ghs_app'] = {
    kind: 'installation',
    installation: installationId,
    app: appId,
    permissions: { metadata: 'read', ...permissions },
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  };
  const repository = await bench.repository('hw', { private: true, collaborators: ['alice'] });
  const call = (method: string, path: string, body?: unknown) =>
    bench.api(method, `/repos/course/hw${path}`, { body, token: 'ghs_app' });
  const sha = await bench.push(
    repository,
    {
      '.github/workflows/w.yml':
        'on: { push: {}, workflow_dispatch: {}, repository_dispatch: {} }\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: "echo 1 > x" }, { uses: actions/upload-artifact@v7, with: { path: x } }] }, b: { if: false, runs-on: ubuntu-latest, steps: [] } }\n',
    },
    { as: 'teacher' },
  );
  await bench.push(repository, { b: '2' }, { ref: 'refs/heads/topic', emit: false });
  await call('POST', '/pulls', { title: 'P', head: 'topic', base: 'main' });
  admin.registerRunner({ owner: 'course', name: 'r', labels: ['gpu'] });
  await bench.settle();
  const head = (await call('GET', '/commits/topic')).body.sha;
  await call('POST', '/check-runs', { name: 'x', head_sha: head });
  const check = await call('POST', '/check-runs', {
    name: 'score',
    head_sha: sha,
    conclusion: 'success',
    output: {
      title: 't',
      summary: 's',
      annotations: [{ path: 'a', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'm' }],
    },
    actions: [{ label: 'l', description: 'd', identifier: 'i' }],
  });
  await call('PATCH', `/check-runs/${check.body.id}`, { conclusion: 'failure' });
  await call('GET', `/check-runs/${check.body.id}`);
  await call('GET', `/check-runs/${check.body.id}/annotations`);
  await call('POST', `/check-runs/${check.body.id}/rerequest`);
  await call('GET', `/commits/${sha}/check-runs`);
  await call('GET', `/commits/topic/check-runs`);
  await call('GET', `/commits/${sha}/check-suites`);
  await call('GET', `/check-suites/${check.body.check_suite.id}`);
  await call('GET', `/check-suites/${check.body.check_suite.id}/check-runs`);
  await call('POST', `/check-suites/${check.body.check_suite.id}/rerequest`);
  await call('POST', '/check-suites', { head_sha: sha });
  await call('POST', `/statuses/${sha}`, { state: 'success' });
  await call('GET', `/commits/${sha}/statuses`);
  await call('GET', `/commits/${sha}/status`);
  await call('POST', '/dispatches', { event_type: 'go', client_payload: { a: 1 } });
  await call('POST', '/actions/workflows/w.yml/dispatches', { ref: 'main', return_run_details: true });
  await bench.settle();
  const run = (await call('GET', '/actions/runs')).body.workflow_runs.at(-1);
  for (const path of [
    '/actions/workflows',
    '/actions/workflows/w.yml',
    '/actions/workflows/w.yml/runs',
    `/actions/runs/${run.id}`,
    `/actions/runs/${run.id}/jobs`,
    `/actions/runs/${run.id}/attempts/1`,
    `/actions/runs/${run.id}/attempts/1/jobs`,
    `/actions/runs/${run.id}/artifacts`,
    `/actions/runs/${run.id}/logs`,
    '/actions/artifacts',
    '/actions/permissions/access',
    '/actions/permissions/workflow',
    '/actions/runners',
  ])
    await call('GET', path);
  const job = (await call('GET', `/actions/runs/${run.id}/jobs`)).body.jobs[0];
  await call('GET', `/actions/jobs/${job.id}`);
  await call('GET', `/actions/jobs/${job.id}/logs`);
  const artifact = (await call('GET', '/actions/artifacts')).body.artifacts[0];
  await call('GET', `/actions/artifacts/${artifact.id}`);
  await call('GET', `/actions/artifacts/${artifact.id}/zip`);
  await call('DELETE', `/actions/artifacts/${artifact.id}`);
  await call('POST', `/actions/runs/${run.id}/cancel`);
  await call('POST', `/actions/runs/${run.id}/rerun`);
  await bench.settle();
  const runners = (await bench.api('GET', '/orgs/course/actions/runners', { token: 'ghs_app' })).body.runners;
  await bench.api('GET', `/orgs/course/actions/runners/${runners[0].id}`, { token: 'ghs_app' });
  await call('POST', '/milestones', { title: 'm', due_on: '2027-02-01T00:00:00Z' });
  await call('GET', '/milestones');
  await call('GET', '/milestones/1');
  await call('PATCH', '/milestones/1', { state: 'closed' });
  const issue = await call('POST', '/issues', {
    title: 't',
    labels: ['new'],
    assignees: ['teacher'],
    body: 'b',
    milestone: 1,
  });
  const n = issue.body.number;
  await call('PATCH', `/issues/${n}`, { title: 'u' });
  await call('GET', `/issues/${n}`);
  await call('GET', '/issues?state=all');
  await call('PUT', `/issues/${n}/labels`, { labels: ['bug'] });
  await call('POST', `/issues/${n}/labels`, { labels: ['question'] });
  await call('GET', `/issues/${n}/labels`);
  await call('DELETE', `/issues/${n}/labels/bug`);
  await call('DELETE', `/issues/${n}/labels`);
  const comment = await call('POST', `/issues/${n}/comments`, { body: 'c' });
  await call('GET', `/issues/${n}/comments`);
  await call('GET', '/issues/comments');
  await call('GET', `/issues/comments/${comment.body.id}`);
  await call('PATCH', `/issues/comments/${comment.body.id}`, { body: 'd' });
  const reaction = await call('POST', `/issues/comments/${comment.body.id}/reactions`, { content: 'eyes' });
  await call('GET', `/issues/comments/${comment.body.id}/reactions`);
  await call('DELETE', `/issues/comments/${comment.body.id}/reactions/${reaction.body.id}`);
  await call('POST', `/issues/${n}/reactions`, { content: 'eyes' });
  await call('GET', `/issues/${n}/reactions`);
  await call('DELETE', `/issues/comments/${comment.body.id}`);
  await call('PUT', `/issues/${n}/lock`);
  await call('DELETE', `/issues/${n}/lock`);
  await call('GET', '/assignees');
  await call('GET', '/assignees/alice');
  await call('POST', `/issues/${n}/assignees`, { assignees: ['alice'] });
  await call('DELETE', `/issues/${n}/assignees`, { assignees: ['alice'] });
  await call('PATCH', `/issues/${n}`, { state: 'closed' });
  await call('GET', '/labels');
  await call('POST', '/labels', { name: 'z' });
  await call('GET', '/labels/z');
  await call('PATCH', '/labels/z', { color: 'ffffff' });
  await call('DELETE', '/labels/z');
  await call('DELETE', '/milestones/1');
  await bench.stop();
  expect(recording.violations).toEqual([]);
  expect(recording.seen.size).toBeGreaterThan(70);
});
