// The graph as an SVG picture: tasks in columns by their longest way from the start.
import type { Graph } from '../link-graph.ts';
import type { Drawn } from './draw-mermaid.ts';

const box = { width: 180, height: 44, gapX: 70, gapY: 24, margin: 20 };
const fills: Record<string, string> = {
  succeeded: '#dafbe1',
  kept: '#ddf4ff',
  frozen: '#ddf4ff',
  failed: '#ffebe9',
  'timed out': '#ffebe9',
  blocked: '#fff8c5',
  cancelled: '#fff8c5',
  'not needed': '#f6f8fa',
};

/** A picture that needs no script and no font of its own; readable aloud by its title. */
export function drawSvg(graph: Graph, ends: readonly Drawn[] = []): string {
  const places = placeTasks(graph);
  const state = new Map(ends.map((end) => [end.name, end.state]));
  const columns = Math.max(1, ...[...places.values()].map(({ column }) => column + 1));
  const rows = Math.max(1, ...[...places.values()].map(({ row }) => row + 1));
  const width = columns * (box.width + box.gapX) - box.gapX + 2 * box.margin;
  const height = rows * (box.height + box.gapY) - box.gapY + 2 * box.margin;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escape(`Pipeline ${graph.pipeline.name}: ${graph.order.join(', ')}`)}</title>`,
    '<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="#57606a"/></marker></defs>',
  ];
  for (const [name, before] of graph.before)
    for (const earlier of before) parts.push(arrow(places.get(earlier)!, places.get(name)!));
  for (const [name, place] of places) {
    const end = state.get(name) ?? (graph.order.includes(name) ? undefined : 'not needed');
    parts.push(...drawBox(name, place, end));
  }
  return `${[...parts, '</svg>'].join('\n')}\n`;
}

type Spot = { column: number; row: number };

function placeTasks(graph: Graph): Map<string, Spot> {
  const places = new Map<string, Spot>();
  const filled: number[] = [];
  const level = new Map<string, number>();
  // Every task, needed or not: `before` is complete, and a graph exists only without cycles.
  const rest = graph.pipeline.tasks.map(({ name }) => name);
  while (rest.length > 0) {
    const index = rest.findIndex((name) => (graph.before.get(name) ?? []).every((earlier) => level.has(earlier)));
    const [name] = rest.splice(Math.max(index, 0), 1);
    const column = Math.max(0, ...(graph.before.get(name!) ?? []).map((earlier) => (level.get(earlier) ?? 0) + 1));
    level.set(name!, column);
    places.set(name!, { column, row: filled[column] ?? 0 });
    filled[column] = (filled[column] ?? 0) + 1;
  }
  return places;
}

function corner({ column, row }: Spot): { x: number; y: number } {
  return { x: box.margin + column * (box.width + box.gapX), y: box.margin + row * (box.height + box.gapY) };
}

function drawBox(name: string, place: Spot, end: string | undefined): string[] {
  const { x, y } = corner(place);
  const dash = end === 'not needed' ? ' stroke-dasharray="4 3"' : '';
  const short = name.length > 22 ? `${name.slice(0, 21)}…` : name;
  const line = (text: string, dy: number, more = ''): string =>
    `<text x="${x + box.width / 2}" y="${y + dy}" text-anchor="middle" fill="#1f2328"${more}>${escape(text)}</text>`;
  return [
    `<rect x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="6" fill="${fills[end ?? ''] ?? '#ffffff'}" stroke="#57606a"${dash}><title>${escape(name)}</title></rect>`,
    ...(end === undefined ? [line(short, 27)] : [line(short, 19), line(end, 35, ' font-size="11"')]),
  ];
}

function arrow(from: Spot, to: Spot): string {
  const a = corner(from);
  const b = corner(to);
  const x1 = a.x + box.width;
  const y1 = a.y + box.height / 2;
  const y2 = b.y + box.height / 2;
  const bend = box.gapX / 2;
  return `<path d="M${x1} ${y1} C${x1 + bend} ${y1} ${b.x - bend} ${y2} ${b.x} ${y2}" fill="none" stroke="#57606a" marker-end="url(#end)"/>`;
}

function escape(text: string): string {
  const clean = text.replaceAll(/\p{Cc}/gu, ' ');
  return clean.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
