// What a reaction concludes: three values, never a guess, and a bound of its error.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeReaction, sayCounts } from '../../../src/domain/messages/reaction-message.ts';
import { judgeRun, summarise } from '../../../src/domain/reaction/judge.ts';
import {
  boundMessage,
  longestMessage,
  reactionOutcome,
  type ReactionOutcome,
  type ReactionSide,
} from '../../../src/domain/reaction/outcome.ts';
import {
  atOnce,
  endRun,
  errorBound,
  giveUpSilent,
  nextRuns,
  patienceMinutes,
  pipelineId,
  reactionId,
  readRunName,
  runName,
  sampleOwners,
  type Reaction,
  type ReactionRun,
} from '../../../src/domain/reaction/reaction.ts';
import { readReactionComment } from '../../../src/domain/comment/read-reaction-comment.ts';

const side = (accuracy?: number, more: Partial<ReactionSide> = {}): ReactionSide => ({
  conclusion: 'success',
  metrics: accuracy === undefined ? {} : { accuracy },
  ...more,
});
const both = (before: ReactionSide, after: ReactionSide): ReactionOutcome => ({ before, after, seconds: 60 });
const broken = (message: string) => both(side(0.9), side(undefined, { conclusion: 'failure', message }));
const runs = (count: number, outcome?: ReactionOutcome): ReactionRun[] =>
  Array.from({ length: count }, (_, index) => ({
    owner: `s${index}`,
    repository: `r${index}`,
    state: outcome ? 'over' : 'waiting',
    ...(outcome ? { outcome } : {}),
  }));
const reaction = (more: Partial<Reaction> = {}): Reaction => ({
  id: 'reaction-0123456789ab',
  challenge: 'weather',
  release: 'release-2',
  commit: 'c',
  pull: 7,
  turn: 0,
  state: 'running',
  students: 40,
  by: 'hosted',
  runs: runs(40),
  ...more,
});

describe('of one pipeline', () => {
  test.each<[string, ReactionOutcome, string]>([
    ['keeps its accuracy', both(side(0.9), side(0.85)), 'green'],
    ['loses exactly ten points', both(side(0.9), side(0.8)), 'green'],
    ['loses more', both(side(0.9), side(0.79)), 'loses'],
    ['gains', both(side(0.2), side(0.9)), 'green'],
    ['has nothing to compare', both(side(), side(0.1)), 'green'],
    ['fails with it', broken('no'), 'breaks'],
    ['fails without it, too', both(side(undefined, { conclusion: 'failure' }), side(0.9)), 'unknown'],
    ['is cancelled', both(side(0.9), side(undefined, { conclusion: 'cancelled' })), 'unknown'],
    [
      'has no pipeline',
      both(side(undefined, { conclusion: 'neutral' }), side(undefined, { conclusion: 'neutral' })),
      'unknown',
    ],
  ])('%s', (_, outcome, kind) => {
    expect(judgeRun({ outcome }).kind).toBe(kind);
  });

  test('an error that grows by more than a tenth is lost as well, and the challenge’s own metric is looked at first', () => {
    const of = (rmse: number) => side(0.9, { metrics: { accuracy: 0.9, 'evaluate.rmse': rmse } });
    expect(judgeRun({ outcome: both(of(10), of(11.5)) }, 'rmse')).toMatchObject({ kind: 'loses', metric: 'rmse' });
    expect(judgeRun({ outcome: both(of(10), of(10.9)) }, 'rmse').kind).toBe('green');
    expect(judgeRun({ outcome: both(of(10), of(11.5)) })).toMatchObject({ kind: 'green', metric: 'accuracy' });
  });

  test('without an outcome it is not known, and says why', () => {
    expect(judgeRun({ why: 'its run was lost' })).toEqual({ kind: 'unknown', why: 'its run was lost' });
    expect(judgeRun({}).kind).toBe('unknown');
  });
});

test('the class in one line', () => {
  const all = [
    ...runs(31, both(side(0.9), side(0.9))),
    ...runs(6, both(side(0.9), side(0.5))),
    ...runs(2, broken("schema: unexpected 'tornado'")),
    ...runs(1, broken('train: killed')),
  ];
  expect(sayCounts(summarise({ runs: all }))).toBe(
    "31 of 40 stay green, 6 lose more than 10 points of accuracy, 3 break: `schema: unexpected 'tornado'`",
  );
});

