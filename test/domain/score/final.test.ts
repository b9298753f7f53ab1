// After the end a score is final, with one denominator everywhere; quality is the metric over all rows of the window.
import { describe, expect, test } from 'vitest';
import { isRegression, measure, METRICS } from '../../../src/domain/challenge/metric.ts';
import { tally } from '../../../src/domain/challenge/statistics.ts';
import { settleLateness } from '../../../src/domain/evidence/late.ts';
import { buildGradebook } from '../../../src/domain/grade/gradebook.ts';
import { exportGrades } from '../../../src/domain/grade/grades-export.ts';
import { compareGradebooks } from '../../../src/domain/grade/what-if.ts';
import { describeScore } from '../../../src/domain/messages/score-summary.ts';
import { describeWhatIf } from '../../../src/domain/messages/what-if-summary.ts';
import { score } from '../../../src/domain/score/score.ts';
import { after, answer, data, DAY, HOUR, input, policy, probe, shipment } from './inputs.ts';

const owner = { slug: 'ada', kind: 'student' as const, name: 'Ada', members: [{ login: 'ada' }] };
const bookAt = (now: number, more: object = {}) =>
  buildGradebook({
    policies: [policy],
    owners: [owner],
    shipments: [1, 2, 3].map((week) => ({ ...shipment(week), challenge: 'weather' })),
    evidence: [data(1, 'merged', HOUR)],
    pass: 0.6,
    now: after(now),
    ...more,
  });

describe('after the end', () => {
  test('every criterion counts, and all places have one denominator', () => {
    const [before] = bookAt(21 * DAY).rows;
    const [row] = bookAt(21 * DAY + 1).rows;
    expect(before!.of).toBeLessThan(before!.worth);
    expect(row).toMatchObject({ of: 110, worth: 110, final: true, passes: false });
    const book = bookAt(22 * DAY);
    expect(exportGrades(book, 'canvas')).toContain('Points Possible,,,,,110');
    expect(exportGrades(book, 'csv').split('\r\n')[1]).toMatch(/,110,110,,no,/);
    const gate = { open: true, text: '' };
    const { title, summary } = describeScore(row!, { now: after(22 * DAY), zone: 'UTC', moreUrl: '', gate });
    expect(title).toBe(`${row!.total} of 110 points, final`);
    expect(summary).toContain('This does not pass.');
    expect(summary).not.toMatch(/Nothing due yet|so far|Push again/);
  });
  test('an extension moves the end', () => {
    const extensions = [{ owner: 'ada', by: DAY, reason: 'ill', grantedBy: 'grace' }];
    expect(score(input(21 * DAY + HOUR, [], { extensions })).final).toBeUndefined();
    expect(score(input(22 * DAY + 1, [], { extensions })).final).toBe(true);
  });
});

test('what a change would do: names, old and new, and who crosses the line', () => {
  const rules = { ...policy, criteria: { ...policy.criteria, data: { points: 200, trust: 'measured' as const } } };
  const [now, then] = [bookAt(2 * DAY), bookAt(2 * DAY, { policies: [rules] })];
  const text = describeWhatIf(compareGradebooks(now, then, 0.6));
  expect(text).toContain(`| Ada | ${now.rows[0]!.total} of ${now.rows[0]!.of} | ${then.rows[0]!.total} of`);
  expect(describeWhatIf(compareGradebooks(now, now, 0.1, 0.99))).toMatch(/1 crosses the pass line[^]*passes now/);
});

