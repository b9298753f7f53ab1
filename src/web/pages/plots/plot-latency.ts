// How long a service takes to answer: the percentiles of each day, on one scale with the time that is allowed.
import { html } from 'hono/html';
import { scaleLinear, scaleUtc } from 'd3-scale';
import type { Challenge } from '../../../domain/challenge/challenge.ts';
import type { ProbeEvidence } from '../../../domain/evidence/evidence.ts';
import { percentile } from '../../../domain/pipeline/show/summarise-latency.ts';
import type { StudentView } from '../../../flows/pages/show-student.ts';
import type { Html } from '../layout/layout.ts';
import { dateAxis, nowLine } from './plot-axis.ts';
import { inWords } from './in-words.ts';

const width = 900;
const left = 110;
const right = 820;
const top = 26;
const tall = 90;
const dayMs = 86_400_000;

const lines = [
  { name: 'p50', share: 0.5 },
  { name: 'p95', share: 0.95 },
  { name: 'p99', share: 0.99 },
];

export function plotLatency({ evidence, course, now, owner }: StudentView, challenge: Challenge): Html {
  const timed = evidence.filter(
    (item): item is ProbeEvidence & { latencyMs: number } =>
      item.kind === 'probe' && item.challenge === challenge.name && item.latencyMs !== undefined,
  );
  if (timed.length === 0) return html``;
  const days = [...Map.groupBy(timed, ({ at }) => Math.floor(at.getTime() / dayMs))].toSorted((a, b) => a[0] - b[0]);
  const allowed = challenge.endpoint?.wait ?? 0;
  const most = Math.max(allowed, ...timed.map(({ latencyMs }) => latencyMs));
  const x = scaleUtc([challenge.starts, challenge.ends], [left, right]).clamp(true);
  const y = scaleLinear([0, most * 1.05], [top + tall, top]);
  const all = timed.map(({ latencyMs }) => latencyMs);
  const said = lines.map(({ name, share }) => `${name} ${percentile(all, share) ?? 0} ms`).join(', ');
  const id = `latency-${challenge.name}`;
  const drawn = lines.map(({ name, share }) => {
    const points = days.map(([day, inside]) => {
      const times = inside.map(({ latencyMs }) => latencyMs);
      return { at: px(x(day * dayMs + dayMs / 2)), value: percentile(times, share) ?? 0 };
    });
    const path = points.map(({ at, value }, index) => `${index === 0 ? 'M' : 'L'}${at} ${px(y(value))}`).join('');
    const end = points.at(-1)!;
    return html`<path class="quality" d="${path}" /><circle class="dot" cx="${end.at}" cy="${px(y(end.value))}" r="2.5"
        ><title>${name}: ${end.value} ms on the last day</title></circle
      >`;
  });
  const told = `${said}.`;
  return html`<figure>
    <figcaption>
      <strong>Answer time</strong> · ${said} over ${timed.length} probes. The lines are p50, p95 and p99 of each day,
      from below; the dashed line is what is allowed.
    </figcaption>
    <div class="plot" tabindex="0" role="group" aria-label="Plot of answer times in ${challenge.name}">
      <svg viewBox="0 0 ${width} ${top + tall + 28}" role="img" aria-labelledby="${id}-title ${id}-desc">
        <title id="${id}-title">${challenge.name}: answer times of the service of ${owner.name}</title>
        <desc id="${id}-desc">${told}</desc>
        ${dateAxis(x, course.timezone, top, top + tall + 4)}
        <text x="${left - 10}" y="${top + tall / 2 + 4}" class="end">ms</text>
        <line class="due" x1="${left}" x2="${right}" y1="${px(y(allowed))}" y2="${px(y(allowed))}" />
        <text class="soft end" x="${width - 8}" y="${px(y(allowed) + 4)}">${allowed} ms</text>
        ${drawn} ${nowLine(x, now, top, top + tall + 4)}
      </svg>
    </div>
    ${inWords(told)}
  </figure>`;
}

const px = (value: number): number => Math.round(value * 10) / 10;
