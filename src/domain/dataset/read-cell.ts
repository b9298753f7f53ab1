// What the text of one cell means: a number, a moment, nothing. The text itself is never rewritten.

export { numberOf } from '../text/read-number.ts';

const dateForm = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** The moment (milliseconds) that an ISO date or date and time means, or undefined. Without a zone it is UTC. */
export function dateOf(text: string): number | undefined {
  const match = dateForm.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`);
  // An impossible day (30 February) rolls over: the day that comes back is another one.
  if (Number.isNaN(midnight.getTime()) || midnight.getUTCDate() !== Number(day)) return undefined;
  const offset = zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const millis = fraction === '' ? '' : `.${fraction.slice(0, 3).padEnd(3, '0')}`;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${millis}${offset}`);
  return Number.isNaN(time) ? undefined : time;
}

/** A cell without a value: the empty text. What stands for "missing" in a file otherwise (`NA`, `?`) is text. */
export function isMissing(text: string): boolean {
  return text === '';
}

export function isBoolean(text: string): boolean {
  return /^(true|false)$/i.test(text.trim());
}
