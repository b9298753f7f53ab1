// Minutes of GitHub Actions: each job's own, begun ones whole; what was not measured is not known.
import { expect, test } from 'vitest';
import { billedMinutes, sayRunCosts } from '../../../src/domain/report/billed-minutes.ts';

const at = (seconds: number): Date => new Date(Date.UTC(2027, 0, 11, 9, 0, seconds));
const job = (from: number, to: number) => ({ startedAt: at(from), completedAt: at(to) });

test.each([
  ['two short jobs', [job(0, 20), job(20, 25)], 2],
  ['a begun minute', [job(0, 61)], 2],
  ['a whole minute', [job(0, 60)], 1],
  ['no time at all', [job(0, 0)], 1],
  ['one that still runs', [job(0, 20), { startedAt: at(230) }], 3],
  ['two attempts', [job(0, 30), job(100, 250)], 4],
])('%s', (_what, jobs, minutes) => {
  expect(billedMinutes(jobs, at(300))).toBe(minutes);
});

test.each([
  ['no jobs', []],
  ['none that has ended', [{ startedAt: at(20) }]],
  ['one without times', [job(0, 20), {}]],
])('%s: not known, and never nothing', (_what, jobs) => {
  expect(billedMinutes(jobs, at(300))).toBeUndefined();
});

test('what the plan says', () => {
  expect(sayRunCosts(undefined, 40)).toContain('not known, since no run is recorded yet');
  const words = sayRunCosts({ runs: 280, median: 3, days: 28 }, 40);
  expect(words).toContain('a push takes 3 (the median of 280 runs of the last 28 days)');
  expect(words).toContain('the 40 repositories take about 900 in 30 days');
});
