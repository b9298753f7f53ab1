// Dates, zones and durations as people write them; how they are said is in `say-time.ts`. A course's calendar follows the wall clock, also when the clocks change.
import { DateTime, IANAZone } from 'luxon';

export const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
type Unit = keyof typeof unitMs;

export const durationPattern = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+$/;
export const datePattern = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?$/;

/** Milliseconds of `800ms`, `30m`, `48h`, `7d`, `2w` or a sequence of them; undefined when it is not a duration. */
export function parseDuration(text: string): number | undefined {
  if (!durationPattern.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g))
    total += Number(amount) * unitMs[unit as Unit];
  return Math.round(total);
}

export function isZone(zone: string): boolean {
  return IANAZone.isValidZone(zone);
}

/** `gap`: the clocks skip this time, `date` is the moment after. `twice`: it happens twice, `date` is the first. */
export type Instant = { date: Date; clock?: 'gap' | 'twice' };

/** A written date: with an offset it is exact, without one it is meant in `zone`. Undefined when no such date exists. */
export function parseInstant(text: string, zone: string): Instant | undefined {
  if (!datePattern.test(text) || !hasOffset(text)) return undefined;
  const iso = untilMidnight(text.replace(' ', 'T'));
  const zoned = /(?:Z|[+-]\d{2}:\d{2})$/.test(iso);
  const parsed = DateTime.fromISO(iso, { zone });
  if (!parsed.isValid) return undefined;
  return zoned ? { date: parsed.toJSDate() } : settle(parsed, iso);
}

/** Offsets in use go from -12:00 to +14:00. */
function hasOffset(text: string): boolean {
  const [, sign, hours, minutes] = /([+-])(\d{2}):(\d{2})$/.exec(text.slice(11)) ?? [];
  if (sign === undefined) return true;
  const size = Number(hours) * 60 + Number(minutes);
  return Number(minutes) < 60 && size <= (sign === '+' ? 14 : 12) * 60;
}

/** ISO 8601 has 24:00 for the end of a day: it is 00:00 of the next. */
function untilMidnight(iso: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})T24:00(?::00)?(.*)$/.exec(iso);
  const day = match && DateTime.fromISO(match[1]!, { zone: 'utc' });
  return day?.isValid ? `${day.plus({ days: 1 }).toFormat('yyyy-MM-dd')}T00:00${match![2]}` : iso;
}

function settle(parsed: DateTime, wanted: string): Instant {
  const candidates = parsed.getPossibleOffsets().toSorted((a, b) => a.toMillis() - b.toMillis());
  const date = (candidates[0] ?? parsed).toJSDate();
  if (parsed.toFormat("yyyy-MM-dd'T'HH:mm") !== wanted.slice(0, 16)) return { date: parsed.toJSDate(), clock: 'gap' };
  return candidates.length > 1 ? { date, clock: 'twice' } : { date };
}

/**
 * `first` plus `times` × `every`. Days and weeks move the calendar and keep the time on the wall clock; hours and less are
 * exact. A time that the clocks skip moves past the gap; one that happens twice is taken the first time.
 */
export function addEvery(first: Date, every: string, times: number, zone: string): Instant {
  let days = 0;
  let exact = 0;
  for (const [, amount, unit] of every.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g)) {
    const whole = Number(amount) * (unit === 'w' ? 7 : 1);
    if ((unit === 'd' || unit === 'w') && Number.isInteger(whole)) days += whole;
    else exact += Number(amount) * unitMs[unit as Unit];
  }
  const local = DateTime.fromJSDate(first, { zone });
  const wall = local.setZone('utc', { keepLocalTime: true }).plus({ days: days * times });
  const moved = settle(wall.setZone(zone, { keepLocalTime: true }), wall.toFormat("yyyy-MM-dd'T'HH:mm"));
  // The same wall-clock time on the same day must stay the very instant that was given.
  const base = days * times === 0 ? { date: first } : moved;
  return { ...base, date: new Date(base.date.getTime() + Math.round(exact * times)) };
}

/** `date` and so much later: whole days are days of the calendar, which the clocks make an hour shorter or longer. */
export function addSpan(date: Date, ms: number, zone: string): Date {
  const days = Math.trunc(ms / unitMs.d);
  const later = days === 0 ? date : addEvery(date, `${Math.abs(days)}d`, Math.sign(days), zone).date;
  return new Date(later.getTime() + (ms - days * unitMs.d));
}

function offsetAt(date: Date, zone: string): number {
  return IANAZone.create(zone).offset(date.getTime()) * unitMs.m;
}

/** How many days have begun between two moments, on the calendar of the zone: the same time of the next day is one. */
export function daysBegun(from: Date, to: Date, zone: string): number {
  if (to <= from) return 0;
  const shift = offsetAt(to, zone) - offsetAt(from, zone);
  const walls = to.getTime() - from.getTime() + shift;
  // By the wall clock; only where the clocks change at one of both moments it has to be looked at closely.
  const rest = walls - Math.floor(walls / unitMs.d) * unitMs.d;
  if (rest > 3 * unitMs.h && rest < 21 * unitMs.h) return Math.ceil(walls / unitMs.d);
  if (shift === 0) return Math.max(1, Math.ceil(walls / unitMs.d));
  let days = Math.max(0, Math.floor(walls / unitMs.d) - 1);
  while (addSpan(from, days * unitMs.d, zone) < to) days++;
  return days;
}
