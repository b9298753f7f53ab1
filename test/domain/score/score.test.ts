import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Criterion } from '../../../src/domain/challenge/challenge.ts';
import type { Evidence } from '../../../src/domain/evidence/evidence.ts';
import type { CriterionScore, ScoreInput } from '../../../src/domain/evidence/criterion.ts';
import { score } from '../../../src/domain/score/score.ts';
import { after, answer, data, DAY, HOUR, input, milestone, policy, probe, run, shipment } from './inputs.ts';

const of = (criterion: Criterion, given: ScoreInput): CriterionScore => score(given).criteria[criterion]!;
const texts = (scored: CriterionScore): string =>
  scored.reasons.map(({ text, next }) => `${text} ${next ?? ''}`).join('\n');
const never = -HOUR;

test('before anything is due, nothing can be earned or lost', () => {
  const scored = score(input(never, []));
  expect(scored).toMatchObject({ total: 0, of: 0, worth: 110 });
  for (const criterion of Object.values(scored.criteria)) expect(texts(criterion)).toMatch(/Nothing due yet/);
});

test('only the criteria of the policy appear', () => {
  const scored = score(input(DAY, [], { policy: { ...policy, criteria: { data: policy.criteria.data! } } }));
  expect(Object.keys(scored.criteria)).toEqual(['data']);
});

describe('data', () => {
  test('a merged release counts, one that waits in its pull request does not', () => {
    const scored = of(
      'data',
      input(8 * DAY, [data(1, 'shipped', 0), data(1, 'merged', HOUR), data(2, 'shipped', 7 * DAY)]),
    );
    expect(scored).toMatchObject({ points: 10, of: 20 });
    expect(scored.reasons[0]).toMatchObject({ evidence: `data-1-merged-${HOUR}` });
    expect(texts(scored)).toMatch(/since Mon 11 Jan 2027 10:00 \(CET\)/);
    expect(texts(scored)).toMatch(/release-2 is waiting in its pull request\. Merge/);
  });
  test('a release that was altered does not count until it is restored', () => {
    const events = [data(1, 'merged', HOUR), data(1, 'altered', 2 * HOUR)];
    expect(of('data', input(DAY, events)).points).toBe(0);
    expect(of('data', input(DAY, [...events, data(1, 'shipped', 3 * HOUR), data(1, 'merged', 3 * HOUR)])).points).toBe(
      20,
    );
  });
  test('a commit needs nobody to merge it', () => {
    const shipments = [shipment(1, { carrier: 'commit' })];
    expect(of('data', input(DAY, [], { shipments })).points).toBe(20);
    expect(of('data', input(DAY, [data(1, 'altered', HOUR)], { shipments })).points).toBe(0);
  });
  test('what we failed to deliver does not count against the student', () => {
    const shipments = [shipment(1), shipment(2, { state: 'failed' })];
    const scored = of('data', input(8 * DAY, [data(1, 'merged', HOUR)], { shipments }));
    expect(scored).toMatchObject({ points: 20, of: 20 });
    expect(texts(scored)).toMatch(/release-2 could not be delivered yet: this is on our side/);
  });
  test('a late merge loses what the policy says, after the tokens', () => {
    const late = [data(1, 'merged', 9 * DAY)];
    const given = input(10 * DAY, late, { shipments: [shipment(1)] });
    const scored = of('data', given);
    expect(scored.points).toBe(14);
    expect(texts(scored)).toMatch(
      /received Wed 20 Jan 2027 09:00 \(CET\), merge by Mon 18 Jan 2027 09:00 \(CET\): 2 days late, 30% lost/,
    );
    const tokens = { ...policy, late: { ...policy.late, tokens: 8 } };
    expect(of('data', { ...given, policy: tokens }).points).toBe(20);
    const extensions = [{ owner: 'ada', item: 'release-1', by: 2 * DAY, reason: 'ill', grantedBy: 'grace' }];
    expect(texts(of('data', { ...given, extensions }))).not.toMatch(/lost/);
    expect(of('data', { ...given, extensions }).points).toBe(20);
  });
  test('a late joiner has as long as the others had', () => {
    const shipments = [shipment(1, { dispatchedAt: after(10 * DAY) })];
    expect(of('data', input(20 * DAY, [data(1, 'merged', 16 * DAY)], { shipments })).points).toBe(20);
  });
  test('a regrade a year later charges nothing more', () => {
    const given = input(10 * DAY, [data(1, 'merged', 9 * DAY)], { shipments: [shipment(1)] });
    expect(of('data', { ...given, now: after(400 * DAY) })).toEqual(of('data', given));
  });
});