describe('quality', () => {
  const graded = { ...policy, quality: { metric: 'r2' as const, pass: 0.5, full: 0.9 } };
  const measured = (pairs: { label: unknown; prediction?: unknown }[], metric = 'r2') => ({
    quality: { metric, value: 0, rows: pairs.length },
    measured: tally(metric, pairs),
  });
  const of = (evidence: Parameters<typeof input>[1], rules: typeof graded | object = graded) =>
    score(input(DAY, evidence, { policy: { ...policy, ...rules } })).criteria.quality!;
  const noise = (index: number): number => Math.sin(index * 12.9898) * 0.3;
  const labels = Array.from({ length: 500 * 10 }, (_, index) => Math.sin(index / 3) + Math.cos(index / 7));
  const pairs = labels.map((label, index) => ({ label, prediction: label + noise(index) }));
  const portions = Array.from({ length: 500 }, (_, index) => pairs.slice(index * 10, index * 10 + 10));

  test('one portion of equal labels does not take the points of five hundred others', () => {
    const constant = Array.from({ length: 10 }, () => ({ label: 0.1, prediction: 0.35 }));
    const probes = [...portions, constant].map((rows, index) => probe(index, measured(rows)));
    const pooled = measure('r2', [...pairs, ...constant])!;
    expect(of(probes).reasons[0]!.text).toContain('r2 about 0.95 over 5010 held-out rows');
    expect(pooled).toBeCloseTo(0.955, 2);
    expect(of(probes).points).toBe(15);
    expect(of([probe(1, measured(constant))])).toMatchObject({ of: 0 });
  });
  test('rows that are not answered earn nothing, and it is said', () => {
    const tenth = pairs.slice(0, 100).map((pair, index) => (index % 10 === 0 ? pair : { label: pair.label }));
    const full = of([probe(1, measured(pairs.slice(0, 100)))]);
    const some = of([probe(1, measured(tenth))]);
    expect(full.points).toBe(15);
    expect(some.points).toBe(1.5);
    expect(some.reasons[0]!.text).toContain('10 of 100 rows (10%) were answered');
    const classes = pairs.slice(0, 100).map((_, index) => (index < 10 ? { label: 1, prediction: 1 } : { label: 1 }));
    expect(of([probe(1, measured(classes, 'accuracy'))], { quality: undefined }).points).toBe(0);
  });
  test.each(METRICS)(
    'two rows of a hundred that are surely right are not worth more than all of them: %s',
    (metric) => {
      const isNumeric = isRegression(metric);
      const all = Array.from({ length: 100 }, (_, index) => {
        const label = isNumeric ? index : index % 2;
        return { label, prediction: label };
      });
      const two = all.map((pair, index) => (index < 2 ? pair : { label: pair.label }));
      const errors = ['mae', 'rmse', 'mape', 'log_loss'].includes(metric);
      const rules = { quality: { metric, ...(errors ? { pass: 1, full: 0.5 } : { pass: 0.5, full: 0.9 }) } };
      const pointsOf = (rows: typeof all | typeof two): number => of([probe(1, measured(rows, metric))], rules).points;
      expect(pointsOf(all)).toBe(15);
      expect(pointsOf(two)).toBeLessThanOrEqual(0.31);
    },
  );
  test('whoever tries again with the verdict in hand gains nothing, and silence is not better than an answer', () => {
    const bad = pairs.slice(0, 20).map(({ label }) => ({ label, prediction: 0 }));
    const good = pairs.slice(0, 20);
    const first = answer('a', 1, measured(bad));
    const again = answer('a', 2, { ...measured(good), attempt: 2 });
    expect(of([first, again]).points).toBe(of([first]).points);
    const silence = answer('b', 3, {
      verdict: 'deadline_exceeded',
      attempt: 0,
      measured: tally(
        'r2',
        good.map(({ label }) => ({ label })),
      ),
    });
    expect(of([answer('a', 1, measured(good)), silence]).points).toBe(7.5);
  });
});

describe('days of the course’s calendar', () => {
  const zone = 'Europe/Copenhagen';
  const rule = { tokens: 0, daysPerToken: 1, thenPerDay: 0.15 };
  const settle = (deadline: string, receivedAt: string, extensions: object[] = [], tokens = 0) =>
    settleLateness(
      [{ id: 'a', deadline: new Date(deadline), receivedAt: new Date(receivedAt) }],
      { ...rule, tokens },
      zone,
      extensions as never,
    ).get('a')!;
  test('the day on which the clocks go back has 25 hours', () => {
    // Sat 20:00 in summer, Sun 19:30 and 20:00 in winter.
    expect(settle('2026-10-24T18:00:00Z', '2026-10-25T18:30:00Z').lost).toBe(0.15);
    expect(settle('2026-10-24T18:00:00Z', '2026-10-25T19:00:00Z').lost).toBe(0.15);
    expect(settle('2026-10-24T18:00:00Z', '2026-10-25T19:00:01Z').lost).toBe(0.3);
    // In spring it has 23.
    expect(settle('2027-03-27T19:00:00Z', '2027-03-28T18:00:01Z').lost).toBe(0.3);
  });
  test('an extension by days ends at the same time of the day, and no token is charged', () => {
    const extensions = [{ owner: 'ada', by: 2 * DAY, reason: 'ill', grantedBy: 'grace' }];
    const received = settle('2026-10-24T21:59:00Z', '2026-10-26T22:59:00Z', extensions, 3);
    expect(received).toMatchObject({ late: 0, tokens: 0, deadline: new Date('2026-10-26T22:59:00Z') });
    expect(settle('2026-10-24T21:59:00Z', '2026-10-26T22:59:01Z', extensions, 3).tokens).toBe(1);
  });
  test('the words are about what is charged', () => {
    expect(settle('2027-01-11T08:00:00Z', '2027-01-12T08:10:00Z').text).toMatch(
      /: 1 day 10 minutes late \(2 days begun\), 30% lost$/,
    );
    expect(settle('2027-01-11T08:00:00Z', '2027-01-12T08:00:20Z').text).toMatch(
      /: 1 day 20 seconds late \(2 days begun\)/,
    );
    expect(settle('2027-01-11T08:00:00Z', '2027-01-12T08:00:00Z').text).toMatch(/: 1 day late, 15% lost$/);
  });
});
