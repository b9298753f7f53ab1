import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mintJobToken } from '../../src/world/job-token.ts';
import { unzipFiles } from '../../src/actions/machine/zip-files.ts';
import type { Repository } from '../../src/world/records.ts';
import { startBench, type Answer, type Bench } from './start-actions.ts';

let bench: Bench;
let repository: Repository;
beforeEach(async () => {
  bench = await startBench();
  repository = await bench.repository('hw', { collaborators: ['alice'] });
});
afterEach(() => bench.stop());

const call = (method: string, path: string, options: Parameters<Bench['api']>[2] = {}): Promise<Answer> =>
  bench.api(method, `/repos/course/hw${path}`, options);
const runs = async (): Promise<any[]> => (await call('GET', '/actions/runs')).body.workflow_runs;
const logs = async (run: { id: number }): Promise<string> => {
  const { jobs } = (await call('GET', `/actions/runs/${run.id}/jobs`)).body;
  const texts = jobs.map(async (job: any) =>
    (await fetch((await call('GET', `/actions/jobs/${job.id}/logs`)).headers.get('location') ?? '')).text(),
  );
  return (await Promise.all(texts)).join('');
};

describe('workflow_dispatch', () => {
  const FILE = `name: Place
run-name: "Place \${{ inputs.repo }}"
on:
  workflow_dispatch:
    inputs:
      repo: { required: true }
      labels: { default: '["ubuntu-latest"]' }
      dry: { type: boolean }
      kind: { type: choice, options: [a, b], default: a }
jobs:
  go:
    runs-on: \${{ fromJSON(inputs.labels) }}
    steps: [{ run: 'echo "repo=\${{ inputs.repo }} dry=\${{ inputs.dry == false }} kind=\${{ github.event.inputs.kind }} ref=$GITHUB_REF event=$GITHUB_EVENT_NAME"' }]
`;
  const dispatch = (body: object, headers = {}): Promise<Answer> =>
    call('POST', '/actions/workflows/place.yml/dispatches', { body, headers });
  beforeEach(async () => {
    await bench.push(repository, { '.github/workflows/place.yml': FILE });
    await bench.settle();
  });

  test('runs with its inputs, and answers with the run where the version or the caller asks for it', async () => {
    expect((await dispatch({ ref: 'main', inputs: { repo: 'x' } })).status).toBe(204);
    const asked = await dispatch({ ref: 'main', inputs: { repo: 'y' }, return_run_details: true });
    const versioned = await dispatch(
      { ref: 'refs/heads/main', inputs: { repo: 'z' } },
      { 'x-github-api-version': '2026-03-10' },
    );
    expect([asked.status, versioned.status]).toEqual([200, 200]);
    await bench.settle();
    const run = (await call('GET', `/actions/runs/${versioned.body.workflow_run_id}`)).body;
    expect(run).toMatchObject({
      event: 'workflow_dispatch',
      display_title: 'Place z',
      conclusion: 'success',
      url: versioned.body.run_url,
    });
    expect(await logs(run)).toContain('repo=z dry=true kind=a ref=refs/heads/main event=workflow_dispatch');
    expect(await runs()).toHaveLength(3);
  });

  test.each([
    [{ inputs: { repo: 'x' } }, 422, '"ref" wasn\'t supplied'],
    [{ ref: 'gone', inputs: { repo: 'x' } }, 422, 'No ref found for: gone'],
    [{ ref: 'main' }, 422, "Required input 'repo' not provided"],
    [{ ref: 'main', inputs: { repo: 'x', other: '1' } }, 422, 'Unexpected inputs provided: ["other"]'],
    [{ ref: 'main', inputs: { repo: 'x', kind: 'c' } }, 422, 'not in the list of allowed values'],
    [
      { ref: 'main', inputs: Object.fromEntries(Array.from({ length: 26 }, (_, at) => [`i${at}`, '1'])) },
      422,
      'No more than 25 properties',
    ],
  ])('%j is refused', async (body, status, words) => {
    const answer = await dispatch(body);
    expect(answer.status).toBe(status);
    expect(answer.body.message).toContain(words);
  });

  test('a file without the trigger, an unknown one, and a reader are refused', async () => {
    await bench.push(repository, {
      '.github/workflows/ci.yml': 'on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: "true" }] } }\n',
    });
    await bench.settle();
    expect(
      (await call('POST', '/actions/workflows/ci.yml/dispatches', { body: { ref: 'main' } })).body.message,
    ).toContain("does not have 'workflow_dispatch' trigger");
    expect((await call('POST', '/actions/workflows/none.yml/dispatches', { body: { ref: 'main' } })).status).toBe(404);
    const { token } = bench.sandbox.admin.createUser({ login: 'stranger' });
    expect(
      (
        await call('POST', '/actions/workflows/place.yml/dispatches', {
          body: { ref: 'main', inputs: { repo: 'x' } },
          token,
        })
      ).status,
    ).toBe(403);
  });
});

