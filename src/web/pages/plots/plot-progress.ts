// The calendar of a challenge: how the share of students who merged each release, and ran it green, grew with time.
import { html } from 'hono/html';
import { scaleUtc } from 'd3-scale';
import { area, curveStepAfter } from 'd3-shape';
import type { Challenge } from '../../../domain/challenge/challenge.ts';
import type { CourseView } from '../../../flows/pages/show-course.ts';
import type { Html } from '../layout/layout.ts';
import { dateAxis, nowLine, type CalendarScale } from './plot-axis.ts';
import { cellsOfRelease } from '../layout/release-table.ts';

const width = 900;
const left = 110;
const right = 830;
const top = 26;
const rowHeight = 50;
const tall = 38;

type Row = { release: string; due: Date; merged: Date[]; green: Date[]; shipped: number };

export function plotProgress(view: CourseView, challenge: Challenge): Html {
  const rows = challenge.releases.map(({ name, due }): Row => {
    const cells = cellsOfRelease(view, challenge.name, name);
    return {
      release: name,
      due,
      shipped: cells.filter(({ shippedAt }) => shippedAt).length,
      // A run can only be green with what was merged, whether or not we were told of the merge.
      merged: inOrder(cells.flatMap(({ mergedAt, greenAt }) => mergedAt ?? greenAt ?? [])),
      green: inOrder(cells.flatMap(({ greenAt }) => greenAt ?? [])),
    };
  });
  if (!rows.some(({ shipped }) => shipped > 0)) return html``;
  const zone = view.course.timezone;
  const last = Math.max(
    challenge.ends.getTime(),
    ...rows.flatMap(({ merged, green }) => [...merged, ...green]).map(Number),
  );
  const x = scaleUtc([Math.min(+challenge.starts, ...rows.map(({ due }) => +due)), last], [left, right]);
  const height = top + rows.length * rowHeight + 24;
  const until = new Date(Math.min(+view.now, last));
  return html`<figure>
    <figcaption>
      <strong>Calendar.</strong> Each row fills up as students <span class="key" aria-hidden="true"></span> merge a
      release and <span class="key k-green" aria-hidden="true"></span> run it green; full height is everybody it was
      shipped to.
    </figcaption>
    <div class="plot" tabindex="0" role="group" aria-label="Plot of the calendar">
      <svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="cal-title cal-desc">
        <title id="cal-title">Students who merged each release and ran it green, over time</title>
        <desc id="cal-desc">
          ${rows.map(({ release, shipped, merged, green }) => `${release}: of ${shipped}, ${merged.length} merged and ${green.length} green.`).join(' ')}
        </desc>
        <text class="soft end" x="${width - 8}" y="${top - 8}">green/merged/of</text>
        ${dateAxis(x, zone, top, height - 24)}
        ${rows.map((row, index) => drawRow(row, top + (index + 1) * rowHeight - 6, x, until))}
        ${nowLine(x, view.now, top, height - 24)}
      </svg>
    </div>
  </figure>`;
}

function drawRow({ release, due, merged, green, shipped }: Row, base: number, x: CalendarScale, until: Date): Html {
  const shape = area<[Date, number]>()
    .x(([at]) => x(at))
    .y0(base)
    .y1(([, number]) => base - (tall * number) / Math.max(1, shipped))
    .curve(curveStepAfter)
    .digits(1);
  const steps = (dates: Date[]): string => {
    // Of several within a pixel, the last says it all.
    const points = dates
      .map((at, index): [Date, number] => [at, index + 1])
      .filter(([at], index) => Math.round(x(at)) !== Math.round(x(dates[index + 1] ?? 0)));
    return shape([[due, 0], ...points, [until > due ? until : due, dates.length]]) ?? '';
  };
  return html`<g>
    <text x="${left - 10}" y="${base - tall / 2 + 4}" class="end">${release}</text>
    <line class="grid" x1="${left}" x2="${right}" y1="${base}" y2="${base}" />
    <path class="area-merged" d="${steps(merged)}" />
    <path class="area-green" d="${steps(green)}" />
    <line class="due" x1="${px(x(due))}" x2="${px(x(due))}" y1="${base - tall - 3}" y2="${base}" />
    <text class="soft end" x="${width - 8}" y="${base - tall / 2 + 4}"
      >${green.length}/${merged.length}/${shipped}</text
    >
  </g>`;
}

const inOrder = (dates: Date[]): Date[] => dates.toSorted((a, b) => a.getTime() - b.getTime());
const px = (value: number): number => Math.round(value * 10) / 10;
