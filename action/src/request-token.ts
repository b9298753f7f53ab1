// Asks GitHub for an identity token whose audience is the digest of one report.
import * as core from '@actions/core';
import { audienceOf, type Report } from '../../src/domain/report/report.ts';
import { type Patience, persist } from './patience.ts';
import type { Context } from './read-context.ts';

/**
 * A token for this report, or undefined. Only a job that runs no student code asks: whoever may ask can have anything
 * signed, so in a job that ran the pipeline the token would prove nothing.
 */
export async function requestToken(context: Context, report: Report, patience: Patience): Promise<string | undefined> {
  if (context.mode !== 'report') return undefined;
  if (!context.env['ACTIONS_ID_TOKEN_REQUEST_URL']) {
    if (!context.fromFork) core.warning('The report is not signed: give this job the permission id-token: write.');
    return undefined;
  }
  try {
    return await persist(
      patience,
      () => core.getIDToken(audienceOf(report)),
      // The toolkit's words for an answer that no waiting changes name its status.
      (error) => (/Error Code\s*:\s*4\d\d/.test((error as Error).message) ? undefined : {}),
    );
  } catch (error) {
    core.warning(`The report is not signed: ${(error as Error).message}`);
    return undefined;
  }
}
