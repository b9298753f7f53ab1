// What drawings of placements share: their time axis, in seconds of a simulation or by the clock, and text as XML.
import { scaleLinear, scaleUtc } from 'd3-scale';
import { sayPart } from '../../time/say-time.ts';

/** Times are seconds; what is outside of them is cut off. */
export type Axis = { from: number; to: number; ticks: readonly { at: number; text: string }[] };

/** Counted from the first moment. */
export function secondsAxis(from: number, to: number): Axis {
  const end = Math.max(from + 1, to);
  const ticks = scaleLinear([0, end - from], [0, 1]).ticks(10);
  return { from, to: end, ticks: ticks.map((tick) => ({ at: from + tick, text: `${tick} s` })) };
}

/** By the clock of a zone; `from` and `to` are seconds of the epoch. */
export function clockAxis(from: number, to: number, zone: string): Axis {
  const end = Math.max(from + 60, to);
  const hours = (end - from) / 3600;
  const form = hours > 48 ? 'day' : hours > 0.2 ? 'minute' : 'second';
  const ticks = scaleUtc([from * 1000, end * 1000], [0, 1]).ticks(8);
  return {
    from,
    to: end,
    ticks: ticks.map((tick) => ({ at: tick.getTime() / 1000, text: sayPart(tick, zone, form) })),
  };
}

/** Also drops characters that XML cannot carry. */
export function escapeXml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"']/g, (sign) => entities[sign] ?? '');
}

/** A tenth of a pixel is enough. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}
