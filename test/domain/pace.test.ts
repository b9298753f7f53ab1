// How long a release takes at the pace that GitHub asks for, and how early an early one begins.
import { expect, test } from 'vitest';
import { diffPlan } from '../../src/domain/diff.ts';
import { describePlan } from '../../src/domain/messages/plan-summary.ts';
import { leadFor, secondsFor } from '../../src/domain/pace.ts';
import { challenge, course } from './course-for-test.ts';

test('a release takes its writes, or the hour that its notifications need', () => {
  expect(secondsFor(['commit'], 1000)).toBe(999);
  expect(secondsFor(['pull_request'], 30)).toBe(119);
  expect(secondsFor(['pull_request'], 1000)).toBe((1000 - 60) * 7.5);
  expect(secondsFor(['commit', 'rclone'], 100)).toBe(199);
});

test('what can be staged is done before; the rest ends within the due minute', () => {
  expect(leadFor(['commit'], 50)).toEqual({ send: 0 });
  expect(leadFor(['commit'], 1000)).toEqual({ send: 999 - 60 });
  // Opening and labelling thirty takes 59 seconds, making their branches 59 more.
  expect(leadFor(['pull_request'], 30)).toEqual({ send: 0, stage: 59 + 60 });
  const { send, stage } = leadFor(['pull_request'], 1000);
  expect(send).toBe((1000 - 60) * 7.5 - 60);
  expect(stage! - send).toBe(1999 + 60);
});

test('the plan says how long each release takes, and when an early one begins', () => {
  const plan = (extra: string): string => {
    const challenges = [challenge(extra)];
    const changes = diffPlan([], [], now);
    return describePlan(course, challenges, 30, changes, [], now)
      .summary.split('\n')
      .find((line) => line.includes('release-2'))!;
  };
  const now = new Date('2027-01-01T00:00:00Z');
  expect(plan('  carrier: pull_request')).toMatch(/\| pull_request \| 2m \|$/);
  // The branches take 59 seconds and have a minute to spare.
  expect(plan('  carrier: pull_request\n  start: early')).toMatch(/\| 2m, from .*2027.* 08:58.* on \|$/);
});
