// What the executor adds to a job: checkout, a JavaScript action and a run step, one after another and 15 pushes at once.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBench } from '../packages/sandbox/test/actions/start-actions.ts';

const WORKFLOW = `on: push
jobs:
  it:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: course/tool@v1
      - run: "true"
`;

const dir = mkdtempSync(join(tmpdir(), 'practicum-bench-'));
const bench = await startBench({ dir });
const tool = await bench.repository('tool');
const sha = await bench.push(tool, {
  'action.yml': 'runs: { using: node24, main: main.js }\n',
  'main.js': 'console.log(1)\n',
});
await bench.sandbox.git.open('course/tool').moveRef('refs/tags/v1', '0'.repeat(40), sha);
await bench.settle();

const timed = async (pushes: number, name: string): Promise<number> => {
  const repositories = await Promise.all(Array.from({ length: pushes }, (_, at) => bench.repository(`${name}-${at}`)));
  const started = performance.now();
  for (const repository of repositories) await bench.push(repository, { '.github/workflows/w.yml': WORKFLOW });
  await bench.settle();
  return performance.now() - started;
};
await timed(1, 'warm');
const one = await timed(1, 'one');
const many = await timed(15, 'many');
const { body } = await bench.api('GET', '/repos/course/one-0/actions/runs');
process.stdout.write(
  `${JSON.stringify({ conclusion: body.workflow_runs[0].conclusion, oneJobMs: Math.round(one), fifteenJobsMs: Math.round(many) })}\n`,
);
await bench.stop();
rmSync(dir, { recursive: true, force: true });
