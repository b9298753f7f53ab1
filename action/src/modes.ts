// What each mode of the Action does, from the context to the last output.
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as core from '@actions/core';
import { openApi } from './call-api.ts';
import { findOutcome, loadFor } from './find-outcome.ts';
import { handOn } from './hand-on.ts';
import type { Outcome } from './outcome.ts';
import type { Context } from './read-context.ts';
import { readOutcome } from './read-outcome.ts';
import { type Sender, sendReport } from './send-report.ts';
import { writeSummary } from './write-summary.ts';

const version = '1';
const now = (): Date => new Date();

/** One job for everything: shorter, and worth less, because what reports is where student code ran. */
export async function runAll(context: Context): Promise<void> {
  const outcome = await withSignal((signal) => findOutcome(context, signal, now));
  const { baseline } = await sendReport(context, outcome, senderOf(context));
  conclude(context, outcome, baseline, 'One job ran and reported: the result counts as *claimed*.');
  failIfAsked(context, outcome);
}

/** The first of two jobs: runs student code, may neither write nor sign. */
export async function runOnly(context: Context): Promise<void> {
  const outcome = await withSignal((signal) => findOutcome(context, signal, now));
  handOn(context, outcome);
  conclude(context, outcome, undefined, '');
  failIfAsked(context, outcome);
}

/** The second: runs no student code, hashes what it sees, signs and reports. */
export async function reportOnly(context: Context): Promise<void> {
  const sender = senderOf(context);
  const outcome = await readOutcome(context, sender.api, now());
  const { baseline } = await sendReport(context, outcome, sender);
  conclude(context, outcome, baseline, '');
}

function senderOf(context: Context): Sender {
  const wait = async (ms: number): Promise<void> => void (await sleep(ms));
  const api = context.token === '' ? undefined : openApi({ url: context.apiUrl, token: context.token, version, wait });
  return { api, wait, now };
}

/** A job that is cancelled gets SIGINT, then SIGTERM: tasks are ended as groups, and what is known is still reported. */
async function withSignal(body: (signal: AbortSignal) => Promise<Outcome>): Promise<Outcome> {
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

function conclude(
  context: Context,
  outcome: Outcome,
  baseline: Record<string, number> | undefined,
  note: string,
): void {
  core.setOutput('ok', String(outcome.conclusion === 'success'));
  core.setOutput('conclusion', outcome.conclusion);
  core.setOutput('metrics', JSON.stringify(outcome.metrics));
  const path = context.env['GITHUB_STEP_SUMMARY'];
  if (!path) return;
  try {
    appendFileSync(path, writeSummary(outcome, loadFor(context)?.graph, baseline, note));
  } catch (error) {
    core.warning(`No job summary: ${(error as Error).message}`);
  }
}

function failIfAsked(context: Context, outcome: Outcome): void {
  for (const { level, file, line, column, message } of outcome.problems) {
    if (level === 'error') core.error(message, { file, startLine: line, startColumn: column });
  }
  if (outcome.conclusion !== 'failure' && outcome.conclusion !== 'cancelled') return;
  if (context.fail)
    core.setFailed(
      outcome.conclusion === 'cancelled'
        ? 'The run was cancelled.'
        : 'The pipeline failed; the check run practicum/pipeline says where.',
    );
}
