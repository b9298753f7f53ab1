// Asks GitHub for an identity token whose audience is the digest of one report.
import * as core from '@actions/core';
import { audienceOf, type Report } from '../../src/domain/report/report.ts';
import type { Context } from './read-context.ts';

/**
 * A token for this report, or undefined. Only a job that runs no student code asks: whoever may ask can have anything
 * signed, so in a job that ran the pipeline the token would prove nothing.
 */
export async function requestToken(context: Context, report: Report): Promise<string | undefined> {
  if (context.mode !== 'report') return undefined;
  if (!context.env['ACTIONS_ID_TOKEN_REQUEST_URL']) {
    if (!context.fromFork) core.warning('The report is not signed: give this job the permission id-token: write.');
    return undefined;
  }
  try {
    return await core.getIDToken(audienceOf(report));
  } catch (error) {
    core.warning(`The report is not signed: ${(error as Error).message}`);
    return undefined;
  }
}
