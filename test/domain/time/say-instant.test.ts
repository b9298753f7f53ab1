// What is said of a moment, the quick way and the plain one, in zones with odd offsets and around changes of the clocks.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sayInstant } from '../../../src/domain/time/say-time.ts';

const zones = [
  'UTC',
  'Europe/Copenhagen',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Africa/Monrovia',
];

function plainly(date: Date, timeZone: string): string {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'short',
    })
      .formatToParts(date)
      .map(({ type, value }) => [type, value]),
  );
  const seconds = date.getTime() % 60_000 === 0 ? '' : `:${parts['second']}`;
  return `${parts['weekday']} ${parts['day']} ${parts['month']} ${parts['year']} ${parts['hour']}:${parts['minute']}${seconds} (${parts['timeZoneName']})`;
}

test('every moment is said as Intl says it', () => {
  const moments = fc.date({ min: new Date('1890-01-01'), max: new Date('2060-01-01'), noInvalidDate: true });
  const around = fc
    .integer({ min: -7200, max: 7200 })
    .map((s) => new Date(Date.parse('2027-10-31T01:00:00Z') + s * 1000));
  fc.assert(
    fc.property(fc.oneof(moments, around), fc.constantFrom(...zones), (date, zone) => {
      expect(sayInstant(date, zone)).toBe(plainly(date, zone));
    }),
    { numRuns: 1500 },
  );
});