describe('pipeline', () => {
  test('what is in the default branch has to be run, not merged again', () => {
    const pulled = (...evidence: Evidence[]): string => texts(of('pipeline', input(DAY, evidence)));
    expect(pulled(data(1, 'shipped', 0))).toMatch(/Bring release-1 into the default branch and let/);
    expect(pulled(data(1, 'merged', HOUR))).toMatch(/release-1 is in the default branch: let the pipeline run there/);
    const shipments = [shipment(1, { carrier: 'commit' })];
    expect(texts(of('pipeline', input(DAY, [], { shipments })))).toMatch(/release-1 is in the default branch/);
  });
  test('the share of due releases with a green run', () => {
    const scored = of('pipeline', input(8 * DAY, [run([1], HOUR)]));
    expect(scored).toMatchObject({ points: 10, of: 20 });
    expect(texts(scored)).toMatch(/release-1: the run at abc1234 succeeded with it/);
    expect(texts(scored)).toMatch(/release-2: no run at a commit that contains it/);
  });
  test('a failing run says what to do, and takes nothing from a green one', () => {
    const failed = run([1], 2 * HOUR, { conclusion: 'failure' });
    expect(texts(of('pipeline', input(DAY, [failed])))).toMatch(/ended with failure; .* Open the check run at abc1234/);
    expect(of('pipeline', input(DAY, [run([1], HOUR), failed])).points).toBe(20);
  });
  test('a rejected run never counts and is named', () => {
    const forged = run([1], HOUR, {
      trust: 'measured',
      rejected: { code: 'no-run', reason: 'it names no workflow run' },
    });
    const scored = of('pipeline', input(DAY, [forged]));
    expect(scored.points).toBe(0);
    expect(texts(scored)).toMatch(/Not counted: the check run at abc1234: it names no workflow run\./);
    expect(of('freshness', input(2 * DAY, [forged])).points).toBe(0);
  });
  test('evidence below the level of the policy does not count', () => {
    const strict = { ...policy, criteria: { pipeline: { points: 20, trust: 'attested' as const } } };
    const claimed = of('pipeline', input(DAY, [run([1], HOUR)], { policy: strict }));
    expect(claimed.points).toBe(0);
    expect(texts(claimed)).toMatch(/is claimed; this criterion needs attested evidence/);
    expect(of('pipeline', input(DAY, [run([1], HOUR, { trust: 'attested' })], { policy: strict })).points).toBe(20);
  });
  test('a run after the end does not count, unless the end was moved', () => {
    const late = [run([1, 2, 3], 22 * DAY)];
    expect(texts(of('pipeline', input(23 * DAY, late)))).toMatch(/the challenge ended Mon 1 Feb 2027 09:00/);
    expect(of('pipeline', input(23 * DAY, late)).points).toBe(0);
    const extensions = [{ owner: 'ada', by: 2 * DAY, reason: 'ill', grantedBy: 'grace' }];
    expect(of('pipeline', input(23 * DAY, late, { extensions })).points).toBe(20);
  });
  test('many uncounted runs stay readable', () => {
    const runs = Array.from({ length: 40 }, (_, i) => run([1], HOUR + i, { rejected: { code: 'x', reason: 'no' } }));
    expect(of('pipeline', input(DAY, runs)).reasons).toHaveLength(7);
  });
});

