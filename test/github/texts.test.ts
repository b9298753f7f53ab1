// Whatever text is sent, by whichever call: below GitHub's limit in bytes, whole characters, and with a note that it was cut.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Octokit } from '@octokit/rest';
import { openSandbox, type BuiltWorld, type OpenSandbox } from '@practicum/sandbox';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cutBytes, mostTextBytes } from '../../src/domain/text/cut-bytes.ts';
import { openClient } from '../../src/github/client/client.ts';
import { taskPermissions } from '../../src/github/github.ts';

const owner = 'school';
const repo = 'work';
const long = 'é'.repeat(40_000);

let sandbox: OpenSandbox & { built: BuiltWorld };
const sent: { call: string; body: Record<string, any> }[] = [];
let head: string;
let as: (task: keyof typeof taskPermissions) => Octokit;
beforeAll(async () => {
  sandbox = await openSandbox({
    plan: {
      organisation: owner,
      repositories: [{ name: repo, files: { 'README.md': 'A start\n' } }],
      app: { manifest: readFileSync(join(import.meta.dirname, '../../app.yml'), 'utf8') },
    },
  });
  const { app, installationId } = sandbox.built;
  const client = openClient({ ...app!, apiUrl: `${sandbox.url}/api/v3` });
  as = (task) => client.installation(installationId!, taskPermissions[task]);
  head = (await as('observe').rest.git.getRef({ owner, repo, ref: 'heads/main' })).data.object.sha;
  sandbox.onExchange(({ method, route, requestBody }) => {
    if (method !== 'GET' && typeof requestBody === 'object')
      sent.push({ call: `${method} ${route}`, body: requestBody as Record<string, any> });
  });
});
afterAll(() => sandbox.close());

const bytes = (text: unknown): number => Buffer.byteLength(String(text));
function expectCut(text: unknown): void {
  expect(bytes(text)).toBeLessThanOrEqual(mostTextBytes);
  expect(bytes(text)).toBeGreaterThan(mostTextBytes - 5);
  expect(text).toMatch(/^é+\n\n… cut: too long for GitHub\.$/);
}

test('issues, comments, pull requests, reviews of them, and release notes', async () => {
  const report = as('report');
  const carry = as('carry');
  const { data: issue } = await report.rest.issues.create({ owner, repo, title: long, body: long });
  const at = { owner, repo, issue_number: issue.number };
  await report.rest.issues.update({ ...at, body: long, state: 'closed' });
  await report.rest.issues.createComment({ ...at, body: long });
  await carry.rest.git.createRef({ owner, repo, ref: 'refs/heads/data', sha: head });
  const content = Buffer.from('a\n').toString('base64');
  const file = { owner, repo, path: 'a.csv', message: 'Add', branch: 'data', content };
  await carry.rest.repos.createOrUpdateFileContents(file);
  const pull = { owner, repo, head: 'data', base: 'main', title: 'Data', body: long };
  const { data: opened } = await carry.rest.pulls.create(pull);
  await carry.rest.pulls.update({ owner, repo, pull_number: opened.number, body: long, state: 'closed' });
  await carry.rest.repos.createRelease({ owner, repo, tag_name: 'data', name: 'Data', body: long });
  await report.rest.issues.createLabel({ owner, repo, name: 'data', color: 'ededed', description: long });
  const bodies = sent.filter(({ body }) => typeof body['body'] === 'string');
  expect(bodies.map(({ call }) => call)).toEqual([
    'POST /repos/{owner}/{repo}/issues',
    'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    'POST /repos/{owner}/{repo}/pulls',
    'PATCH /repos/{owner}/{repo}/pulls/{pull_number}',
    'POST /repos/{owner}/{repo}/releases',
  ]);
  for (const { body } of bodies) expectCut(body['body']);
  expect(issue.title).toHaveLength(255);
  expect(sent.at(-1)?.body['description']).toHaveLength(100);
});

test('check runs, made and updated, with their annotations', async () => {
  const octokit = as('checks');
  const annotation = { path: 'a', start_line: 1, end_line: 1, annotation_level: 'notice' as const };
  const output = {
    title: long,
    summary: long,
    text: long,
    annotations: [{ ...annotation, message: long, title: long }],
  };
  const { data } = await octokit.rest.checks.create({ owner, repo, name: 'a', head_sha: head, output });
  await octokit.rest.checks.update({ owner, repo, check_run_id: data.id, output });
  const outputs = sent.filter(({ call }) => call.includes('check-runs')).map(({ body }) => body['output']);
  expect(outputs).toHaveLength(2);
  for (const one of outputs) {
    expectCut(one.summary);
    expectCut(one.text);
    expect(one.title).toHaveLength(255);
    expect(bytes(one.annotations[0].message)).toBeLessThan(64 * 1024);
    expect(one.annotations[0].title).toHaveLength(255);
  }
  // What was given is not changed under the hands of whoever gave it.
  expect(output.summary).toBe(long);
});

test('what a file holds is never cut', async () => {
  const text = 'é'.repeat(100_000);
  const file = { owner, repo, path: 'issues/pulls.txt', message: 'Add', branch: 'main' };
  await as('deliver').rest.repos.createOrUpdateFileContents({
    ...file,
    content: Buffer.from(text).toString('base64'),
  });
  const { data } = await as('deliver').rest.git.createBlob({ owner, repo, content: text, encoding: 'utf-8' });
  const blob = await as('observe').rest.git.getBlob({ owner, repo, file_sha: data.sha });
  expect(Buffer.from(blob.data.content, 'base64').toString()).toBe(text);
});

test('law: the cut is a beginning of the text, whole characters, within its bytes, and says so', () => {
  const text = fc.string({ unit: 'binary', maxLength: 200 });
  fc.assert(
    fc.property(text, fc.integer({ min: 20, max: 100 }), (given, most) => {
      const cut = cutBytes(given, ' …', most);
      if (bytes(given) <= most) return cut === given;
      const kept = cut.slice(0, -2);
      return (
        bytes(cut) < most &&
        cut.endsWith(' …') &&
        given.startsWith(kept) &&
        !cut.includes('\uFFFD') === !given.slice(0, kept.length).includes('\uFFFD')
      );
    }),
  );
});
