// The calendar of a challenge: how the share of students who merged each release, and ran it green, grew with time.
import { html } from 'hono/html';
import { scaleUtc } from 'd3-scale';
import { area, curveStepAfter } from 'd3-shape';
import type { ClassFigures } from '../../../flows/pages/show-figures.ts';
import type { GrowthStep } from '../../../ports/standings.ts';
import type { Html } from '../layout/layout.ts';
import { dateAxis, nowLine, type CalendarScale } from './plot-axis.ts';
import { inWords } from './in-words.ts';

const width = 900;
const left = 110;
const right = 830;
const top = 26;
const rowHeight = 50;
const tall = 38;

type Row = { release: string; due: Date; merged: GrowthStep[]; green: GrowthStep[]; shipped: number };

export function plotProgress(figures: ClassFigures, zone: string, now: Date): Html {
  const { challenge, from, until: last } = figures;
  const known = new Map(figures.releases.map((release) => [release.release, release]));
  const growth = Map.groupBy(figures.growth, ({ release, kind }) => `${release}/${kind}`);
  const rows = challenge.releases.map(({ name, due }): Row => {
    const steps = (kind: GrowthStep['kind']): GrowthStep[] => growth.get(`${name}/${kind}`) ?? [];
    const shipped = known.get(name)?.shipped ?? 0;
    return { release: name, due, shipped, merged: steps('merged'), green: steps('green') };
  });
  if (!rows.some(({ shipped }) => shipped > 0)) return html``;
  const x = scaleUtc([from, last], [left, right]);
  const height = top + rows.length * rowHeight + 24;
  const until = new Date(Math.min(+now, +last));
  const told = rows
    .map(
      ({ release, shipped, merged, green }) =>
        `${release}: of ${shipped}, ${reached(merged)} merged and ${reached(green)} green.`,
    )
    .join(' ');
  return html`<figure>
    <figcaption>
      <strong>Calendar.</strong> Each row fills up as students <span class="key" aria-hidden="true"></span> merge a
      release and <span class="key k-green" aria-hidden="true"></span> run it green; full height is everybody it was
      shipped to.
    </figcaption>
    <div class="plot" tabindex="0" role="group" aria-label="Plot of the calendar">
      <svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="cal-title cal-desc">
        <title id="cal-title">Students who merged each release and ran it green, over time</title>
        <desc id="cal-desc">${told}</desc>
        <text class="soft end" x="${width - 8}" y="${top - 8}">green/merged/of</text>
        ${dateAxis(x, zone, top, height - 24)}
        ${rows.map((row, index) => drawRow(row, top + (index + 1) * rowHeight - 6, x, until))}
        ${nowLine(x, now, top, height - 24)}
      </svg>
    </div>
    ${inWords(told)}
  </figure>`;
}

function drawRow({ release, due, merged, green, shipped }: Row, base: number, x: CalendarScale, until: Date): Html {
  const shape = area<[Date, number]>()
    .x(([at]) => x(at))
    .y0(base)
    .y1(([, number]) => base - (tall * number) / Math.max(1, shipped))
    .curve(curveStepAfter)
    .digits(1);
  const steps = (grown: readonly GrowthStep[]): string => {
    const points = grown.map(({ at, count }): [Date, number] => [at, count]);
    return shape([[due, 0], ...points, [until > due ? until : due, reached(grown)]]) ?? '';
  };
  return html`<g>
    <text x="${left - 10}" y="${base - tall / 2 + 4}" class="end">${release}</text>
    <line class="grid" x1="${left}" x2="${right}" y1="${base}" y2="${base}" />
    <path class="area-merged" d="${steps(merged)}" />
    <path class="area-green" d="${steps(green)}" />
    <line class="due" x1="${px(x(due))}" x2="${px(x(due))}" y1="${base - tall - 3}" y2="${base}" />
    <text class="soft end" x="${width - 8}" y="${base - tall / 2 + 4}"
      >${reached(green)}/${reached(merged)}/${shipped}</text
    >
  </g>`;
}

const reached = (grown: readonly GrowthStep[]): number => grown.at(-1)?.count ?? 0;
const px = (value: number): number => Math.round(value * 10) / 10;