test('whatever comes in, everybody is counted once, and who is not known is not green', () => {
  const conclusion = fc.constantFrom('success' as const, 'failure' as const, 'neutral' as const, 'cancelled' as const);
  const arbitrary = fc.record({
    conclusion,
    metrics: fc.dictionary(
      fc.constantFrom('accuracy', 'f1', 'rmse', 'x.r2'),
      fc.double({ noNaN: true, min: 0, max: 100 }),
    ),
  });
  const outcome = fc.option(fc.record({ before: arbitrary, after: arbitrary, seconds: fc.nat() }), { nil: undefined });
  fc.assert(
    fc.property(fc.array(outcome, { maxLength: 30 }), (outcomes) => {
      const made = outcomes.map((each, index): ReactionRun => ({
        owner: `${index}`,
        repository: 'r',
        state: 'over',
        ...(each ? { outcome: each } : {}),
      }));
      const { looked, green, loses, breaks, unknown } = summarise({ runs: made });
      expect(green + loses + breaks + unknown).toBe(looked);
      expect(green + loses).toBe(
        outcomes.filter((each) => each?.before.conclusion === 'success' && each.after.conclusion === 'success').length,
      );
    }),
  );
});

test('a reaction of which nothing is known asks for a look, and never says that all is well', () => {
  const words = describeReaction(
    reaction({ state: 'over', runs: runs(3, both(side(undefined, { conclusion: 'failure' }), side())), students: 3 }),
  );
  expect(words).toMatchObject({ conclusion: 'action_required', title: '0 of 3 stay green, 3 are not known' });
});

test('what pipelines say neither ends a line of the table nor calls anybody', () => {
  const hostile = reaction({ state: 'over', students: 1, runs: runs(1, broken('a | b\n@everyone `x` <img src=x>')) });
  const { summary, title } = describeReaction(hostile);
  expect(summary).not.toMatch(/@everyone|<img/);
  expect(summary.split('\n').filter((line) => line.startsWith('| s0 '))).toHaveLength(1);
  expect(title).toContain("'x'");
});

describe('the price', () => {
  test('is named before anything runs', () => {
    const words = describeReaction(reaction({ state: 'offered', students: 200, runs: runs(60) }));
    expect(words.title).toBe('Would take 60 runs, at most 3600 Actions minutes');
    expect(words.summary).toContain('The class has 200: 60 are drawn');
    expect(words.actions).toHaveLength(1);
    for (const { label, description, identifier } of words.actions!)
      expect([label.length <= 20, description.length <= 40, identifier.length <= 20]).toEqual([true, true, true]);
    expect(describeReaction(reaction({ state: 'offered', by: 'queue' })).summary).toContain('cost no Actions minutes');
  });

  test('the error bound falls as more are looked at, and is nothing when all are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 }), (looked, all) => {
        expect(errorBound(looked, all)).toBeGreaterThanOrEqual(errorBound(looked + 1, all));
        expect(errorBound(Math.max(looked, all), all)).toBe(0);
      }),
    );
    expect(errorBound(0, 10)).toBe(1);
  });

  test('holds: of a thousand samples of a class, about 95 of 100 are within it', () => {
    const owners = Array.from({ length: 300 }, (_, index) => `s${index}`);
    const green = new Set(owners.slice(0, 120));
    const within = Array.from({ length: 1000 }, (_, seed) => sampleOwners(owners, 60, `${seed}`)).filter(
      (sample) => Math.abs(sample.filter((text) => green.has(text)).length / 60 - 0.4) <= errorBound(60, 300),
    );
    expect(within.length).toBeGreaterThanOrEqual(930);
  });

  test('the same commit draws the same ones, each once, in the order of the class', () => {
    const owners = Array.from({ length: 50 }, (_, index) => `s${index}`);
    const drawn = sampleOwners(owners, 10, 'abc');
    expect(drawn).toEqual(sampleOwners(owners, 10, 'abc'));
    expect(drawn).toEqual(owners.filter((owner) => drawn.includes(owner)));
    expect([drawn.length, new Set(drawn).size]).toEqual([10, 10]);
    expect(drawn).not.toEqual(sampleOwners(owners, 10, 'abd'));
    expect(sampleOwners(owners, 60, 'abc')).toEqual(owners);
  });
});

