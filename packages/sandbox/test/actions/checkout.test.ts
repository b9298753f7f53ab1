// actions/checkout: what a job finds, what it may not have, and that nothing of it goes into the repository.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBench, type Bench } from './start-actions.ts';

let bench: Bench;
beforeEach(async () => void (bench = await startBench()));
afterEach(() => bench.stop());

const job = (steps: string): Record<string, string> => ({
  '.github/workflows/ci.yml': `on: push\npermissions: { contents: write }\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n${steps}`,
});

async function logOfRun(repository: string): Promise<{ conclusion: string; log: string }> {
  await bench.settle();
  const [run] = (await bench.api('GET', `/repos/course/${repository}/actions/runs`)).body.workflow_runs;
  const [only] = (await bench.api('GET', `/repos/course/${repository}/actions/runs/${run.id}/jobs`)).body.jobs;
  const answer = await bench.api('GET', `/repos/course/${repository}/actions/jobs/${only.id}/logs`);
  return { conclusion: run.conclusion, log: await (await fetch(answer.headers.get('location') ?? '')).text() };
}

test('a job has one commit of its branch, can deepen it, commit on it and push', async () => {
  const repository = await bench.repository('own', { private: true });
  await bench.push(repository, { 'first.txt': '1\n' }, { emit: false });
  const sha = await bench.push(repository, {
    'second.txt': '2\n',
    ...job(`      - uses: actions/checkout@v7
      - run: |
          echo "files $(ls | tr '\\n' ' ') at $(git rev-parse HEAD) on $(git branch --show-current), $(git rev-list --count HEAD) commit, $(git status --porcelain | wc -l) changes"
          git fetch -q --unshallow
          echo "deep $(git rev-list --count HEAD)"
          git fsck --full 2>&1 || exit 1
          git -c user.name=a -c user.email=a@example.org commit -q --allow-empty -m more
          git push -q
`),
  });
  const { conclusion, log } = await logOfRun('own');
  expect(log).toContain(`files first.txt second.txt  at ${sha} on main, 1 commit, 0 changes`);
  expect(log).toContain('deep 2');
  expect(conclusion).toBe('success');
  const git = bench.sandbox.git.open('course/own');
  expect((await git.commit((await git.ref('refs/heads/main'))!))!.parents).toEqual([sha]);
});

test('a job is refused the private repository of somebody else, in the words of git', async () => {
  await bench.push(await bench.repository('secret', { private: true }), { 'exam.txt': 'x\n' }, { emit: false });
  const steps =
    '      - uses: actions/checkout@v7\n        with: { repository: course/secret }\n      - run: cat exam.txt\n';
  await bench.push(await bench.repository('curious', { private: true }), job(steps));
  const { conclusion, log } = await logOfRun('curious');
  expect(conclusion).toBe('failure');
  expect(log).toMatch(/repository '.*course\/secret\/?' not found/);
});
