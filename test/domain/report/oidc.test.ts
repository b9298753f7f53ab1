// The red team: twenty forgeries, none of which counts, each named in the answer.
import { beforeAll, describe, expect, test } from 'vitest';
import { UnsecuredJWT } from 'jose';
import type { Expected } from '../../../src/domain/report/oidc.ts';
import { verifyClaims } from '../../../src/domain/report/oidc.ts';
import {
  audienceOf,
  digestReport,
  parseReport,
  readReportBlock,
  type Report,
  writeReportBlock,
} from '../../../src/domain/report/report.ts';
import { canonicalise } from '../../../src/domain/text/canonicalise.ts';
import { githubIssuer, type Issuer, judgeToken, makeIssuer } from './sign-token.ts';

const now = new Date('2027-01-18T10:00:00Z');
const seconds = now.getTime() / 1000;
const sha = 'c'.repeat(40);
const report: Report = {
  version: 1,
  repository: 'course/weather-ada',
  repository_id: '42',
  sha,
  head_sha: sha,
  event: 'push',
  workflow: 'course/weather-ada/.github/workflows/course.yml@refs/heads/main',
  job: 'report',
  run_id: 7001,
  run_attempt: 1,
  mode: 'report',
  conclusion: 'success',
  pipeline: null,
  tasks: [],
  tasks_omitted: 0,
  data: { manifest: null, releases: [] },
  model: null,
  outputs: {},
  metrics: { mae: 1.5 },
  endpoint: null,
};
const claims = {
  iss: githubIssuer,
  aud: audienceOf(report),
  sub: 'repo:course/weather-ada:ref:refs/heads/main',
  iat: seconds - 5,
  nbf: seconds - 600,
  exp: seconds + 295,
  jti: 'token-1',
  repository: 'course/weather-ada',
  repository_id: '42',
  repository_owner: 'course',
  repository_owner_id: '9',
  job_workflow_ref: 'course/teaching/.github/workflows/practicum.yml@refs/heads/main',
  job_workflow_sha: 'd'.repeat(40),
  workflow_ref: report.workflow,
  sha,
  ref: 'refs/heads/main',
  run_id: '7001',
  run_attempt: '1',
  event_name: 'push',
  runner_environment: 'github-hosted',
  check_run_id: '555',
};
const expected: Expected = {
  issuers: [githubIssuer],
  audience: audienceOf(report),
  repositoryId: '42',
  ownerId: '9',
  workflow: 'course/teaching/.github/workflows/practicum.yml',
  workflowShas: ['d'.repeat(40)],
  sha,
  runId: '7001',
  runAttempt: '1',
  jobIds: ['555'],
  events: ['push', 'pull_request', 'workflow_dispatch'],
  now,
  isUsed: (jti) => jti === 'token-0',
  runnerEnvironments: ['github-hosted'],
};

let github: Issuer;
let stranger: Issuer;
beforeAll(async () => {
  github = await makeIssuer();
  stranger = await makeIssuer();
});

test('the genuine token counts, and also one signed on an Enterprise Server that is configured', async () => {
  expect(await judgeToken(await github.sign(claims), github.keys, expected)).toMatchObject({
    accepted: true,
    jti: 'token-1',
  });
  const server = 'https://github.university.example/_services/token';
  const token = await github.sign({ ...claims, iss: server });
  expect(await judgeToken(token, github.keys, { ...expected, issuers: [githubIssuer, server] })).toMatchObject({
    accepted: true,
  });
});

test('a token counts from each of the repositories that may hold the workflow, and from no other', async () => {
  const file = '.github/workflows/practicum.yml';
  const workflow = [`course/workflows/${file}`, `course/teaching/${file}`];
  const judged = async (place: string) =>
    judgeToken(await github.sign({ ...claims, job_workflow_ref: `${place}/${file}@refs/heads/main` }), github.keys, {
      ...expected,
      workflow,
    });
  for (const place of ['course/workflows', 'course/teaching', 'Course/Workflows'])
    expect(await judged(place), place).toMatchObject({ accepted: true });
  for (const place of ['course/workflows2', 'evil/workflows', 'course/weather-ada'])
    expect(await judged(place), place).toMatchObject({ accepted: false, code: 'wrong-workflow' });
  const nowhere = await judgeToken(await github.sign(claims), github.keys, { ...expected, workflow: [] });
  expect(nowhere).toMatchObject({ accepted: false, code: 'wrong-workflow' });
});