describe('freshness', () => {
  test.each([
    [0, 15],
    [DAY, 15],
    [4 * DAY, 7.5],
    [7 * DAY, 0],
  ])('a run %d ms after the release earns %d', (delay, points) => {
    const shipments = [shipment(1)];
    expect(of('freshness', input(20 * DAY, [run([1], delay)], { shipments })).points).toBe(points);
  });
  test('time counts from the delivery, not from the plan', () => {
    const shipments = [shipment(1, { dispatchedAt: after(3 * DAY) })];
    expect(of('freshness', input(20 * DAY, [run([1], 4 * DAY)], { shipments })).points).toBe(15);
  });
  test('a young release without a run is not due; an old one earns nothing yet', () => {
    const shipments = [shipment(1)];
    expect(of('freshness', input(HOUR, [], { shipments })).of).toBe(0);
    const scored = of('freshness', input(4 * DAY, [], { shipments }));
    expect(scored).toMatchObject({ points: 0, of: 15 });
    expect(texts(scored)).toMatch(/A green run with release-1 now would earn 50%/);
  });
  test('a team with automation and one without are clearly apart', () => {
    const team = (delay: number): number =>
      of(
        'freshness',
        input(
          21 * DAY,
          [1, 2, 3].map((week) => run([week], (week - 1) * 7 * DAY + delay)),
        ),
      ).points;
    expect(team(20 * 60_000)).toBe(15);
    expect(team(5 * DAY)).toBe(5);
  });
});

describe('requests', () => {
  test('the best attempt of each request counts', () => {
    const scored = of(
      'requests',
      input(DAY, [
        answer('a', 1, { verdict: 'partial_correct', matches: 5, extra: 0 }),
        answer('a', 2, { verdict: 'incorrect', matches: 0, attempt: 2 }),
        answer('b', 3),
        answer('c', 4, { verdict: 'pending', matches: 0 }),
      ]),
    );
    expect(scored.points).toBe(11.25);
    expect(texts(scored)).toMatch(/Request a is answered in part: 5 of 10 rows, worth 50%/);
    expect(texts(scored)).toMatch(/Request c waits for an answer\. Push/);
  });
  test('handing in everything earns little', () => {
    const all = answer('a', 1, { verdict: 'partial_correct', matches: 10, extra: 990 });
    expect(of('requests', input(DAY, [all])).points).toBe(0.15);
  });
  test('silence after the deadline earns nothing and counts', () => {
    const silent = [
      answer('a', 1, { verdict: 'pending' }),
      answer('a', 2, { verdict: 'deadline_exceeded', matches: 0 }),
    ];
    expect(of('requests', input(DAY, silent))).toMatchObject({ points: 0, of: 15 });
  });
});

describe('endpoint', () => {
  const every = 300_000;
  const week = (down: (i: number) => boolean): Evidence[] =>
    Array.from({ length: 2016 }, (_, i) =>
      probe(
        i * every + 1,
        down(i) ? { ok: false, code: 'timeout' } : { modelVersion: i < 1000 ? '1' : '2', apiVersion: '1' },
      ),
    );
  test('all of it from 99% on, 60% at 70%, nothing below', () => {
    expect(
      of(
        'endpoint',
        input(
          7 * DAY,
          week(() => false),
        ),
      ).points,
    ).toBe(15);
    expect(
      of(
        'endpoint',
        input(
          7 * DAY,
          week((i) => i < 604),
        ),
      ).points,
    ).toBeCloseTo(9, 1);
    expect(
      of(
        'endpoint',
        input(
          7 * DAY,
          week((i) => i < 700),
        ),
      ).points,
    ).toBe(0);
  });
  test('outages and updates are told', () => {
    const told = texts(
      of(
        'endpoint',
        input(
          7 * DAY,
          week((i) => i >= 100 && i < 112),
        ),
      ),
    );
    expect(told).toMatch(/Down for about 1 hour from Mon 11 Jan 2027 17:1[78] \(CET\): timeout/);
    expect(told).toMatch(/Updated to api 1, model 2 .* without downtime/);
    expect(told).toContain('Down for 1 hour in all; 1 hour 40 minutes are allowed while all points are earned.');
  });
  test('our own outages do not count', () => {
    const ours = week(() => false).map((evidence, i) =>
      i < 500 ? ({ ...evidence, ok: false, code: 'network', cause: 'ours' } as Evidence) : evidence,
    );
    expect(of('endpoint', input(7 * DAY, ours)).points).toBe(15);
  });
});

