// A release, the run that used it, and the proof of that, when the Action may not make check runs and posts its report instead.
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyBundledAction } from '../bundled-action.ts';
import type { RunEvidence } from '../../src/domain/evidence/evidence.ts';
import { audienceOf, readReportBlock, writeReportBlock, type Report } from '../../src/domain/report/report.ts';
import { pushFolder } from '../../src/rehearsal/push-files.ts';
import { clientOf } from '../../src/rehearsal/world.ts';
import { courseFiles, organisation, startLive, type Live } from './start-live.ts';

let live: Live;
const repo = 'prices-ada';
const root = join(import.meta.dirname, '../..');

/** The course's workflow as it ships, but for the right to make check runs, and with the app's address. */
async function courseWorkflow(): Promise<string> {
  const text = await readFile(join(root, 'templates/course/.github/workflows/practicum.yml'), 'utf8');
  const changed = text.replace('      checks: write\n', '').replace("app-url: ''", `app-url: ${live.url}`);
  expect(changed).not.toContain('checks: write');
  expect(changed).toContain(live.url);
  return changed;
}

const pipeline = (inputs: string): string => `version: 1
name: prices
inputs: { slices: ${inputs} }
tasks:
  train: { run: "cat data/incoming/*.csv > model.bin", inputs: [slices], outputs: { model: model.bin } }
`;

beforeAll(async () => {
  live = await startLive({ students: ['ada'] });
  const { sandbox, teacher } = live;
  sandbox.admin.createOrganization({ login: 'practicum', owner: 'teacher' });
  await clientOf(sandbox, teacher).request('POST /orgs/{org}/repos', { org: 'practicum', name: 'practicum' });
  const folder = await mkdtemp(join(tmpdir(), 'practicum-proof-'));
  await copyBundledAction(join(folder, 'action'));
  await pushFolder(`${sandbox.url}/practicum/practicum.git`, teacher, live.clock.now(), folder, 'Release', 'v1');
  await rm(folder, { recursive: true });
  const template = await mkdtemp(join(tmpdir(), 'practicum-proof-'));
  await cp(join(root, 'templates/student/.github/workflows/course.yml'), join(template, 'course.yml'));
  const calling = (await readFile(join(template, 'course.yml'), 'utf8'))
    .replaceAll('__ORGANISATION__', organisation)
    .replaceAll('__COURSE_REPOSITORY__', 'course')
    .replace('      checks: write\n', '');
  await rm(template, { recursive: true });
  await live.makeRepository(
    'student-template',
    {
      'pipeline.yml': pipeline('data/incoming'),
      '.gitignore': '.practicum/\nmodel.bin\n',
      '.github/workflows/course.yml': calling,
    },
    { is_template: true },
  );
  await live.makeRepository('course', {
    ...courseFiles(['ada'], 'score: { data: 10, pipeline: 10, freshness: { points: 20, trust: attested } }\n'),
    '.github/workflows/practicum.yml': await courseWorkflow(),
  });
  live.install();
  await live.quiet();
}, 90_000);
afterAll(async () => live?.stop());

const runs = async (): Promise<RunEvidence[]> =>
  (await live.store.evidence(organisation, 'prices', 'ada')).filter((evidence) => evidence.kind === 'run');
const score = async (): Promise<string> => {
  const { data } = await live.asTeacher.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
    owner: organisation,
    repo,
    ref: 'main',
  });
  return data.check_runs.find(({ name }) => name === 'score')?.output.summary ?? '';
};
const postedBodies = async (): Promise<string[]> =>
  (await live.database.pool.query<{ body: string }>('select body from posted_report order by received_at')).rows.map(
    ({ body }) => body,
  );
const post = async (body: string): Promise<{ status: number; code: string }> => {
  const response = await fetch(`${live.url}/api/report`, { method: 'POST', body });
  return { status: response.status, code: ((await response.json()) as { code: string }).code };
};

test('the posted report is weighed like one in a check run, and proves that the release was used', async () => {
  await live.pass(3 * 3600);
  const [run] = (await runs()).filter(({ releases }) => releases.includes('release-1'));
  expect(run).toMatchObject({ trust: 'attested', conclusion: 'success', modelFrom: ['release-1'] });
  expect(run!.id).toMatch(/^run\/report\/[0-9a-f]{64}\/prices$/);
  expect(run).not.toHaveProperty('unread');
  // Each of the two jobs began a minute at least.
  expect(run!.minutes).toBeGreaterThanOrEqual(2);
  expect(await live.store.runCosts(organisation, new Date(0))).toEqual({
    runs: new Set((await runs()).map(({ runId }) => runId)).size,
    median: run!.minutes,
  });
  const text = await score();
  expect(text).toContain('### What each release led to');
  expect(text).toMatch(
    /\| release-1 \| ✓ Mon 4 Jan 2027 .* \| ✓ [0-9a-f]{7} \| ✓ [0-9a-f]{7}, attested, after .* \| ✓ [0-9a-f]{12} \| not asked for \|/,
  );
  expect(text).toMatch(/freshness \| 20 of 20/);
  const page = await (await fetch(`${live.url}/${organisation}/students/ada`)).text();
  expect(page).toContain('What each release led to');
  expect(page).toContain('none: proven to the end');
}, 60_000);

