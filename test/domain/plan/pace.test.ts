// How long a release takes at the pace that GitHub asks for, and how early an early one begins.
import type { CarrierKind } from '../../../src/domain/carrier/carriers.ts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffPlan } from '../../../src/domain/plan/diff.ts';
import { describePlan } from '../../../src/domain/messages/plan-summary.ts';
import type { Challenge } from '../../../src/domain/challenge/challenge.ts';
import { budgetsOf, effortOf, type Budget } from '../../../src/domain/plan/pace.ts';
import { scheduleReleases, type ReleaseSlot } from '../../../src/domain/plan/release-schedule.ts';
import { challenge, course, facts } from './course-for-test.ts';

const minute = 60_000;
const due = Date.parse('2027-02-01T09:00:00Z');

/** A challenge of one release. */
function one(name: string, carrier: CarrierKind, start: 'due' | 'early', at = due): Challenge {
  const releases = [{ name: 'r', due: new Date(at) }] as Challenge['releases'];
  const early = start === 'early' ? { early: true as const } : {};
  return { ...challenge(), ...early, name, releases, carriers: [{ kind: carrier }] as Challenge['carriers'] };
}

const seconds = (from: Date | undefined, to: Date | number): number => (Number(to) - Number(from)) / 1000;

test('a release takes its writes, or the hour that its notifications need', () => {
  const takes = (carriers: CarrierKind[], owners: number) => effortOf(carriers, owners).all(true);
  expect(takes(['commit'], 1000)).toBe(999);
  expect(takes(['pull_request'], 30)).toBe(119);
  expect(takes(['pull_request'], 1000)).toBe(Math.ceil((940 * 3600) / 430 + 3));
  expect(takes(['commit', 'rclone'], 100)).toBe(199);
});

test('what can be staged is done before; the rest ends within the due minute', () => {
  const slot = (carrier: CarrierKind, owners: number) =>
    scheduleReleases([one('a', carrier, 'early')], owners).get('a/r')!;
  expect(slot('commit', 50)).toEqual({ takes: 49, send: new Date(due), done: new Date(due + 49_000) });
  expect(seconds(slot('commit', 1000).send, due)).toBe(1000 - 60);
  // Opening and labelling thirty takes 59 seconds, making their branches 59 more.
  expect(slot('pull_request', 30).send).toEqual(new Date(due));
  expect(seconds(slot('pull_request', 30).stage, due)).toBe(60 + 60);
  const { send, stage } = slot('pull_request', 1000);
  expect(seconds(send, due)).toBe(Math.ceil((940 * 3600) / 430 + 1) + 1 - 60);
  expect(seconds(stage, send)).toBe(2000 + 60);
});

test('two challenges that are due at once share the pace: one waits, or begins before the other', () => {
  const late = scheduleReleases([one('a', 'commit', 'due'), one('b', 'commit', 'due')], 600);
  expect(seconds(new Date(due), late.get('a/r')!.done)).toBe(599);
  expect(seconds(new Date(due), late.get('b/r')!.done)).toBe(1200);
  const early = scheduleReleases([one('a', 'commit', 'early'), one('b', 'commit', 'early')], 600);
  expect(seconds(early.get('b/r')!.send, due)).toBe(601 - 60);
  expect(seconds(early.get('a/r')!.send, due)).toBe(2 * 601 - 60);
  // Two hours of pull requests are due at nine: what everybody shall have by ten is sent before them.
  const mixed = scheduleReleases(
    [one('a', 'pull_request', 'due'), one('b', 'commit', 'early', due + 60 * minute)],
    1000,
  );
  expect(seconds(mixed.get('b/r')!.send, due)).toBe(1001);
  expect(mixed.get('b/r')!.done.getTime()).toBeLessThan(due);
});

