// The job summary: everything that the check runs say, in one page: it is all there is where check runs cannot be made.
import { drawGantt, drawMermaid } from '../../src/domain/pipeline/show/draw-mermaid.ts';
import { codeBlock, inline } from './escape-text.ts';
import { drawFolded } from './fold-graph.ts';
import type { Seen } from './look-around.ts';
import { type Comparison, labelOf } from './read-baseline.ts';
import { fit } from './send-check-run.ts';
import { writeDataCheck } from './write-data-check.ts';
import { writeEndpointCheck } from './write-endpoint-check.ts';
import { plotMetrics, tellMetrics } from './write-metrics.ts';
import { adviceOn, icons, lastLines, titleOf } from './write-pipeline-check.ts';

/** GitHub drops a step's summary beyond 1 MiB, whole. */
const limit = 900_000;

/** Tasks that are drawn one by one, and logs that are shown. */
const most = { drawn: 150, logs: 30, problems: 50 };

export type SummaryParts = Seen &
  Comparison & {
    /** What stands below the title. */
    note: string;
    runUrl: string;
    /** Why the check runs are not there. */
    refusal: string | undefined;
  };

export function writeSummary(parts: SummaryParts): string {
  const { outcome, note, refusal, remarks } = parts;
  const page = [
    `## ${inline(titleOf(outcome))}`,
    note,
    refusal === undefined ? '' : `The check runs could not be made: ${inline(refusal)}`,
    remarks.map((remark) => `> ${inline(remark)}`).join('\n>\n'),
    adviceOn(parts),
    drawGraph(parts),
    tellProblems(parts),
    tellData(parts),
    tellService(parts),
    tellAllMetrics(parts),
    drawTimes(parts),
    tellLogs(parts),
  ];
  return `${fit(page.filter(Boolean).join('\n\n'), limit)}\n`;
}

type Ends = { name: string; state: string; started: Date | null; ended: Date | null }[];

function endsOf({ outcome }: SummaryParts): Ends {
  return outcome.tasks.map(({ name, state, started, ended }) => ({
    name,
    state,
    started: started === null ? null : new Date(started),
    ended: ended === null ? null : new Date(ended),
  }));
}

function drawGraph(parts: SummaryParts): string {
  const { graph, outcome } = parts;
  const count = outcome.tasks.length;
  if (!graph || count === 0) return '';
  if (count <= most.drawn) return codeBlock(drawMermaid(graph, endsOf(parts)), 'mermaid');
  return `<details><summary>${count} tasks, those of a kind together</summary>\n\n${codeBlock(drawFolded(graph, outcome.tasks), 'mermaid')}\n</details>`;
}

/** Errors are part of the advice; here are the others. */
function tellProblems({ outcome }: SummaryParts): string {
  const lines = outcome.problems
    .filter(({ level }) => level !== 'error')
    .map(
      ({ file, line, level, message, hint }) =>
        `- ${level} ${inline(`${file}:${line}`)}: ${inline(message)}${hint ? ` (${inline(hint)})` : ''}`,
    );
  const more = lines.length > most.problems ? [`- and ${lines.length - most.problems} more`] : [];
  return [...lines.slice(0, most.problems), ...more].join('\n');
}

function tellData({ data }: SummaryParts): string {
  if (data.manifest === null && data.broken === undefined) return '';
  const { title, summary, conclusion } = writeDataCheck(data, 'data/MANIFEST.json');
  const mark = conclusion === 'failure' ? '❌ ' : '';
  // What is in order takes one line.
  return conclusion === 'success'
    ? `### Data\n\n<details><summary>${inline(title)}</summary>\n\n${summary}\n</details>`
    : `### Data\n\n${mark}**${inline(title)}**. ${summary}`;
}

function tellService({ outcome }: SummaryParts): string {
  const check = writeEndpointCheck(outcome);
  if (!check) return '';
  return `### Service\n\n${check.conclusion === 'failure' ? '❌ ' : ''}**${inline(check.title)}**\n\n${check.summary}`;
}

function tellAllMetrics({ outcome, baseline, history, data }: SummaryParts): string {
  const table = tellMetrics(outcome.metrics, baseline, outcome.metricNotes);
  if (table === '') return '';
  const plots = plotMetrics(outcome.metrics, history, labelOf(data.releases.at(-1)?.release));
  return ['### Metrics', table, plots].filter(Boolean).join('\n\n');
}

function drawTimes(parts: SummaryParts): string {
  const gantt = drawGantt(endsOf(parts));
  return gantt ? `<details><summary>When each task ran</summary>\n\n${codeBlock(gantt, 'mermaid')}\n</details>` : '';
}

function tellLogs({ outcome, runUrl }: SummaryParts): string {
  const states = new Map(outcome.tasks.map(({ name, state }) => [name, state]));
  const logs = outcome.details.flatMap(({ name, tail, reason }) => {
    if (!tail) return [];
    const state = states.get(name);
    return `### ${state ? icons[state] : ''} ${inline(name)}: ${inline(reason ?? '')}\n\n${codeBlock(lastLines(tail, 60))}\n[The whole log](${runUrl})`;
  });
  const more = logs.length > most.logs ? [`… and ${logs.length - most.logs} more logs in [the run](${runUrl})`] : [];
  return [...logs.slice(0, most.logs), ...more].join('\n\n');
}