test('the same report again is known; one altered by a letter, unsigned, or signed by another key is refused', async () => {
  const [body] = await postedBodies();
  const read = readReportBlock(body);
  if (!read.ok || read.token === undefined) throw new Error('no genuine report to forge');
  const { report, token } = read;
  const before = await runs();
  const { privateKey } = await generateKeyPair('RS256');
  const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString('utf8'));
  const better: Report = { ...report, metrics: { accuracy: 1 } };
  const own = await new SignJWT({ ...claims, aud: audienceOf(better) })
    .setProtectedHeader({ alg: 'RS256', kid: 'mine' })
    .sign(privateKey);
  const [head, , signature] = token.split('.');
  const edited = `${head}.${Buffer.from(JSON.stringify({ ...claims, aud: audienceOf(better) })).toString('base64url')}.${signature}`;
  expect(await post(body!)).toEqual({ status: 403, code: 'expired' });
  const later = live.clock.now();
  live.clock.set(new Date(claims.iat * 1000 + 10_000));
  expect(await post(body!)).toEqual({ status: 200, code: 'known' });
  expect(await post(writeReportBlock(better, token))).toEqual({ status: 403, code: 'wrong-audience' });
  expect(await post(writeReportBlock(report))).toEqual({ status: 401, code: 'no-token' });
  expect(await post(writeReportBlock(better, own))).toEqual({ status: 403, code: 'bad-token' });
  expect(await post(writeReportBlock(better, edited))).toEqual({ status: 403, code: 'bad-token' });
  expect(await post(writeReportBlock({ ...report, repository: `${organisation}/prices-bob` }, token))).toEqual({
    status: 403,
    code: 'wrong-repository',
  });
  expect(await post(writeReportBlock({ ...report, repository: 'nobody/nothing' }, token))).toEqual({
    status: 403,
    code: 'wrong-repository',
  });
  expect(await post('all is well')).toEqual({ status: 422, code: 'no-report' });
  expect(await post('x'.repeat(200_000))).toEqual({ status: 413, code: 'too-large' });
  live.clock.set(later);
  await live.quiet();
  expect(await runs()).toEqual(before);
});

test('a token that a workflow of the student’s own had signed for its own report opens nothing', async () => {
  const [body] = await postedBodies();
  const read = readReportBlock(body);
  if (!read.ok) throw new Error('no report');
  const forged: Report = { ...read.report, metrics: { accuracy: 1 } };
  const before = await runs();
  await live.push(repo, live.person('ada'), {
    'forge.mjs': `
const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = process.env;
const signed = await fetch(url + '&audience=${audienceOf(forged)}', { headers: { authorization: 'Bearer ' + bearer } });
const { value } = await signed.json();
const block = ${JSON.stringify(writeReportBlock(forged, 'a.b.c'))}.replace('a.b.c', value);
const answer = await fetch(${JSON.stringify(`${live.url}/api/report`)}, { method: 'POST', body: block });
const { code } = await answer.json();
// Green only if it was refused for the very reason.
process.exit(answer.status === 403 && code === 'wrong-workflow' ? 0 : 1);
`,
    '.github/workflows/forge.yml': `on: push
jobs:
  forge:
    runs-on: ubuntu-latest
    permissions: { contents: read, id-token: write }
    steps:
      - uses: actions/checkout@v7
      - run: node forge.mjs
`,
  });
  await live.quiet();
  const { data } = await live.asTeacher.request('GET /repos/{owner}/{repo}/actions/runs', {
    owner: organisation,
    repo,
  });
  expect(data.workflow_runs.find(({ path }) => path?.includes('forge.yml'))?.conclusion).toBe('success');
  const added = (await runs()).filter(({ id }) => !before.some((runEvidence) => runEvidence.id === id));
  // The push itself was run and reported by the course's workflow; nothing came of the forgery.
  expect(added.every(({ trust, rejected }) => trust === 'attested' && !rejected)).toBe(true);
  expect((await postedBodies()).some((text) => text.includes('"accuracy"'))).toBe(false);
}, 60_000);

test('a pipeline that goes by the new release is green and proves nothing: the missing link is named', async () => {
  await live.push(repo, live.person('ada'), {
    'pipeline.yml': pipeline('data/incoming/release-1.csv'),
    '.github/workflows/forge.yml': undefined,
  });
  await live.pass(7 * 24 * 3600);
  const last = (await runs()).findLast(({ releases }) => releases.includes('release-2'));
  expect(last).toMatchObject({
    conclusion: 'success',
    trust: 'attested',
    unread: ['release-2'],
    modelFrom: ['release-1'],
  });
  const text = await score();
  expect(text).toMatch(
    /release-2, missing link \*run that used it\*: The run at [0-9a-f]{7} had release-2 in its commit, but none of its tasks reads it/,
  );
  expect(text).toMatch(/\| freshness \| .*none of its tasks reads it/);
}, 60_000);

test('nor does it with a manifest that its owner emptied: what was shipped is known without it', async () => {
  // Of two runs of the same moment either might be named.
  await live.pass(60);
  await live.push(repo, live.person('ada'), { 'data/MANIFEST.json': '{ "version": 1, "releases": [] }\n' });
  await live.quiet();
  const last = (await runs()).findLast(({ releases }) => releases.includes('release-2'));
  expect(last).toMatchObject({ trust: 'attested', unlisted: ['release-1', 'release-2'], modelFrom: [] });
  expect(last!.unread).toContain('release-2');
  expect(await score()).toMatch(
    /release-2, missing link \*run that used it\*: .* but data\/MANIFEST.json did not list it/,
  );
}, 60_000);
