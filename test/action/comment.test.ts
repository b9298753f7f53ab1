// One comment in the pull request, for those who ask for it: made once, rewritten after, and never anybody else's.
import { afterAll, expect, test } from 'vitest';
import { type Answer, removeFolders, runAction, type Scenario, type Sent } from './harness.ts';

afterAll(removeFolders);

type Comment = { id: number; body: string; user: { type: string } };

const repository = { id: 42, default_branch: 'main' };
const pull = { number: 7, head: { sha: 'b'.repeat(40), repo: { id: 42 } }, base: { repo: { id: 42 } } };
const scenario: Scenario = {
  files: { 'pipeline.yml': 'version: 1\nname: x\ntasks:\n  a: { run: touch a, outputs: { o: a } }\n' },
  inputs: { comment: 'true' },
  event: { repository, pull_request: pull },
};

/** The comments of pull request 7, as GitHub keeps them. */
function thread(comments: Comment[], trouble?: (sent: Sent) => Answer | undefined) {
  return (sent: Sent): Answer | undefined => {
    const answer = trouble?.(sent);
    if (answer !== undefined || !sent.path.includes('/issues/')) return answer;
    const [, query = ''] = sent.path.split('?');
    const page = Number(new URLSearchParams(query).get('page') ?? 1);
    if (sent.method === 'GET') return { status: 200, body: comments.slice((page - 1) * 100, page * 100) };
    const id = sent.method === 'POST' ? 1_000 + comments.length : Number(sent.path.split('/').at(-1));
    const comment = { id, body: String(sent.body.body), user: { type: 'Bot' } };
    if (sent.method === 'POST') comments.push(comment);
    else comments[comments.findIndex((candidate) => candidate.id === id)] = comment;
    return { status: sent.method === 'POST' ? 201 : 200, body: comment };
  };
}
const people = (count: number): Comment[] =>
  Array.from({ length: count }, (_, id) => ({ id, body: 'Looks good', user: { type: 'User' } }));

test('the second run rewrites the comment of the first, behind 150 of people', async () => {
  const comments = people(150);
  await runAction({ ...scenario, answers: thread(comments) });
  expect(comments).toHaveLength(151);
  expect(comments[150]!.body).toContain('1 task succeeded');
  const files = { 'pipeline.yml': 'version: 1\nname: x\ntasks:\n  a: { run: "false" }\n' };
  const second = await runAction({ ...scenario, files, answers: thread(comments) });
  expect(comments).toHaveLength(151);
  expect(comments[150]!.body).toContain('exit code 1');
  expect(second.summary.trim()).toBe(comments[150]!.body.split('\n').slice(1).join('\n').trim());
});

test('a person who writes the marker keeps the comment', async () => {
  const first: Comment[] = [];
  await runAction({ ...scenario, answers: thread(first) });
  const comments = [{ id: 1, body: first[0]!.body, user: { type: 'User' } }];
  await runAction({ ...scenario, answers: thread(comments) });
  expect(comments.map(({ user }) => user.type)).toEqual(['User', 'Bot']);
});

test('two legs and two names have a comment each', async () => {
  const comments: Comment[] = [];
  for (const more of [{ leg: '0' }, { leg: '1' }, { name: 'nightly' }])
    await runAction({ ...scenario, inputs: { comment: 'true', ...more }, answers: thread(comments) });
  expect(comments).toHaveLength(3);
});

test('an answer that is lost makes no second comment', async () => {
  const comments: Comment[] = [];
  const keep = thread(comments);
  let lost = 0;
  const lose = (sent: Sent): Answer | undefined => {
    if (sent.method !== 'POST' || !sent.path.includes('/issues/') || lost++ > 0) return undefined;
    keep(sent);
    return 'drop';
  };
  const ran = await runAction({ ...scenario, answers: thread(comments, lose) });
  expect([lost, comments.length, ran.exit]).toEqual([1, 1, 0]);
});

test('without the permission it is a warning, with the advice that fits', async () => {
  const refuse = ({ method, path }: Sent): Answer | undefined =>
    method === 'POST' && path.includes('/issues/')
      ? { status: 403, body: { message: 'Resource not accessible by integration' } }
      : undefined;
  const ran = await runAction({ ...scenario, answers: thread([], refuse) });
  expect(ran.exit).toBe(0);
  expect(ran.log).toContain('No comment in the pull request');
  expect(ran.log).toContain('Give the job the permission pull-requests: write');
});

test('nothing is written unasked, without a pull request, or by the job that runs student code', async () => {
  const comments: Comment[] = [];
  const answers = thread(comments);
  await runAction({ ...scenario, inputs: {}, answers });
  await runAction({ ...scenario, event: { repository }, answers });
  await runAction({ ...scenario, inputs: { comment: 'true', mode: 'run' }, answers });
  expect(comments).toEqual([]);
});
