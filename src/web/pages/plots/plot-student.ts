// One student's way through a challenge: for each release, how long after its shipment it was merged and run.
import { html } from 'hono/html';
import { scalePow } from 'd3-scale';
import type { Challenge } from '../../../domain/challenge/challenge.ts';
import { sayInstant, sayRoughly, sayShortDuration } from '../../../domain/time/say-time.ts';
import type { Progress, RunProgress } from '../../../domain/evidence/release-progress.ts';
import type { StudentView } from '../../../flows/pages/show-student.ts';
import type { Html } from '../layout/layout.ts';
import { ageAxis, type AgeScale } from './plot-axis.ts';
import { inWords } from './in-words.ts';
import { progressWords } from '../layout/progress.ts';

const width = 900;
const left = 110;
const right = 770;
const top = 34;
const rowHeight = 34;
const foot = 26;

export function plotStudent({ cells, course, now, owner }: StudentView, challenge: Challenge): Html {
  const rows = cells
    .filter((cell) => cell.challenge === challenge.name)
    .flatMap((cell) => (cell.shippedAt ? [toRow(cell, cell.shippedAt, now)] : []));
  if (rows.length === 0) return html``;
  const { full, zero } = challenge.freshness;
  const longest = Math.max(zero * 1.08, ...rows.flatMap(({ marks }) => marks.map(({ age }) => age * 1.03)));
  const x = scalePow([0, longest], [left, right]).exponent(0.5);
  const height = top + rows.length * rowHeight + foot;
  const id = `way-${challenge.name}`;
  const told = rows.map(({ release, said }) => `${release}: ${said}.`).join(' ');
  return html`<figure>
    <figcaption>
      <strong>${challenge.title ?? challenge.name}</strong> · From shipment on: □ merged, ✕ run failed, ○ run not
      counted, ● counted green run. Within ${sayShortDuration(full)}: all points; after ${sayShortDuration(zero)}: none.
    </figcaption>
    <div class="plot" tabindex="0" role="group" aria-label="Plot of ${challenge.name}">
      <svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">
        <title id="${id}-title">
          ${challenge.name}: what ${owner.name} did with each release, from its shipment on
        </title>
        <desc id="${id}-desc">${told}</desc>
        ${ageAxis(x, { full, zero, longest, top, bottom: height - foot })}
        ${rows.map((row, index) => drawRow(row, top + (index + 0.5) * rowHeight, x, course.timezone))}
      </svg>
    </div>
    ${inWords(told)}
  </figure>`;
}

type Mark = { age: number; at: Date; kind: Extract<Progress, 'merged' | 'red' | 'uncounted' | 'green'> };
/** `reached`: how far the line goes, to the first green run or to now. */
type Row = { release: string; marks: Mark[]; reached: number; isOpen: boolean; said: string };

/** More runs than this would hide each other: the first and the latest are drawn. */
const maxRuns = 60;

function toRow({ release, mergedAt, greenAt, runs, progress }: RunProgress, shippedAt: Date, now: Date): Row {
  const drawn = runs.length > maxRuns ? [...runs.slice(0, maxRuns / 2), ...runs.slice(-maxRuns / 2)] : runs;
  const mark = (at: Date, kind: Mark['kind']): Mark => ({ at, kind, age: Math.max(0, +at - +shippedAt) });
  const reached = Math.max(0, +(greenAt ?? now) - +shippedAt);
  return {
    release,
    reached,
    isOpen: greenAt === undefined,
    said: greenAt
      ? `green after ${sayRoughly(reached)}`
      : `${progressWords[progress]}, ${sayRoughly(reached)} after it was shipped`,
    marks: [
      ...(mergedAt ? [mark(mergedAt, 'merged')] : []),
      ...drawn.map(({ at, conclusion }) => {
        if (conclusion !== 'success') return mark(at, 'red');
        return mark(at, greenAt && at >= greenAt ? 'green' : 'uncounted');
      }),
    ],
  };
}

function drawRow({ release, marks, reached, isOpen, said }: Row, y: number, x: AgeScale, zone: string): Html {
  const end = px(Math.min(x(reached), right));
  return html`<g>
    <text x="${left - 10}" y="${y + 4}" class="end">${release}</text>
    <line class="${isOpen ? 'open' : 'span'}" x1="${left}" x2="${end}" y1="${y}" y2="${y}"><title>${said}</title></line>
    ${[...Map.groupBy(marks, ({ kind }) => kind)].map(([kind, all]) => drawMarks(kind, all, y, x, zone))}
    <text x="${width - 8}" y="${y + 4}" class="end"
      >${isOpen ? `open for ${sayRoughly(reached)}` : sayRoughly(reached)}</text
    >
  </g>`;
}

/** Of one kind in one row: several in the same place are one. */
function drawMarks(kind: Mark['kind'], marks: readonly Mark[], y: number, x: AgeScale, zone: string): Html {
  const places = new Set(marks.map(({ age }) => Math.round(x(age))));
  const d = [...places].map((at) => shapes[kind](at, y)).join('');
  const [first, last] = [marks[0]!, marks.at(-1)!];
  const times = marks.length === 1 ? '' : `, ${marks.length} times until ${sayInstant(last.at, zone)}`;
  return html`<path class="mark m-${kind}" d="${d}"
    ><title>${progressWords[kind]} ${sayInstant(first.at, zone)}${times}</title></path
  >`;
}

const shapes: Record<Mark['kind'], (x: number, y: number) => string> = {
  merged: (x, y) => `M${x - 5} ${y - 5}h10v10h-10Z`,
  red: (x, y) => `M${x - 5} ${y - 5}l10 10M${x + 5} ${y - 5}l-10 10`,
  uncounted: (x, y) => `M${x - 5} ${y}a5 5 0 1 0 10 0a5 5 0 1 0-10 0Z`,
  green: (x, y) => `M${x - 5} ${y}a5 5 0 1 0 10 0a5 5 0 1 0-10 0Z`,
};

const px = (value: number): number => Math.round(value * 10) / 10;
