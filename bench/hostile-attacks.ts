// What a hostile student does, one thing a row: pushed, posted or registered, each a case that once held up everybody.
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Octokit } from '@octokit/rest';
import { mintJobToken, type Person, type Sandbox } from '@practicum/sandbox';
import { withClone } from '../src/rehearsal/push-files.ts';
import { clientOf } from '../src/rehearsal/world.ts';

export type Attacker = {
  sandbox: Sandbox;
  organisation: string;
  person: Person;
  repository: string;
  now: Date;
  client: Octokit;
  appUrl: string;
  /** Where an honest student's service is. */
  classmate: string;
  put: (path: string, text: string) => Promise<unknown>;
  post: (path: string, body: Iterable<string | Buffer>, headers?: Record<string, string>) => Promise<number>;
};

type Attack = (by: Attacker) => Promise<void>;

const times = (count: number, text: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => text(at)).join('');

/** The first question that this student was asked. */
async function requestOf({ client, organisation: owner, repository: repo }: Attacker): Promise<string> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/contents/{path}', { owner, repo, path: 'requests' });
  return (data as { name: string }[])[0]!.name.replace(/\.json$/, '');
}

/** As a workflow of their own does, with its GITHUB_TOKEN. */
async function checkRuns(by: Attacker, count: number, text: string): Promise<void> {
  const { sandbox, organisation: owner, repository: repo, person, now } = by;
  const found = sandbox.state.repositoryByName(owner, repo)!.repository;
  const { token, revoke } = mintJobToken(sandbox.state, found, { checks: 'write', metadata: 'read' }, now);
  const client = clientOf(sandbox, { ...person, token });
  const { data } = await by.client.request('GET /repos/{owner}/{repo}/commits/{ref}', { owner, repo, ref: 'HEAD' });
  for (let at = 0; at < count; at++)
    await client.request('POST /repos/{owner}/{repo}/check-runs', {
      owner,
      repo,
      name: 'practicum/pipeline',
      head_sha: data.sha,
      status: 'completed',
      conclusion: 'success',
      output: { title: 'ok', summary: 'ok', text },
    });
  revoke();
}

/** Each `yield`ed piece is sent only while nobody has refused. */
function* bytesOf(megabytes: number): Generator<Buffer> {
  const piece = Buffer.alloc(1 << 20, 'a');
  for (let sent = 0; sent < megabytes; sent++) yield piece;
}

const junk = (header: object): string =>
  `${[header, { iss: 'https://nobody.invalid', aud: 'x' }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.x`;

/** What is refused is answered so, or cut off; anything else is a hole. */
function expectRefusal(what: string, status: number): void {
  if (status !== 0 && (status < 400 || status >= 500)) throw new Error(`${what} was answered ${status}`);
}

async function pushAndDelete(by: Attacker): Promise<void> {
  const { sandbox, organisation, repository, person, now } = by;
  await withClone(`${sandbox.url}/${organisation}/${repository}.git`, person, now, async (directory, git) => {
    await writeFile(join(directory, 'big.bin'), randomBytes(10_000_000));
    await git.add('.').commit('Big [skip ci]');
    await git.rm('big.bin');
    await git.commit('Gone [skip ci]');
    // Somebody else may have moved the branch meanwhile; the bytes have been sent all the same.
    await git.push('origin', 'HEAD:main', ['--quiet', '--force']);
  });
}

export const attacks: Readonly<Record<string, Attack>> = {
  async 'twenty thousand keys'(by) {
    await by.put('practicum.yml', `endpoint:\n${times(20_000, (at) => `  k${at}: 1\n`)}`);
  },
  async 'sixty check runs'(by) {
    await checkRuns(by, 60, 'practicum-report: {"run_id":1}');
  },
  async 'a huge number'(by) {
    await by.put(`answers/${await requestOf(by)}.csv`, `row,double\n1,${'0'.repeat(60_000)}E\n`);
  },
  async 'long unknown names in pipeline files'(by) {
    await by.put(
      'pipeline.yml',
      times(2000, (at) => `${'a'.repeat(200)}${at}: { ${'b'.repeat(100)}: 1 }\n`),
    );
    await checkRuns(by, 1, '');
  },
  async 'NULs everywhere'(by) {
    await by.put('practicum.yml', 'endpoint: "http://127.0.0.1:1/\\0"\n');
    await by.put(`answers/${await requestOf(by)}.json`, '{"rows":[{"row":1,"double":"\\u0000\\ud800"}],"toString":1}');
    await checkRuns(by, 1, '\u0000practicum-report: {"x":"\\u0000"}');
  },
  async 'deep nesting'(by) {
    await by.put(`answers/${await requestOf(by)}.json`, '['.repeat(50_000) + ']'.repeat(50_000));
    await by.put('practicum.yml', `endpoint: ${'['.repeat(5000)}${']'.repeat(5000)}\n`);
  },
  async 'junk tokens'(by) {
    const tokens = ['x', 'a.b.c', junk({ alg: 'none' }), junk({ alg: 'RS256', kid: '\u0000' }), junk({ alg: 'HS256' })];
    for (const token of tokens)
      for (const path of ['/api/report', '/api/checkout-token'])
        expectRefusal(
          path,
          await by.post(path, ['{}'], { authorization: `bearer ${token}`, 'content-type': 'application/json' }),
        );
  },
  'a big file, pushed and deleted': pushAndDelete,
  async '600 MB to a form'(by) {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expectRefusal('600 MB', await by.post('/enter', bytesOf(600), form));
  },
  async 'stray answers'(by) {
    const { sandbox, organisation, repository, person, now } = by;
    await withClone(`${sandbox.url}/${organisation}/${repository}.git`, person, now, async (directory, git) => {
      await mkdir(join(directory, 'answers'), { recursive: true });
      for (let at = 0; at < 50; at++) await writeFile(join(directory, `answers/\`@all\`-${at}.json`), '{}');
      await git.add('.');
      await git.commit('Stray [skip ci]');
      await git.push('origin', 'HEAD:main', ['--quiet', '--force']);
    });
  },
  async 'an emptied manifest'(by) {
    await by.put('data/MANIFEST.json', '');
  },
  async 'a name server that fails'(by) {
    await by.put('practicum.yml', 'endpoint: http://service.invalid/\n');
  },
  async 'a classmate’s service'(by) {
    await by.put('practicum.yml', `endpoint: ${by.classmate}\n`);
  },
  async 'comments without end'({ client, organisation: owner, repository: repo }) {
    const { data } = await client.request('GET /repos/{owner}/{repo}/issues', { owner, repo });
    const issue_number = data[0]?.number;
    if (issue_number !== undefined)
      for (let at = 0; at < 30; at++)
        await client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
          owner,
          repo,
          issue_number,
          body: `/place ${'x'.repeat(60_000)}`,
        });
  },
};
