// Fair turns measured live: the real app, its queue, `place.yml` and four runners; tasks end when course time says so.
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isActive, isOver, type LiveState, type LiveTask } from '../../src/domain/placement/live/state.ts';
import { drawNormal } from '../../src/domain/placement/model/draw-normal.ts';
import { startSource } from '../../src/domain/placement/placers/draw-random.ts';
import { submitJob } from '../../src/flows/placement/place-pipeline.ts';
import { withClone } from '../../src/rehearsal/push-files.ts';
import { queueOf, startPlacement, until, type LivePlacement } from '../live/placement-course.ts';
import { organisation } from '../live/start-live.ts';

const runners = { r1: 1, r2: 1, r3: 1, r4: 1 };
const nodes = `nodes:\n${Object.keys(runners)
  .map((name) => `  - { name: ${name}, worker_type: high-cpu, cpu_cores: 16, memory: 67108864 }\n`)
  .join('')}`;
const usual = 36;

let live: LivePlacement;
let signals: string;
beforeEach(() => {
  signals = mkdtempSync(join(tmpdir(), 'practicum-turns-'));
});
afterEach(async () => {
  await live.stop();
  rmSync(signals, { recursive: true });
});

/** A pipeline of three tasks, each of which runs until the test lets it end. */
function pipelineOf(name: string): string {
  const held = (task: string): string => {
    const go = join(signals, `${name}.${task}`);
    return JSON.stringify(
      `touch ${go}.begun; timeout 900 sh -c 'until test -e ${go}; do sleep 0.2; done'; echo > ${task}.txt`,
    );
  };
  return `version: 1
name: ${name}
tasks:
  prepare: { kind: preprocess, run: ${held('prepare')}, outputs: { out: prepare.txt } }
  train: { kind: train, run: ${held('train')}, inputs: [prepare.out], outputs: { out: train.txt } }
  evaluate: { kind: evaluate, run: ${held('evaluate')}, inputs: [train.out], outputs: { out: evaluate.txt } }
`;
}

/** Id of a pipeline → the name of its files. */
const fileOf = new Map<string, string>();

type Coming = { at: number; owner: string; commit: string; branch: string };
type Duration = (task: LiveTask) => number;

/** Commits on branches of a student's repository, as many as pipelines: each would be the head of a pull request with `/place`. */
async function prepare(login: string, count: number): Promise<{ commit: string; branch: string }[]> {
  const address = `${live.sandbox.url}/${organisation}/prices-${login}.git`;
  return withClone(address, live.person(login), live.clock.now(), async (directory, git) => {
    const made: { commit: string; branch: string }[] = [];
    for (let index = 0; index < count; index++) {
      const branch = `try-${index}`;
      await git.raw(['checkout', '--quiet', '-B', branch, 'origin/main']);
      await writeFile(join(directory, 'pipeline.yml'), pipelineOf(`${login}-${index}`));
      await git.add(['pipeline.yml']).commit('A pipeline');
      const commit = (await git.revparse(['HEAD'])).trim();
      made.push({ commit, branch });
      fileOf.set(`prices-${login}-${commit.slice(0, 10)}-${branch}`, `${login}-${index}`);
    }
    await git.push(address, '--all', ['--quiet']);
    return made;
  });
}

const seconds = (): number => live.clock.now().getTime() / 1000;
/** When each open job of the app is due: also one that it tries again, which never comes while the clock stands still. */
const dueTimes = async (): Promise<number[]> => {
  const { rows } = await live.database.pool.query<{ due: number }>(
    `select extract(epoch from due_at)::float8 as due from job where state = 'open' order by due_at`,
  );
  return rows.map(({ due }) => due);
};

function activeOf(state: LiveState | undefined): LiveTask[] {
  return (state?.pipelines ?? []).filter((entry) => !isOver(entry)).flatMap((entry) => entry.tasks.filter(isActive));
}

/** Until nothing is left to do at this moment but what tasks on runners do: then only time can bring something. */
async function settle(): Promise<LiveState | undefined> {
  return until(async () => {
    const state = await queueOf(live);
    const active = activeOf(state);
    const { pendingDeliveries, running, sequence } = live.sandbox.idle();
    const jobs = (await dueTimes()).filter((due) => due <= seconds());
    if (jobs.length > 0 || pendingDeliveries > 0 || running !== active.length) return undefined;
    if (active.some(({ status }) => status === 'dispatched')) return undefined;
    return live.sandbox.idle().sequence === sequence ? { state } : undefined;
  }).then(({ state }) => state);
}

