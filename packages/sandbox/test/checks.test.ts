import { afterEach, beforeEach, expect, test, describe } from 'vitest';
import { mintJobToken } from '../src/world/job-token.ts';
import type { Repository } from '../src/world/records.ts';
import { startBench, type Answer, type Bench } from './actions/start-actions.ts';

let bench: Bench;
let repository: Repository;
let sha: string;
let ours: string;
let theirs: string;
let oursId: number;

/** An installed app, and a token of its installation. */
function install(slug: string, permissions: Record<string, 'read' | 'write'>): { id: number; token: string } {
  const { admin, state } = bench.sandbox;
  const { appId } = admin.createApp({ slug, name: slug, owner: 'course', permissions, events: [] });
  const { installationId } = admin.installApp({ appId, account: 'course' });
  const token = `ghs_${slug}`;
  state.store.tokens[token] = {
    kind: 'installation',
    installation: installationId,
    app: appId,
    permissions: { metadata: 'read', ...permissions },
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  };
  return { id: appId, token };
}

beforeEach(async () => {
  bench = await startBench();
  repository = await bench.repository('hw', { collaborators: ['alice'] });
  ({ token: ours, id: oursId } = install('practicum', { checks: 'write', contents: 'read' }));
  ({ token: theirs } = install('other', { checks: 'write' }));
  sha = await bench.push(repository, { a: '1' });
  await bench.settle();
});
afterEach(() => bench.stop());

const call = (method: string, path: string, body: unknown, token: string): Promise<Answer> =>
  bench.api(method, `/repos/course/hw${path}`, { body, token });
const create = (more: object = {}, token = ours): Promise<Answer> =>
  call('POST', '/check-runs', { name: 'score', head_sha: sha, ...more }, token);
const annotation = (line: number, more: object = {}): object => ({
  path: 'a',
  start_line: line,
  end_line: line,
  annotation_level: 'notice',
  message: `m${line}`,
  ...more,
});
const output = (more: object): object => ({ output: { title: 't', summary: 's', ...more } });

describe('who may write', () => {
  test('apps and GITHUB_TOKEN, not people; and a run is changed only by its app', async () => {
    expect((await create({}, bench.tokens.teacher)).body.message).toBe('You must authenticate via a GitHub App.');
    const made = await create();
    expect(made.status).toBe(201);
    expect(made.body.app).toMatchObject({ id: oursId, slug: 'practicum' });
    const foreign = await call('PATCH', `/check-runs/${made.body.id}`, { status: 'in_progress' }, theirs);
    expect(foreign.status).toBe(403);
    expect(foreign.body.message).toMatch(
      /^Invalid app_id `\d+` - check run can only be modified by the GitHub App that created it\.$/,
    );
    const { token } = mintJobToken(
      bench.sandbox.state,
      repository,
      { checks: 'write', metadata: 'read' },
      bench.clock.now(),
    );
    const forged = await create(
      { name: 'score', conclusion: 'success', output: { title: '100', summary: 'trust me' } },
      token,
    );
    expect(forged.body.app).toMatchObject({ id: 15368, slug: 'github-actions' });
    expect(
      (await call('PATCH', `/check-runs/${made.body.id}`, { conclusion: 'success' }, token)).body.message,
    ).toContain('Invalid app_id `15368`');
  });

  test('the check run of a job is closed to every token', async () => {
    await bench.push(repository, {
      '.github/workflows/w.yml': 'on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: "true" }] } }\n',
    });
    await bench.settle();
    const {
      workflow_runs: [run],
    } = (await bench.api('GET', '/repos/course/hw/actions/runs')).body;
    const {
      jobs: [job],
    } = (await bench.api('GET', `/repos/course/hw/actions/runs/${run.id}/jobs`)).body;
    const { token } = mintJobToken(
      bench.sandbox.state,
      repository,
      { checks: 'write', metadata: 'read' },
      bench.clock.now(),
    );
    expect((await call('PATCH', `/check-runs/${job.id}`, { conclusion: 'success' }, token)).status).toBe(403);
    // What the API made is no job.
    const forged = await create({ head_sha: run.head_sha }, token);
    expect((await bench.api('GET', `/repos/course/hw/actions/jobs/${forged.body.id}`)).status).toBe(404);
    expect(forged.body.check_suite.id).toBe(run.check_suite_id);
  });
});

describe('limits', () => {
  test.each([
    ['an unknown commit', { head_sha: 'f'.repeat(40) }, `No commit found for SHA: ${'f'.repeat(40)}`],
    [
      '51 annotations',
      output({ annotations: Array.from({ length: 51 }, (_, at) => annotation(at + 1)) }),
      'No more than 50 items are allowed; 51 were supplied.',
    ],
    [
      'a long summary',
      output({ summary: 'x'.repeat(65_536) }),
      'Only 65535 characters are allowed; 65536 were supplied.',
    ],
    ['a long text', output({ text: 'x'.repeat(65_536) }), 'Only 65535 characters are allowed; 65536 were supplied.'],
    [
      'four actions',
      { actions: Array.from({ length: 4 }, () => ({ label: 'a', description: 'b', identifier: 'c' })) },
      'No more than 3 items are allowed; 4 were supplied.',
    ],
    [
      'a long label',
      { actions: [{ label: 'x'.repeat(21), description: 'b', identifier: 'c' }] },
      'Only 20 characters are allowed; 21 were supplied.',
    ],
    [
      'a long description',
      { actions: [{ label: 'x', description: 'b'.repeat(41), identifier: 'c' }] },
      'Only 40 characters are allowed; 41 were supplied.',
    ],
    [
      'columns over several lines',
      output({ annotations: [annotation(1, { end_line: 2, start_column: 1 })] }),
      'Validation Failed',
    ],
    ['completed without a conclusion', { status: 'completed' }, 'conclusion'],
    ['an unknown conclusion', { conclusion: 'great' }, 'is not a member of'],
  ])('%s is refused', async (_what, more, words) => {
    const answer = await create(more);
    expect(answer.status).toBe(422);
    expect(answer.body.message).toContain(words);
  });
});

