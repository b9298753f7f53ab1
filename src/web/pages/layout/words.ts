// Times and amounts as people read them at a glance, with the exact value at hand.
import { html } from 'hono/html';
import { DateTime } from 'luxon';
import { sayInstant } from '../../../domain/time/say-time.ts';
import type { Html } from './layout.ts';

/** `11 Jan, 09:00`, exact to the second and zone when pointed at. */
export function when(date: Date, zone: string): Html {
  const text = DateTime.fromJSDate(date, { zone }).setLocale('en-GB').toFormat('d LLL, HH:mm');
  return html`<time class="when" datetime="${date.toISOString()}" title="${sayInstant(date, zone)}">${text}</time>`;
}

/** `35 min`, `2.5 h`, `3.1 d`: two digits are enough to compare. */
export function briefly(ms: number): string {
  const minutes = Math.max(0, ms) / 60_000;
  if (minutes < 99.5) return `${Math.round(minutes)} min`;
  const hours = minutes / 60;
  const [value, unit] = hours < 47.95 ? [hours, 'h'] : [hours / 24, 'd'];
  return `${value < 9.95 ? Math.round(value * 10) / 10 : Math.round(value)} ${unit}`;
}

export function points(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
