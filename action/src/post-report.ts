// Posts a report straight to the app, where its address is given. A failure to do so never fails the job.
import * as core from '@actions/core';
import { type Report, writeReportBlock } from '../../src/domain/report/report.ts';
import { askHttp, type HttpAnswer } from '../../src/runner/ask-http.ts';
import { reasonOf } from './call-api.ts';
import { askedToWait, type Patience, persist } from './patience.ts';
import type { Context } from './read-context.ts';

class NotTaken extends Error {
  readonly code = 'app-not-taken';
  /** Seconds to wait; undefined when asking again is of no use. */
  readonly again: { after?: number | undefined } | undefined;
  constructor(message: string, again: { after?: number | undefined } | undefined, cause?: unknown) {
    super(message, { cause });
    this.again = again;
  }
}

/** The same report twice counts once, so a lost answer may be asked for again. True when the app has it. */
export async function postReport(
  context: Context,
  report: Report,
  token: string | undefined,
  patience: Patience,
): Promise<boolean> {
  if (token === undefined) {
    core.info('The report is not signed, so it is not posted to the app.');
    return false;
  }
  const body = writeReportBlock(report, token);
  try {
    await persist(
      patience,
      () => post(context.appUrl, body, patience.now()),
      (error) => (error instanceof NotTaken ? error.again : undefined),
    );
    core.info('The app has the report.');
    return true;
  } catch (error) {
    core.warning(`The app did not take the report: ${(error as Error).message}`);
    return false;
  }
}

async function post(appUrl: string, body: string, now: number): Promise<void> {
  let answer: HttpAnswer;
  try {
    answer = await askHttp(`${appUrl}/api/report`, {
      method: 'POST',
      headers: { 'content-type': 'text/markdown; charset=utf-8' },
      body,
      waitMs: 20_000,
    });
  } catch (cause) {
    throw new NotTaken(reasonOf(cause), {}, cause);
  }
  const { ok, status, headers, text } = answer;
  if (ok) return;
  const passing = status >= 500 || status === 429 || status === 408;
  throw new NotTaken(`${status} ${text.slice(0, 300)}`, passing ? { after: askedToWait(headers, now) } : undefined);
}
