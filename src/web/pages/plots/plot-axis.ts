// What the plots share: the axis of time since shipment with its zones of points, and the axis of the calendar.
import { html } from 'hono/html';
import type { ScalePower, ScaleTime } from 'd3-scale';
import { sayPart, sayShortDuration } from '../../../domain/time/say-time.ts';
import type { Html } from '../layout/layout.ts';

export type AgeScale = ScalePower<number, number>;
export type CalendarScale = ScaleTime<number, number>;
export type AgeAxis = { full: number; zero: number; longest: number; top: number; bottom: number };

const hour = 3_600_000;
const marks = [0, 1, 6, 24, 48, 96, 168, 336, 672].map((hours) => hours * hour);

/** Time since shipment, behind it how much a green run is worth then. */
export function ageAxis(x: AgeScale, { full, zero, longest, top, bottom }: AgeAxis): Html {
  const from = x(0);
  return html`<rect class="band" x="${from}" y="${top}" width="${px(x(full) - from)}" height="${bottom - top}" />
    <rect class="fade" x="${px(x(full))}" y="${top}" width="${px(x(zero) - x(full))}" height="${bottom - top}" />
    <text class="soft" x="${from + 4}" y="${top - 8}">all points</text>
    <text class="soft" x="${px(x(full) + 4)}" y="${top - 8}">fewer and fewer</text>
    <text class="soft" x="${px(x(zero) + 4)}" y="${top - 8}">none</text>
    ${marks
      .filter((mark) => mark <= longest)
      .map(
        (mark) =>
          html`<line class="grid" x1="${px(x(mark))}" x2="${px(x(mark))}" y1="${top}" y2="${bottom}" />
            <text class="soft mid" x="${px(x(mark))}" y="${bottom + 16}"
              >${mark === 0 ? 'shipped' : sayShortDuration(mark)}</text
            >`,
      )}`;
}

/** Dates of the course's own zone. */
export function dateAxis(x: CalendarScale, zone: string, from: number, to: number): Html[] {
  return x
    .ticks(8)
    .map(
      (tick) =>
        html`<line class="grid" x1="${px(x(tick))}" x2="${px(x(tick))}" y1="${from}" y2="${to}" />
          <text class="soft mid" x="${px(x(tick))}" y="${to + 16}">${sayPart(tick, zone, 'day')}</text>`,
    );
}

export function nowLine(x: CalendarScale, now: Date, from: number, to: number): Html {
  const at = x(now);
  if (at < x.range()[0]! || at > x.range()[1]!) return html``;
  return html`<line class="now" x1="${px(at)}" x2="${px(at)}" y1="${from - 4}" y2="${to}" />
    <text class="soft mid" x="${px(at)}" y="${from - 8}">now</text>`;
}

const px = (value: number): number => Math.round(value * 10) / 10;
