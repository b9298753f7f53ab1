// Pipelines placed on runners of unequal speed, and executed there for real: three strategies, from the push to the check run.
import { afterEach, expect, test } from 'vitest';
import { runWith } from '../cli/run-command.ts';
import { checkOf, startPlacement } from './placement-course.ts';
import { organisation, type Live } from './start-live.ts';

const students = ['ada', 'bo', 'cy'];
/** Training fails unless the data of the task before has arrived. */
const pipeline = `version: 1
name: model
inputs: { slices: data/incoming }
env: { GREETING: "it's me" }
tasks:
  prepare:  { kind: preprocess, run: 'mkdir -p out && echo "$GREETING" > out/data.txt', inputs: [slices], outputs: { data: out/data.txt } }
  train:    { kind: train, run: 'grep -q "it.s me" out/data.txt && echo model > out/model.txt', inputs: [prepare.data], outputs: { model: out/model.txt } }
  evaluate: { kind: evaluate, run: 'cat out/data.txt out/model.txt', inputs: [train.model] }
`;
let live: Live;
afterEach(async () => live.stop());

async function start(placer: string, runners: Record<string, number>): Promise<void> {
  live = await startPlacement({ students, placer, runners });
}

test.each(['earliest_finish', 'custom', 'fifo_round_robin'])(
  '%s: every pipeline runs where it was placed',
  async (placer) => {
    await start(placer, { fast: 1, slow: 0.5 });
    const heads: Record<string, string> = {};
    for (const login of students)
      heads[login] = await live.push(`prices-${login}`, live.person(login), { 'pipeline.yml': pipeline });
    await live.quiet();
    const waiting = await checkOf(live, 'prices-ada', heads['ada']!);
    expect(waiting?.status).toBe('queued');
    expect(waiting?.output.title).toMatch(/Number \d of \d waiting/);
    await live.pass(10);
    for (const login of students) {
      const check = await checkOf(live, `prices-${login}`, heads[login]!);
      expect(check?.output.summary).toContain('evaluate');
      expect([login, check?.conclusion, check?.app?.slug]).toEqual([login, 'success', 'practicum']);
    }
    const { out } = await runWith({ DATABASE_URL: live.database.url }, 'placement', 'results', '--json');
    const results = JSON.parse(out) as { finished: number; pipelines: number };
    expect(results).toMatchObject({ pipelines: 3, finished: 3 });
    const state = (await live.store.placements.queue(organisation))!;
    const nodes = new Set(state.pipelines.flatMap(({ tasks }) => tasks.map(({ node }) => node)));
    expect([...nodes].every((node) => node === 'fast' || node === 'slow')).toBe(true);
    expect(state.pipelines.every(({ tasks }) => tasks.length === 3)).toBe(true);
  },
);

test('without a runner that serves it, a pipeline is refused at once, in words', async () => {
  await start('earliest_finish', {});
  const head = await live.push('prices-ada', live.person('ada'), { 'pipeline.yml': pipeline });
  await live.quiet();
  const check = await checkOf(live, 'prices-ada', head);
  expect(check?.conclusion).toBe('action_required');
  expect(check?.output.summary).toContain('no runner is registered');
});

test('a task that fails ends its pipeline and frees its node', async () => {
  await start('earliest_finish', { fast: 1 });
  const head = await live.push('prices-ada', live.person('ada'), {
    'pipeline.yml': pipeline.replace('echo model', 'exit 3; echo model'),
  });
  await live.pass(10);
  expect((await checkOf(live, 'prices-ada', head))?.conclusion).toBe('failure');
  const good = await live.push('prices-bo', live.person('bo'), { 'pipeline.yml': pipeline });
  await live.pass(10);
  expect((await checkOf(live, 'prices-bo', good))?.conclusion).toBe('success');
});
