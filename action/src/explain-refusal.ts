// Why a check run could not be made, and what to do about it: each cause has its own advice.
import { ApiError } from './call-api.ts';
import type { Context } from './read-context.ts';

/** `permission` is what the job needs for this request. */
export function explainRefusal(
  error: unknown,
  context: Pick<Context, 'fromFork' | 'patience'>,
  permission = 'checks: write',
): string {
  const { message } = error as Error;
  if (!(error instanceof ApiError)) return message;
  return `${message}. ${adviceFor(error, context, permission)}`;
}

function adviceFor(
  error: ApiError,
  { fromFork, patience }: Pick<Context, 'fromFork' | 'patience'>,
  permission: string,
): string {
  const again = 'Nothing is wrong with this repository: run the job again later.';
  if (error.failure === 'limit')
    return `GitHub asks to wait (${error.after ?? 60} s), longer than this job waits (${patience} s in all). ${again}`;
  if (error.failure === 'away') {
    const who = error.status === 0 ? 'GitHub could not be reached' : 'GitHub had trouble of its own';
    return `${who} for as long as this job waits (${patience} s). ${again}`;
  }
  if (error.status === 401)
    return 'The token is not valid, or no longer: leave the input token out, and the token of the job is used.';
  if (error.status === 403 || error.status === 404) {
    if (fromFork) return 'A pull request from a fork may not write; its results are in the job summary.';
    if (/archived/i.test(error.message)) return 'The repository is archived, so nobody can write to it.';
    if (/IP allow list|SAML|SSO/i.test(error.message)) return 'The organisation keeps this runner out: tell its owner.';
    return `Give the job the permission ${permission}.`;
  }
  return 'The results are in the job summary.';
}
