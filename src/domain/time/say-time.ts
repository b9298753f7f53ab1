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

const QUARTER = 15 * MINUTE;
type Quarter = { before: string; minute: number; after: string };
/** What clocks show at the beginning of a quarter of an hour, by zone and moment: within it only minutes and seconds move on. */
const quarters = new Map<string, Map<number, Quarter>>();
const mostQuarters = 50_000;
const regular = Date.UTC(1973, 0, 1);

/** `Mon 11 Jan 2027 09:05:30 (CET)`; seconds only when they are not zero. `zone` is an IANA name. */
export function sayInstant(date: Date, zone: string): string {
  const at = date.getTime();
  // Before, clocks may differ from UTC by odd seconds.
  if (!(at >= regular)) return format(date, zone);
  const start = Math.floor(at / QUARTER) * QUARTER;
  const quarter = quarterAt(start, zone);
  if (quarter.minute % 15 !== 0) return format(date, zone);
  const seconds = Math.floor((at - start) / 1000);
  const minute = String(quarter.minute + Math.floor(seconds / 60)).padStart(2, '0');
  const second = at % MINUTE === 0 ? '' : `:${String(seconds % 60).padStart(2, '0')}`;
  return `${quarter.before}${minute}${second}${quarter.after}`;
}

function quarterAt(start: number, zone: string): Quarter {
  let known = quarters.get(zone);
  if (!known) quarters.set(zone, (known = new Map()));
  const found = known.get(start);
  if (found) return found;
  const [, before = '', minute = '', after = ''] = /^(.* \d\d:)(\d\d)( .*)$/.exec(format(new Date(start), zone)) ?? [];
  const quarter = { before, minute: minute === '' ? Number.NaN : Number(minute), after };
  if (known.size >= mostQuarters) known.clear();
  known.set(start, quarter);
  return quarter;
}

function format(date: Date, zone: string): string {
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