test('annotations are appended by every PATCH and listed as an array, in pages', async () => {
  const made = await create({ ...output({ annotations: [annotation(1)] }), status: 'in_progress' });
  await call(
    'PATCH',
    `/check-runs/${made.body.id}`,
    output({ annotations: Array.from({ length: 40 }, (_, at) => annotation(at + 2)) }),
    ours,
  );
  const again = await call(
    'PATCH',
    `/check-runs/${made.body.id}`,
    { conclusion: 'failure', ...output({ annotations: [annotation(1)] }) },
    ours,
  );
  expect(again.body).toMatchObject({ status: 'completed', conclusion: 'failure', output: { annotations_count: 42 } });
  const list = await call('GET', `/check-runs/${made.body.id}/annotations`, undefined, ours);
  expect(list.body).toHaveLength(30);
  expect(list.headers.get('link')).toContain('rel="next"');
  expect(list.body[0]).toMatchObject({ path: 'a', blob_href: expect.stringContaining(sha), title: null });
});

describe('events', () => {
  const told = (): unknown[] =>
    bench.events
      .filter(({ event }) => event.startsWith('check_'))
      .map(({ event, action, app }) => [`${event}.${action}`, app]);

  test('created and completed go to all, what a person asks for only to the owner; a push asks every writing app', async () => {
    expect(told().filter((one) => (one as string[])[0] === 'check_suite.requested')).toHaveLength(2);
    bench.events.length = 0;
    const made = await create({
      conclusion: 'success',
      actions: [{ label: 'Again', description: 'Score again', identifier: 'again' }],
    });
    await bench.sandbox.admin.clickRerun({ checkRunId: made.body.id, login: 'alice' });
    await bench.sandbox.admin.clickAction({ checkRunId: made.body.id, login: 'alice', identifier: 'again' });
    expect(told()).toEqual([
      ['check_run.created', undefined],
      ['check_run.completed', undefined],
      ['check_suite.completed', undefined],
      ['check_run.rerequested', oursId],
      ['check_run.requested_action', oursId],
    ]);
    expect(bench.events.at(-1)?.payload['requested_action']).toEqual({ identifier: 'again' });
    await expect(
      bench.sandbox.admin.clickAction({ checkRunId: made.body.id, login: 'alice', identifier: 'no' }),
    ).rejects.toThrow('no button');
    const suite = await call('GET', `/check-suites/${made.body.check_suite.id}`, undefined, ours);
    expect(suite.body).toMatchObject({ status: 'queued', conclusion: null, latest_check_runs_count: 1 });
  });

  test('re-run on a job runs the workflow again', async () => {
    await bench.push(repository, {
      '.github/workflows/w.yml': 'on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: "true" }] } }\n',
    });
    await bench.settle();
    const list = async (): Promise<any> =>
      (await bench.api('GET', '/repos/course/hw/actions/runs')).body.workflow_runs[0];
    const {
      jobs: [job],
    } = (await bench.api('GET', `/repos/course/hw/actions/runs/${(await list()).id}/jobs`)).body;
    await bench.sandbox.admin.clickRerun({ checkRunId: job.id, login: 'alice' });
    await bench.settle();
    expect(await list()).toMatchObject({ run_attempt: 2, conclusion: 'success', triggering_actor: { login: 'alice' } });
  });
});

test('the list for a ref shows the latest of each name, or all; suites and statuses are found by branch', async () => {
  await create({ conclusion: 'failure' });
  await create({ conclusion: 'success' });
  await create({ name: 'plan', conclusion: 'neutral' }, theirs);
  const names = async (query: string): Promise<unknown[]> =>
    (await call('GET', `/commits/main/check-runs${query}`, undefined, ours)).body.check_runs.map((run: any) => [
      run.name,
      run.conclusion,
    ]);
  expect(await names('')).toEqual([
    ['plan', 'neutral'],
    ['score', 'success'],
  ]);
  expect(await names('?filter=all')).toHaveLength(3);
  expect(await names(`?app_id=${oursId}&check_name=score`)).toEqual([['score', 'success']]);
  const suites = await call('GET', `/commits/${sha}/check-suites`, undefined, ours);
  expect(suites.body.check_suites.map((suite: any) => [suite.app.slug, suite.conclusion])).toEqual([
    ['practicum', 'success'],
    ['other', 'neutral'],
  ]);
  const status = await call('POST', `/statuses/${sha}`, { state: 'success', context: 'ci' }, bench.tokens.student);
  expect(status.status).toBe(201);
  expect((await bench.api('GET', '/repos/course/hw/commits/main/status')).body).toMatchObject({
    state: 'success',
    total_count: 1,
    sha,
  });
});
