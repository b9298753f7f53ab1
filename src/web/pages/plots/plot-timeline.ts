// The calendar of a challenge that is being written: releases with their time to merge, requests, probes and drift.
import { html } from 'hono/html';
import { scaleUtc } from 'd3-scale';
import type { DraftPlan } from '../../../flows/draft/preview-draft.ts';
import { sayPart } from '../../../domain/time/say-time.ts';
import type { Html } from '../layout/layout.ts';
import { dateAxis, nowLine, type CalendarScale } from './plot-axis.ts';

const width = 660;
const left = 120;
const right = 650;
const top = 26;
const tall = 24;

type Lane = { label: string; kind: string; from: Date; to: Date; dot: boolean; text: string };

export function plotTimeline(plan: DraftPlan, now: Date): Html {
  const { challenge, course } = plan;
  const zone = course.timezone;
  const lanes = lanesOf(plan);
  const last = Math.max(+challenge.ends, ...lanes.map(({ to }) => +to));
  const first = Math.min(+challenge.starts, ...lanes.map(({ from }) => +from));
  const x = scaleUtc([first, last], [left, right]);
  const height = top + lanes.length * tall + 26;
  const said = (date: Date): string => sayPart(date, zone, 'dayAndMinute');
  return html`<figure>
    <figcaption><strong>Calendar.</strong> A dot is a release, its bar the time to merge it without loss.</figcaption>
    <div class="plot fit" tabindex="0" role="group" aria-label="Plot of the calendar">
      <svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="plan-title plan-desc">
        <title id="plan-title">Calendar of the challenge</title>
        <desc id="plan-desc">
          From ${said(challenge.starts)} to ${said(challenge.ends)}.
          ${lanes.map(({ label, text, from, to }) => `${label}${text === '' ? '' : `, ${text}`}: ${said(from)} to ${said(to)}.`).join(' ')}
        </desc>
        ${dateAxis(x, zone, top, height - 24)}
        ${[challenge.starts, challenge.ends].map((at) => html`<line class="due" x1="${px(x(at))}" x2="${px(x(at))}" y1="${top}" y2="${height - 24}" />`)}
        ${lanes.map((lane, index) => drawLane(lane, top + index * tall + 4, x))} ${nowLine(x, now, top, height - 24)}
      </svg>
    </div>
  </figure>`;
}

function lanesOf({ challenge, releases }: DraftPlan): Lane[] {
  const { starts, ends, requests, endpoint, drift } = challenge;
  const dueOf = (name: string | undefined): Date | undefined => releases.find((release) => release.name === name)?.due;
  return [
    ...releases.map(({ name, due, mergeBy, rows }) => ({
      label: name,
      kind: 'merge',
      from: due,
      to: mergeBy,
      dot: true,
      text: rows === undefined ? '' : `${rows} rows`,
    })),
    ...requests.flatMap(({ on, kind, due }, index): Lane[] => {
      const lane = { label: `request ${index + 1}`, kind: 'ask', text: `${kind.replaceAll('_', ' ')}, ${on}` };
      if (on !== 'release') return on === 'random' ? [{ ...lane, from: starts, to: ends, dot: false }] : [];
      return releases.map((release) => ({
        ...lane,
        from: release.due,
        to: new Date(+release.due + due),
        dot: true,
        text: `${lane.text}, ${release.name}`,
      }));
    }),
    ...(endpoint ? [{ label: 'service', kind: 'probe', from: starts, to: ends, dot: false, text: 'probed' }] : []),
    ...drift.map(({ kind, from, to, column }) => {
      const after = releases.find(({ due }) => due > (dueOf(to) ?? ends));
      const end = to === undefined ? ends : (after?.due ?? ends);
      return {
        label: `drift: ${kind}`,
        kind: 'drift',
        from: dueOf(from) ?? starts,
        to: end,
        dot: false,
        text: column ?? '',
      };
    }),
  ].slice(0, mostLanes);
}

const mostLanes = 60;

function drawLane({ label, kind, from, to, dot, text }: Lane, y: number, x: CalendarScale): Html {
  const [start, end] = [px(x(from)), px(x(to))];
  const middle = y + 8;
  const words = text === '' ? '' : html`<text class="soft" x="${start + 8}" y="${middle + 4}">${text}</text>`;
  return html`<g>
    <text x="${left - 10}" y="${middle + 4}" class="end">${label}</text>
    <rect class="lane ${kind}" x="${start}" y="${y}" width="${px(Math.max(2, end - start))}" height="16" rx="3" />
    ${dot ? html`<circle class="dot" cx="${start}" cy="${middle}" r="5" />` : ''}${words}
  </g>`;
}

const px = (value: number): number => Math.round(value * 10) / 10;
