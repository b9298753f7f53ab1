// Posts a report straight to the app, where its address is given. A failure to do so never fails the job.
import * as core from '@actions/core';
import { type Report, writeReportBlock } from '../../src/domain/report/report.ts';
import type { Context } from './read-context.ts';

const attempts = 3;

/** The same report twice counts once, so a lost answer may be asked for again. */
export async function postReport(
  context: Context,
  report: Report,
  token: string | undefined,
  wait: (ms: number) => Promise<void>,
): Promise<void> {
  if (token === undefined) return core.info('The report is not signed, so it is not posted to the app.');
  for (let attempt = 1; ; attempt++) {
    const { passing, words } = await post(context.appUrl, writeReportBlock(report, token));
    if (words === undefined) return core.info('The app has the report.');
    if (!passing || attempt >= attempts) return core.warning(`The app did not take the report: ${words}`);
    await wait(500 * 4 ** attempt);
  }
}

/** Without `words` it was taken; `passing`: it may be a moment later. */
async function post(appUrl: string, body: string): Promise<{ passing: boolean; words?: string }> {
  try {
    const response = await fetch(`${appUrl}/api/report`, {
      method: 'POST',
      headers: { 'content-type': 'text/markdown; charset=utf-8' },
      body,
      signal: AbortSignal.timeout(20_000),
    });
    const text = (await response.text()).slice(0, 300);
    if (response.ok) return { passing: false };
    return { passing: response.status >= 500 || response.status === 429, words: `${response.status} ${text}` };
  } catch (error) {
    return { passing: true, words: (error as Error).message };
  }
}
