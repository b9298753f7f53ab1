// Running against waiting pipelines over time → an SVG with two stepped lines.
import { scaleLinear } from 'd3-scale';
import type { Sample } from './export-results.ts';

const box = { left: 50, right: 980, top: 40, bottom: 300 };
const lines = [
  { key: 'running', colour: '#1a7f37', name: 'running' },
  { key: 'waiting', colour: '#bc4c00', name: 'waiting' },
] as const;

/** Seconds from the first sample to the right, pipelines upwards. Samples are in order of time. */
export function drawCounts(samples: readonly Sample[]): string {
  const first = samples[0]?.at ?? 0;
  const last = samples.at(-1)?.at ?? 0;
  const most = samples.reduce((high, { running, waiting }) => Math.max(high, running, waiting), 1);
  const x = scaleLinear([0, Math.max(1, last - first)], [box.left, box.right]);
  const y = scaleLinear([0, most], [box.bottom, box.top]);
  const parts = [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 340" width="1000" height="340" role="img" font-family="system-ui, sans-serif" font-size="11">',
    '<title>Running and waiting pipelines over time</title>',
    '<rect width="1000" height="340" fill="#fff"/>',
    ...x
      .ticks(10)
      .map(
        (tick) =>
          `<text x="${round(x(tick))}" y="${box.bottom + 18}" text-anchor="middle" fill="#555">${tick} s</text>`,
      ),
    ...y
      .ticks(Math.min(most, 8))
      .filter(Number.isInteger)
      .map((tick) => drawLevel(tick, y(tick))),
    ...lines.map(({ key, colour }) =>
      drawSteps(
        samples.map((sample) => [x(sample.at - first), y(sample[key])]),
        colour,
      ),
    ),
    ...lines.map(
      ({ name, colour }, index) =>
        `<text x="${box.left + index * 90}" y="22" font-size="13" font-weight="600" fill="${colour}">${name}</text>`,
    ),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function drawLevel(count: number, y: number): string {
  const line = `<line x1="${box.left}" x2="${box.right}" y1="${round(y)}" y2="${round(y)}" stroke="#ddd"/>`;
  return `${line}<text x="${box.left - 8}" y="${round(y) + 4}" text-anchor="end" fill="#555">${count}</text>`;
}

/** A count holds until the next sample. */
function drawSteps(points: readonly (readonly [number, number])[], colour: string): string {
  const path = points
    .map(([x, y], index) => (index === 0 ? `M${round(x)} ${round(y)}` : `H${round(x)}V${round(y)}`))
    .join('');
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