/** Plays until everybody of `of` has begun: to the next arrival, end of a task or job of the app, whichever is first. Returns their waits. */
async function play(coming: readonly Coming[], duration: Duration, of: (owner: string) => boolean): Promise<number[]> {
  const left = coming.toSorted((a, b) => a.at - b.at);
  const begin = seconds();
  for (;;) {
    const state = await settle();
    const waits = waitsOf(state, of);
    const waited = coming.filter(({ owner }) => of(owner)).length;
    if (waits.length === waited) return waits;
    const ends = activeOf(state).map((task) => ({ task, end: task.startedAt! + duration(task) }));
    const [next] = ends.toSorted((a, b) => a.end - b.end);
    const [job = Number.POSITIVE_INFINITY] = (await dueTimes()).filter((due) => due > seconds());
    const arrival = left[0] ? begin + left[0].at : Number.POSITIVE_INFINITY;
    const at = Math.min(next?.end ?? Number.POSITIVE_INFINITY, job, arrival);
    if (at === Number.POSITIVE_INFINITY) throw new Error('nothing more comes, and somebody still waits');
    live.clock.set(new Date(Math.max(seconds() * 1000, Math.ceil(at * 1000))));
    if (next && next.end <= seconds()) await finish(state, next.task);
    while (left[0] && begin + left[0].at <= seconds()) await submit(left.shift()!);
  }
}

async function submit({ owner, commit, branch }: Coming): Promise<void> {
  const asked = { organisation, repository: `prices-${owner}`, commit, branch: `pull/${branch}`, asked: branch };
  await live.store.enqueue([submitJob(asked, live.clock.now())]);
}

/** Lets a task end, and waits until the app has heard of it. */
async function finish(state: LiveState | undefined, task: LiveTask): Promise<void> {
  const entry = state!.pipelines.find(({ tasks }) => tasks.includes(task))!;
  const name = fileOf.get(entry.id)!;
  await writeFile(join(signals, `${name}.${task.task}`), '');
  await until(async () => {
    const now = (await queueOf(live))?.pipelines.find(({ id }) => id === entry.id);
    const same = now?.tasks.find((liveTask) => liveTask.task === task.task && liveTask.attempt === task.attempt);
    return same?.endedAt;
  });
}

function waitsOf(state: LiveState | undefined, of: (owner: string) => boolean): number[] {
  return (state?.pipelines ?? []).flatMap(({ pipeline, tasks }) => {
    const [first] = tasks.flatMap(({ startedAt }) => startedAt ?? []).toSorted((a, b) => a - b);
    return of(pipeline.owner ?? '') && first !== undefined ? [first - pipeline.submitted] : [];
  });
}

/** Durations scatter by a fifth, as runs do; drawn as the attempts begin. */
function scattered(seed: number): Duration {
  const known = new Map<LiveTask['jobId'], number>();
  const source = startSource(seed);
  return ({ jobId }) => {
    const before = known.get(jobId) ?? usual * Math.exp(0.2 * drawNormal(1 - source.draw(), source.draw()));
    known.set(jobId, before);
    return before;
  };
}

async function begin(others: readonly string[], each: (index: number) => number): Promise<Coming[]> {
  live = await startPlacement({ students: ['ada', ...others], placer: 'earliest_finish', runners, nodes });
  const first = (await prepare('ada', 50)).map((one) => ({ ...one, owner: 'ada', at: 0 }));
  const rest: Coming[] = [];
  for (const [index, owner] of others.entries()) {
    const [one] = await prepare(owner, 1);
    rest.push({ ...one!, owner, at: each(index) });
  }
  await live.quiet();
  return [...first, ...rest];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const isOther = (owner: string): boolean => owner !== 'ada';

test('fifty pipelines of one student, and one of another a minute later: that one waits 20 s at most', async () => {
  const coming = await begin(['bo'], () => 60);
  const waits = await play(coming, scattered(1), isOther);
  expect(Math.max(...waits)).toBeLessThanOrEqual(20);
}, 900_000);

test('nineteen others, one a minute, wait 12 s on average', async () => {
  const others = Array.from({ length: 19 }, (_, index) => `s${index}`);
  const coming = await begin(others, (index) => 60 + 60 * index);
  const waits = await play(coming, scattered(2), isOther);
  expect(mean(waits), `waits: ${waits.map(Math.round).join(', ')} s`).toBeLessThanOrEqual(12);
}, 1_800_000);
