// The live queue against a small stand-in for the world: runners with speeds that take jobs, get lost, and report late or twice.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describePipeline } from '../../../src/domain/placement/model/describe-pipeline.ts';
import { defaultHeuristics } from '../../../src/domain/placement/model/heuristics.ts';
import type { LiveEvent } from '../../../src/domain/placement/live/events.ts';
import { describeRunner } from '../../../src/domain/placement/live/nodes.ts';
import {
  findReservations,
  forgetBefore,
  isOver,
  startLive,
  type LiveSettings,
  type LiveState,
  type RunnerView,
} from '../../../src/domain/placement/live/state.ts';
import { decide, nextWake, type LiveAction } from '../../../src/domain/placement/live/advance.ts';
import type { Pipeline } from '../../../src/domain/placement/model/pipeline.ts';
import { placers } from '../../../src/domain/placement/placers/placers.ts';
import { nodeFile, pipelines, readCaseMetadata } from './cases.ts';
import { caseCount } from '../../case-count.ts';

const settings = (more: Partial<LiveSettings> = {}): LiveSettings => ({
  placer: 'earliest_finish',
  nodes: nodeFile.nodes,
  heuristics: defaultHeuristics,
  window: 10,
  lostAfter: 120,
  pickupWithin: 300,
  attempts: 3,
  ...more,
});
const epoch = 1_800_000_000;
const date = (seconds: number): Date => new Date((epoch + seconds) * 1000);
const runner = (name: string, more: Partial<RunnerView> = {}): RunnerView => ({
  name,
  online: true,
  busy: false,
  labels: ['self-hosted', name],
  ...more,
});
const fleet = nodeFile.nodes.map(({ name }) => runner(name));
const one = (name: string): Pipeline => pipelines.find((pipeline) => pipeline.name === name)!;

/** A queue that is driven by hand: every step goes through JSON, as it does in the database. */
class Queue {
  state: LiveState;
  log: LiveAction[] = [];
  constructor(more: Partial<LiveSettings> = {}) {
    this.state = startLive(settings(more), 1);
  }
  at(seconds: number, ...events: LiveEvent[]): LiveAction[] {
    const { state, actions } = decide(this.state, events, date(seconds));
    this.state = JSON.parse(JSON.stringify(state)) as LiveState;
    this.log.push(...actions);
    return actions;
  }
  submit(seconds: number, id: string, pipeline = one('credit_card/LR')): LiveAction[] {
    return this.at(seconds, { type: 'submitted', id, title: `title of ${id}`, pipeline, at: epoch + seconds });
  }
  runners(seconds: number, runners: RunnerView[]): LiveAction[] {
    return this.at(seconds, { type: 'runners', runners, at: epoch + seconds });
  }
  entry(id: string) {
    return this.state.pipelines.find((entry) => entry.id === id)!;
  }
}
const kind = <T extends LiveAction['type']>(actions: LiveAction[], type: T) =>
  actions.filter((action): action is LiveAction & { type: T } => action.type === type);
const job = (
  dispatch: string,
  runId: number,
  seconds: number,
  rest: { runner: string } | { conclusion: string },
): LiveEvent =>
  'runner' in rest
    ? { type: 'job', action: 'in_progress', dispatch, runId, jobId: runId, at: epoch + seconds, ...rest }
    : { type: 'job', action: 'completed', dispatch, runId, jobId: runId, at: epoch + seconds, ...rest };