describe('forgeries', () => {
  const withClaims = (changes: Record<string, unknown>) => () => github.sign({ ...claims, ...changes });
  test.each<[string, string, () => Promise<string> | string]>([
    ['a spoofed check-run name: a report without any token', 'bad-signature', () => ''],
    ['a token made up by hand', 'bad-signature', () => 'aaaa.bbbb.cccc'],
    ['an unsigned token (alg none)', 'bad-signature', () => new UnsecuredJWT(claims).encode()],
    ['a token signed with a key of their own', 'bad-signature', () => stranger.sign(claims)],
    ['a genuine token with its claims edited', 'bad-signature', async () => edit(await github.sign(claims))],
    [
      'an issuer of their own',
      'wrong-issuer',
      withClaims({ iss: 'https://token.actions.githubusercontent.com.evil.example' }),
    ],
    ['a token made for another service', 'wrong-audience', withClaims({ aud: 'pypi' })],
    [
      'a token copied from another report',
      'wrong-audience',
      withClaims({ aud: audienceOf({ ...report, metrics: { mae: 0 } }) }),
    ],
    ['many audiences at once', 'wrong-audience', withClaims({ aud: [audienceOf(report), 'x'] })],
    ['a replayed report: its token was used', 'token-reused', withClaims({ jti: 'token-0' })],
    ['an old token', 'expired', withClaims({ exp: seconds - 31 })],
    ['a token from the future', 'not-yet-valid', withClaims({ iat: seconds + 120, nbf: seconds + 120 })],
    ["another student's repository", 'wrong-repository', withClaims({ repository_id: '43' })],
    [
      'a repository of the same name elsewhere',
      'wrong-owner',
      withClaims({ repository_owner_id: '10', repository_id: '77' }),
    ],
    [
      'a workflow in the student repository',
      'wrong-workflow',
      withClaims({ job_workflow_ref: 'course/weather-ada/.github/workflows/practicum.yml@refs/heads/main' }),
    ],
    [
      'a workflow whose name begins like ours',
      'wrong-workflow',
      withClaims({ job_workflow_ref: 'course/teaching/.github/workflows/practicum.yml.evil.yml@refs/heads/main' }),
    ],
    [
      'a course repository of the same name in another organisation',
      'wrong-workflow',
      withClaims({ job_workflow_ref: 'evil/teaching/.github/workflows/practicum.yml@refs/heads/main' }),
    ],
    [
      'an edited course workflow: another version',
      'unknown-workflow-version',
      withClaims({ job_workflow_sha: 'e'.repeat(40) }),
    ],
    ['an old commit', 'wrong-commit', withClaims({ sha: 'b'.repeat(40) })],
    ['another run', 'wrong-run', withClaims({ run_id: '7000' })],
    ['another attempt of the run', 'wrong-attempt', withClaims({ run_attempt: '2' })],
    [
      'a token minted by student code in the first job of the same run',
      'wrong-job',
      withClaims({ check_run_id: '554' }),
    ],
    [
      'a pull request from a fork, by the event that gives it rights',
      'wrong-event',
      withClaims({ event_name: 'pull_request_target' }),
    ],
    ['a machine of their own', 'wrong-runner', withClaims({ runner_environment: 'self-hosted' })],
    [
      'a token minted in a job outside any reusable workflow',
      'claims-incomplete',
      withClaims({ job_workflow_ref: undefined }),
    ],
    ['a token without an identifier', 'claims-incomplete', withClaims({ jti: undefined })],
  ])('%s: %s', async (_name, code, make) => {
    const judged = await judgeToken(await make(), github.keys, expected);
    expect(judged).toMatchObject({ accepted: false, code });
    if ('reason' in judged) expect(judged.reason.length).toBeGreaterThan(15);
  });

  test('a token minted by student code in the first job fits only a report that says so', async () => {
    // The first job has no `id-token: write`. Were it given, the claims would still name that job, and the report its mode.
    const stolen = await github.sign({ ...claims, aud: audienceOf({ ...report, mode: 'all', job: 'run' }) });
    expect(await judgeToken(stolen, github.keys, expected)).toMatchObject({ code: 'wrong-audience' });
  });

  function edit(token: string): string {
    const [head, body, signature] = token.split('.');
    const changed = { ...JSON.parse(Buffer.from(body!, 'base64url').toString()), repository_id: '42', jti: 'fresh' };
    return [head, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
  }
});

test('a server whose tokens do not name their job is not held against it', () => {
  const { check_run_id: _id, ...older } = claims;
  expect(verifyClaims(older, expected)).toMatchObject({ accepted: true });
});

test('numbers and texts name the same id', () => {
  expect(verifyClaims({ ...claims, repository_id: 42, run_id: 7001 }, expected)).toMatchObject({ accepted: true });
});

describe('the report', () => {
  const digest = digestReport(report);
  test('has one spelling, whatever the order of its keys', () => {
    const shuffled = Object.fromEntries(Object.entries(report).toReversed()) as Report;
    expect(canonicalise(shuffled)).toBe(canonicalise(report));
    expect(audienceOf(shuffled)).toBe(audienceOf(report));
  });
  test('is found in a check run again, with its token', () => {
    const text = `### Log\n\n\`\`\`text\n\`\`\`json practicum-report\nnot it\n\`\`\`\n\n${writeReportBlock(report, 'a.b.c')}`;
    expect(readReportBlock(writeReportBlock(report, 'a.b.c'))).toEqual({ ok: true, report, digest, token: 'a.b.c' });
    expect(readReportBlock(text)).toEqual({ ok: true, report, digest, token: 'a.b.c' });
    expect(readReportBlock(writeReportBlock(report).replaceAll('\n', '\r\n'))).toEqual({ ok: true, report, digest });
  });
  test.each([
    ['nothing', null, 'no-report'],
    ['no JSON', '```json practicum-report\n{\n```', 'report-not-json'],
    ['another shape', '```json practicum-report\n{"version":1}\n```', 'report-invalid'],
    [
      'another spelling',
      `\`\`\`json practicum-report\n${JSON.stringify(report, null, 0)} \n\`\`\``,
      'report-not-canonical',
    ],
    ['a key more', `\`\`\`json practicum-report\n${canonicalise({ ...report, score: 100 })}\n\`\`\``, 'report-invalid'],
    [
      'a prototype',
      `\`\`\`json practicum-report\n${canonicalise(report).replace('{', '{"__proto__":{"x":1},')}\n\`\`\``,
      'report-invalid',
    ],
  ])('is refused: %s', (_name, text, code) => {
    expect(readReportBlock(text)).toMatchObject({ ok: false, code });
  });
  test.each([
    ['tasks', '[{},{},…]', (list: string) => ({ tasks: list })],
    ['outputs', '{"0":1,…}', (list: string) => ({ outputs: list })],
  ])('a hundred kilobytes of %s that are none (%s) take no longer than a report does', (key, _, put) => {
    const item = (at: number): string => (key === 'tasks' ? '{}' : `"${at}":1`);
    const items = Array.from({ length: key === 'tasks' ? 33_000 : 12_000 }, (__, at) => item(at)).join(',');
    const line = JSON.stringify({ ...report, ...put('HERE') }).replace(
      '"HERE"',
      key === 'tasks' ? `[${items}]` : `{${items}}`,
    );
    const began = process.cpuUsage();
    expect(readReportBlock(`\`\`\`json practicum-report\n${line}\n\`\`\``)).toMatchObject({
      code: 'report-invalid',
      reason: expect.stringMatching(new RegExp(`^${key}\\.0`)),
    });
    const { user, system } = process.cpuUsage(began);
    // With a word about each of them it was a second.
    expect((user + system) / 1000).toBeLessThan(120);
  });
  test('its text is read as it was signed', () => {
    expect(parseReport(canonicalise(report))).toEqual({ ok: true, report, digest });
  });
});
