// What each mode of the Action does, from the context to the last output.
import { setTimeout as sleep } from 'node:timers/promises';
import * as core from '@actions/core';
import { openApi } from './call-api.ts';
import { findOutcome } from './find-outcome.ts';
import { firstEntries, saveOutcome, outputLimit } from './save-outcome.ts';
import { lookAround, type Seen } from './look-around.ts';
import { openSummary } from './open-summary.ts';
import type { Outcome } from './outcome.ts';
import { compareWithBefore, nothingToCompare } from './read-baseline.ts';
import type { Context } from './read-context.ts';
import { type Ending, readEnding } from './read-ending.ts';
import { judgeOutcome, readStated } from './read-outcome.ts';
import { runUrlOf, type Sender, sendReport } from './send-report.ts';
import { sendComment } from './send-comment.ts';
import { inline } from './escape-text.ts';
import { type SummaryParts, writeSummary } from './write-summary.ts';
import { reactTo } from './react.ts';
import { setOutput } from './set-output.ts';
import { titleOf } from './write-pipeline-check.ts';

const version = '1';
const now = (): Date => new Date();

/** One job for everything: shorter, and worth less, because what reports is where student code ran. */
export async function runAll(context: Context): Promise<void> {
  const { outcome, graph } = await withSignal((signal) => findOutcome(context, signal, now));
  const seen = lookAround(context, outcome, graph, []);
  const write = openSummary(context.env['GITHUB_STEP_SUMMARY']);
  await publish(context, seen, { note: 'One job ran and reported: the result counts as *claimed*.', write });
  failIfAsked(context, outcome);
}

/** The first of two jobs: runs student code, may neither write nor sign. */
export async function runOnly(context: Context): Promise<void> {
  const { outcome } = await withSignal((signal) => findOutcome(context, signal, now));
  saveOutcome(context, outcome);
  setResults(outcome);
  // The job that reports has everything; twice would be once too often.
  openSummary(context.env['GITHUB_STEP_SUMMARY'])(
    `**${inline(titleOf(outcome))}**. The job that reports has the rest in its summary.\n`,
  );
  failIfAsked(context, outcome);
}

/** The second: runs no student code, hashes what it sees, signs and reports. */
export async function reportOnly(context: Context): Promise<void> {
  const { api } = senderOf(context);
  const write = openSummary(context.env['GITHUB_STEP_SUMMARY']);
  const { outcome: stated, arrived } = readStated(context);
  const early = lookAround(context, judgeOutcome(stated, undefined, now()), undefined, []);
  // Before anything is asked of GitHub: its answers may not come before this job is ended.
  write(writeSummary({ ...early, ...unsent(context), note: '' }));
  const ending = api && (await readEnding(api, context));
  const remarks = remarksOn(stated, arrived, ending);
  const seen = lookAround(context, judgeOutcome(stated, ending, now()), undefined, remarks);
  for (const remark of remarks) core.warning(remark);
  await publish(context, seen, { note: '', write });
}

/** Runs student code twice and reports nothing: the app hears in numbers how a release would go. */
export async function reactOnly(context: Context): Promise<void> {
  const { patience } = senderOf(context);
  await withSignal((signal) => reactTo(context, patience, signal, now));
}

/** Summary and outputs first, then whatever needs GitHub, then the summary again with what came of that. */
async function publish(context: Context, seen: Seen, { note, write }: Page): Promise<void> {
  setResults(seen.outcome);
  setOutput('report-url', runUrlOf(context));
  write(writeSummary({ ...seen, ...unsent(context), note }));
  const sender = senderOf(context);
  const compared = sender.api ? await compareWithBefore(sender.api, context, seen) : nothingToCompare;
  const { url, refusal } = await sendReport(context, seen, compared, sender).catch((error: Error) => {
    core.warning(`The report was not sent: ${error.message}`);
    return { url: undefined, refusal: error.message };
  });
  if (url !== undefined) setOutput('report-url', url);
  const page = writeSummary({ ...seen, ...compared, runUrl: runUrlOf(context), refusal, note });
  write(page);
  await sendComment(sender.api, context, page);
}

/** The summary of the step, and what stands at its top. */
type Page = { note: string; write: (text: string) => void };

function unsent(context: Context): Omit<SummaryParts, keyof Seen | 'note'> {
  return { ...nothingToCompare, runUrl: runUrlOf(context), refusal: undefined };
}

/** What people should know about the way from the first job to this one. */
function remarksOn(stated: Outcome | undefined, arrived: boolean, ending: Ending | undefined): string[] {
  const remarks: string[] = [];
  if (stated && !arrived)
    remarks.push(
      'The artifact with the logs and the model did not arrive, so the model is not verified. Its upload failed or was left out: often the storage of the organisation is full (500 MB on the free plan). The result of the pipeline is not affected.',
    );
  if (stated?.shortened && !arrived) remarks.push('Without the artifact, a part of the results is missing.');
  const later = (ending?.failedLater ?? []).map((name) => `"${name}"`);
  if (later.length > 0)
    remarks.push(`After the pipeline, ${later.join(', ')} failed. That does not count against the pipeline.`);
  if (stated && !ending) remarks.push('GitHub did not say how the first job ended: the result is what that job says.');
  return remarks;
}

function senderOf(context: Context): Sender {
  const patience = {
    until: Date.now() + context.patience * 1000,
    now: () => Date.now(),
    wait: async (ms: number): Promise<void> => void (await sleep(ms)),
  };
  const { apiUrl: url, token } = context;
  return { api: token === '' ? undefined : openApi({ url, token, version, patience }), patience };
}

/** A job that is cancelled gets SIGINT, then SIGTERM: tasks are ended as groups, and what is known is still reported. */
async function withSignal<T>(body: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const cancel = (): void => stop.abort();
  process.once('SIGINT', cancel);
  process.once('SIGTERM', cancel);
  try {
    return await body(stop.signal);
  } finally {
    process.off('SIGINT', cancel);
    process.off('SIGTERM', cancel);
  }
}

function setResults(outcome: Outcome): void {
  setOutput('ok', String(outcome.conclusion === 'success'));
  setOutput('conclusion', outcome.conclusion);
  setOutput('metrics', JSON.stringify(firstEntries(outcome.metrics, Infinity, outputLimit)));
}

function failIfAsked(context: Context, outcome: Outcome): void {
  for (const { level, file, line, column, message } of outcome.problems) {
    if (level === 'error') core.error(message, { file, startLine: line, startColumn: column });
  }
  for (const note of outcome.metricNotes) core.warning(`Metrics: ${note}`);
  if (outcome.conclusion !== 'failure' && outcome.conclusion !== 'cancelled') return;
  if (!context.fail) return;
  const why = outcome.broken ?? 'The pipeline failed; the check run practicum/pipeline says where.';
  core.setFailed(outcome.conclusion === 'cancelled' ? 'The run was cancelled.' : why);
}
