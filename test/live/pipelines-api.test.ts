// A run submits its pipeline over HTTP and asks how it stands: only its own repository's, and only with a token made for that.
import { afterEach, expect, test } from 'vitest';
import { actionsRunning } from '@practicum/sandbox';
import { checkAnswer } from './described-answers.ts';
import { queueOf, startPlacement } from './placement-course.ts';
import { organisation, type Live } from './start-live.ts';

let live: Live;
afterEach(async () => live.stop());

type Answer = { status: number; body: Record<string, unknown> };
const answers: { path: string; answer: Answer }[] = [];
const address = (path = ''): string => `${live.url}/api/pipelines${path}`;

async function call(token: string | undefined, path = '', body?: string): Promise<Answer> {
  const response = await fetch(address(path), {
    method: path === '' ? 'POST' : 'GET',
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body }),
  });
  const answer = { status: response.status, body: (await response.json()) as Record<string, unknown> };
  answers.push({ path, answer });
  if (answer.status === 429) expect(response.headers.get('retry-after')).toBe('60');
  return answer;
}

test('submitted with an identity token, refused by field, seen by nobody else', async () => {
  live = await startPlacement({ students: ['ada', 'bo'], placer: 'earliest_finish', runners: { fast: 1 } });
  const pipeline = `version: 1\nname: m\ntasks:\n  train: { kind: train, run: 'echo done' }\n`;
  const commit = await live.push('prices-ada', live.person('ada'), { 'pipeline.yml': pipeline });
  await live.pass(10);
  const { data } = await live.asTeacher.request('GET /repos/{owner}/{repo}', {
    owner: organisation,
    repo: 'prices-ada',
  });
  let made = 0;
  const sign = (more: object = {}): Promise<string> =>
    actionsRunning(live.sandbox.world).oidc.sign(
      {
        iss: `${live.sandbox.url}/_services/token`,
        aud: address(),
        sub: `repo:${organisation}/prices-ada:ref:refs/heads/main`,
        jti: `token-${made++}`,
        repository: `${organisation}/prices-ada`,
        repository_id: String(data.id),
        repository_owner_id: String(data.owner.id),
        sha: commit,
        ref: 'refs/heads/main',
        event_name: 'workflow_dispatch',
        ...more,
      },
      live.clock.now(),
    );
  const wrong: [number, string, string | undefined][] = [
    [401, 'no-token', undefined],
    [401, 'wrong-issuer', await sign({ iss: 'https://elsewhere.example' })],
    [401, 'wrong-audience', await sign({ aud: `${live.url}/api/checkout-token` })],
    [403, 'wrong-repository', await sign({ repository: `${organisation}/prices-bo` })],
    [403, 'wrong-repository', await sign({ repository_owner_id: '1' })],
    [403, 'wrong-event', await sign({ event_name: 'pull_request_target' })],
  ];
  for (const [status, code, token] of wrong) expect(await call(token)).toMatchObject({ status, body: { code } });

  const other = JSON.stringify({ commit: '0'.repeat(40), placer: 'custom' });
  expect(await call(await sign(), '', other)).toMatchObject({
    status: 422,
    body: { fields: [{ field: 'placer', message: expect.stringContaining('no such field') as string }] },
  });
  expect(await call(await sign(), '', JSON.stringify({ commit: '0'.repeat(40) }))).toMatchObject({
    status: 422,
    body: { fields: [{ field: 'commit', message: expect.stringContaining(commit) as string }] },
  });
  expect(await call(await sign(), '', '{')).toMatchObject({ status: 422, body: { fields: [{ field: '' }] } });

  const token = await sign();
  const first = await call(token, '', JSON.stringify({ commit }));
  expect(first).toMatchObject({ status: 202, body: { repository: 'prices-ada', commit, state: 'SUBMITTED' } });
  // Lost answers are asked for again: the same token is the same submission.
  expect(await call(token)).toEqual(first);
  await live.quiet();
  const id = String(first.body['id']);
  expect((await queueOf(live))!.pipelines.filter((entry) => entry.id === id)).toHaveLength(1);
  expect(await call(await sign(), `/${id}`)).toMatchObject({
    status: 200,
    body: { id, status: 'queued', position: 1 },
  });
  await live.pass(10);
  expect(await call(await sign(), `/${id}`)).toMatchObject({
    status: 200,
    body: { state: 'SUCCEEDED', position: null },
  });
  expect(await call(await sign(), '/prices-bo-0123456789')).toMatchObject({ status: 404, body: { code: 'not-found' } });

  expect(await call(await sign(), '', ' '.repeat(10_001))).toMatchObject({ status: 413, body: { code: 'too-large' } });
  // One address has sixty requests a minute; these are all of one.
  const token60 = await sign();
  let last: Answer | undefined;
  for (let count = 0; count < 130 && last?.status !== 429; count++) last = await call(token60, `/${id}`);
  expect(last).toMatchObject({ status: 429, body: { code: 'too-many' } });

  const described = (await (await fetch(`${live.url}/api/openapi.json`)).json()) as Parameters<typeof checkAnswer>[0];
  expect(Object.keys(described.paths)).toEqual(['/api/pipelines', '/api/pipelines/{id}']);
  const statuses = new Set<number>();
  for (const { path, answer } of answers) {
    statuses.add(answer.status);
    const [method, at] =
      path === '' ? (['post', '/api/pipelines'] as const) : (['get', '/api/pipelines/{id}'] as const);
    expect(checkAnswer(described, method, at, answer)).toBeUndefined();
  }
  expect([...statuses].toSorted((a, b) => a - b)).toEqual([200, 202, 401, 403, 404, 413, 422, 429]);
}, 180_000);
