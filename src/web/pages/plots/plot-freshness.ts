// Freshness: for each release, how long after its shipment each student's first counted green run came.
import { html } from 'hono/html';
import { scaleLinear, scalePow } from 'd3-scale';
import type { Challenge } from '../../../domain/challenge/challenge.ts';
import { sayRoughly, sayShortDuration } from '../../../domain/time/say-time.ts';
import type { CourseView } from '../../../flows/pages/show-course.ts';
import type { Html } from '../layout/layout.ts';
import { studentPagePath } from '../layout/links.ts';
import { ageAxis, type AgeScale } from './plot-axis.ts';
import { tookOf } from '../layout/release-table.ts';
import { median } from '../layout/median.ts';

type Dot = { took: number; name: string; slug: string };
type Row = { release: string; dots: Dot[]; waiting: number; shipped: number };

const width = 900;
const left = 110;
const right = 750;
const top = 40;
const rowHeight = 52;
/** With more dots than this in a row, a bar stands for many students. */
const maxDots = 150;
const binPx = 8;
const barPx = 6;

export function plotFreshness(view: CourseView, challenge: Challenge): Html {
  const rows = challenge.releases
    .map(({ name }) => rowOf(view, challenge.name, name))
    .filter(({ shipped }) => shipped > 0);
  if (rows.length === 0)
    return html`<p class="dim">Nothing has been shipped yet: the plots begin with the first release.</p>`;
  const { full, zero } = challenge.freshness;
  const longest = Math.max(zero * 1.08, ...rows.flatMap(({ dots }) => dots.map(({ took }) => took * 1.03)));
  // Hours matter at the start, days at the end.
  const x = scalePow([0, longest], [left, right]).exponent(0.5);
  const height = top + rows.length * rowHeight + 24;
  const binned = rows.some(({ dots }) => dots.length > maxDots);
  return html`<figure>
    <figcaption>
      <strong>Freshness.</strong> From shipment to the first counted green run;
      ${binned ? 'the taller a bar, the more students' : 'each dot is one student'}. Within ${sayShortDuration(full)}:
      all points; after ${sayShortDuration(zero)}: none. The line is the median.
    </figcaption>
    <div class="plot" tabindex="0" role="group" aria-label="Plot of freshness">
      <svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="fresh-title fresh-desc">
        <title id="fresh-title">Time from shipment to the first counted green run, by release</title>
        <desc id="fresh-desc">${rows.map(describe).join(' ')}</desc>
        ${ageAxis(x, { full, zero, longest, top, bottom: height - 24 })}
        <text class="soft end" x="${width - 8}" y="${top - 8}">green, median</text>
        ${rows.map((row, index) => drawRow(row, top + (index + 0.5) * rowHeight, x, view.record.login, full))}
      </svg>
    </div>
  </figure>`;
}

function rowOf({ students }: CourseView, challenge: string, release: string): Row {
  const dots: Dot[] = [];
  let shipped = 0;
  for (const { owner, cells } of students) {
    const cell = cells.find((one) => one.challenge === challenge && one.release === release);
    if (!cell?.shippedAt) continue;
    shipped += 1;
    const took = tookOf(cell);
    if (took !== undefined) dots.push({ took, name: owner.name, slug: owner.slug });
  }
  return { release, dots: dots.toSorted((a, b) => a.took - b.took), shipped, waiting: shipped - dots.length };
}

function describe({ release, dots, shipped }: Row): string {
  const middle = median(dots.map(({ took }) => took));
  const time = middle === undefined ? '' : `, median ${sayRoughly(middle)}`;
  return `${release}: ${dots.length} of ${shipped} green${time}.`;
}

function drawRow({ release, dots, waiting, shipped }: Row, y: number, x: AgeScale, login: string, full: number): Html {
  const middle = median(dots.map(({ took }) => took));
  const bar =
    middle === undefined
      ? ''
      : html`<line class="median" x1="${px(x(middle))}" x2="${px(x(middle))}" y1="${y - 20}" y2="${y + 20}" />`;
  const prompt = dots.filter(({ took }) => took <= full).length;
  return html`<g>
    <text x="${left - 10}" y="${y + 4}" class="end">${release}</text>
    <line class="grid" x1="${left}" x2="${right}" y1="${y + rowHeight / 2}" y2="${y + rowHeight / 2}" />
    ${dots.length > maxDots ? bars(dots, y, x) : swarm(dots, y, x, login)} ${bar}
    <text x="${width - 8}" y="${y}" class="end"
      >${dots.length} of ${shipped}${middle === undefined ? '' : ` · ${sayRoughly(middle)}`}</text
    >
    <text x="${width - 8}" y="${y + 15}" class="soft end"
      >${prompt} in time${waiting > 0 ? `, ${waiting} not yet` : ''}</text
    >
  </g>`;
}

/** Dots that would touch are stacked around the middle. */
function swarm(dots: readonly Dot[], y: number, x: AgeScale, login: string): Html[] {
  const stacked = new Map<number, number>();
  return dots.map(({ took, name, slug }) => {
    const bin = Math.round(x(took) / binPx);
    const height = stacked.get(bin) ?? 0;
    stacked.set(bin, height + 1);
    const step = Math.ceil(height / 2) * (height % 2 === 0 ? 1 : -1);
    const cy = y + Math.max(-22, Math.min(22, step * binPx));
    return html`<a href="${studentPagePath(login, slug)}" tabindex="-1"
      ><circle class="dot" cx="${px(x(took))}" cy="${px(cy)}" r="5"
        ><title>${name}: ${sayRoughly(took)}</title></circle
      ></a
    >`;
  });
}

/** A histogram around the middle: bars do not hide each other, however many students there are. */
function bars(dots: readonly Dot[], y: number, x: AgeScale): Html[] {
  const bins = [...Map.groupBy(dots, ({ took }) => Math.round(x(took) / barPx))];
  const most = Math.max(...bins.map(([, { length }]) => length));
  const height = scaleLinear([0, most], [0, rowHeight - 12]);
  return bins.map(([bin, inside]) => {
    const tall = Math.max(1, height(inside.length));
    return html`<rect
      class="bar-of"
      x="${bin * barPx - barPx / 2 + 0.5}"
      y="${px(y - tall / 2)}"
      width="${barPx - 1}"
      height="${px(tall)}"
      ><title>${inside.length} students: about ${sayRoughly(inside[0]!.took)}</title></rect
    >`;
  });
}

const px = (value: number): number => Math.round(value * 10) / 10;
