// The check run practicum/pipeline: verdict, what to do, task table, annotations, logs and the report.
import { dirname, join } from 'node:path';
import { findTracebacks } from '../../src/domain/pipeline/find-traceback.ts';
import { type Report, writeReportBlock } from '../../src/domain/report/report.ts';
import { code, codeBlock, inline } from './escape-text.ts';
import type { Outcome } from './outcome.ts';
import { type SentAnnotation, fit, limits } from './send-check-run.ts';
import { tellMetrics } from './write-metrics.ts';

export type Written = { title: string; summary: string; text: string; annotations: SentAnnotation[] };

export type PipelineCheck = {
  outcome: Outcome;
  report: Report;
  token?: string | undefined;
  /** Metrics of the default branch, to compare with. */
  baseline?: Record<string, number> | undefined;
  /** Sentences about how the report came about. */
  remarks: readonly string[];
  workspace: string;
  runUrl: string;
};

export function writePipelineCheck(check: PipelineCheck): Written {
  const { outcome } = check;
  return {
    title: titleOf(outcome),
    summary: [
      ...check.remarks.map((remark) => `> ${inline(remark)}`),
      adviceOn(check),
      taskTable(outcome),
      tellMetrics(outcome.metrics, check.baseline, outcome.metricNotes),
      trustNote(check),
    ]
      .filter(Boolean)
      .join('\n\n'),
    text: writeText(check),
    annotations: annotate(check),
  };
}

export function titleOf({ conclusion, tasks, problems, pipeline, broken }: Outcome): string {
  if (conclusion === 'neutral') return 'No pipeline yet';
  const errors = problems.filter(({ level }) => level === 'error').length;
  if (errors > 0) return `${pipeline?.file ?? 'pipeline.yml'}: ${errors} ${errors === 1 ? 'problem' : 'problems'}`;
  const failed = tasks.filter(({ state }) => state === 'failed' || state === 'timed out').map(({ name }) => name);
  if (conclusion === 'cancelled') return 'The run was cancelled';
  if (broken !== undefined && failed.length === 0) return 'The pipeline has no result';
  if (failed.length > 0)
    return `${failed.slice(0, 3).join(', ')}${failed.length > 3 ? ` and ${failed.length - 3} more` : ''} failed`;
  if (conclusion === 'failure') return 'The pipeline failed';
  const kept = tasks.filter(({ state }) => state === 'kept').length;
  const ran = tasks.filter(({ state }) => state !== 'not needed').length;
  return `${ran} ${ran === 1 ? 'task' : 'tasks'} succeeded${kept > 0 ? `, ${kept} of them unchanged` : ''}`;
}

const beginning = `version: 1
name: my-model
inputs: { slices: data/incoming }
tasks:
  train:
    run: python train.py
    inputs: [slices]
    outputs: { model: models/model.joblib }
`;

/** What to do next, in words. */
export function adviceOn({ outcome, runUrl }: Pick<PipelineCheck, 'outcome' | 'runUrl'>): string {
  const { conclusion, problems, details, tasks, broken } = outcome;
  if (conclusion === 'neutral') {
    return `There is no pipeline in this repository yet. To begin, commit a file \`pipeline.yml\` such as this one:\n\n${codeBlock(beginning, 'yaml')}\nAn existing \`dvc.yaml\` works as it is.`;
  }
  const errors = problems.filter(({ level }) => level === 'error');
  if (errors.length > 0) {
    const list = errors
      .slice(0, 20)
      .map(
        ({ file, line, message, hint }) =>
          `- ${code(`${file}:${line}`)} ${inline(message)}${hint ? ` (${inline(hint)})` : ''}`,
      );
    const more = errors.length > 20 ? `\n- and ${errors.length - 20} more` : '';
    return `Nothing was run: the file has mistakes. ${onYourMachine('check')} shows the same list before you push.\n\n${list.join('\n')}${more}`;
  }
  const failed = details.filter(({ name }) =>
    ['failed', 'timed out'].includes(tasks.find((task) => task.name === name)?.state ?? ''),
  );
  if (failed.length > 0) {
    const list = failed
      .slice(0, 10)
      .map(({ name, reason, runner }) => `- **${inline(name)}** (${code(runner)}): ${inline(reason ?? 'failed')}`);
    return `${list.join('\n')}\n\nThe end of its log is below; [the whole log](${runUrl}) has the rest. Run it on your machine with ${onYourMachine('run')}: tasks that succeeded are kept.`;
  }
  if (conclusion === 'cancelled')
    return `The run was cancelled before the pipeline ended. Start it again from [the run](${runUrl}).`;
  if (broken !== undefined) return `${inline(broken)} [The log of the run](${runUrl}) has the rest.`;
  return conclusion === 'failure'
    ? `The job that ran the pipeline failed before it could say why. See [its log](${runUrl}).`
    : 'Every wanted output was made.';
}

