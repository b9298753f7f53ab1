// What the text of one cell means by itself: a number, a moment. The text itself is never rewritten.
import { inZone } from '../time/in-zone.ts';

const numberForm = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const dateForm =
  /^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?$/;

/** The number that a cell holds, or undefined. Surrounding blanks are ignored; NaN and Infinity are not numbers. */
export function numberOf(text: string): number | undefined {
  const trimmed = text.trim();
  if (!numberForm.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
}

/** The moment (milliseconds) that an ISO date, month (`1949-01`: its first day) or date and time means, or undefined. `clocks`: of dates without a zone. */
export function dateOf(text: string, clocks = 'UTC'): number | undefined {
  const match = dateForm.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day = '01', hour = '00', minute = '00', second = '00', fraction = '', written] = match;
  const zone = written ?? 'Z';
  const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`);
  // An impossible day (30 February) rolls over: the day that comes back is another one.
  if (Number.isNaN(midnight.getTime()) || midnight.getUTCDate() !== Number(day)) return undefined;
  // Written `+02:00`, `+0200` or, as PostgreSQL and DuckDB do, `+02`.
  const offset = zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3) || '00'}`;
  const millis = fraction === '' ? '' : `.${fraction.slice(0, 3).padEnd(3, '0')}`;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${millis}${offset}`);
  if (Number.isNaN(time)) return undefined;
  return written === undefined ? inZone(time, clocks) : time;
}

export function isBoolean(text: string): boolean {
  return /^(true|false)$/i.test(text.trim());
}
