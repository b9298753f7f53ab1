import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { actionsOf } from '../../src/actions/records.ts';
import { startBench, type Bench } from './start-actions.ts';

let bench: Bench;
beforeEach(async () => void (bench = await startBench()));
afterEach(() => bench.stop());

const workflow = (body: string): Record<string, string> => ({ '.github/workflows/ci.yml': body });
const runs = async (repo: string): Promise<any[]> =>
  (await bench.api('GET', `/repos/course/${repo}/actions/runs`)).body.workflow_runs;
const jobs = async (repo: string, run: { id: number }): Promise<any[]> =>
  (await bench.api('GET', `/repos/course/${repo}/actions/runs/${run.id}/jobs`)).body.jobs;
const logOf = async (repo: string, job: { id: number }): Promise<string> => {
  const answer = await bench.api('GET', `/repos/course/${repo}/actions/jobs/${job.id}/logs`);
  expect(answer.status).toBe(302);
  return (await fetch(answer.headers.get('location') ?? '')).text();
};

describe('a push', () => {
  test('starts the workflow; run, jobs, check runs and events tell the same story', async () => {
    const repository = await bench.repository('hw');
    const sha = await bench.push(
      repository,
      workflow(
        'name: CI\non: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - { name: hello, run: echo hi }\n',
      ),
      { message: 'First\n\nbody' },
    );
    await bench.settle();
    const [run] = await runs('hw');
    expect(run).toMatchObject({
      name: 'CI',
      event: 'push',
      head_sha: sha,
      head_branch: 'main',
      status: 'completed',
      conclusion: 'success',
      display_title: 'First',
      run_number: 1,
      run_attempt: 1,
      actor: { login: 'alice' },
    });
    const [job] = await jobs('hw', run);
    expect(job).toMatchObject({
      name: 'build',
      status: 'completed',
      conclusion: 'success',
      labels: ['ubuntu-latest'],
      runner_name: 'GitHub Actions 1',
    });
    expect(job.steps.map((step: any) => step.name)).toEqual(['Set up job', 'hello', 'Complete job']);
    expect(await logOf('hw', job)).toContain('hi\n');
    const told = bench.events
      .filter(({ event }) => event.startsWith('workflow_') || event === 'check_run')
      .map(({ event, action }) => `${event}.${action}`);
    expect(told).toEqual([
      'workflow_run.requested',
      'check_run.created',
      'workflow_job.queued',
      'workflow_run.in_progress',
      'workflow_job.in_progress',
      'check_run.completed',
      'workflow_job.completed',
      'workflow_run.completed',
    ]);
    const check = bench.events.find(({ event }) => event === 'check_run')?.payload['check_run'] as { id: number };
    expect(check.id).toBe(job.id);
  });

  test('filters, [skip ci] and GITHUB_TOKEN decide whether it starts at all', async () => {
    const repository = await bench.repository('hw');
    const files = workflow(
      'on:\n  push:\n    branches: [main, "release/**"]\n    paths: ["src/**", "!src/docs/**", ".github/**"]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps: [{ run: "true" }]\n',
    );
    await bench.push(repository, files);
    await bench.push(repository, { 'README.md': '1' }, { message: 'not in paths' });
    await bench.push(repository, { 'src/docs/a.md': '1' }, { message: 'excluded path' });
    await bench.push(repository, { 'src/a.py': '1' }, { message: 'no [skip ci]' });
    await bench.push(repository, { 'src/a.py': '2' }, { message: 'topic', ref: 'refs/heads/topic' });
    await bench.push(repository, { 'src/a.py': '3' }, { message: 'release', ref: 'refs/heads/release/1' });
    await bench.push(repository, { 'src/a.py': '4' }, { message: 'tag', ref: 'refs/tags/v1' });
    await bench.settle();
    expect((await runs('hw')).map((run) => run.display_title)).toEqual(['release', 'A commit']);
  });

  test('a file that cannot be read gives a run that failed to start, and says why in the log of the sandbox', async () => {
    const repository = await bench.repository('hw');
    await bench.push(repository, workflow('on: push\njobs:\n  a: { runs-on: x, needs: b, steps: [] }\n'));
    await bench.settle();
    const [run] = await runs('hw');
    expect(run).toMatchObject({ status: 'completed', conclusion: 'startup_failure', name: '.github/workflows/ci.yml' });
    expect(Object.values(actionsOf(bench.sandbox.state).runs)[0]?.message).toBe("Job 'a' depends on unknown job 'b'.");
  });
});

