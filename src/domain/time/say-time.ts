// Moments and durations in words, in the course's time zone.

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

/** `66.7%`: one decimal, and never 100% for less. */
export function sayShare(share: number): string {
  const rounded = Math.round(share * 1000) / 10;
  return `${rounded === 100 && share < 1 ? 99.9 : rounded}%`;
}
