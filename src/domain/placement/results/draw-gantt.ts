// Placements → an SVG: one row per node, one bar per task, one colour per pipeline; several charts share one time axis.
import { scaleLinear, type ScaleLinear } from 'd3-scale';
import { escapeXml, px, secondsAxis, type Axis } from './draw-axis.ts';

/** `end` is a guess while the task runs. */
export type Bar = {
  pipeline: string;
  task: string;
  node: string;
  start: number;
  end: number;
  state?: 'runs' | 'failed' | 'lost';
};
export type Chart = { title: string; bars: readonly Bar[] };

const left = 190;
const width = 1000;
const rowHeight = 26;
const head = 44;
const foot = 30;

/**
 * A whole SVG document. Every name is escaped; bars carry their text as a title for readers and screen readers. The classes are for pages that
 * have colours of their own.
 */
export function drawGantt(charts: readonly Chart[], nodes: readonly string[], given?: Axis): string {
  const axis = given ?? secondsAxis(0, Math.max(...charts.flatMap(({ bars }) => bars.map(({ end }) => end)), 0));
  const each = head + nodes.length * rowHeight + foot;
  const height = charts.length * each;
  const title = charts.map((chart) => chart.title).join('; ');
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="11">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect class="paper" width="${width}" height="${height}" fill="#fff"/>`,
    ...charts.flatMap((chart, index) => drawChart(chart, nodes, axis, index * each)),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function drawChart({ title, bars }: Chart, nodes: readonly string[], axis: Axis, top: number): string[] {
  const x = scaleLinear([axis.from, axis.to], [left, width - 20]).clamp(true);
  const rows = new Map(nodes.map((node, index) => [node, top + head + index * rowHeight]));
  const bottom = top + head + nodes.length * rowHeight;
  const colours = new Map([...new Set(bars.map((bar) => bar.pipeline))].map((name, index) => [name, colour(index)]));
  const shown = bars.filter(({ node, start, end }) => rows.has(node) && end >= axis.from && start <= axis.to);
  return [
    `<text x="10" y="${top + 22}" font-size="14" font-weight="600">${escapeXml(title)}</text>`,
    ...axis.ticks.map(({ at, text }) => drawTick(x(at), text, top + head - 6, bottom)),
    ...nodes.map((node) => `<text x="10" y="${(rows.get(node) ?? 0) + 17}">${escapeXml(shorten(node, 28))}</text>`),
    ...shown.map((bar) => drawBar(bar, axis.from, x, rows.get(bar.node) ?? 0, colours.get(bar.pipeline) ?? '#888')),
  ];
}

function drawTick(at: number, text: string, top: number, bottom: number): string {
  const line = `<line class="grid" x1="${px(at)}" x2="${px(at)}" y1="${top}" y2="${bottom + 6}" stroke="#ddd"/>`;
  return `${line}<text class="soft" x="${px(at)}" y="${bottom + 20}" text-anchor="middle" fill="#555">${escapeXml(text)}</text>`;
}

const words = { runs: 'running, expected until then', failed: 'failed', lost: 'lost with its runner' };
const signs = { runs: '▸ ', failed: '✗ ', lost: '✗ ' };

function drawBar(bar: Bar, from: number, x: ScaleLinear<number, number>, y: number, fill: string): string {
  const { pipeline, task, node, start, end, state } = bar;
  const wide = Math.max(1, x(end) - x(start));
  const how = state === undefined ? '' : ` (${words[state]})`;
  const what = `${pipeline} ${task} on ${node}, ${px(start - from)} to ${px(end - from)} s${how}`;
  const label = `${state === undefined ? '' : signs[state]}${pipeline} ${task}`;
  const room = Math.floor(wide / 6);
  const text =
    room >= 4
      ? `<text class="on" x="${px(x(start) + 4)}" y="${y + 17}" fill="#fff">${escapeXml(shorten(label, room))}</text>`
      : '';
  const faint = state === undefined ? '' : ' stroke="#d9a400" stroke-width="2" stroke-dasharray="4 3"';
  const rect = `<rect x="${px(x(start))}" y="${y + 3}" width="${px(wide)}" height="${rowHeight - 6}" rx="2" fill="${fill}"${faint}/>`;
  return `<g><title>${escapeXml(what)}</title>${rect}${text}</g>`;
}

/** Neighbouring pipelines get hues far apart (golden angle), dark enough for white text. */
function colour(index: number): string {
  return `hsl(${Math.round((index * 137.508) % 360)} 55% ${index % 2 === 0 ? 32 : 26}%)`;
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(1, length - 1))}…`;
}
