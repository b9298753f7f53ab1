// Every event of this area against GitHub's own description of its webhooks.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordAndValidate, type Recording } from '../conformance.ts';
import { startBench, type Bench } from './start-actions.ts';

type Delivery = { event: string; action: string | undefined; payload: any };

let bench: Bench;
let receiver: Server;
let recording: Recording;
const deliveries: Delivery[] = [];

beforeAll(async () => {
  bench = await startBench();
  recording = recordAndValidate(bench.sandbox);
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const payload = JSON.parse(Buffer.concat(chunks).toString());
      deliveries.push({ event: String(request.headers['x-github-event']), action: payload.action, payload });
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { admin, state } = bench.sandbox;
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const permissions = {
    checks: 'write',
    actions: 'write',
    issues: 'write',
    contents: 'write',
    pull_requests: 'write',
    statuses: 'write',
  } as const;
  const { appId } = admin.createApp({
    slug: 'practicum',
    name: 'Practicum',
    owner: 'course',
    permissions,
    events: ['*'],
    webhook: { url, secret: 's' },
  });
  const { installationId } = admin.installApp({ appId, account: 'course' });
  state.store.tokens['ghs_app'] = {
    kind: 'installation',
    installation: installationId,
    app: appId,
    permissions: { metadata: 'read', ...permissions },
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  };
  const repository = await bench.repository('hw', { private: true });
  const call = (method: string, path: string, body?: unknown) =>
    bench.api(method, `/repos/course/hw${path}`, { body, token: 'ghs_app' });
  const sha = await bench.push(
    repository,
    {
      '.github/workflows/w.yml':
        'on: [push, repository_dispatch]\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: "true" }] }, b: { if: false, runs-on: ubuntu-latest, steps: [] } }\n',
    },
    { as: 'teacher' },
  );
  await bench.settle();
  const check = await call('POST', '/check-runs', {
    name: 'score',
    head_sha: sha,
    conclusion: 'success',
    output: { title: 't', summary: 's' },
    actions: [{ label: 'l', description: 'd', identifier: 'i' }],
  });
  await admin.clickRerun({ checkRunId: check.body.id, login: 'teacher' });
  await admin.clickRerunAll({ checkRunId: check.body.id, login: 'teacher' });
  await admin.clickAction({ checkRunId: check.body.id, login: 'teacher', identifier: 'i' });
  await call('POST', `/statuses/${sha}`, { state: 'success' });
  await call('POST', '/dispatches', { event_type: 'sample.collected', client_payload: { a: 1 } });
  await call('POST', '/milestones', { title: 'm' });
  await call('PATCH', '/milestones/1', { state: 'closed' });
  await call('POST', '/issues', { title: 't', labels: ['new'], assignees: ['teacher'], body: 'b' });
  await call('PATCH', '/issues/1', { title: 'u' });
  await call('DELETE', '/issues/1/labels');
  const comment = await call('POST', '/issues/1/comments', { body: 'c' });
  await call('PATCH', `/issues/comments/${comment.body.id}`, { body: 'd' });
  await call('DELETE', `/issues/comments/${comment.body.id}`);
  await call('PUT', '/issues/1/lock');
  await call('DELETE', '/issues/1/lock');
  await call('DELETE', '/issues/1/assignees', { assignees: ['teacher'] });
  await call('PATCH', '/issues/1', { state: 'closed' });
  await call('PATCH', '/issues/1', { state: 'open' });
  await call('PATCH', '/labels/new', { new_name: 'newer' });
  await call('DELETE', '/labels/newer');
  await call('DELETE', '/milestones/1');
  await bench.settle();
});
afterAll(async () => {
  await bench.stop();
  receiver.close();
});

test('all of them were delivered', () => {
  const seen = new Set(deliveries.map(({ event, action }) => [event, action].filter(Boolean).join('.')));
  for (const name of [
    'workflow_run.requested',
    'workflow_run.in_progress',
    'workflow_run.completed',
    'workflow_job.queued',
    'workflow_job.in_progress',
    'workflow_job.completed',
    'check_run.created',
    'check_run.completed',
    'check_run.rerequested',
    'check_run.requested_action',
    'check_suite.requested',
    'check_suite.completed',
    'check_suite.rerequested',
    'status',
    'repository_dispatch.sample.collected',
    'milestone.created',
    'milestone.closed',
    'issues.opened',
    'issues.labeled',
    'issues.assigned',
    'issues.edited',
    'issues.unlabeled',
    'issue_comment.created',
    'issue_comment.edited',
    'issue_comment.deleted',
    'issues.locked',
    'issues.unlocked',
    'issues.unassigned',
    'issues.closed',
    'issues.reopened',
    'label.created',
    'label.edited',
    'label.deleted',
    'milestone.deleted',
  ]) {
    expect(seen, name).toContain(name);
  }
});

test('each fits the description, and names repository, organisation, installation and sender', () => {
  const ours = deliveries.filter(({ event }) => event !== 'push' && event !== 'installation');
  expect(recording.violations).toEqual([]);
  for (const { payload } of ours) {
    expect(payload).toMatchObject({
      repository: { full_name: 'course/hw' },
      organization: { login: 'course' },
      installation: { id: expect.any(Number) },
      sender: { login: expect.any(String) },
    });
  }
});
