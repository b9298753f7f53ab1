import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createLocalJWKSet, createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBench, type Bench } from './start-actions.ts';

let bench: Bench;
let folder: string;
beforeEach(async () => {
  bench = await startBench();
  folder = mkdtempSync(join(tmpdir(), 'practicum-clone-'));
});
afterEach(async () => {
  await bench.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ACTION = `
const fs = require('node:fs');
const input = (name) => process.env['INPUT_' + name.toUpperCase()] ?? '';
const call = async (method, path, body) => {
  const answer = await fetch(process.env.GITHUB_API_URL + path, { method, headers: { authorization: 'Bearer ' + input('token') }, body: body && JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
};
(async () => {
  if (input('mode') === 'run') {
    fs.appendFileSync(process.env.GITHUB_OUTPUT, 'files=' + fs.readdirSync(process.env.GITHUB_WORKSPACE).sort().join(',') + '\\n');
    const denied = await call('POST', '/repos/' + process.env.GITHUB_REPOSITORY + '/check-runs', { name: 'x', head_sha: process.env.GITHUB_SHA });
    console.log('write denied ' + denied.status + ' oidc ' + (process.env.ACTIONS_ID_TOKEN_REQUEST_URL === undefined));
    return;
  }
  const event = JSON.parse(fs.readFileSync(process.env.GITHUB_EVENT_PATH, 'utf8'));
  const url = process.env.ACTIONS_ID_TOKEN_REQUEST_URL + '&audience=' + encodeURIComponent('practicum/report/v1');
  const answer = await fetch(url, { headers: { authorization: 'Bearer ' + process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN } });
  const token = (await answer.json()).value;
  console.log('::add-mask::' + token);
  const made = await call('POST', '/repos/' + process.env.GITHUB_REPOSITORY + '/check-runs', {
    name: 'practicum/pipeline', head_sha: process.env.GITHUB_SHA, status: 'completed', conclusion: 'success',
    output: { title: 'done', summary: 'pushed by ' + event.pusher.name, text: token, annotations: [{ path: 'pipeline.yml', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'ok' }] },
  });
  console.log('made ' + made.status);
  if (made.status !== 201) process.exit(1);
})();
`;

const COURSE = {
  'action/action.yml':
    'name: Practicum\ninputs: { mode: { default: run }, token: { default: "${{ github.token }}" } }\nruns: { using: node24, main: dist/index.cjs }\n',
  'action/dist/index.cjs': ACTION,
  '.github/workflows/practicum.yml': `name: Practicum
on:
  workflow_call:
    inputs: { pipeline: { type: string, default: pipeline.yml } }
    outputs: { files: { value: "\${{ jobs.run.outputs.files }}" } }
permissions: {}
jobs:
  run:
    runs-on: ubuntu-latest
    permissions: { contents: read }
    outputs: { files: "\${{ steps.it.outputs.files }}" }
    steps:
      - uses: actions/checkout@v7
        with: { persist-credentials: false }
      - run: test -f "\${{ inputs.pipeline }}" && git log -1 --format=%an && git config --list --local
      - { id: it, uses: course/practicum/action@v1, with: { mode: run } }
  report:
    needs: run
    if: \${{ !cancelled() }}
    runs-on: ubuntu-latest
    permissions: { actions: read, checks: write, contents: read, id-token: write }
    steps: [{ uses: course/practicum/action@v1, with: { mode: report } }]
`,
};

const STUDENT = {
  'pipeline.yml': 'version: 1\n',
  '.github/workflows/course.yml': `name: course
on: { push: { branches: [main] } }
permissions: {}
jobs:
  practicum:
    permissions: { actions: read, checks: write, contents: read, id-token: write }
    uses: course/practicum/.github/workflows/practicum.yml@main
  after: { needs: practicum, runs-on: ubuntu-latest, steps: [{ run: 'echo "saw \${{ needs.practicum.outputs.files }}"' }] }
`,
};

function git(cwd: string, ...args: string[]): string {
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Alice',
    GIT_AUTHOR_EMAIL: 'a@x.org',
    GIT_COMMITTER_NAME: 'Alice',
    GIT_COMMITTER_EMAIL: 'a@x.org',
  };
  return execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A real `git push` by a person, from a clone on the disk. */
async function pushFiles(name: string, token: string, files: Record<string, string>, message: string): Promise<string> {
  const clone = join(folder, name);
  mkdirSync(clone, { recursive: true });
  git(clone, 'init', '-q', '-b', 'main');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(clone, path)), { recursive: true });
    writeFileSync(join(clone, path), text);
  }
  git(clone, 'add', '-A');
  git(clone, 'commit', '-q', '-m', message);
  const url = bench.sandbox.url.replace('://', `://x-access-token:${token}@`);
  // Asynchronously: the sandbox that answers lives in this very process.
  const { spawn } = await import('node:child_process');
  await new Promise<void>((resolve, reject) => {
    const child = spawn('git', ['push', '-q', `${url}/course/${name}.git`, 'HEAD:main'], {
      cwd: clone,
      env: { PATH: process.env['PATH'], HOME: folder },
      stdio: 'inherit',
    });
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`git push: ${code}`))));
  });
  return git(clone, 'rev-parse', 'HEAD').trim();
}

