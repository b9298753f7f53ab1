// How long a course keeps what it knows about people: by the calendar, from the end of its last challenge.
import { expect, test } from 'vitest';
import { retentionEnd, retentionFault } from '../../../src/domain/course/retention.ts';

const ends = (...dates: string[]) => dates.map((date) => ({ ends: new Date(date) }));
const timezone = 'Europe/Copenhagen';

test.each([
  ['2y', '2029-03-31T21:59:00.000Z'],
  ['26w', '2027-09-29T21:59:00.000Z'],
  // The clocks have been set back: it is the same time of the day.
  ['240d', '2027-11-26T22:59:00.000Z'],
])('%s after the last end', (retention, expected) => {
  const challenges = ends('2027-02-05T22:59:00Z', '2027-03-31T21:59:00Z', '2027-01-30T22:59:00Z');
  expect(retentionEnd({ retention, timezone }, challenges)?.toISOString()).toBe(expected);
});

test('the 29th of February has no fellow in most years', () => {
  expect(retentionEnd({ retention: '1y', timezone: 'UTC' }, ends('2028-02-29T12:00:00Z'))?.toISOString()).toBe(
    '2029-02-28T12:00:00.000Z',
  );
});

test('without it, or without a challenge, nothing ends', () => {
  expect(retentionEnd({ timezone }, ends('2027-02-05T22:59:00Z'))).toBeUndefined();
  expect(retentionEnd({ retention: '2y', timezone }, [])).toBeUndefined();
});

test.each(['2y', '30d', '26w', '30y', '10950d'])('%s is fine', (text) => expect(retentionFault(text)).toBeUndefined());
test.each(['3m', '2 y', '0y', '-1y', '1.5y', '29d', '4w', '31y', '99999w', '', 'forever'])('%s is none', (text) =>
  expect(retentionFault(text)).toMatch(/^must be/),
);
