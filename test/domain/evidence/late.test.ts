import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { settleLateness } from '../../../src/domain/evidence/late.ts';
import type { Received } from '../../../src/domain/evidence/late.ts';
import { sayDuration, sayInstant, sayShare } from '../../../src/domain/time/say-time.ts';
import { after, DAY, HOUR } from '../score/inputs.ts';

const policy = { tokens: 8, daysPerToken: 1, thenPerDay: 0.15 };
const zone = 'Europe/Copenhagen';
const item = (id: string, late: number): Received => ({ id, deadline: after(0), receivedAt: after(late) });
const settle = (items: Received[], tokens = 0) => settleLateness(items, { ...policy, tokens }, zone);

test.each([
  [-1, 0],
  [0, 0],
  [1, 0.15],
  [DAY, 0.15],
  [DAY + 1, 0.3],
  [6 * DAY, 0.9],
  [30 * DAY, 1],
])('%d ms late loses %d', (late, lost) => expect(settle([item('a', late)]).get('a')!.lost).toBeCloseTo(lost));

test('tokens pay first, in the order in which things were received', () => {
  const settled = settle([item('b', 3 * DAY), item('a', 2 * DAY)], 4);
  expect(settled.get('a')).toMatchObject({ tokens: 2, lost: 0 });
  expect(settled.get('b')).toMatchObject({ tokens: 2, lost: 0.15 });
  expect(settled.get('b')!.text).toMatch(/3 days late, 2 late tokens spent, 0 left, 15% lost$/);
});

test('what is received later never changes what was charged before', () => {
  const items = fc.uniqueArray(fc.tuple(fc.uuid(), fc.integer({ min: 0, max: 10 * DAY })), {
    selector: ([id]) => id,
    maxLength: 10,
  });
  fc.assert(
    fc.property(items, fc.integer({ min: 10 * DAY + 1, max: 20 * DAY }), (list, late) => {
      const before = settle(
        list.map(([id, ms]) => item(id, ms)),
        8,
      );
      const later = settle([...list.map(([id, ms]) => item(id, ms)), item('later', late)], 8);
      for (const [id, lateness] of before) expect(later.get(id)).toEqual(lateness);
    }),
  );
});

test('the comparison is shown in the course’s zone, to the second where it matters', () => {
  expect(settle([item('a', 1000)]).get('a')!.text).toBe(
    'received Mon 11 Jan 2027 09:00:01 (CET), merge by Mon 11 Jan 2027 09:00 (CET): 1 second late, 15% lost',
  );
  expect(settle([item('a', 0)]).get('a')!.text).toMatch(/: in time$/);
});

describe('extensions', () => {
  const extension = { owner: 'ada', by: 2 * DAY, reason: 'ill', grantedBy: 'grace' };
  const lostWith = (extensions: object[]): number =>
    settleLateness([item('a', DAY)], { ...policy, tokens: 0 }, zone, extensions as never).get('a')!.lost;
  test('the longest one that fits holds, with its reason', () => {
    expect(lostWith([extension])).toBe(0);
    expect(
      lostWith([
        { ...extension, by: HOUR },
        { ...extension, item: 'a' },
      ]),
    ).toBe(0);
    expect(lostWith([{ ...extension, item: 'b' }])).toBe(0.15);
    const { text } = settleLateness([item('a', DAY)], policy, zone, [extension]).get('a')!;
    expect(text).toMatch(/extended by 2 days: ill\): in time/);
  });
});

test('times and shares in words', () => {
  expect(sayInstant(new Date('2027-07-01T12:00:00Z'), zone)).toMatch(/^Thu 1 Jul 2027 14:00 \(.+\)$/);
  expect([0, 1000, 61_000, HOUR, DAY + HOUR + 1000, 3 * DAY].map(sayDuration)).toEqual([
    '0 seconds',
    '1 second',
    '1 minute 1 second',
    '1 hour',
    '1 day 1 hour',
    '3 days',
  ]);
  expect([0, 0.15, 0.9999, 1].map(sayShare)).toEqual(['0%', '15%', '99.9%', '100%']);
});
