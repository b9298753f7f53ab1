// Dates and durations, in particular where the clocks change.
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it, test } from 'vitest';
import {
  addEvery,
  addSpan,
  daysBegun,
  isZone,
  parseDuration,
  parseInstant,
} from '../../../src/domain/time/calendar.ts';
import { sayShortDuration } from '../../../src/domain/time/say-time.ts';

const zone = 'Europe/Copenhagen';
const iso = (text: string, inZone = zone): string | undefined => parseInstant(text, inZone)?.date.toISOString();

describe('durations', () => {
  it.each([
    ['800ms', 800],
    ['30m', 1_800_000],
    ['48h', 172_800_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['1d12h', 129_600_000],
    ['1.5h', 5_400_000],
  ])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['', '7', 'd', '7 d', '-7d', '7days', '1e3s', '7D', '٧d'])('%j is not a duration', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('are written so that they read back the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), (ms) => {
        expect(parseDuration(sayShortDuration(ms))).toBe(ms);
      }),
    );
  });
});

describe('dates', () => {
  it('are meant in the zone of the course unless they have an offset', () => {
    expect(iso('2027-01-11T09:00')).toBe('2027-01-11T08:00:00.000Z');
    expect(iso('2027-07-11 09:00')).toBe('2027-07-11T07:00:00.000Z');
    expect(iso('2027-01-11T09:00', 'America/New_York')).toBe('2027-01-11T14:00:00.000Z');
    expect(iso('2027-01-11T09:00:30+05:30')).toBe('2027-01-11T03:30:30.000Z');
    expect(iso('2027-01-11T09:00Z')).toBe('2027-01-11T09:00:00.000Z');
  });

  it.each(['2027-02-30T09:00', '2027-13-01T09:00', '2027-01-11T25:00', '2027-01-11', 'tomorrow', '2027-1-1T9:00'])(
    '%s does not exist',
    (text) => expect(parseInstant(text, zone)).toBeUndefined(),
  );

  it('say when the clocks skip them or when they happen twice', () => {
    expect(parseInstant('2027-03-28T02:30', zone)).toMatchObject({ clock: 'gap' });
    const twice = parseInstant('2027-10-31T02:30', zone);
    expect(twice).toEqual({ clock: 'twice', date: new Date('2027-10-31T00:30:00Z') });
    expect(parseInstant('2027-10-31T02:30+01:00', zone)).toEqual({ date: new Date('2027-10-31T01:30:00Z') });
    expect(parseInstant('2027-03-28T01:59', zone)).not.toHaveProperty('clock');
  });

  it('know zones by their IANA names', () => {
    expect(['Europe/Copenhagen', 'UTC', 'Mars/Olympus', ''].map(isZone)).toEqual([true, true, false, false]);
  });
});

describe('every', () => {
  const first = parseInstant('2027-03-22T09:00', zone)!.date;

  it('in days keeps the time on the wall clock when the clocks change', () => {
    expect(addEvery(first, '7d', 1, zone).date.toISOString()).toBe('2027-03-29T07:00:00.000Z');
    expect(addEvery(first, '1w', 32, zone).date.toISOString()).toBe('2027-11-01T08:00:00.000Z');
  });

  it('in hours is exact', () => {
    expect(addEvery(first, '168h', 1, zone).date.toISOString()).toBe('2027-03-29T08:00:00.000Z');
  });

  it('moves past a time that the clocks skip, and says so', () => {
    const night = parseInstant('2027-03-21T02:30', zone)!.date;
    expect(addEvery(night, '7d', 1, zone)).toEqual({ clock: 'gap', date: new Date('2027-03-28T01:30:00Z') });
  });

  it('keeps the wall clock in every zone, and never goes back', () => {
    const zones = fc.constantFrom(
      'Europe/Copenhagen',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
      'UTC',
    );
    const start = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2029, 0, 1) });
    fc.assert(
      fc.property(zones, start, fc.integer({ min: 1, max: 60 }), (inZone, ms, times) => {
        const begin = new Date(Math.floor(ms / 60_000) * 60_000);
        const { date, clock } = addEvery(begin, '7d', times, inZone);
        expect(date > addEvery(begin, '7d', times - 1, inZone).date).toBe(true);
        const wall = (one: Date): string => DateTime.fromJSDate(one, { zone: inZone }).toFormat('ccc HH:mm');
        if (clock !== 'gap') expect(wall(date)).toBe(wall(begin));
      }),
    );
  });
});

test('days that have begun are those after which the same time of the day has not come yet', () => {
  const zones = fc.constantFrom('Europe/Copenhagen', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC');
  const from = fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(zones, from, fc.integer({ min: 1, max: 40 * 24 * 60 }), (zone, start, minutes) => {
      const end = new Date(start.getTime() + minutes * 60_000);
      const days = daysBegun(start, end, zone);
      expect(addSpan(start, days * 86_400_000, zone) >= end).toBe(true);
      expect(addSpan(start, (days - 1) * 86_400_000, zone) < end).toBe(true);
    }),
    { numRuns: 3000 },
  );
});