/** The command as it is there: a file of the release, which the dev container brings; no package of that name is ours. */
function onYourMachine(what: 'check' | 'run'): string {
  return `${code(`node practicum.cjs pipeline ${what}`)} (${tool})`;
}

const tool =
  '[practicum.cjs](https://github.com/practicum/practicum/releases/latest/download/practicum.cjs) is a single file; the dev container has it';

function taskTable({ tasks, details }: Outcome): string {
  if (tasks.length === 0) return '';
  const rows = tasks.slice(0, 150).map(({ name, state, started, ended, exit }) => {
    const seconds = started && ended ? ((Date.parse(ended) - Date.parse(started)) / 1000).toFixed(1) : '';
    const reason = details.find((detail) => detail.name === name)?.reason;
    return `| ${inline(name)} | ${icons[state]} ${state} | ${seconds} | ${exit ?? ''} | ${reason ? inline(reason) : ''} |`;
  });
  const more = tasks.length > 150 ? `\n\n… and ${tasks.length - 150} more tasks` : '';
  return `| task | result | seconds | exit | |\n| --- | --- | ---: | ---: | --- |\n${rows.join('\n')}${more}`;
}

export const icons: Record<Outcome['tasks'][number]['state'], string> = {
  succeeded: '✅',
  kept: '♻️',
  frozen: '❄️',
  failed: '❌',
  'timed out': '⏱️',
  cancelled: '⏹️',
  blocked: '⏸️',
  'not needed': '➖',
};

function trustNote({ token, report }: PipelineCheck): string {
  if (token !== undefined) return 'This report is signed: it carries a token that GitHub made for exactly this report.';
  return report.mode === 'report'
    ? 'This report is not signed: GitHub gave the job no identity (`id-token: write`), so it counts as *claimed*.'
    : 'This report is *claimed*: the job that made it also ran the code it reports on.';
}

function annotate({ outcome, workspace }: PipelineCheck): SentAnnotation[] {
  const file = outcome.pipeline?.file ?? 'pipeline.yml';
  const levels = { error: 'failure', warning: 'warning', notice: 'notice' } as const;
  const annotations = outcome.problems.map(({ file: path, line, level, message, hint, code: id }): SentAnnotation => ({
    path,
    start_line: line,
    end_line: line,
    annotation_level: levels[level],
    title: id,
    message: hint ? `${message} (${hint})` : message,
  }));
  for (const detail of outcome.details) {
    const state = outcome.tasks.find(({ name }) => name === detail.name)?.state;
    if (state !== 'failed' && state !== 'timed out') continue;
    annotations.push({
      path: file,
      start_line: detail.line,
      end_line: detail.line,
      annotation_level: 'failure',
      title: `${detail.name} ${state}`,
      message: detail.reason ?? 'failed',
      ...(detail.tail ? { raw_details: lastLines(detail.tail, 60) } : {}),
    });
    for (const { path, line, message } of findTracebacks(detail.tail ?? '', join(workspace, dirname(file)))) {
      annotations.push({
        path: join(dirname(file), path).replaceAll('\\', '/'),
        start_line: line,
        end_line: line,
        annotation_level: 'failure',
        title: `in task ${detail.name}`,
        message,
      });
    }
  }
  return annotations;
}

function writeText({ outcome, report, token, runUrl }: PipelineCheck): string {
  const block = writeReportBlock(report, token);
  const room = limits.text - Buffer.byteLength(block) - 200;
  const logs = outcome.details
    .filter(({ tail }) => tail)
    .map(
      ({ name, tail }) =>
        `### ${inline(name)}\n\n${codeBlock(fit(lastLines(tail!, 100), Math.min(8_000, Math.max(500, room / 4))))}`,
    );
  const fitting: string[] = [];
  let used = 0;
  for (const log of logs) {
    used += Buffer.byteLength(log) + 2;
    if (used > room) break;
    fitting.push(log);
  }
  const pointer =
    logs.length > 0
      ? `[The whole logs](${runUrl})${fitting.length < logs.length ? `; ${logs.length - fitting.length} more failed tasks are only there` : ''}\n`
      : '';
  return [...fitting, pointer, '### Report\n', block].filter(Boolean).join('\n');
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
