// What clumsy and hostile callers send to the interface for pipelines: each is told what is wrong, and nothing is queued.
import { afterEach, expect, inject, test } from 'vitest';
import { openPool } from '../../src/postgres/pool.ts';
import { checkAnswer } from './described-answers.ts';
import { queueOf, startPlacement } from './placement-course.ts';
import { organisation, type Live } from './start-live.ts';

let live: Live;
afterEach(async () => live.stop());

type Body = Record<string, unknown>;
type Asked = { method?: string; path?: string; body?: string | Uint8Array<ArrayBuffer>; authorization?: string };

async function call({
  method = 'POST',
  path = '',
  body,
  authorization,
}: Asked): Promise<{ status: number; body: Body }> {
  const response = await fetch(`${live.url}/api/pipelines${path}`, {
    method,
    headers: authorization === undefined ? {} : { authorization },
    ...(body === undefined ? {} : { body }),
  });
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  return { status: response.status, body: (await response.json()) as Body };
}

test('every wrong request is told what is wrong with it, in JSON, and changes nothing', async () => {
  live = await startPlacement({ students: ['ada'], placer: 'earliest_finish', runners: { fast: 1 } });
  const pipeline = `version: 1\nname: m\ntasks:\n  train: { kind: train, run: 'echo done' }\n`;
  const commit = await live.push('prices-ada', live.person('ada'), { 'pipeline.yml': pipeline });
  await live.pass(10);
  const before = await queueOf(live);
  const repository = `${organisation}/prices-ada`;
  const authorization = `Bearer ${live.person('ada').token}`;
  const whole = { commit, repository };

  // What is wrong with the body is said before who may: at a desk the body says whose it is.
  const bodies: [string | Uint8Array<ArrayBuffer>, string, string][] = [
    ['{', '', 'not JSON'],
    [new Uint8Array([0x7b, 0xff, 0x7d]), '', 'not JSON'],
    ['null', '', 'must be a mapping'],
    ['[]', '', 'must be a mapping'],
    ['['.repeat(4900) + ']'.repeat(4900), '', 'must be a mapping'],
    [JSON.stringify({ ...whole, commit: 5 }), 'commit', 'must be text'],
    [JSON.stringify({ ...whole, commit: commit.slice(0, 7) }), 'commit', '40 digits'],
    [JSON.stringify({ commit, repository: 5 }), 'repository', 'must be text'],
    [JSON.stringify({ commit, repository: 'prices-ada' }), 'repository', 'must be owner/name'],
    [JSON.stringify({ commit, repository: `${repository}\0` }), 'repository', 'must be owner/name'],
    [JSON.stringify({ ...whole, hardware: 'gpu' }), 'hardware', 'no such field'],
    [`{"commit":"${commit}","repository":"${repository}","__proto__":{}}`, '__proto__', 'no such field'],
  ];
  for (const [body, field, message] of bodies)
    expect(await call({ body, authorization }), String(body).slice(0, 80)).toMatchObject({
      status: 422,
      body: { fields: [{ field, message: expect.stringContaining(message) as string }] },
    });

  const others: [Asked, number, string][] = [
    [{ authorization }, 403, 'no-repository'],
    [{ authorization, body: JSON.stringify({ commit, repository: '../..' }) }, 403, 'wrong-repository'],
    [{ authorization, body: 'x'.repeat(10_000_001) }, 413, 'too-large'],
    [{ body: JSON.stringify(whole) }, 401, 'no-token'],
    [{ body: JSON.stringify(whole), authorization: 'Basic abc' }, 401, 'no-token'],
    [{ body: JSON.stringify(whole), authorization: 'Bearer a.b.c' }, 401, 'wrong-issuer'],
    [{ method: 'GET', path: '/%00?repository=%00/%00', authorization }, 403, 'wrong-repository'],
    [{ method: 'GET', path: `/%00?repository=${repository}`, authorization }, 404, 'not-found'],
    [{ method: 'GET', path: `/${'x'.repeat(5000)}?repository=${repository}`, authorization }, 404, 'not-found'],
  ];
  const described = (await (await fetch(`${live.url}/api/openapi.json`)).json()) as Parameters<typeof checkAnswer>[0];
  for (const [asked, status, code] of others) {
    const answer = await call(asked);
    expect(answer, JSON.stringify(asked).slice(0, 200)).toMatchObject({ status, body: { code } });
    const [method, at] = asked.path === undefined ? (['post', ''] as const) : (['get', '/{id}'] as const);
    expect(checkAnswer(described, method, `/api/pipelines${at}`, answer)).toBeUndefined();
  }
  // Doors that are not there: a program asks, so that no page answers.
  for (const asked of [
    { method: 'GET' },
    { method: 'GET', path: '/' },
    { method: 'PUT', path: '/x' },
    { method: 'OPTIONS' },
  ])
    expect(await call({ ...asked, authorization })).toMatchObject({ status: 404, body: { code: 'not-found' } });
  expect((await queueOf(live))!.pipelines).toEqual(before!.pipelines);
}, 180_000);

test('without a database: 503, with a sentence and when to come again; and once it is back, as if nothing had been', async () => {
  live = await startPlacement({ students: ['ada'], placer: 'earliest_finish', runners: { fast: 1 } });
  const pipeline = `version: 1\nname: m\ntasks:\n  train: { kind: train, run: 'echo done' }\n`;
  const commit = await live.push('prices-ada', live.person('ada'), { 'pipeline.yml': pipeline });
  await live.pass(10);
  const authorization = `Bearer ${live.person('ada').token}`;
  const body = JSON.stringify({ commit, repository: `${organisation}/prices-ada` });
  const name = new URL(live.database.url).pathname.slice(1);
  const server = openPool(inject('postgres'), 1);
  try {
    await server.query(`alter database ${name} allow_connections false`);
    await server.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    const away = await call({ body, authorization });
    expect(away).toMatchObject({
      status: 503,
      body: { code: 'try-again', message: expect.stringContaining('nothing was kept') as string },
    });
  } finally {
    await server.query(`alter database ${name} allow_connections true`);
    await server.end();
  }
  await expect.poll(async () => (await call({ body, authorization })).status, { timeout: 60_000 }).toBe(202);
}, 180_000);
