// The plan of a challenge as a teacher reads it at a terminal, and how the times of its releases are told.
import { describe, expect, test } from 'vitest';
import type { Challenge } from '../../../src/domain/challenge/challenge.ts';
import type { Owner } from '../../../src/domain/course/course.ts';
import type { DatasetFacts } from '../../../src/domain/dataset/facts.ts';
import { describeSlot, scheduleReleases, slotKey } from '../../../src/domain/plan/release-schedule.ts';
import { showCalendar } from '../../../src/domain/plan/show-calendar.ts';
import { challenge, course, facts, student } from './course-for-test.ts';

const past = new Date('2027-01-18T08:00:00Z');
const shown = (
  given: Challenge,
  owners: Owner[],
  more: { facts?: DatasetFacts | undefined; counts?: number[]; now?: Date } = {},
): string =>
  showCalendar(
    course,
    given,
    owners,
    'facts' in more ? more.facts : facts,
    more.counts,
    scheduleReleases([given], owners.length),
    more.now ?? new Date('2027-01-01T00:00:00Z'),
  );
const group: Owner = { slug: 'team', kind: 'group', name: 'Team', members: [{ login: 'bob' }, { login: 'eve' }] };
const drift = (...list: object[]): Challenge => ({ ...challenge(), drift: list as Challenge['drift'] });
const where = (): Challenge => {
  const given = challenge();
  return {
    ...given,
    releases: given.releases.map((release, index) =>
      index === 0 ? { ...release, take: { kind: 'where', where: [] } } : release,
    ),
  };
};
// oxfmt-ignore
test.each<[string, () => string]>([
  ['one student', () => shown(challenge(), [student('ada')])],
  ['nobody', () => shown(challenge(), [])],
  ['students and a group, some releases past', () => shown(challenge(), [student('ada'), group], { now: past })],
  ['a sample for each, by two carriers', () => shown({ ...challenge('  per: student\n  carrier: [commit, { rclone: "s3:b/{owner}" }]'), sample: 0.5 }, [student('ada')])],
  ['data that was not read yet', () => shown(challenge(), [student('ada')], { facts: undefined })],
  ['releases by condition', () => shown(where(), [student('ada')])],
  ['releases by condition, counted', () => shown(where(), [student('ada')], { counts: [10, 20, 30] })],
  ['rows in no release', () => shown(challenge(), [student('ada')], { counts: [100, 100, 100] })],
  ['more rows than there are', () => shown(challenge(), [student('ada')], { counts: [900, 100, 100] })],
  ['drift', () => shown(drift({ kind: 'shift', column: 'x', from: 'release-2' }, { kind: 'shuffle', from: 'release-1', to: 'release-2' }), [student('ada')])],
])('%s', (_, text) => expect(text()).toMatchSnapshot());

describe('a time', () => {
  const due = new Date('2027-01-11T08:00:00Z');
  const at = (seconds: number): Date => new Date(due.getTime() + seconds * 1000);
  const told = (slot: { takes: number; stage?: number; send?: number; done?: number }, now = -86_400) =>
    describeSlot(
      {
        takes: slot.takes,
        send: at(slot.send ?? 0),
        done: at(slot.done ?? slot.takes),
        ...(slot.stage === undefined ? {} : { stage: at(slot.stage) }),
      },
      due,
      'UTC',
      at(now),
    );
  test.each<[string, Parameters<typeof told>, string]>([
    ['at least a minute', [{ takes: 0 }], '1m'],
    ['whole minutes, rounded up', [{ takes: 61 }], '2m'],
    ['from when it is sent early', [{ takes: 60, send: -60 }], '1m, from Mon 11 Jan 2027, 07:59 on'],
    ['from when its branches are made', [{ takes: 60, stage: -120, send: -60 }], '1m, from Mon 11 Jan 2027, 07:58 on'],
    ['no begin when it is past', [{ takes: 60, send: -60 }, 1], '1m'],
    ['a begin at the very moment', [{ takes: 60, send: -60 }, 0], '1m, from Mon 11 Jan 2027, 07:59 on'],
    ['an end within the due minute is on time', [{ takes: 60, done: 120 }], '1m'],
    [
      'an end after what was before it',
      [{ takes: 60, done: 121 }],
      '1m, until Mon 11 Jan 2027, 08:02, after the releases before it',
    ],
  ])('%s', (_, args, expected) => expect(told(...args)).toBe(expected));
});

describe('what is due at once', () => {
  const one = (name: string, due: number, more: Partial<Challenge> = {}): Challenge => ({
    ...challenge('', name),
    releases: [{ name: 'r', due: new Date(due) }] as Challenge['releases'],
    carriers: [{ kind: 'commit' }] as Challenge['carriers'],
    ...more,
  });
  const due = Date.parse('2027-02-01T09:00:00Z');
  const done = (challenges: Challenge[], owners = 600) =>
    Object.fromEntries(
      [...scheduleReleases(challenges, owners)].map(([key, slot]) => [key, (slot.done.getTime() - due) / 1000]),
    );
  test('goes challenge by challenge, in the order of their names, whatever the order of files', () => {
    expect(slotKey('a', 'r')).toBe('a/r');
    expect(done([one('b', due), one('a', due)])).toEqual({ 'a/r': 599, 'b/r': 1200 });
    expect(done([one('a', due), one('b', due - 1000)])).toEqual({ 'b/r': 598, 'a/r': 1199 });
  });
  test('what is due first goes first, also before an early one that is due later', () => {
    expect(done([one('a', due + 3_600_000, { early: true }), one('b', due)])).toEqual({
      'b/r': 599,
      'a/r': 3600 + 59,
    });
  });
  test('an hour after the last, notifications may come in a burst again', () => {
    const pulls = (name: string, at: number) =>
      one(name, at, { carriers: [{ kind: 'pull_request' }] as Challenge['carriers'] });
    const alone = done([pulls('a', due)], 60)['a/r']!;
    const after = (gap: number) =>
      done([pulls('a', due), pulls('b', due + alone * 1000 + gap)], 60)['b/r']! - alone - gap / 1000;
    expect(after(1000 + 3_600_001)).toBe(alone);
    expect(after(1000 + 3_600_000)).toBeGreaterThan(alone);
  });
});
