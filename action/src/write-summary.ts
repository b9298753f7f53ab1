// The job summary: graph coloured by result, when each task ran, metrics, and the end of what failed.
import { drawGantt, drawMermaid } from '../../src/domain/pipeline/show/draw-mermaid.ts';
import type { Graph } from '../../src/domain/pipeline/link-graph.ts';
import { codeBlock, inline } from './escape-text.ts';
import type { Outcome } from './outcome.ts';
import { fit } from './send-check-run.ts';
import { tellMetrics } from './write-metrics.ts';
import { icons, lastLines, titleOf } from './write-pipeline-check.ts';

/** GitHub drops a step's summary beyond 1 MiB, whole. */
const limit = 900_000;

export function writeSummary(
  outcome: Outcome,
  graph: Graph | undefined,
  baseline: Record<string, number> | undefined,
  note: string,
): string {
  const parts = [`## ${inline(titleOf(outcome))}`, note];
  const ends = outcome.tasks.map(({ name, state, started, ended }) => ({
    name,
    state,
    started: started === null ? null : new Date(started),
    ended: ended === null ? null : new Date(ended),
  }));
  if (graph && outcome.tasks.length > 0 && outcome.tasks.length <= 150)
    parts.push(codeBlock(drawMermaid(graph, ends), 'mermaid'));
  if (outcome.conclusion === 'neutral')
    parts.push(
      'There is no pipeline in this repository yet. Begin with a file `pipeline.yml`; the check run practicum/pipeline shows one.',
    );
  for (const { file, line, level, message, hint } of outcome.problems.slice(0, 50))
    parts.push(`- ${level} ${inline(`${file}:${line}`)}: ${inline(message)}${hint ? ` (${inline(hint)})` : ''}`);
  const metrics = tellMetrics(outcome.metrics, baseline);
  if (metrics) parts.push(`### Metrics\n\n${metrics}`);
  const gantt = drawGantt(ends);
  if (gantt) parts.push(`<details><summary>When each task ran</summary>\n\n${codeBlock(gantt, 'mermaid')}\n</details>`);
  for (const { name, tail, reason } of outcome.details) {
    if (!tail) continue;
    const state = outcome.tasks.find((task) => task.name === name)?.state;
    parts.push(
      `### ${state ? icons[state] : ''} ${inline(name)}: ${inline(reason ?? '')}\n\n${codeBlock(lastLines(tail, 60))}\nThe whole log is in the step's output above.`,
    );
  }
  for (const line of outcome.endpointNotes) parts.push(`- ${inline(line)}`);
  return `${fit(parts.filter(Boolean).join('\n\n'), limit)}\n`;
}
