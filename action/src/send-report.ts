// Sends what was found: check runs on the commit, and the report to the app. A failure to send never fails the job.
import * as core from '@actions/core';
import { checkNames, digestReport, externalIdOf, type Report } from '../../src/domain/report/report.ts';
import { type Api, ApiError } from './call-api.ts';
import { checkData } from './check-data.ts';
import { describe, loadFor } from './find-outcome.ts';
import { makeReport } from './make-report.ts';
import type { Outcome } from './outcome.ts';
import { postReport } from './post-report.ts';
import { readBaseline } from './read-baseline.ts';
import type { Context } from './read-context.ts';
import { verifyModel } from './read-outcome.ts';
import { traceReleases } from './trace-releases.ts';
import { requestToken } from './request-token.ts';
import { type CheckRun, fit, limits, sendCheckRun } from './send-check-run.ts';
import { writeDataCheck } from './write-data-check.ts';
import { writeEndpointCheck } from './write-endpoint-check.ts';
import { type Written, writePipelineCheck } from './write-pipeline-check.ts';

export type Sender = { api: Api | undefined; wait: (ms: number) => Promise<void>; now: () => Date };

export type Sent = { report: Report; baseline: Record<string, number> | undefined };

/** Hashes what this job sees, makes the report, and sends it where it can. */
export async function sendReport(context: Context, outcome: Outcome, sender: Sender): Promise<Sent> {
  // The file that this job finds, not the one that the outcome names: in a job of its own, the outcome is hearsay.
  const loaded = loadFor(context);
  const data = traceReleases(checkData(context.workspace, context.manifest), loaded, outcome.model?.path);
  const pipeline = loaded ? describe(loaded) : null;
  const report = makeReport(context, outcome, data, { pipeline, modelVerified: verifyModel(context, outcome) });
  core.setOutput('digest', digestReport(report));
  const runUrl = `${context.serverUrl}/${context.repository}/actions/runs/${context.runId}`;
  const baseline =
    sender.api && Object.keys(outcome.metrics).length > 0 ? await readBaseline(sender.api, context) : undefined;
  const times = { started_at: outcome.started, completed_at: outcome.ended, details_url: runUrl };
  const about = { head_sha: context.headSha, external_id: externalIdOf(report), ...times };
  const runs: CheckRun[] = [];
  const { conclusion, ...written } = writeDataCheck(data, context.manifest);
  runs.push({ name: checkNames.data, ...about, conclusion, ...written });
  const endpoint = writeEndpointCheck(outcome);
  if (endpoint) runs.push({ name: checkNames.endpoint, ...about, ...endpoint });

  const token = await requestToken(context, report);
  const pipelineCheck: Written = writePipelineCheck({
    outcome,
    report,
    token,
    baseline,
    workspace: context.workspace,
    runUrl,
  });
  runs.push({ name: checkNames.pipeline, ...about, conclusion: outcome.conclusion, ...pipelineCheck });
  await sendCheckRuns(context, runs, sender);
  if (context.appUrl !== '') await postReport(context, report, token, sender.wait);
  return { report, baseline };
}

async function sendCheckRuns(context: Context, runs: readonly CheckRun[], { api, wait }: Sender): Promise<void> {
  if (!api) return core.warning('No check run was created: the input token is empty.');
  for (const run of runs) {
    try {
      const id = await sendCheckRun(api, context.repository, { ...run, text: fit(run.text, limits.text) }, wait);
      core.info(`${run.name}: ${run.conclusion}, ${run.title} (check run ${id})`);
    } catch (error) {
      core.warning(`${run.name} was not reported: ${explain(error, context)}`);
      // What refuses one refuses all; the job's time is the student's.
      if (error instanceof ApiError) return;
    }
  }
}

function explain(error: unknown, context: Context): string {
  const message = (error as Error).message;
  if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 404)) return message;
  if (context.fromFork)
    return `${message}. A pull request from a fork may not write; its results are in the job summary.`;
  return `${message}. Give the job the permission checks: write.`;
}
