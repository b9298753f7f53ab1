// Running against waiting pipelines over time → an SVG with two stepped lines.
import { scaleLinear } from 'd3-scale';
import { escapeXml, px, secondsAxis, type Axis } from './draw-axis.ts';
import type { Sample } from './export-results.ts';

const box = { left: 50, right: 980, top: 40, bottom: 300 };
const lines = [
  { key: 'running', colour: '#1a7f37', more: '' },
  { key: 'waiting', colour: '#bc4c00', more: ' stroke-dasharray="6 3"' },
] as const;

/** Time to the right, pipelines upwards. Samples are in order of time; what was before the axis begins counts as its start. */
export function drawCounts(samples: readonly Sample[], given?: Axis): string {
  const axis = given ?? secondsAxis(samples[0]?.at ?? 0, samples.at(-1)?.at ?? 0);
  const shown = samples.slice(
    Math.max(
      0,
      samples.findLastIndex(({ at }) => at <= axis.from),
    ),
  );
  const most = shown.reduce((high, { running, waiting }) => Math.max(high, running, waiting), 1);
  const x = scaleLinear([axis.from, axis.to], [box.left, box.right]).clamp(true);
  const y = scaleLinear([0, most], [box.bottom, box.top]);
  const parts = [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 340" width="1000" height="340" role="img" font-family="system-ui, sans-serif" font-size="11">',
    '<title>Running and waiting pipelines over time</title>',
    '<rect class="paper" width="1000" height="340" fill="#fff"/>',
    ...axis.ticks.map(
      ({ at, text }) =>
        `<text class="soft" x="${px(x(at))}" y="${box.bottom + 18}" text-anchor="middle" fill="#555">${escapeXml(text)}</text>`,
    ),
    ...y
      .ticks(Math.min(most, 8))
      .filter(Number.isInteger)
      .map((tick) => drawLevel(tick, y(tick))),
    ...lines.map(({ key, colour, more }) => {
      const points = shown.map((sample) => [x(sample.at), y(sample[key])] as const);
      const last = points.at(-1);
      if (last) points.push([x(axis.to), last[1]]);
      return `<path class="${key}" d="${drawSteps(points)}" fill="none" stroke="${colour}" stroke-width="2"${more}/>`;
    }),
    ...lines.map(
      ({ key, colour, more }, index) =>
        `<line class="${key}" x1="${box.left + index * 110}" x2="${box.left + index * 110 + 24}" y1="18" y2="18" stroke="${colour}" stroke-width="2"${more}/><text x="${box.left + index * 110 + 30}" y="22" font-size="13">${key}</text>`,
    ),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function drawLevel(count: number, y: number): string {
  const line = `<line class="grid" x1="${box.left}" x2="${box.right}" y1="${px(y)}" y2="${px(y)}" stroke="#ddd"/>`;
  return `${line}<text class="soft" x="${box.left - 8}" y="${px(y) + 4}" text-anchor="end" fill="#555">${count}</text>`;
}

/** A count holds until the next sample. */
function drawSteps(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], index) => (index === 0 ? `M${px(x)} ${px(y)}` : `H${px(x)}V${px(y)}`)).join('');
}