test('at the real pace, whatever starts early has arrived by the due minute, for any class and calendar', () => {
  const release = fc.record({
    carrier: fc.constantFrom<CarrierKind>('commit', 'pull_request', 'asset', 'rclone'),
    at: fc.integer({ min: 0, max: 40 }),
  });
  fc.assert(
    fc.property(
      fc.array(release, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 400 }),
      (given, owners) => {
        const challenges = given.map(({ carrier, at }, index) =>
          one(`c${index}`, carrier, 'early', due + at * 15 * minute),
        );
        const slots = scheduleReleases(challenges, owners);
        const arrived = callByCall(challenges, slots, owners);
        for (const { name, releases } of challenges)
          expect(arrived.get(name)!).toBeLessThanOrEqual(releases[0]!.due.getTime() + minute);
      },
    ),
    { numRuns: 60 },
  );
});

test('no minute sees 80 notifying calls, and no hour 500, however long they go on after a burst', () => {
  const admit = buckets();
  const calls: number[] = [];
  while (calls.length < 3000) calls.push(admit({ writes: true, notifies: true }, calls.at(-1) ?? 0));
  const most = (window: number): number =>
    Math.max(
      ...calls.map((from, index) => calls.slice(index, index + 600).filter((at) => at < from + window * 1000).length),
    );
  expect(most(60)).toBeLessThan(80);
  expect(most(3600)).toBeLessThan(500);
  expect(most(3600)).toBeGreaterThan(480);
});

/** Full at first. Tells, in milliseconds, when a call is made that is wanted at this time. */
function buckets(): (call: { writes: boolean; notifies: boolean }, at: number) => number {
  /** When each budget would be full again. */
  const full = new Map<string, number>();
  return (call, at) => {
    const budgets = budgetsOf(call);
    const token = ({ name, perHour, burst }: Budget): number =>
      (full.get(name) ?? 0) - (burst - 1) * (3_600_000 / perHour);
    const now = Math.max(at, ...budgets.map(token));
    for (const { name, perHour } of budgets) full.set(name, Math.max(full.get(name) ?? 0, now) + 3_600_000 / perHour);
    return now;
  };
}

/** Every call of every shipment in the order of the queue, each as soon as all budgets it draws from have a token. */
function callByCall(challenges: Challenge[], slots: Map<string, ReleaseSlot>, owners: number): Map<string, number> {
  const write = { writes: true, notifies: false };
  const notice = { writes: true, notifies: true };
  const calls: Record<CarrierKind, { stage: (typeof write)[]; send: (typeof write)[] }> = {
    commit: { stage: [], send: [write] },
    rclone: { stage: [], send: [write] },
    asset: { stage: [], send: [write, notice, write] },
    pull_request: { stage: [write, write], send: [notice, write] },
  };
  const jobs = challenges.flatMap(({ name, carriers }) => {
    const { stage, send } = slots.get(`${name}/r`)!;
    const { kind } = carriers[0]!;
    return [
      ...(stage ? [{ name, at: stage.getTime(), each: calls[kind].stage }] : []),
      { name, at: send.getTime(), each: calls[kind].send },
    ];
  });
  const admit = buckets();
  const arrived = new Map<string, number>();
  let now = 0;
  for (const { name, at, each } of jobs.toSorted((a, b) => a.at - b.at)) {
    for (let owner = 0; owner < owners; owner++) for (const call of each) now = admit(call, Math.max(now, at));
    arrived.set(name, now);
  }
  return arrived;
}

test('the plan says how long each release takes, and when an early one begins', () => {
  const plan = (extra: string): string => {
    const challenges = [challenge(extra)];
    const changes = diffPlan([], [], now);
    return describePlan(
      { course, challenges, owners: Array(30).fill(0), facts: { 'data.csv': facts }, counts: {} },
      changes,
      [],
      now,
    )
      .summary.split('\n')
      .find((line) => line.includes('release-2'))!;
  };
  const now = new Date('2027-01-01T00:00:00Z');
  expect(plan('  carrier: pull_request')).toMatch(/\| 320 \| pull_request \| 2m \|$/);
  // The branches take a minute and have a minute to spare.
  expect(plan('  carrier: pull_request\n  start: early')).toMatch(/\| 2m, from .*2027.* 08:58.* on \|$/);
});
