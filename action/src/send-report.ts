// Sends what was found: check runs on the commit, and the report to the app. A failure to send never fails the job.
import * as core from '@actions/core';
import { checkNames, digestReport, externalIdOf, type Report } from '../../src/domain/report/report.ts';
import { canonicalise } from '../../src/domain/text/canonicalise.ts';
import { type Api, ApiError } from './call-api.ts';
import { explainRefusal } from './explain-refusal.ts';
import type { Seen } from './look-around.ts';
import { makeReport } from './make-report.ts';
import { atLeast, type Patience } from './patience.ts';
import { postReport } from './post-report.ts';
import type { Comparison } from './read-baseline.ts';
import type { Context } from './read-context.ts';
import { requestToken } from './request-token.ts';
import { type CheckRun, fit, limits, sendCheckRun } from './send-check-run.ts';
import { setOutput } from './set-output.ts';
import { writeDataCheck } from './write-data-check.ts';
import { writeEndpointCheck } from './write-endpoint-check.ts';
import { writePipelineCheck } from './write-pipeline-check.ts';

export type Sender = { api: Api | undefined; patience: Patience };

/** `url`: the check run with the report, where one was made. `refusal`: why check runs were not made. */
export type Sent = { report: Report; url: string | undefined; refusal: string | undefined };

/** Makes the report, signs it where it may, and sends it where it can. */
export async function sendReport(
  context: Context,
  seen: Seen,
  compared: Comparison,
  { api, patience }: Sender,
): Promise<Sent> {
  const report = makeReport(context, seen.outcome, seen.data, seen.verified);
  setOutput('digest', digestReport(report));
  setOutput('json', canonicalise(report));
  const token = await requestToken(context, report, patience);
  const runs = writeCheckRuns(context, seen, report, compared, token);
  // Neither waits for the other: what the app has it need not ask GitHub for.
  const [sent] = await Promise.all([
    sendCheckRuns(context, runs, api),
    context.appUrl === '' ? false : postReport(context, report, token, atLeast(patience, 30)),
  ]);
  return { report, ...sent };
}

export function runUrlOf({ serverUrl, repository, runId }: Context): string {
  return `${serverUrl}/${repository}/actions/runs/${runId}`;
}

function writeCheckRuns(
  context: Context,
  { outcome, data, remarks }: Seen,
  report: Report,
  compared: Comparison,
  token: string | undefined,
): CheckRun[] {
  const runUrl = runUrlOf(context);
  const times = { started_at: outcome.started, completed_at: outcome.ended, details_url: runUrl };
  const about = { head_sha: context.headSha, external_id: externalIdOf(report, context), ...times };
  const named = <T extends { title: string }>(written: T): T =>
    context.name === '' ? written : { ...written, title: `${context.name}: ${written.title}` };
  const { conclusion, ...written } = named(writeDataCheck(data, context.manifest));
  const runs: CheckRun[] = [{ name: checkNames.data, ...about, conclusion, ...written }];
  const endpoint = writeEndpointCheck(outcome);
  if (endpoint) runs.push({ name: checkNames.endpoint, ...about, ...named(endpoint) });
  const { workspace } = context;
  const check = { outcome, report, token, baseline: compared.baseline, remarks, workspace, runUrl };
  runs.push({
    name: checkNames.pipeline,
    ...about,
    conclusion: outcome.conclusion,
    ...named(writePipelineCheck(check)),
  });
  return runs;
}

async function sendCheckRuns(
  context: Context,
  runs: readonly CheckRun[],
  api: Api | undefined,
): Promise<Omit<Sent, 'report'>> {
  let url: string | undefined;
  let refusal: string | undefined;
  const refuse = (name: string, words: string): void => {
    refusal ??= words;
    core.warning(`${name} was not reported: ${words}`);
  };
  if (!api) {
    core.warning('No check run was created: the input token is empty.');
    return { url, refusal: 'the input token is empty' };
  }
  for (const run of runs) {
    try {
      const made = await sendCheckRun(api, context.repository, { ...run, text: fit(run.text, limits.text) });
      core.info(`${run.name}: ${run.conclusion}, ${run.title} (check run ${made.id})`);
      if (run.name === checkNames.pipeline) url = made.url;
    } catch (error) {
      refuse(run.name, explainRefusal(error, context));
      // What refuses one refuses all, but for a body that GitHub does not like; the job's time is the student's.
      if (error instanceof ApiError && error.status !== 422) break;
    }
  }
  return { url, refusal };
}
