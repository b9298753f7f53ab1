import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startBench, type Bench } from './actions/start-actions.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
  await bench.repository('hw', { collaborators: ['alice'] });
});
afterEach(() => bench.stop());

const call = (method: string, path: string, body?: unknown, token?: string) =>
  bench.api(method, `/repos/course/hw${path}`, { body, ...(token === undefined ? {} : { token }) });
const told = (...names: string[]): string[] =>
  bench.events.filter(({ event }) => names.includes(event)).map(({ event, action }) => `${event}.${action}`);

describe('issues', () => {
  test('are opened, changed, labelled, closed and told of', async () => {
    const made = await call('POST', '/issues', {
      title: 'Late data',
      body: 'x\n<!-- practicum:id=7 -->\n',
      labels: ['bug', 'new one'],
      assignees: ['alice'],
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      number: 1,
      state: 'open',
      labels: [
        { name: 'bug', color: 'd73a4a' },
        { name: 'new one', color: 'ededed' },
      ],
      assignees: [{ login: 'alice' }],
    });
    expect((await call('PATCH', '/issues/1', { title: 'Late' })).body.title).toBe('Late');
    expect((await call('PATCH', '/issues/1', { state: 'closed', state_reason: 'not_planned' })).body).toMatchObject({
      state: 'closed',
      state_reason: 'not_planned',
      closed_by: { login: 'teacher' },
    });
    expect((await call('GET', '/issues')).body).toEqual([]);
    expect((await call('GET', '/issues?state=all&labels=bug')).body).toHaveLength(1);
    expect(told('issues', 'label')).toEqual([
      'label.created',
      'issues.opened',
      'issues.labeled',
      'issues.labeled',
      'issues.assigned',
      'issues.edited',
      'issues.closed',
    ]);
  });

  test('a reader may open one, but not label it; without a title it is refused', async () => {
    const { token } = bench.sandbox.admin.createUser({ login: 'stranger' });
    const made = await call('POST', '/issues', { title: 'Hi', labels: ['bug'], assignees: ['alice'] }, token);
    expect(made.body).toMatchObject({ labels: [], assignees: [] });
    expect((await call('POST', '/issues/1/labels', { labels: ['bug'] }, token)).status).toBe(403);
    expect((await call('POST', '/issues', { body: 'no title' })).status).toBe(422);
    expect((await call('GET', '/issues/99')).status).toBe(404);
  });
});

describe('comments', () => {
  test('keep hidden markers byte for byte, are edited and deleted', async () => {
    await call('POST', '/issues', { title: 'T' });
    const body = 'Hello\r\n\n<!-- practicum:release=week-1 v="ü" -->\n```json\n{"a":1}\n```\n';
    const made = await call('POST', '/issues/1/comments', { body });
    expect(made.body.body).toBe(body);
    expect((await call('GET', '/issues/1/comments')).body[0].body).toBe(body);
    expect((await call('PATCH', `/issues/comments/${made.body.id}`, { body: `${body}2` })).body.body).toBe(`${body}2`);
    expect((await call('GET', '/issues/1')).body.comments).toBe(1);
    expect((await call('DELETE', `/issues/comments/${made.body.id}`)).status).toBe(204);
    expect(told('issue_comment')).toEqual(['issue_comment.created', 'issue_comment.edited', 'issue_comment.deleted']);
    expect((await call('POST', '/issues/1/comments', { body: 'x'.repeat(65_537) })).body.errors[0].message).toBe(
      'Body is too long (maximum is 65536 characters)',
    );
  });

  test('a locked conversation is closed to strangers only', async () => {
    await call('POST', '/issues', { title: 'T' });
    const { token } = bench.sandbox.admin.createUser({ login: 'stranger' });
    expect((await call('PUT', '/issues/1/lock', { lock_reason: 'resolved' })).status).toBe(204);
    expect((await call('POST', '/issues/1/comments', { body: 'hi' }, token)).status).toBe(403);
    expect((await call('POST', '/issues/1/comments', { body: 'hi' }, bench.tokens.student)).status).toBe(201);
    expect((await call('GET', '/issues/1')).body).toMatchObject({ locked: true, active_lock_reason: 'resolved' });
  });

  test('a reaction is given once', async () => {
    await call('POST', '/issues', { title: 'T' });
    expect((await call('POST', '/issues/1/reactions', { content: 'rocket' })).status).toBe(201);
    expect((await call('POST', '/issues/1/reactions', { content: 'rocket' })).status).toBe(200);
    expect((await call('POST', '/issues/1/reactions', { content: 'banana' })).status).toBe(422);
    expect((await call('GET', '/issues/1')).body.reactions).toMatchObject({ total_count: 1, rocket: 1 });
  });
});

describe('labels and milestones', () => {
  test('labels begin with the nine, and follow their renaming', async () => {
    expect((await call('GET', '/labels')).body).toHaveLength(9);
    await call('POST', '/issues', { title: 'T', labels: ['bug'] });
    expect((await call('POST', '/labels', { name: 'Bug', color: 'ffffff' })).status).toBe(422);
    expect((await call('PATCH', '/labels/bug', { new_name: 'defect', color: 'ABCDEF' })).body).toMatchObject({
      name: 'defect',
      color: 'abcdef',
    });
    expect((await call('GET', '/issues/1/labels')).body.map((label: any) => label.name)).toEqual(['defect']);
    expect((await call('DELETE', '/issues/1/labels/nothing')).status).toBe(404);
    expect((await call('PUT', '/issues/1/labels', { labels: ['question'] })).body).toHaveLength(1);
    expect(told('issues').slice(2)).toEqual(['issues.labeled', 'issues.unlabeled']);
  });

  test('milestones count their issues', async () => {
    expect((await call('POST', '/milestones', { title: 'm1', due_on: '2027-02-01T00:00:00Z' })).body).toMatchObject({
      number: 1,
      due_on: '2027-02-01T00:00:00Z',
    });
    await call('POST', '/issues', { title: 'T', milestone: 1 });
    expect((await call('GET', '/milestones/1')).body).toMatchObject({ open_issues: 1, closed_issues: 0 });
    expect((await call('POST', '/issues', { title: 'T', milestone: 9 })).status).toBe(422);
  });
});

test('a pull request takes labels, comments and a close through the issue routes', async () => {
  const repository = Object.values(bench.sandbox.state.store.repositories)[0];
  if (!repository) throw new Error('no repository');
  await bench.push(repository, { a: '1' });
  await bench.push(repository, { a: '2' }, { ref: 'refs/heads/topic' });
  const pull = await call('POST', '/pulls', { title: 'P', head: 'topic', base: 'main' });
  expect(pull.status).toBe(201);
  expect((await call('POST', `/issues/${pull.body.number}/labels`, { labels: ['data'] })).status).toBe(200);
  expect((await call('POST', `/issues/${pull.body.number}/comments`, { body: 'ok' })).body.html_url).toContain(
    `/pull/${pull.body.number}#issuecomment-`,
  );
  expect((await call('GET', '/issues')).body[0]).toMatchObject({
    number: pull.body.number,
    pull_request: { merged_at: null },
    labels: [{ name: 'data' }],
  });
  await call('PATCH', `/issues/${pull.body.number}`, { state: 'closed' });
  expect((await call('GET', `/pulls/${pull.body.number}`)).body).toMatchObject({
    state: 'closed',
    labels: [{ name: 'data' }],
  });
  expect(told('pull_request')).toEqual(['pull_request.opened', 'pull_request.labeled', 'pull_request.closed']);
});
