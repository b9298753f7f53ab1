// How moments and durations are said, all of them: in words, in the course's time zone. How they are written is in `calendar.ts`.
import { DateTime } from 'luxon';
import { unitMs } from './calendar.ts';

const MINUTE = 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();

// Making a format costs a thousand times what using it does, and a regrade says a hundred thousand times.
function formatFor(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    const date = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
    const time = {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'short',
    } as const;
    format = new Intl.DateTimeFormat('en-GB', { timeZone, ...date, ...time });
    formats.set(timeZone, format);
  }
  return format;
}

/** `Mon 11 Jan 2027 09:05:30 (CET)`; seconds only when they are not zero. `zone` is an IANA name. */
export function sayInstant(date: Date, zone: string): string {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of formatFor(zone).formatToParts(date)) parts[type] = value;
  const { weekday, day, month, year, hour, minute, second, timeZoneName } = parts;
  const seconds = date.getTime() % MINUTE === 0 ? '' : `:${second}`;
  return `${weekday} ${day} ${month} ${year} ${hour}:${minute}${seconds} (${timeZoneName})`;
}

/** The parts of a moment that are said where the rest is plain from what stands around it. */
const forms = {
  wallTime: 'ccc d LLL yyyy, HH:mm',
  dayAndMinute: 'd LLL, HH:mm',
  day: 'd LLL',
  minute: 'HH:mm',
  second: 'HH:mm:ss',
} as const;

export function sayPart(date: Date, zone: string, form: keyof typeof forms): string {
  return DateTime.fromJSDate(date, { zone }).setLocale('en-GB').toFormat(forms[form]);
}

/** `Mon 11 Jan 2027, 09:00`, where the zone is said nearby. */
export function sayWallTime(date: Date, zone: string): string {
  return sayPart(date, zone, 'wallTime');
}

/** The two largest units that are not zero: `2 days 3 hours`, `1 day 10 minutes`, `1 minute`, `0 seconds`. */
export function sayDuration(ms: number): string {
  let seconds = Math.round(Math.abs(ms) / 1000);
  const parts: string[] = [];
  for (const [unit, size] of [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ] as const) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
    if (parts.length === 2) break;
  }
  return parts.join(' ') || '0 seconds';
}

/** `7d`: the shortest exact way, as it is written in files. */
export function sayShortDuration(ms: number): string {
  if (ms === 0) return '0s';
  for (const unit of ['d', 'h', 'm', 's'] as const) if (ms % unitMs[unit] === 0) return `${ms / unitMs[unit]}${unit}`;
  return `${ms}ms`;
}

/** `35 min`, `2.5 h`, `3.1 d`: two digits are enough to compare. */
export function sayRoughly(ms: number): string {
  const minutes = Math.max(0, ms) / MINUTE;
  if (minutes < 99.5) return `${Math.round(minutes)} min`;
  const hours = minutes / 60;
  const [value, unit] = hours < 47.95 ? [hours, 'h'] : [hours / 24, 'd'];
  return `${value < 9.95 ? Math.round(value * 10) / 10 : Math.round(value)} ${unit}`;
}

/** `66.7%`: one decimal, and never 100% for less. */
export function sayShare(share: number): string {
  const rounded = Math.round(share * 1000) / 10;
  return `${rounded === 100 && share < 1 ? 99.9 : rounded}%`;
}