describe('one pipeline', () => {
  test('waits for the window, runs task by task, and ends', () => {
    const queue = new Queue();
    queue.runners(0, fleet);
    expect(kind(queue.submit(0, 'p1'), 'dispatch')).toEqual([]);
    expect(nextWake(queue.state, date(0))).toEqual(date(10));
    let [next] = kind(queue.at(10, { type: 'tick' }), 'dispatch');
    expect(next).toMatchObject({ id: 'p1/data_preprocessing/1', pipeline: 'p1', attempt: 1 });
    expect(next!.labels).toEqual(['self-hosted', next!.node]);
    expect(findReservations(queue.state)).toEqual([{ node: next!.node, pipeline: 'p1', task: 'data_preprocessing' }]);
    for (const [index, task] of ['data_preprocessing', 'model_training', 'model_evaluation'].entries()) {
      expect(next).toMatchObject({ task });
      queue.at(11 + index * 50, job(next!.id, index, 11 + index * 50, { runner: next!.node }));
      const after = queue.at(50 + index * 50, job(next!.id, index, 50 + index * 50, { conclusion: 'success' }));
      [next] = kind(after, 'dispatch');
    }
    expect(next).toBeUndefined();
    expect(queue.entry('p1').status).toBe('succeeded');
    expect(findReservations(queue.state)).toEqual([]);
    expect(kind(queue.log, 'release').at(-1)).toMatchObject({ pipeline: 'p1' });
    expect(queue.state.observations).toHaveLength(3);
    expect(kind(queue.log, 'report').at(-1)!.report).toMatchObject({
      status: 'completed',
      conclusion: 'success',
      title: 'Finished after 150 s, 10 s of them waiting',
    });
    expect(nextWake(queue.state, date(160))).toBeUndefined();
    expect(forgetBefore(queue.state, date(1000)).pipelines).toEqual([]);
  });

  test('the same submission or job told twice changes nothing', () => {
    const queue = new Queue({ window: 0 });
    queue.runners(0, fleet);
    const [first] = kind(queue.submit(0, 'p1'), 'dispatch');
    expect(kind(queue.submit(1, 'p1'), 'dispatch')).toEqual([]);
    const done = job(first!.id, 7, 40, { conclusion: 'success' });
    const [second] = kind(queue.at(40, done), 'dispatch');
    expect(second).toMatchObject({ task: 'model_training' });
    // The end again, and then the start that was overtaken by it.
    expect(kind(queue.at(41, done, job(first!.id, 7, 20, { runner: first!.node })), 'dispatch')).toEqual([]);
    expect(queue.state.pipelines).toHaveLength(1);
  });
});

describe('refusals', () => {
  test('a label that nobody serves is refused at once', () => {
    const queue = new Queue();
    queue.runners(0, fleet);
    const pipeline = one('credit_card/LR');
    const described = describePipeline(readCaseMetadata('credit_card/LR'), {
      name: 'x',
      labels: new Map([['data_preprocessing', ['gpu-a100']]]),
    });
    const { tasks } = 'pipeline' in described ? described.pipeline : pipeline;
    const actions = queue.submit(1, 'p1', { ...pipeline, tasks });
    expect(kind(actions, 'refuse')).toEqual([
      {
        type: 'refuse',
        id: 'p1',
        code: 'placement-label-unserved',
        reason: 'no runner serves task data_preprocessing with the labels gpu-a100',
      },
    ]);
    expect(kind(actions, 'report')[0]!.report).toMatchObject({ status: 'completed', conclusion: 'action_required' });
  });

  test('data that fits nowhere, and an organisation without runners', () => {
    const queue = new Queue();
    const huge = one('credit_card/LR');
    queue.submit(0, 'before');
    expect(queue.entry('before').status).toBe('queued');
    queue.runners(1, []);
    expect(queue.entry('before').status).toBe('refused');
    queue.runners(2, fleet);
    const [refused] = kind(
      queue.submit(3, 'p', { ...huge, tasks: huge.tasks.map((task) => ({ ...task, memoryKb: 1e12 })) }),
      'refuse',
    );
    expect(refused).toMatchObject({ code: 'placement-nothing-fits' });
  });

  test('a served label whose runner is offline waits, and says so', () => {
    const queue = new Queue({ window: 0 });
    queue.runners(
      0,
      fleet.map((entry) => ({ ...entry, online: false })),
    );
    const actions = queue.submit(1, 'p1');
    expect(kind(actions, 'refuse')).toEqual([]);
    expect(kind(actions, 'report')[0]!.report.summary).toContain('No runner is online');
    expect(kind(queue.runners(500, fleet), 'dispatch')).toHaveLength(1);
  });
});

