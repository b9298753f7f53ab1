// The graph as a Mermaid flow chart, coloured by how each task ended, and the run as a Gantt chart.
import type { Graph } from '../link-graph.ts';

/** How a task ended, as far as a drawing shows it. */
export type Drawn = { name: string; state: string; started?: Date | null; ended?: Date | null };

const colours: Record<string, string> = {
  succeeded: 'fill:#1a7f37,color:#ffffff',
  kept: 'fill:#9be9a8,color:#1f2328',
  frozen: 'fill:#9be9a8,color:#1f2328',
  failed: 'fill:#cf222e,color:#ffffff',
  timed_out: 'fill:#cf222e,color:#ffffff',
  blocked: 'fill:#d4a72c,color:#1f2328',
  cancelled: 'fill:#d4a72c,color:#1f2328',
  not_needed: 'fill:#eaeef2,color:#57606a',
};

/** A flow chart. Names are labels, never identifiers, so that no name can change the drawing's syntax. */
export function drawMermaid(graph: Graph, ends: readonly Drawn[] = []): string {
  const { tasks, inputs } = graph.pipeline;
  const state = new Map(ends.map((end) => [end.name, end.state]));
  const ids = new Map(tasks.map(({ name }, index) => [name, `t${index}`]));
  const lines = ['flowchart LR'];
  inputs.forEach(({ name }, index) => lines.push(`  i${index}[/"${label(name)}"/]`));
  for (const { name } of tasks) {
    const end = state.get(name) ?? (graph.order.includes(name) ? undefined : 'not needed');
    const mark = end === undefined ? '' : `:::${end.replaceAll(' ', '_')}`;
    lines.push(`  ${ids.get(name)}["${label(name)}${end && end !== 'succeeded' ? `<br/>${end}` : ''}"]${mark}`);
  }
  for (const task of tasks) {
    for (const arrow of arrowsTo(graph, task.name, ids)) lines.push(`  ${arrow}`);
  }
  const used = new Set(lines.flatMap((line) => /:::(\w+)$/.exec(line)?.[1] ?? []));
  for (const name of used) if (colours[name]) lines.push(`  classDef ${name} ${colours[name]}`);
  return `${lines.join('\n')}\n`;
}

function arrowsTo(graph: Graph, name: string, ids: ReadonlyMap<string, string>): string[] {
  const own = ids.get(name)!;
  const flows = new Map<string, Set<string>>();
  const flow = (from: string, what: string): void =>
    void (flows.get(from) ?? flows.set(from, new Set()).get(from)!).add(what);
  for (const source of graph.sources.get(name) ?? []) {
    if (source.type === 'output') flow(ids.get(source.task)!, source.output);
    if (source.type === 'input') flow(`i${graph.pipeline.inputs.findIndex((input) => input.name === source.name)}`, '');
  }
  for (const earlier of graph.before.get(name) ?? [])
    if (!flows.has(ids.get(earlier)!)) flows.set(ids.get(earlier)!, new Set());
  return [...flows].map(([from, whats]) => {
    const text = [...whats].filter(Boolean).map(label).join(', ');
    return `${from} -->${text ? `|"${text}"|` : ''} ${own}`;
  });
}

/** Text inside a quoted Mermaid label, where GitHub also reads HTML. */
function label(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return short.replaceAll(/[^\p{L}\p{N} ._/-]/gu, (letter) => `#${letter.codePointAt(0)};`);
}

const mostBars = 100;

/** Ticks that differ: whole seconds would all read alike in a run of two seconds. */
function axisFor(ms: number): string[] {
  const tick = ms < 500 ? 100 : ms < 1_000 ? 200 : 1_000;
  if (ms < 5_000) return ['  axisFormat %S.%L s', `  tickInterval ${tick}millisecond`];
  return [`  axisFormat ${ms < 3_600_000 ? '%M:%S' : '%H:%M:%S'}`];
}

/** When each task ran. Undefined when nothing ran. */
export function drawGantt(ends: readonly Drawn[]): string | undefined {
  const ran = ends.filter((end) => end.started && end.ended);
  if (ran.length === 0) return undefined;
  const zero = Math.min(...ran.map((end) => end.started!.getTime()));
  const total = Math.max(...ran.map((end) => end.ended!.getTime())) - zero;
  const lines = ['gantt', '  dateFormat x', ...axisFor(total)];
  if (ran.length > mostBars) lines.push(`  title The first ${mostBars} of ${ran.length} tasks`);
  for (const { name, state, started, ended } of ran.slice(0, mostBars)) {
    const mark = state === 'failed' || state === 'timed out' ? 'crit, ' : state === 'succeeded' ? '' : 'done, ';
    const from = started!.getTime() - zero;
    // Mermaid draws nothing for a task of no length.
    const to = Math.max(from + 1, ended!.getTime() - zero);
    lines.push(`  ${name.replaceAll(/[^\p{L}\p{N} ._/-]/gu, '_').slice(0, 60)} :${mark}${from}, ${to}`);
  }
  return `${lines.join('\n')}\n`;
}
