// Freshness: for each release, how long after its shipment each student's first counted green run came.
import { html } from 'hono/html';
import { scaleLinear, scalePow } from 'd3-scale';
import { sayRoughly, sayShortDuration } from '../../../domain/time/say-time.ts';
import type { ClassFigures } from '../../../flows/pages/show-figures.ts';
import type { ReleaseFigures, TimeBin, TimeDot } from '../../../ports/standings.ts';
import type { Html } from '../layout/layout.ts';
import { studentPagePath } from '../layout/links.ts';
import { ageAxis, type AgeScale } from './plot-axis.ts';
import { inWords } from './in-words.ts';

type Row = ReleaseFigures & { dots: TimeDot[]; bins: TimeBin[] };

const width = 900;
const left = 110;
const right = 750;
const top = 40;
const rowHeight = 52;
const binPx = 8;

export function plotFreshness(figures: ClassFigures, login: string): Html {
  const { challenge, longest, timePlaces } = figures;
  const dots = Map.groupBy(figures.dots, ({ release }) => release);
  const bins = Map.groupBy(figures.bins, ({ release }) => release);
  const rows = figures.releases
    .filter(({ shipped }) => shipped > 0)
    .map((release): Row => ({
      ...release,
      dots: dots.get(release.release) ?? [],
      bins: bins.get(release.release) ?? [],
    }));
  if (rows.length === 0)
    return html`<p class="dim">Nothing has been shipped yet: the plots begin with the first release.</p>`;
  const { full, zero } = challenge.freshness;
  // Hours matter at the start, days at the end.
  const x = scalePow([0, longest], [left, right]).exponent(0.5);
  const height = top + rows.length * rowHeight + 24;
  const told = rows.map(describe).join(' ');
  return html`<figure>
    <figcaption>
      <strong>Freshness.</strong> From shipment to the first counted green run;
      ${figures.bins.length > 0 ? 'the taller a bar, the more students' : 'each dot is one student'}. Within
      ${sayShortDuration(full)}: all points; after ${sayShortDuration(zero)}: none. The line is the median.
    </figcaption>
    <div class="plot" tabindex="0" role="group" aria-label="Plot of freshness">
      <svg viewBox="0 0 ${width} ${height}" role="group" aria-labelledby="fresh-title fresh-desc">
        <title id="fresh-title">Time from shipment to the first counted green run, by release</title>
        <desc id="fresh-desc">${told}</desc>
        ${ageAxis(x, { full, zero, longest, top, bottom: height - 24 })}
        <text class="soft end" x="${width - 8}" y="${top - 8}">green, median</text>
        ${rows.map((row, index) => drawRow(row, top + (index + 0.5) * rowHeight, x, { login, timePlaces }))}
      </svg>
    </div>
    ${inWords(told)}
  </figure>`;
}

function describe({ release, timed, shipped, median }: ReleaseFigures): string {
  const time = median === undefined ? '' : `, median ${sayRoughly(median)}`;
  return `${release}: ${timed} of ${shipped} green${time}.`;
}

type Drawing = { login: string; timePlaces: number };

function drawRow(row: Row, y: number, x: AgeScale, { login, timePlaces }: Drawing): Html {
  const { release, timed, prompt, median, shipped, dots, bins } = row;
  const waiting = shipped - timed;
  const bar =
    median === undefined
      ? ''
      : html`<line class="median" x1="${px(x(median))}" x2="${px(x(median))}" y1="${y - 20}" y2="${y + 20}" />`;
  return html`<g>
    <text x="${left - 10}" y="${y + 4}" class="end">${release}</text>
    <line class="grid" x1="${left}" x2="${right}" y1="${y + rowHeight / 2}" y2="${y + rowHeight / 2}" />
    ${bins.length > 0 ? bars(bins, y, (right - left) / timePlaces) : swarm(dots, y, x, login)} ${bar}
    <text x="${width - 8}" y="${y}" class="end"
      >${timed} of ${shipped}${median === undefined ? '' : ` · ${sayRoughly(median)}`}</text
    >
    <text x="${width - 8}" y="${y + 15}" class="soft end"
      >${prompt} in time${waiting > 0 ? `, ${waiting} not yet` : ''}</text
    >
  </g>`;
}

/** Dots that would touch are stacked around the middle. */
function swarm(dots: readonly TimeDot[], y: number, x: AgeScale, login: string): Html[] {
  const stacked = new Map<number, number>();
  return dots.map(({ took, name, owner }) => {
    const bin = Math.round(x(took) / binPx);
    const height = stacked.get(bin) ?? 0;
    stacked.set(bin, height + 1);
    const step = Math.ceil(height / 2) * (height % 2 === 0 ? 1 : -1);
    const cy = y + Math.max(-22, Math.min(22, step * binPx));
    return html`<a href="${studentPagePath(login, owner)}" tabindex="-1" aria-label="${name}: ${sayRoughly(took)}"
      ><circle class="dot" cx="${px(x(took))}" cy="${px(cy)}" r="5"
        ><title>${name}: ${sayRoughly(took)}</title></circle
      ></a
    >`;
  });
}

/** A histogram around the middle: bars do not hide each other, however many students there are. */
function bars(bins: readonly TimeBin[], y: number, placePx: number): Html[] {
  const most = Math.max(...bins.map(({ count }) => count));
  const height = scaleLinear([0, most], [0, rowHeight - 12]);
  return bins.map(({ place, count, took }) => {
    const tall = Math.max(1, height(count));
    return html`<rect
      class="bar-of"
      x="${px(left + (place - 0.5) * placePx + 0.5)}"
      y="${px(y - tall / 2)}"
      width="${px(placePx - 1)}"
      height="${px(tall)}"
      ><title>${count} students: about ${sayRoughly(took)}</title></rect
    >`;
  });
}

const px = (value: number): number => Math.round(value * 10) / 10;