describe('what goes wrong', () => {
  const started = (): { queue: Queue; node: string; id: string } => {
    const queue = new Queue({ window: 0 });
    queue.runners(0, fleet);
    const [first] = kind(queue.submit(0, 'p1'), 'dispatch');
    queue.at(5, job(first!.id, 1, 5, { runner: first!.node }));
    return { queue, node: first!.node, id: first!.id };
  };

  test('a runner that is offline for long loses its task to another', () => {
    const { queue, node } = started();
    const offline = fleet.map((entry) => (entry.name === node ? { ...entry, online: false } : entry));
    expect(kind(queue.runners(60, offline), 'dispatch')).toEqual([]);
    expect(nextWake(queue.state, date(60))).toEqual(date(120));
    const actions = queue.at(121, { type: 'tick' });
    expect(kind(actions, 'stop')).toEqual([{ type: 'stop', runId: 1, reason: `runner ${node} was lost` }]);
    const [again] = kind(actions, 'dispatch');
    expect(again).toMatchObject({ id: 'p1/data_preprocessing/2', attempt: 2 });
    expect(again!.node).not.toBe(node);
    expect(kind(actions, 'release')).toEqual([{ type: 'release', node, pipeline: 'p1' }]);
  });

  test('a runner that left the list is lost as well, and one that is named so at once', () => {
    const { queue, node } = started();
    queue.runners(
      60,
      fleet.filter(({ name }) => name !== node),
    );
    expect(kind(queue.at(130, { type: 'tick' }), 'dispatch')).toHaveLength(1);
    const other = started();
    expect(kind(other.queue.at(6, { type: 'runner_lost', name: other.node, at: epoch + 6 }), 'dispatch')).toHaveLength(
      1,
    );
  });

  test.each(placers.map(({ name }) => name))(
    '%s: a job that nobody picks up is given out again, and fails after three attempts',
    (placer) => {
      const queue = new Queue({ window: 0, placer });
      queue.runners(0, fleet);
      queue.submit(0, 'p1');
      for (const seconds of [300, 600, 900]) queue.at(seconds, { type: 'tick' });
      expect(kind(queue.log, 'dispatch').map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
      expect(queue.entry('p1')).toMatchObject({
        status: 'failed',
        reason: 'task data_preprocessing was lost 3 times with its runner',
      });
      expect(findReservations(queue.state)).toEqual([]);
    },
  );

  test('a plan that names a lost runner is made anew, and goes on from the task that was lost', () => {
    const queue = new Queue({ window: 10, placer: 'custom' });
    queue.runners(0, fleet);
    queue.submit(0, 'p1');
    const [first] = kind(queue.at(10, { type: 'tick' }), 'dispatch');
    expect(first!.node).toBe('ml-worker-low-03');
    const [second] = kind(queue.at(50, job(first!.id, 1, 50, { conclusion: 'success' })), 'dispatch');
    const rest = fleet.filter(({ name }) => name !== first!.node);
    queue.runners(60, rest);
    expect(nextWake(queue.state, date(60))).toEqual(date(120));
    expect(kind(queue.at(120, { type: 'tick' }), 'dispatch')).toEqual([]);
    expect(queue.entry('p1').status).toBe('queued');
    const [again] = kind(queue.at(130, { type: 'tick' }), 'dispatch');
    expect(again).toMatchObject({ task: second!.task, attempt: 2, node: 'ml-worker-low-01' });
    expect(queue.entry('p1').scheduledAt).toBe(epoch + 10);
  });

  test('a runner that is listed as busy just after its task is given the next one all the same, and later it is not', () => {
    const queue = new Queue({ window: 0 });
    queue.runners(0, [fleet[0]!]);
    const [first] = kind(queue.submit(0, 'p1'), 'dispatch');
    queue.at(1, job(first!.id, 1, 1, { runner: first!.node }));
    // The list was asked for before the task ended, or the runner lingers.
    const listed = (seconds: number): LiveEvent => {
      return { type: 'runners', runners: [runner(first!.node, { busy: true })], at: epoch + seconds };
    };
    const ended = queue.at(40, job(first!.id, 1, 40, { conclusion: 'success' }), listed(39));
    expect(kind(ended, 'dispatch')).toMatchObject([{ task: 'model_training' }]);
    const [second] = kind(ended, 'dispatch');
    queue.at(41, job(second!.id, 2, 41, { runner: second!.node }));
    queue.at(80, listed(79), job(second!.id, 2, 80, { conclusion: 'failure' }));
    queue.at(111, listed(111));
    expect(kind(queue.submit(112, 'p2'), 'dispatch')).toEqual([]);
    expect(kind(queue.runners(120, [fleet[0]!]), 'dispatch')).toMatchObject([{ pipeline: 'p2' }]);
  });

  test('a run that turns up after it was given up is stopped', () => {
    const queue = new Queue({ window: 0 });
    queue.runners(0, fleet);
    const [first] = kind(queue.submit(0, 'p1'), 'dispatch');
    queue.at(300, { type: 'tick' });
    const actions = queue.at(301, { type: 'dispatched', dispatch: first!.id, runId: 99, at: epoch + 301 });
    expect(kind(actions, 'stop')).toMatchObject([{ runId: 99 }]);
    expect(queue.entry('p1').tasks.at(-1)).toMatchObject({ attempt: 2, status: 'dispatched' });
  });

  test.each([
    ['failure', 'failed', 'failure'],
    ['timed_out', 'failed', 'failure'],
    ['cancelled', 'cancelled', 'cancelled'],
  ])('a task that ends with %s ends its pipeline and frees its node', (conclusion, status, said) => {
    const { queue, node, id } = started();
    const actions = queue.at(30, job(id, 1, 30, { conclusion }));
    expect(queue.entry('p1').status).toBe(status);
    expect(kind(actions, 'release')).toEqual([{ type: 'release', node, pipeline: 'p1' }]);
    expect(kind(actions, 'report')[0]!.report.conclusion).toBe(said);
  });

  test('a cancelled run and a cancelled pipeline free their nodes; the run is stopped', () => {
    const { queue, node } = started();
    expect(kind(queue.at(30, { type: 'run_cancelled', runId: 1, at: epoch + 30 }), 'release')).toEqual([
      { type: 'release', node, pipeline: 'p1' },
    ]);
    const other = started();
    const actions = other.queue.at(30, { type: 'cancelled', id: 'p1', at: epoch + 30 });
    expect(kind(actions, 'stop')).toMatchObject([{ runId: 1 }]);
    expect(kind(actions, 'release')).toHaveLength(1);
    expect(other.queue.entry('p1').status).toBe('cancelled');
  });

  test('events of runs nobody knows are ignored', () => {
    const queue = new Queue();
    queue.runners(0, fleet);
    const actions = queue.at(1, job('other/task/1', 5, 1, { conclusion: 'success' }), {
      type: 'run_cancelled',
      runId: 8,
      at: epoch,
    });
    expect(actions.map(({ type }) => type)).toEqual(['sample']);
  });
});

describe('reports', () => {
  test('position and text bars; names cannot mention or break out', () => {
    const queue = new Queue({ window: 0 });
    queue.runners(0, [runner('only')]);
    queue.submit(0, 'p1');
    queue.at(0, { type: 'submitted', id: 'p2', title: '@everyone `x`\n# big', pipeline: one('MNIST/NN'), at: epoch });
    const [, second] = kind(queue.log, 'report');
    expect(second!.report.title).toBe('Number 1 of 1 waiting');
    expect(second!.report.summary).toBe(
      "**`@everyone 'x' # big`**, placed by `earliest_finish`.\n\nWaiting for one of 1 runners that suits its first task.",
    );
    const [first] = kind(queue.log, 'report');
    expect(first!.report).toMatchObject({
      status: 'in_progress',
      title: '0 of 3 tasks done; data_preprocessing on only',
    });
    expect(first!.report.summary).toContain('▒');
  });

  test('a new position alone is not said more than once a minute', () => {
    const queue = new Queue({ window: 0 });
    queue.runners(0, [runner('only')]);
    for (const id of ['a', 'b', 'c', 'd']) queue.submit(0, id);
    const count = (seconds: number): number =>
      kind(queue.at(seconds, { type: 'cancelled', id: seconds < 60 ? 'b' : 'c', at: epoch + seconds }), 'report')
        .length;
    // Only the cancelled one speaks; later the others say their new place.
    expect(count(10)).toBe(1);
    expect(count(70)).toBe(2);
  });
});

test('a runner without an entry in nodes.yml is read from its labels', () => {
  const labels = ['self-hosted', 'Linux', 'ARM64', 'gpu', 'cores-32', 'memory-64g'];
  expect(describeRunner(runner('r', { labels }), [])).toMatchObject({
    name: 'r',
    architecture: 'arm64',
    accelerator: 'gpu',
    worker_type: 'high-gpu',
    cpu_cores: 32,
    memory: 64 * 1024 * 1024,
  });
  expect(describeRunner(runner('r', { labels: ['ml-worker-low-01'] }), nodeFile.nodes)).toMatchObject({
    name: 'r',
    worker_type: 'low',
  });
});

type Trouble = { kind: 'lose' | 'cancel' | 'fail' | 'none'; pick: number };
const troubleArb = fc.record({
  kind: fc.constantFrom('lose', 'cancel', 'fail', 'none', 'none', 'none'),
  pick: fc.nat(1000),
});

/** Plays a world in which each dispatched job takes a while, and now and then something goes wrong. */
function play(
  placer: string,
  ids: readonly number[],
  troubles: readonly Trouble[],
  restart: boolean,
): { state: LiveState; log: LiveAction[] } {
  let state = startLive(settings({ placer }), 3);
  const log: LiveAction[] = [];
  let jobs: { id: string; runId: number; node: string; end: number; started: boolean }[] = [];
  let online = new Map(fleet.map(({ name }) => [name, true]));
  let time = 0;
  let runs = 0;
  const step = (events: LiveEvent[]): void => {
    const before = restart ? (JSON.parse(JSON.stringify(state)) as LiveState) : state;
    const result = decide(before, events, date(time));
    state = result.state;
    log.push(...result.actions);
    for (const action of result.actions) {
      if (action.type === 'dispatch')
        jobs.push({ id: action.id, runId: ++runs, node: action.node, end: time + 20 + (runs % 7) * 9, started: false });
      if (action.type === 'stop') jobs = jobs.filter(({ runId }) => runId !== action.runId);
    }
    const active = state.pipelines.flatMap((entry) =>
      entry.tasks.filter(({ status }) => status === 'dispatched' || status === 'started'),
    );
    expect(new Set(active.map(({ node }) => node)).size).toBe(active.length);
    const reserved = findReservations(state).map(({ node }) => node);
    expect(new Set(reserved).size).toBe(reserved.length);
  };
  const list = (): LiveEvent => ({
    type: 'runners',
    at: epoch + time,
    runners: fleet.map((entry) => ({ ...entry, online: online.get(entry.name) === true })),
  });
  step([list()]);
  step(
    ids.map((id, index) => ({
      type: 'submitted',
      id: `p${index}`,
      title: 't',
      pipeline: pipelines[id % pipelines.length]!,
      at: epoch,
    })),
  );
  for (let turn = 0; turn < 2000 && (state.pipelines.some((entry) => !isOver(entry)) || turn === 0); turn++) {
    time += 5;
    const trouble = troubles[turn] ?? { kind: 'none', pick: 0 };
    const events: LiveEvent[] = [list()];
    const target = jobs[trouble.pick % Math.max(1, jobs.length)];
    if (trouble.kind === 'lose' && target) online.set(target.node, false);
    if (turn % 60 === 59) online = new Map(fleet.map(({ name }) => [name, true]));
    if (trouble.kind === 'cancel')
      events.push({ type: 'cancelled', id: `p${trouble.pick % ids.length}`, at: epoch + time });
    for (const entry of jobs.filter(({ node }) => online.get(node) === true)) {
      if (!entry.started) events.push(job(entry.id, entry.runId, time, { runner: entry.node }));
      entry.started = true;
      const failed = trouble.kind === 'fail' && entry === target;
      if (entry.end <= time || failed) {
        events.push(job(entry.id, entry.runId, time, { conclusion: failed ? 'failure' : 'success' }));
        jobs = jobs.filter((other) => other !== entry);
      }
    }
    step(events);
  }
  return { state, log };
}

describe('laws', () => {
  test.each(placers.map(({ name }) => name))(
    '%s: whatever happens, every pipeline ends, nodes are free again, and a restart changes nothing',
    (placer) => {
      fc.assert(
        fc.property(
          fc.array(fc.nat(9), { minLength: 1, maxLength: 14 }),
          fc.array(troubleArb, { maxLength: 60 }),
          (ids, troubles) => {
            const { state, log } = play(placer, ids, troubles, false);
            expect(
              state.pipelines.filter((entry) => !isOver(entry)).map(({ id, status }) => `${id} ${status}`),
            ).toEqual([]);
            expect(findReservations(state)).toEqual([]);
            const dispatched = log.flatMap((action) => (action.type === 'dispatch' ? [action.id] : []));
            expect(new Set(dispatched).size).toBe(dispatched.length);
            for (const entry of state.pipelines)
              if (entry.status === 'succeeded')
                expect(entry.tasks.filter(({ status }) => status === 'succeeded')).toHaveLength(3);
            expect(play(placer, ids, troubles, true).log).toEqual(log);
          },
        ),
        { numRuns: caseCount(6, 12) },
      );
    },
  );
});
