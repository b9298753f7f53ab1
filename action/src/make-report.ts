// The report of this job: what was found, bound to commit, run and job, and small enough for a check run.
import { type Report, reportSchema, writeReportBlock } from '../../src/domain/report/report.ts';
import type { DataFindings } from './check-data.ts';
import { firstEntries } from './save-outcome.ts';
import type { Outcome } from './outcome.ts';
import type { Context } from './read-context.ts';

/** Bytes that the report may take of a check run's text; the rest is for logs and the token. */
const most = 50_000;

export type Verified = { pipeline: Report['pipeline']; modelVerified: boolean };

/** `verified`: what this job hashed itself, which stands above what the outcome says. */
export function makeReport(context: Context, outcome: Outcome, data: DataFindings, verified: Verified): Report {
  const { model } = outcome;
  const notes = [...(outcome.broken === undefined ? [] : [outcome.broken]), ...outcome.metricNotes];
  const report: Report = {
    version: 1,
    repository: context.repository,
    repository_id: context.repositoryId,
    sha: context.sha,
    head_sha: context.headSha,
    event: context.event,
    workflow: context.workflow,
    job: context.job,
    run_id: context.runId,
    run_attempt: context.runAttempt,
    mode: context.mode === 'report' ? 'report' : 'all',
    conclusion: outcome.conclusion,
    pipeline: verified.pipeline,
    tasks: outcome.tasks,
    tasks_omitted: 0,
    data: { manifest: data.manifest, releases: data.releases },
    model: model && { ...model, verified: verified.modelVerified },
    outputs: outcome.outputs,
    metrics: outcome.metrics,
    ...(notes.length > 0 ? { notes: notes.slice(0, 20).map((note) => note.slice(0, 300)) } : {}),
    endpoint: outcome.endpoint,
  };
  return reportSchema.parse(shrink(report));
}

/** Leaves out what is least needed until the report fits, and says so. */
function shrink(report: Report): Report {
  const cuts = [dropOutputs, dropGoodTasks, cutMetrics, cutTasks, dropReaders, cutReleases];
  let smaller = report;
  for (const cut of cuts) {
    if (fits(smaller)) return smaller;
    smaller = cut(smaller);
  }
  return smaller;
}

function dropOutputs(report: Report): Report {
  return { ...report, outputs: {} };
}

function dropGoodTasks(report: Report): Report {
  const failed = report.tasks.filter(({ state }) => !['succeeded', 'kept', 'not needed'].includes(state));
  return { ...report, tasks: failed, tasks_omitted: report.tasks.length - failed.length };
}

function cutMetrics(report: Report): Report {
  const metrics = firstEntries(report.metrics, Infinity, most / 3);
  const left = Object.keys(report.metrics).length - Object.keys(metrics).length;
  return left === 0
    ? report
    : noted({ ...report, metrics }, `${left} metrics were left out: a report has room for 50 kB`);
}

function cutTasks(report: Report): Report {
  let smaller = report;
  while (!fits(smaller) && smaller.tasks.length > 0) {
    const tasks = smaller.tasks.slice(0, Math.floor(smaller.tasks.length / 2));
    smaller = { ...smaller, tasks, tasks_omitted: report.tasks_omitted + report.tasks.length - tasks.length };
  }
  return smaller;
}

function dropReaders(report: Report): Report {
  const releases = report.data.releases.map(({ read_by: tasks, ...rest }) => ({
    ...rest,
    // That one reads it is what counts.
    ...(tasks ? { read_by: tasks.slice(0, 1).map((name) => name.slice(0, 20)) } : {}),
  }));
  return { ...report, data: { ...report.data, releases } };
}

/** The newest releases stay: they are what the course waits for. */
function cutReleases(report: Report): Report {
  const { releases } = report.data;
  let kept = releases;
  const made = (): Report =>
    noted(
      { ...report, data: { ...report.data, releases: kept } },
      `${releases.length - kept.length} older releases were left out: a report has room for 50 kB`,
    );
  while (kept.length > 1 && !fits(made())) kept = kept.slice(Math.ceil(kept.length / 10));
  return made();
}

function noted(report: Report, note: string): Report {
  return { ...report, notes: [note, ...(report.notes ?? [])].slice(0, 20) };
}

function fits(report: Report): boolean {
  return Buffer.byteLength(writeReportBlock(report)) <= most;
}
