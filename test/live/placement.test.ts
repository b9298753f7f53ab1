// Pipelines placed on runners of unequal speed, and executed there for real: three strategies, from the push to the check run.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runWith } from '../cli/run-command.ts';
import { checkOf, queueOf, startPlacement } from './placement-course.ts';
import { organisation, type Live } from './start-live.ts';

const students = ['ada', 'bo'] as const;
/** Training fails unless the data of the task before has arrived. */
const pipeline = `version: 1
name: model
inputs: { slices: data/incoming }
env: { GREETING: "it's me" }
tasks:
  prepare: { kind: preprocess, run: 'mkdir -p out && echo "$GREETING" > out/data.txt', inputs: [slices], outputs: { data: out/data.txt } }
  train: { kind: train, run: 'grep -q "it.s me" out/data.txt', inputs: [prepare.data] }
`;
/** The same in another form: bo's repository is a DVC project. */
const stages = `stages:
  prepare: { cmd: 'mkdir -p out && echo rows > out/data.txt', outs: [out/data.txt] }
  train: { cmd: grep -q rows out/data.txt, deps: [out/data.txt] }
`;
const files = { ada: { 'pipeline.yml': pipeline }, bo: { 'dvc.yaml': stages } };
const heads: Record<string, string> = {};
let live: Live;
beforeAll(async () => {
  live = await startPlacement({ students, placer: 'fifo_round_robin', runners: { fast: 1, slow: 0.5 } });
});
afterAll(async () => live.stop());

async function expectDone(placer: string, times: number): Promise<void> {
  await live.pass(10);
  for (const login of students) {
    const check = await checkOf(live, `prices-${login}`, heads[login]!);
    expect([login, check?.conclusion, check?.app?.slug]).toEqual([login, 'success', 'practicum']);
    expect(check?.output.summary).toContain(`placed by \`${placer}\``);
    expect(check?.output.summary).toContain('train');
  }
  const { out } = await runWith({ DATABASE_URL: live.database.url }, 'placement', 'results', '--json');
  const all = times * students.length;
  expect(JSON.parse(out)).toMatchObject({ pipelines: all, finished: all });
}

test('a push is placed by the strategy of its challenge; every pipeline runs where it was placed', async () => {
  for (const login of students) heads[login] = await live.push(`prices-${login}`, live.person(login), files[login]);
  await live.quiet();
  const waiting = await checkOf(live, 'prices-ada', heads['ada']!);
  expect(waiting?.status).toBe('queued');
  expect(waiting?.output.title).toMatch(/Number \d of \d waiting/);
  await expectDone('fifo_round_robin', 1);
});

test.each([
  ['custom', 2],
  ['earliest_finish', 3],
])('the same commits again by %s', async (placer, times) => {
  for (const login of students)
    expect(await runWith(live.settings, 'place', `${organisation}/prices-${login}`, '--placer', placer)).toMatchObject({
      code: 0,
    });
  await expectDone(placer, times);
});

test('every task ran once, on the runner that was chosen, and both runners had work', async () => {
  const { pipelines } = (await queueOf(live))!;
  for (const { plan, tasks } of pipelines) {
    expect(tasks.map(({ task, attempt }) => [task, attempt])).toEqual([
      ['prepare', 1],
      ['train', 1],
    ]);
    if (plan) expect(tasks.map(({ task, node }) => ({ task, node }))).toEqual(plan);
  }
  expect(new Set(pipelines.flatMap(({ tasks }) => tasks.map(({ node }) => node)))).toEqual(new Set(['fast', 'slow']));
});