describe('jobs', () => {
  test('wait for their needs, pass outputs, spread over a matrix, and skip after a failure', async () => {
    const repository = await bench.repository('hw');
    await bench.push(
      repository,
      workflow(`on: push
jobs:
  list:
    runs-on: ubuntu-latest
    outputs: { all: "\${{ steps.l.outputs.all }}" }
    steps: [{ id: l, run: 'echo "all=[1,2,3]" >> "$GITHUB_OUTPUT"' }]
  each:
    needs: list
    runs-on: ubuntu-latest
    strategy: { fail-fast: false, matrix: { n: "\${{ fromJSON(needs.list.outputs.all) }}" } }
    steps: [{ run: 'test \${{ matrix.n }} != 2' }]
  after: { needs: each, runs-on: ubuntu-latest, steps: [{ run: echo no }] }
  report:
    needs: [each, after]
    if: \${{ !cancelled() }}
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "each=\${{ needs.each.result }} after=\${{ needs.after.result }}"' }]
`),
    );
    await bench.settle();
    const [run] = await runs('hw');
    expect(run.conclusion).toBe('failure');
    const all = await jobs('hw', run);
    expect(Object.fromEntries(all.map((job) => [job.name, job.conclusion]))).toEqual({
      list: 'success',
      'each (1)': 'success',
      'each (2)': 'failure',
      'each (3)': 'success',
      after: 'skipped',
      report: 'success',
    });
    expect(
      await logOf(
        'hw',
        all.find((job) => job.name === 'report'),
      ),
    ).toContain('each=failure after=skipped');
  });

  test('a label that nobody serves waits, the sandbox is idle meanwhile, and a new runner takes the job', async () => {
    const { registerRunner, setRunnerOnline } = await import('../../src/actions/administer-actions.ts');
    const repository = await bench.repository('hw');
    await bench.push(
      repository,
      workflow(
        'on: push\njobs:\n  build:\n    runs-on: [self-hosted, gpu]\n    steps: [{ run: echo on-$RUNNER_NAME }]\n',
      ),
    );
    await bench.settle();
    let [run] = await runs('hw');
    expect(run.status).toBe('queued');
    const { id } = registerRunner(bench.sandbox.world, { owner: 'course', name: 'slow-1', labels: ['cpu'] });
    const gpu = registerRunner(bench.sandbox.world, { owner: 'course', name: 'gpu-1', labels: ['gpu'], speed: 0.5 });
    setRunnerOnline(bench.sandbox.world, { id, online: false });
    await bench.settle();
    [run] = await runs('hw');
    const [job] = await jobs('hw', run);
    expect(job).toMatchObject({ runner_id: gpu.id, runner_name: 'gpu-1', conclusion: 'success' });
    const listed = await bench.api('GET', '/orgs/course/actions/runners');
    expect(
      listed.body.runners.map((runner: any) => [
        runner.name,
        runner.status,
        runner.busy,
        runner.labels.map((label: any) => label.name),
      ]),
    ).toEqual([
      ['slow-1', 'offline', false, ['self-hosted', 'Linux', 'X64', 'cpu']],
      ['gpu-1', 'online', false, ['self-hosted', 'Linux', 'X64', 'gpu']],
    ]);
  });

  test('cancel ends a run, and a re-run of what failed keeps what succeeded', async () => {
    const repository = await bench.repository('hw');
    await bench.push(
      repository,
      workflow(
        'on: push\njobs:\n  quick: { runs-on: ubuntu-latest, steps: [{ run: echo done }] }\n  slow: { needs: quick, runs-on: ubuntu-latest, steps: [{ run: "sleep $((GITHUB_RUN_ATTEMPT == 1 ? 60 : 0))" }] }\n',
      ),
    );
    const inProgress = async (): Promise<any> => {
      for (;;) {
        const [run] = await runs('hw');
        const slow = run && (await jobs('hw', run)).find((job) => job.name === 'slow' && job.status === 'in_progress');
        if (slow) return run;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    const run = await inProgress();
    expect((await bench.api('POST', `/repos/course/hw/actions/runs/${run.id}/cancel`)).status).toBe(202);
    await bench.settle();
    expect((await runs('hw'))[0]).toMatchObject({ conclusion: 'cancelled', run_attempt: 1 });
    expect((await bench.api('POST', `/repos/course/hw/actions/runs/${run.id}/rerun-failed-jobs`)).status).toBe(201);
    await bench.settle();
    expect((await runs('hw'))[0]).toMatchObject({ id: run.id, conclusion: 'success', run_attempt: 2 });
    expect((await bench.api('GET', `/repos/course/hw/actions/runs/${run.id}/attempts/1`)).body).toMatchObject({
      conclusion: 'cancelled',
      run_attempt: 1,
    });
  });

  test('concurrency with cancel-in-progress ends the older run', async () => {
    const repository = await bench.repository('hw');
    const file =
      'on: push\nconcurrency: { group: "c-${{ github.ref }}", cancel-in-progress: true }\njobs:\n  a: { runs-on: ubuntu-latest, steps: [{ run: "sleep ${{ vars.DELAY }}" }] }\n';
    bench.sandbox.state.store.repositories[repository.id]!.variables['DELAY'] = {
      value: '60',
      createdAt: '',
      updatedAt: '',
    };
    await bench.push(repository, workflow(file), { message: 'old' });
    while ((await runs('hw'))[0]?.status !== 'in_progress') await new Promise((resolve) => setTimeout(resolve, 10));
    bench.sandbox.state.store.repositories[repository.id]!.variables['DELAY'] = {
      value: '0',
      createdAt: '',
      updatedAt: '',
    };
    await bench.push(repository, { a: '1' }, { message: 'new' });
    await bench.settle();
    expect((await runs('hw')).map((run) => [run.display_title, run.conclusion])).toEqual([
      ['new', 'success'],
      ['old', 'cancelled'],
    ]);
  });

  test('a repository that is deleted takes its runs with it, and whatever they were doing', async () => {
    const repository = await bench.repository('hw');
    const slow = 'on: push\njobs:\n  a: { runs-on: ubuntu-latest, steps: [{ run: "sleep 600" }] }\n';
    await bench.push(repository, workflow(slow));
    await expect.poll(async () => (await runs('hw'))[0]?.status).toBe('in_progress');
    const [run] = await runs('hw');
    expect((await bench.api('DELETE', '/repos/course/hw')).status).toBe(204);
    await expect.poll(() => bench.sandbox.idle().idle).toBe(true);
    expect(actionsOf(bench.sandbox.state).runs[run.id]).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
  });

  test('concurrency of jobs: one at a time, and only the newest waits', async () => {
    const repository = await bench.repository('hw');
    await bench.push(
      repository,
      workflow(
        'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy: { matrix: { n: [1, 2, 3] }, fail-fast: false }\n    concurrency: one\n    steps: [{ run: sleep 1 }]\n',
      ),
    );
    await bench.settle();
    const [run] = await runs('hw');
    // Which of them waits first is not said; that one holds, one waits and a newer one takes its place is.
    expect((await jobs('hw', run)).map((job) => job.conclusion).toSorted()).toEqual([
      'cancelled',
      'success',
      'success',
    ]);
  });

  test('a report that needs a failed job is written again when that job is repeated', async () => {
    const repository = await bench.repository('hw');
    const called =
      'on: workflow_call\njobs:\n  ok: { runs-on: ubuntu-latest, steps: [{ run: "true" }] }\n  run: { runs-on: ubuntu-latest, steps: [{ run: test $GITHUB_RUN_ATTEMPT = 2 }] }\n  report: { needs: run, if: "${{ !cancelled() }}", runs-on: ubuntu-latest, steps: [{ run: "true" }] }\n';
    await bench.push(repository, {
      '.github/workflows/called.yml': called,
      '.github/workflows/ci.yml':
        'on: push\njobs:\n  call: { uses: ./.github/workflows/called.yml }\n  last: { needs: call, if: always(), runs-on: ubuntu-latest, steps: [{ run: "true" }] }\n',
    });
    await bench.settle();
    const [run] = await runs('hw');
    expect(run.conclusion).toBe('failure');
    await bench.api('POST', `/repos/course/hw/actions/runs/${run.id}/rerun-failed-jobs`);
    await bench.settle();
    expect((await runs('hw'))[0]).toMatchObject({ run_attempt: 2, conclusion: 'success' });
    const log = async (name: string): Promise<string> =>
      logOf(
        'hw',
        (await jobs('hw', run)).find((job) => job.name === name),
      );
    // What was kept has no log of its own in this attempt; what was repeated has.
    expect(await log('call / ok')).toBe('');
    for (const name of ['call / run', 'call / report', 'last']) expect(await log(name)).toContain('Runner name');
  });
});
