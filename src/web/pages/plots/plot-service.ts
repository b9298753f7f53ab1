// One student's service through a challenge: quality on held-out rows over time, and below it when the service was up.
import { html } from 'hono/html';
import { scaleLinear, scaleUtc } from 'd3-scale';
import type { Challenge } from '../../../domain/challenge/challenge.ts';
import type { ProbeEvidence, Quality } from '../../../domain/evidence/evidence.ts';
import { qualityThresholds } from '../../../domain/score/quality.ts';
import { sayInstant } from '../../../domain/time/say-time.ts';
import type { StudentView } from '../../../flows/pages/show-student.ts';
import type { Html } from '../layout/layout.ts';
import { dateAxis, nowLine, type CalendarScale } from './plot-axis.ts';
import { inWords } from './in-words.ts';

const width = 900;
const left = 110;
const right = 820;
const top = 26;
const tall = 90;
/** The strip of probes, below the curve of quality. */
const stripTop = top + tall + 14;
const stripTall = 14;
const bottom = stripTop + stripTall + 4;
/** Probes of a whole term are drawn by columns of this many pixels. */
const columnPx = 3;

type Measured = Quality & { at: Date };
type Thresholds = { metric: string; pass: number; full: number };

export function plotService({ evidence, course, now, owner }: StudentView, challenge: Challenge): Html {
  const mine = evidence.filter((item) => item.challenge === challenge.name).toReversed();
  const probes = mine.filter((item): item is ProbeEvidence => item.kind === 'probe');
  const measured = mine.flatMap((item) =>
    (item.kind === 'probe' || item.kind === 'answer') && item.quality ? [{ ...item.quality, at: item.at }] : [],
  );
  if (probes.length + measured.length === 0) return html``;
  const metric = challenge.quality?.metric ?? measured.at(-1)?.metric ?? '';
  const same = measured.filter((measure) => measure.metric === metric);
  const x = scaleUtc([challenge.starts, challenge.ends], [left, right]).clamp(true);
  const up = probes.filter(({ ok }) => ok).length;
  const last = same.at(-1);
  const said = [
    last ? `${metric} ${decimals(last.value)} at last, in ${same.length} measurements.` : '',
    probes.length > 0 ? `${up} of ${probes.length} probes passed.` : '',
  ].filter(Boolean);
  const id = `service-${challenge.name}`;
  const told = said.join(' ');
  return html`<figure>
    <figcaption>
      <strong>Service</strong> ·
      ${last ? `${metric} on held-out rows: the points start at "pass" and are all earned at "full". ` : ''}In the strip
      below a low bar is up, a high one down; a thin one does not count (announced maintenance, or our own fault).
    </figcaption>
    <div class="plot" tabindex="0" role="group" aria-label="Plot of the service in ${challenge.name}">
      <svg viewBox="0 0 ${width} ${bottom + 24}" role="img" aria-labelledby="${id}-title ${id}-desc">
        <title id="${id}-title">${challenge.name}: quality and availability of the service of ${owner.name}</title>
        <desc id="${id}-desc">${told}</desc>
        ${dateAxis(x, course.timezone, top, bottom)} ${drawQuality(same, qualityThresholds(challenge, metric), x)}
        ${strip(probes, x, course.timezone)} ${nowLine(x, now, top, bottom)}
      </svg>
    </div>
    ${inWords(told)}
  </figure>`;
}

/** The mean of each column, weighted by rows, and the lines at which points start and are all earned. */
function drawQuality(measured: readonly Measured[], thresholds: Thresholds | undefined, x: CalendarScale): Html {
  const last = measured.at(-1);
  if (!last) return html``;
  const columns = [...Map.groupBy(measured, ({ at }) => column(at, x))].map(([at, inside]) => {
    const rows = inside.reduce((sum, one) => sum + one.rows, 0);
    return { at, value: inside.reduce((sum, one) => sum + one.value * one.rows, 0) / Math.max(1, rows) };
  });
  const levels = thresholds ? [thresholds.pass, thresholds.full] : [];
  const all = [...columns.map(({ value }) => value), ...levels];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = (most - least || 1) * 0.1;
  const y = scaleLinear([least - room, most + room], [top + tall, top]);
  const line = columns.map(({ at, value }, index) => `${index === 0 ? 'M' : 'L'}${at} ${px(y(value))}`).join('');
  return html`<text x="${left - 10}" y="${top + tall / 2 + 4}" class="end">${last.metric}</text>
    ${levels.map(
      (level, index) =>
        html`<line class="due" x1="${left}" x2="${right}" y1="${px(y(level))}" y2="${px(y(level))}" />
          <text class="soft end" x="${width - 8}" y="${px(y(level) + 4)}"
            >${index === 0 ? 'pass' : 'full'} ${decimals(level)}</text
          >`,
    )}
    <path class="quality" d="${line}" />
    ${columns.map(
      ({ at, value }) =>
        html`<circle class="dot" cx="${at}" cy="${px(y(value))}" r="2.5"><title>${decimals(value)}</title></circle>`,
    )}`;
}

/** What a column shows is the worst that counts in it: an outage of minutes is not to be lost in a term. */
function strip(probes: readonly ProbeEvidence[], x: CalendarScale, zone: string): Html {
  if (probes.length === 0) return html``;
  const columns = [...Map.groupBy(probes, ({ at }) => column(at, x))];
  return html`<text x="${left - 10}" y="${stripTop + 11}" class="end">probes</text> ${columns.map(([at, inside]) => {
      const down = inside.find(({ ok, cause }) => !ok && cause === 'student');
      const out = inside.every(({ ok, cause }) => !ok && cause !== 'student');
      const word = down ? `down: ${down.code}` : out ? 'does not count' : 'up';
      const height = down ? stripTall : out ? 2 : stripTall / 2;
      return html`<rect
        class="${down ? 'is-down' : out ? 'is-out' : 'is-up'}"
        x="${at - columnPx / 2}"
        y="${stripTop + stripTall - height}"
        width="${columnPx}"
        height="${height}"
        ><title>${sayInstant((down ?? inside[0]!).at, zone)}: ${word}</title></rect
      >`;
    })}`;
}

const column = (at: Date, x: CalendarScale): number => Math.round(x(at) / columnPx) * columnPx;
const decimals = (value: number): string => String(Math.round(value * 1000) / 1000);
const px = (value: number): number => Math.round(value * 10) / 10;