test('a student pushes; the called workflow checks out, runs the action, and reports by a check run and an OIDC token', async () => {
  const { api, sandbox, tokens } = bench;
  const course = await bench.repository('practicum', { private: true });
  const student = await bench.repository('hw1-alice', { private: true, collaborators: ['alice'] });
  const courseSha = await bench.push(course, COURSE, { as: 'teacher' });
  await sandbox.git.open('course/practicum').moveRef('refs/tags/v1', '0'.repeat(40), courseSha);
  const sha = await pushFiles('hw1-alice', tokens.student, STUDENT, 'My work');
  await bench.settle();

  const [run] = (await api('GET', '/repos/course/hw1-alice/actions/runs')).body.workflow_runs;
  expect(run).toMatchObject({
    conclusion: 'success',
    head_sha: sha,
    path: '.github/workflows/course.yml',
    actor: { login: 'alice' },
  });
  expect(run.referenced_workflows).toEqual([
    { path: 'course/practicum/.github/workflows/practicum.yml@main', sha: courseSha, ref: 'refs/heads/main' },
  ]);
  const { jobs } = (await api('GET', `/repos/course/hw1-alice/actions/runs/${run.id}/jobs`)).body;
  expect(jobs.map((job: any) => [job.name, job.conclusion])).toEqual([
    ['practicum / run', 'success'],
    ['practicum / report', 'success'],
    ['after', 'success'],
  ]);
  const log = async (at: number): Promise<string> =>
    (
      await fetch(
        (await api('GET', `/repos/course/hw1-alice/actions/jobs/${jobs[at].id}/logs`)).headers.get('location') ?? '',
      )
    ).text();
  expect(await log(0)).toContain('Alice');
  expect(await log(0)).not.toContain('extraheader');
  expect(await log(0)).toContain('write denied 403 oidc true');
  expect(await log(1)).toContain('made 201');
  expect(await log(2)).toContain('saw .git,.github,pipeline.yml');

  const { check_runs } = (await api('GET', `/repos/course/hw1-alice/commits/${sha}/check-runs`)).body;
  expect(
    check_runs.map((check: any) => [check.name, check.app.id, check.app.slug, check.conclusion]).toSorted(),
  ).toEqual([
    ['after', 15368, 'github-actions', 'success'],
    ['practicum / report', 15368, 'github-actions', 'success'],
    ['practicum / run', 15368, 'github-actions', 'success'],
    ['practicum/pipeline', 15368, 'github-actions', 'success'],
  ]);
  const report = check_runs.find((check: any) => check.name === 'practicum/pipeline');
  expect(report.output).toMatchObject({ title: 'done', summary: 'pushed by alice', annotations_count: 1 });

  const discovery = (await (
    await fetch(`${sandbox.url}/_services/token/.well-known/openid-configuration`)
  ).json()) as any;
  const { payload } = await jwtVerify(report.output.text, createRemoteJWKSet(new URL(discovery.jwks_uri)), {
    issuer: discovery.issuer,
    audience: 'practicum/report/v1',
    currentDate: bench.clock.now(),
  });
  expect(payload).toMatchObject({
    iss: `${sandbox.url}/_services/token`,
    repository: 'course/hw1-alice',
    repository_id: String(student.id),
    repository_owner_id: String(student.owner),
    job_workflow_ref: 'course/practicum/.github/workflows/practicum.yml@refs/heads/main',
    job_workflow_sha: courseSha,
    workflow_ref: 'course/hw1-alice/.github/workflows/course.yml@refs/heads/main',
    sha,
    ref: 'refs/heads/main',
    event_name: 'push',
    run_id: String(run.id),
    run_attempt: '1',
    check_run_id: String(jobs[1].id),
    runner_environment: 'github-hosted',
    actor: 'alice',
  });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
  await expect(
    jwtVerify(report.output.text, createRemoteJWKSet(new URL(discovery.jwks_uri)), {
      currentDate: new Date(bench.clock.now().getTime() + 301_000),
    }),
  ).rejects.toThrow('exp');

  // A rotation keeps the former key once, not twice.
  await sandbox.admin.rotateOidcKey({});
  const rotated = (await (await fetch(discovery.jwks_uri)).json()) as any;
  expect(rotated.keys).toHaveLength(2);
  await jwtVerify(report.output.text, createLocalJWKSet(rotated), { currentDate: bench.clock.now() });
  expect(decodeJwt(report.output.text).jti).toMatch(/^[0-9a-f-]{36}$/);
  // The tokens of the jobs ended with them.
  expect(
    Object.values(sandbox.state.store.tokens).filter((token) => token.kind === 'installation' && token.workflow),
  ).toEqual([]);
});

test('a called workflow cannot raise what its caller gave', async () => {
  const course = await bench.repository('practicum', { private: true });
  const student = await bench.repository('hw', { private: true });
  await bench.push(course, COURSE, { as: 'teacher' });
  await bench.push(student, {
    ...STUDENT,
    '.github/workflows/course.yml': STUDENT['.github/workflows/course.yml'].replace('checks: write', 'checks: read'),
  });
  await bench.settle();
  const [run] = (await bench.api('GET', '/repos/course/hw/actions/runs')).body.workflow_runs;
  expect(run.conclusion).toBe('startup_failure');
});

test('a workflow of a private repository is closed to a public one, and to all when its access is none', async () => {
  const course = await bench.repository('practicum', { private: true });
  await bench.push(course, COURSE, { as: 'teacher' });
  const open = await bench.repository('open');
  await bench.push(open, STUDENT);
  expect(
    (await bench.api('PUT', '/repos/course/practicum/actions/permissions/access', { body: { access_level: 'none' } }))
      .status,
  ).toBe(204);
  const closed = await bench.repository('closed', { private: true });
  await bench.push(closed, STUDENT);
  await bench.settle();
  for (const name of ['open', 'closed']) {
    expect((await bench.api('GET', `/repos/course/${name}/actions/runs`)).body.workflow_runs[0].conclusion).toBe(
      'startup_failure',
    );
  }
});
