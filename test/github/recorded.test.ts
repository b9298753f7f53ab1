// The App's client against answers of the real GitHub, recorded by Octokit and given back by nock.
import { generateKeyPairSync } from 'node:crypto';
import fixtures from '@octokit/fixtures';
import type { Octokit } from '@octokit/rest';
import nock from 'nock';
import { refusals } from '@practicum/sandbox';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { deadlines } from '../../src/github/repository/deadlines.ts';
import { openClient } from '../../src/github/client/client.ts';

type Recorded = { method: string; path: string; status: number; response: nock.Body; headers: Record<string, string> };

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const apiUrl = 'https://api.github.com';
const owner = 'octokit-fixture-org';
const aways: string[] = [];
const holds: number[] = [];
let octokit: Octokit;

// Files of a worker share its modules: what stays in the way of the network would be in the way of all tests that follow.
beforeAll(() => {
  if (!nock.isActive()) nock.activate();
});
afterAll(() => nock.restore());

beforeEach(() => {
  nock.disableNetConnect();
  holds.length = 0;
  aways.length = 0;
  const credentials = { appId: 1, privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(), apiUrl };
  nock(apiUrl)
    .post('/app/installations/7/access_tokens')
    .matchHeader('x-github-api-version', /./)
    .reply(201, { token: 'ghs_recorded', expires_at: new Date(Date.now() + 3_600_000).toISOString(), permissions: {} });
  octokit = openClient(credentials, {
    before: () => Promise.resolve(false),
    heard: () => undefined,
    answered: () => Promise.resolve(),
    away: (_, why) => Promise.resolve(void aways.push(why)),
    hold: (_, seconds) => Promise.resolve(void holds.push(seconds)),
  }).installation(7, { metadata: 'read' });
});
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

/** Answers the calls of a scenario, whatever their headers, in any order, once each. */
function replay(scenario: string): void {
  for (const { method, path, status, response, headers } of fixtures.get(`api.github.com/${scenario}`) as Recorded[]) {
    const { location, link } = headers;
    nock(apiUrl)
      .intercept(path, method.toUpperCase())
      .reply(status, response, { ...(location ? { location } : {}), ...(link ? { link } : {}) });
  }
}

test('a read and a write by the former name of a repository both arrive at the repository', async () => {
  replay('rename-repository');
  const repo = 'rename-repository';
  await octokit.rest.repos.update({ owner, repo, name: 'rename-repository-newname' });
  const read = await octokit.rest.repos.get({ owner, repo });
  expect(read.data.name).toBe('rename-repository-newname');
  const written = await octokit.rest.repos.update({ owner, repo, name: 'rename-repository-newname' });
  expect(written.data).toMatchObject({ name: 'rename-repository-newname' });
  expect(nock.isDone()).toBe(true);
});

test('pages are read to their end', async () => {
  replay('paginate-issues');
  const all = await octokit.paginate(octokit.rest.issues.listForRepo, { owner, repo: 'paginate-issues', per_page: 3 });
  expect(all.map(({ number }) => number)).toEqual(Array.from({ length: 13 }, (_, index) => 13 - index));
});

test('a refusal is told by its code, with what GitHub said', async () => {
  replay('errors');
  const made = octokit.rest.issues.createLabel({ owner, repo: 'errors', name: 'foo', color: 'invalid' });
  await expect(made).rejects.toMatchObject({
    code: 'unprocessable',
    message: expect.stringContaining('Validation Failed'),
  });
});

test.each([
  'secondary-limit',
  'secondary-limit-429',
  'graphql-secondary-limit',
  'graphql-secondary-limit-403',
] as const)('%s: all calls are held for as long as GitHub asks', async (name) => {
  const row = refusals[name];
  nock(apiUrl)
    .post('/graphql')
    .reply(row.status, row.graphql ? { data: null, errors: row.graphql } : { message: row.message }, {
      'retry-after': '42',
    });
  await expect(octokit.graphql('{ viewer { login } }')).rejects.toMatchObject({ retryAfter: 42 });
  expect(holds).toEqual([42]);
});

test('an organisation that lets nobody in is a state of it, in whichever way GitHub says so', async () => {
  const graphql = refusals['graphql-saml-enforced'].graphql!;
  nock(apiUrl)
    .post('/graphql')
    .reply(200, { data: { repository: null }, errors: graphql });
  await expect(octokit.graphql('query { viewer { login } }')).rejects.toMatchObject({ code: 'installation-away' });
  const { message } = refusals['saml-enforced'];
  nock(apiUrl).get('/repos/o/r').reply(403, { message });
  await expect(octokit.rest.repos.get({ owner: 'o', repo: 'r' })).rejects.toMatchObject({ code: 'installation-away' });
  expect(aways).toEqual([expect.stringContaining('SAML'), expect.stringContaining('SAML')]);
});

test('a tag of a deadline counts as made where its commit is gone, not where GitHub failed to make it', async () => {
  const { pinTag } = deadlines({ observe: octokit, pin: octokit, appId: 1 }, 'o');
  const answer = (message: string): void => {
    nock(apiUrl).get('/repos/o/r/rulesets').query(true).reply(403, { message: 'Upgrade to GitHub Pro' });
    nock(apiUrl).post('/repos/o/r/rulesets').reply(403, { message: 'Upgrade to GitHub Pro' });
    nock(apiUrl).get('/repos/o/r/git/ref/tags%2Ft').reply(404, { message: 'Not Found' });
    nock(apiUrl).post('/repos/o/r/git/refs').reply(422, { message });
  };
  answer(refusals['reference-update-failed'].message!);
  await expect(pinTag('r', 't', 'a'.repeat(40))).rejects.toMatchObject({ code: 'unprocessable' });
  nock.cleanAll();
  answer(refusals['object-missing'].message!);
  expect(await pinTag('r', 't', 'a'.repeat(40))).toEqual({ guarded: false });
});

const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

test('a connection that breaks under a read is nobody’s failure: it is read again at once, and once only', async () => {
  nock(apiUrl).get('/repos/o/r').replyWithError(reset).get('/repos/o/r').reply(200, { name: 'r' });
  expect((await octokit.rest.repos.get({ owner: 'o', repo: 'r' })).data.name).toBe('r');
  nock(apiUrl)
    .post('/graphql')
    .replyWithError(reset)
    .post('/graphql')
    .reply(200, { data: { viewer: null } });
  expect(await octokit.graphql('query { viewer { login } }')).toEqual({ viewer: null });
  nock(apiUrl).get('/repos/o/r').times(2).replyWithError(reset);
  await expect(octokit.rest.repos.get({ owner: 'o', repo: 'r' })).rejects.toMatchObject({ code: 'github-unreachable' });
  expect(nock.isDone()).toBe(true);
});

test('a connection that breaks under a write is not written again: it may have been done', async () => {
  const again = nock(apiUrl).post('/repos/o/r/issues').replyWithError(reset).post('/repos/o/r/issues').reply(201, {});
  await expect(octokit.rest.issues.create({ owner: 'o', repo: 'r', title: 't' })).rejects.toMatchObject({
    code: 'github-unreachable',
  });
  expect(again.isDone()).toBe(false);
  const mutation = nock(apiUrl).post('/graphql').replyWithError(reset).post('/graphql').reply(200, { data: {} });
  await expect(octokit.graphql('mutation { a { b } }')).rejects.toMatchObject({ code: 'github-unreachable' });
  expect(mutation.isDone()).toBe(false);
});
