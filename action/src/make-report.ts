// The report of this job: what was found, bound to commit, run and job, and small enough for a check run.
import { type Report, reportSchema, writeReportBlock } from '../../src/domain/report/report.ts';
import type { DataFindings } from './check-data.ts';
import type { Outcome } from './outcome.ts';
import type { Context } from './read-context.ts';

/** Bytes that the report may take of a check run's text; the rest is for logs and the token. */
const most = 50_000;

export type Verified = { pipeline: Report['pipeline']; modelVerified: boolean };

/** `verified`: what this job hashed itself, which stands above what the outcome says. */
export function makeReport(context: Context, outcome: Outcome, data: DataFindings, verified: Verified): Report {
  const { model } = outcome;
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
    endpoint: outcome.endpoint,
  };
  return reportSchema.parse(shrink(report));
}

/** Leaves out what is least needed until the report fits: outputs first, then tasks that went well, then the last ones. */
function shrink(report: Report): Report {
  if (fits(report)) return report;
  let smaller: Report = { ...report, outputs: {} };
  const failed = smaller.tasks.filter(({ state }) => !['succeeded', 'kept', 'not needed'].includes(state));
  if (!fits(smaller)) smaller = { ...smaller, tasks: failed, tasks_omitted: report.tasks.length - failed.length };
  while (!fits(smaller) && smaller.tasks.length > 0) {
    const tasks = smaller.tasks.slice(0, Math.floor(smaller.tasks.length / 2));
    smaller = { ...smaller, tasks, tasks_omitted: report.tasks.length - tasks.length };
  }
  return smaller;
}

function fits(report: Report): boolean {
  return Buffer.byteLength(writeReportBlock(report)) <= most;
}
