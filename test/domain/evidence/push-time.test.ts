// The time of a push is GitHub's, however late its webhook came.
import { expect, test } from 'vitest';
import { pushTime } from '../../../src/domain/evidence/push-time.ts';

const pushed = Date.parse('2027-01-18T07:59:59Z') / 1000;
const deadline = new Date('2027-01-18T08:00:00Z');

test('a webhook that was delivered again after an outage of ours makes nobody late', () => {
  const arrived = new Date('2027-01-18T14:00:00Z');
  expect(pushTime(pushed, arrived).getTime()).toBeLessThan(deadline.getTime());
});

test('a push in the second of the deadline is after it, unless the webhook was here before', () => {
  expect(pushTime(pushed + 1, new Date('2027-01-18T08:00:03Z')).getTime()).toBeGreaterThan(deadline.getTime());
  expect(pushTime(pushed + 1, deadline)).toEqual(deadline);
});

test.each([undefined, null, '2027-01-18T07:59:59Z', 0, -1, Number.NaN, 1e300])(
  '%s is no time: the arrival counts',
  (value) => {
    expect(pushTime(value, deadline)).toBe(deadline);
  },
);
