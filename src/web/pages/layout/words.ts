// Times and amounts as people read them at a glance, with the exact value at hand.
import { html } from 'hono/html';
import { sayInstant, sayPart } from '../../../domain/time/say-time.ts';
import type { Html } from './layout.ts';

/** `11 Jan, 09:00`, exact to the second and zone when pointed at. */
export function when(date: Date, zone: string): Html {
  const text = sayPart(date, zone, 'dayAndMinute');
  return html`<time class="when" datetime="${date.toISOString()}" title="${sayInstant(date, zone)}">${text}</time>`;
}

export function points(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export function count(number: number, text: string, many = `${text}s`): string {
  return `${number} ${number === 1 ? text : many}`;
}

/** With commas between them. */
export function joinParts(parts: readonly Html[]): Html[] {
  return parts.map((part, index) => (index === 0 ? part : html`, ${part}`));
}