test('repository_dispatch runs the file of the default branch with its payload, also from a GITHUB_TOKEN', async () => {
  await bench.push(repository, {
    '.github/workflows/r.yml':
      'on: { repository_dispatch: { types: [release] } }\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: "echo got-${{ github.event.client_payload.n }}-${{ github.event.action }}" }] } }\n',
  });
  const { token } = mintJobToken(
    bench.sandbox.state,
    repository,
    { contents: 'write', metadata: 'read' },
    bench.clock.now(),
  );
  expect(
    (await call('POST', '/dispatches', { body: { event_type: 'release', client_payload: { n: 7 } }, token })).status,
  ).toBe(204);
  expect((await call('POST', '/dispatches', { body: { event_type: 'other' } })).status).toBe(204);
  expect(
    (
      await call('POST', '/dispatches', {
        body: {
          event_type: 'x',
          client_payload: Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`k${at}`, 1])),
        },
      })
    ).status,
  ).toBe(422);
  await bench.settle();
  const all = await runs();
  expect(all.map((run) => [run.event, run.display_title])).toEqual([['repository_dispatch', 'release']]);
  expect(await logs(all[0])).toContain('got-7-release');
});

test('a commit made with GITHUB_TOKEN starts nothing; the same by a person does', async () => {
  await bench.push(
    repository,
    { '.github/workflows/w.yml': 'on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: "true" }] } }\n' },
    { emit: false },
  );
  const { token } = mintJobToken(
    bench.sandbox.state,
    repository,
    { contents: 'write', metadata: 'read' },
    bench.clock.now(),
  );
  const put = (path: string, by: string): Promise<Answer> =>
    call('PUT', `/contents/${path}`, {
      body: { message: path, content: Buffer.from('1').toString('base64') },
      token: by,
    });
  expect((await put('a', token)).status).toBe(201);
  expect((await put('b', bench.tokens.student)).status).toBe(201);
  await bench.settle();
  expect((await runs()).map((run) => run.display_title)).toEqual(['b']);
});

test('a pull request runs on its merge; with conflicts it does not run', async () => {
  const file =
    'on: { pull_request: { branches: [main] } }\njobs: { a: { runs-on: ubuntu-latest, steps: [{ uses: actions/checkout@v7 }, { run: "cat a b; echo $GITHUB_REF $GITHUB_HEAD_REF $GITHUB_BASE_REF" }] } }\n';
  await bench.push(repository, { '.github/workflows/p.yml': file, a: 'old\n' });
  const head = await bench.push(repository, { b: 'from-topic\n' }, { ref: 'refs/heads/topic' });
  await bench.push(repository, { a: 'newer\n' });
  await bench.push(repository, { a: 'conflict\n' }, { ref: 'refs/heads/bad' });
  await bench.push(repository, { a: 'newest\n' });
  const pull = await call('POST', '/pulls', { body: { title: 'Topic', head: 'topic', base: 'main' } });
  await call('POST', '/pulls', { body: { title: 'Bad', head: 'bad', base: 'main' } });
  await bench.settle();
  const all = await runs();
  expect(
    all.map((run) => [
      run.display_title,
      run.event,
      run.head_sha,
      run.head_branch,
      run.conclusion,
      run.pull_requests[0]?.number,
    ]),
  ).toEqual([['Topic', 'pull_request', head, 'topic', 'success', pull.body.number]]);
  expect(await logs(all[0])).toContain(`refs/pull/${pull.body.number}/merge topic main`);
  expect(await logs(all[0])).toMatch(/newest\n.*from-topic/);
});