describe('its runs', () => {
  test('a few at a time on GitHub’s machines; on the course’s own the queue decides', () => {
    const one = reaction();
    expect(nextRuns(one)).toEqual([0, 1, 2, 3]);
    for (const index of nextRuns(one)) one.runs[index]!.state = 'started';
    expect(nextRuns(one)).toEqual([]);
    expect(endRun(one, 2, { why: 'x' })).toBe(true);
    expect(nextRuns(one)).toHaveLength(1);
    expect(atOnce).toBe(4);
    expect(nextRuns(reaction({ by: 'queue' }))).toEqual([]);
    expect(nextRuns(reaction({ state: 'superseded' }))).toEqual([]);
  });

  test('end once, and not at all in a reaction that was superseded', () => {
    const one = reaction({ runs: runs(1) });
    expect(endRun(one, 0, { outcome: both(side(0.9), side(0.9)) })).toBe(true);
    expect([one.state, endRun(one, 0, { why: 'late' }), one.runs[0]!.why]).toEqual(['over', false, undefined]);
    const old = reaction({ state: 'superseded' });
    expect([endRun(old, 0, { why: 'late' }), endRun(reaction(), 99, { why: 'nobody' })]).toEqual([false, false]);
  });

  test('that say nothing for too long are given up, as not known', () => {
    const at = new Date('2027-01-01T00:00:00Z');
    const one = reaction({ runs: runs(1).map((run) => ({ ...run, state: 'started', startedAt: at })) });
    expect(giveUpSilent(one, new Date(at.getTime() + (patienceMinutes - 1) * 60_000))).toBe(false);
    expect(giveUpSilent(one, new Date(at.getTime() + patienceMinutes * 60_000))).toBe(true);
    expect(judgeRun(one.runs[0]!)).toMatchObject({ kind: 'unknown' });
  });

  test('have names that are read back, and nothing else is', () => {
    const id = reactionId({ commit: 'c', challenge: 'weather', turn: 0 });
    const one = { id };
    expect(readRunName(runName(one, 12))).toEqual({ id, index: 12 });
    expect(readRunName(pipelineId(one, 3))).toEqual({ id, index: 3 });
    expect(reactionId({ commit: 'c', challenge: 'weather', turn: 1 })).not.toBe(id);
    for (const name of [
      'reaction',
      'reaction-ann-1',
      `${id}`,
      `${id}-1/train/1`,
      `x${id}-1`,
      'prices-ann-0123456789/train/1',
    ])
      expect(readRunName(name), name).toBeUndefined();
  });
});

test('an outcome has numbers and one short line, and nothing more', () => {
  const good = broken('schema: no');
  expect(reactionOutcome.safeParse(good).success).toBe(true);
  const bad: unknown[] = [
    { ...good, rows: 'a slice' },
    both(side(0.9), side(0.9, { message: 'x'.repeat(longestMessage + 1) })),
    both(side(Number.NaN), side()),
    both(
      side(0.9, { metrics: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`m${index}`, index])) }),
      side(),
    ),
  ];
  for (const one of bad) expect(reactionOutcome.safeParse(one).success).toBe(false);
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 600 }),
      (text) => boundMessage(text).length <= longestMessage && !/\p{Cc}/u.test(boundMessage(text)),
    ),
  );
});

test('the comment says how many, of which challenge', () => {
  const read = (text: string) => readReactionComment(text.split(' ').filter(Boolean), ['weather']);
  expect([read(''), read('20'), read('weather 5'), read('all').valueOf()]).toEqual([
    {},
    { most: 20 },
    { challenge: 'weather', most: 5 },
    { most: Number.MAX_SAFE_INTEGER },
  ]);
  for (const text of ['snow', '0', '-3', '5 6', 'weather 5 now']) expect(read(text), text).toHaveProperty('problem');
});