describe('quality', () => {
  const graded = { ...policy, quality: { metric: 'accuracy', pass: 0.6, full: 0.8 } };
  const quality = (value: number, rows = 50): { quality: { metric: string; value: number; rows: number } } => ({
    quality: { metric: 'accuracy', value, rows },
  });
  test.each([
    [0.59, 0],
    [0.6, 9],
    [0.7, 12],
    [0.8, 15],
  ])('accuracy %d earns %d', (value, points) => {
    expect(of('quality', input(DAY, [probe(HOUR, quality(value))], { policy: graded })).points).toBe(points);
  });
  test('an error is better when it is smaller', () => {
    const errors = { ...policy, quality: { metric: 'mae', pass: 2, full: 1 } };
    const evidence = answer('a', HOUR, { quality: { metric: 'mae', value: 1.5, rows: 10 } });
    expect(of('quality', input(DAY, [evidence], { policy: errors })).points).toBe(12);
  });
  test('measurements weigh by their rows, and only the first attempt at a request', () => {
    const all = [answer('a', 1, quality(0.1)), answer('a', 2, quality(0.9, 10)), probe(3, quality(0.6, 30))];
    expect(texts(of('quality', input(DAY, all, { policy: graded })))).toMatch(
      /accuracy about 0\.275 over 80 held-out rows/,
    );
  });
});

test('hygiene is the mean over milestones, with the next step', () => {
  const scored = of(
    'hygiene',
    input(DAY, [milestone('tests', 1, 2), milestone('ci', 4, 4), milestone('tests', 0, 2, -1)]),
  );
  expect(scored.points).toBe(7.5);
  expect(texts(scored)).toMatch(/tests: 1 of 2 done\. Do the rest of tests/);
});

describe('laws', () => {
  const week = fc.integer({ min: 1, max: 3 });
  const at = fc.integer({ min: 0, max: 25 * DAY });
  const arbitrary: fc.Arbitrary<Evidence> = fc.oneof(
    fc
      .tuple(week, fc.constantFrom('shipped', 'merged', 'altered', 'closed'), at)
      .map(([w, event, t]) => data(w, event, t)),
    fc
      .tuple(fc.subarray([1, 2, 3]), at, fc.constantFrom('success', 'failure'), fc.boolean())
      .map(([weeks, t, conclusion, bad]) =>
        run(weeks, t, { conclusion, ...(bad ? { rejected: { code: 'x', reason: 'forged' } } : {}) }),
      ),
    fc.tuple(fc.constantFrom('a', 'b'), at, fc.integer({ min: 0, max: 10 })).map(([name, t, matches]) =>
      answer(name, t, {
        verdict: 'partial_correct',
        matches,
        quality: { metric: 'accuracy', value: matches / 10, rows: 7 },
      }),
    ),
    fc.tuple(at, fc.boolean(), fc.constantFrom('student', 'ours')).map(([t, ok, cause]) => probe(t, { ok, cause })),
    fc
      .tuple(fc.constantFrom('x', 'y'), fc.integer({ min: 0, max: 3 }), at)
      .map(([name, done, t]) => milestone(name, done, 3, t)),
  );
  const log = fc.array(arbitrary, { maxLength: 60 });

  test('the order of arrival, and arriving twice, change nothing', () => {
    fc.assert(
      fc.property(log, at, fc.infiniteStream(fc.nat()), (events, now, random) => {
        const shuffled = [...events, ...events.slice(0, 5)];
        for (let i = shuffled.length - 1; i > 0; i--) {
          const j = random.next().value! % (i + 1);
          [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
        }
        expect(score(input(now, shuffled))).toEqual(score(input(now, events)));
      }),
    );
  });
  test('points stay between nothing and what is due, and every criterion says something', () => {
    fc.assert(
      fc.property(log, at, (events, now) => {
        const scored = score(input(now, events));
        for (const { points, of: due, worth, reasons } of Object.values(scored.criteria)) {
          expect(points).toBeGreaterThanOrEqual(0);
          expect(points).toBeLessThanOrEqual(due);
          expect([0, worth]).toContain(due);
          expect(reasons.length).toBeGreaterThan(0);
          for (const { text } of reasons) expect(text).toMatch(/^[A-Za-z0-9].*\.$/s);
        }
      }),
    );
  });
  test('what is not known yet changes nothing', () => {
    fc.assert(
      fc.property(log, at, (events, now) => {
        const known = events.filter((event) => event.at <= after(now));
        expect(score(input(now, events))).toEqual(score(input(now, known)));
      }),
    );
  });
});
