// Placements → an SVG: one row per node, one bar per task, one colour per pipeline.
import { scaleLinear } from 'd3-scale';

export type Bar = { pipeline: string; task: string; node: string; start: number; end: number };

const left = 190;
const width = 1000;
const rowHeight = 26;
const top = 44;

/** A whole SVG document. Every name is escaped; bars carry their text as a title for readers and screen readers. */
export function drawGantt(bars: readonly Bar[], nodes: readonly string[], title: string): string {
  const end = Math.max(1, ...bars.map((bar) => bar.end));
  const x = scaleLinear([0, end], [left, width - 20]);
  const pipelines = [...new Set(bars.map((bar) => bar.pipeline))];
  const height = top + nodes.length * rowHeight + 30;
  const rows = new Map(nodes.map((node, index) => [node, top + index * rowHeight]));
  const colours = new Map(pipelines.map((name, index) => [name, colour(index)]));
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="11">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="10" y="22" font-size="14" font-weight="600">${escapeXml(title)}</text>`,
    ...x.ticks(10).map((tick) => drawTick(x(tick), tick, height)),
    ...nodes.map((node) => `<text x="10" y="${(rows.get(node) ?? 0) + 17}">${escapeXml(shorten(node, 28))}</text>`),
    ...bars.map((bar) => drawBar(bar, x, rows.get(bar.node) ?? 0, colours.get(bar.pipeline) ?? '#888')),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function drawTick(at: number, seconds: number, height: number): string {
  const line = `<line x1="${round(at)}" x2="${round(at)}" y1="${top - 6}" y2="${height - 24}" stroke="#ddd"/>`;
  return `${line}<text x="${round(at)}" y="${height - 10}" text-anchor="middle" fill="#555">${seconds} s</text>`;
}

function drawBar(bar: Bar, x: (value: number) => number, y: number, fill: string): string {
  const wide = Math.max(1, x(bar.end) - x(bar.start));
  const what = `${bar.pipeline} ${bar.task} on ${bar.node}, ${round(bar.start)} to ${round(bar.end)} s`;
  const label = `${bar.pipeline} ${bar.task}`;
  const room = Math.floor(wide / 6);
  const text =
    room >= 4
      ? `<text x="${round(x(bar.start) + 4)}" y="${y + 17}" fill="#fff">${escapeXml(shorten(label, room))}</text>`
      : '';
  const rect = `<rect x="${round(x(bar.start))}" y="${y + 3}" width="${round(wide)}" height="${rowHeight - 6}" rx="2" fill="${fill}"/>`;
  return `<g><title>${escapeXml(what)}</title>${rect}${text}</g>`;
}

/** Neighbouring pipelines get hues far apart (golden angle), dark enough for white text. */
function colour(index: number): string {
  return `hsl(${Math.round((index * 137.508) % 360)} 55% ${index % 2 === 0 ? 38 : 30}%)`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(1, length - 1))}…`;
}

/** Also drops characters that XML cannot carry. */
function escapeXml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"']/g, (sign) => entities[sign] ?? '');
}