test('workflow_run follows a run that ended, to three levels', async () => {
  const follow = (name: string, after: string): string =>
    `name: ${name}\non: { workflow_run: { workflows: [${after}], types: [completed] } }\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: "true" }] } }\n`;
  await bench.push(repository, {
    '.github/workflows/0.yml':
      'name: zero\non: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: "true" }] } }\n',
    '.github/workflows/1.yml': follow('one', 'zero'),
    '.github/workflows/2.yml': follow('loop', 'one, loop'),
  });
  await bench.settle();
  expect((await runs()).map((run) => run.name)).toEqual(['loop', 'loop', 'one', 'zero']);
});

test('artifacts are listed, downloaded by a redirect as a zip, and expire', async () => {
  await bench.push(repository, {
    '.github/workflows/w.yml':
      'on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: "mkdir o && echo 1 > o/a.txt" }, { id: u, uses: actions/upload-artifact@v7, with: { name: out, path: o, retention-days: 2 } }, { run: "echo ${{ steps.u.outputs.artifact-id }}" }] } }\n',
  });
  await bench.settle();
  const [run] = await runs();
  const { artifacts } = (await call('GET', `/actions/runs/${run.id}/artifacts`)).body;
  expect(artifacts).toMatchObject([
    { name: 'out', expired: false, workflow_run: { id: run.id, head_sha: run.head_sha } },
  ]);
  const moved = await call('GET', `/actions/artifacts/${artifacts[0].id}/zip`);
  expect(moved.status).toBe(302);
  const zip = Buffer.from(await (await fetch(moved.headers.get('location') ?? '')).arrayBuffer());
  expect(unzipFiles(zip).map(({ name, data }) => [name, data.toString()])).toEqual([['a.txt', '1\n']]);
  expect((await call('GET', `/actions/artifacts/${artifacts[0].id}/zip`, { token: '' })).status).toBe(401);
  bench.clock.advance(3 * 24 * 3600 * 1000);
  expect((await call('GET', `/actions/artifacts/${artifacts[0].id}/zip`)).status).toBe(410);
});

test('a run that was under way goes on in the next process: same run, same attempt, same jobs', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'practicum-resume-'));
  try {
    const first = await startBench({ dir, persist: true });
    const kept = await first.repository('kept');
    await first.push(
      kept,
      {
        '.github/workflows/w.yml':
          'on: push\njobs:\n  quick: { runs-on: ubuntu-latest, outputs: { x: "${{ steps.s.outputs.x }}" }, steps: [{ id: s, run: "echo x=$GITHUB_RUN_ID >> $GITHUB_OUTPUT" }] }\n  slow: { needs: quick, runs-on: ubuntu-latest, steps: [{ run: "sleep ${{ vars.DELAY }}; echo ${{ needs.quick.outputs.x }}" }] }\n',
      },
      { emit: false },
    );
    kept.variables['DELAY'] = { value: '300', createdAt: '', updatedAt: '' };
    await first.api('PUT', '/repos/course/kept/contents/go', { body: { message: 'go', content: '' } });
    const jobsOf = async (of: Bench, run: any): Promise<any[]> =>
      (await of.api('GET', `/repos/course/kept/actions/runs/${run.id}/jobs`)).body.jobs;
    const list = async (of: Bench): Promise<any[]> =>
      (await of.api('GET', '/repos/course/kept/actions/runs')).body.workflow_runs;
    let before: any[] = [];
    while (before.at(1)?.status !== 'in_progress') {
      const [run] = await list(first);
      before = run ? await jobsOf(first, run) : [];
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    kept.variables['DELAY'] = { value: '0', createdAt: '', updatedAt: '' };
    await first.sandbox.close();

    const second = await startBench({ dir, persist: true });
    await second.settle();
    const all = await list(second);
    expect(all.map((run) => [run.run_attempt, run.conclusion])).toEqual([[1, 'success']]);
    const after = await jobsOf(second, all[0]);
    expect(after.map((job) => [job.id, job.name, job.conclusion])).toEqual([
      [before[0].id, 'quick', 'success'],
      [before[1].id, 'slow', 'success'],
    ]);
    expect(second.events.filter(({ event, action }) => event === 'workflow_run' && action === 'requested')).toEqual([]);
    await second.sandbox.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
