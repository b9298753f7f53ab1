// Real git in a folder: with these variables, all of them our own, and none of the machine's; and never for ever.
import { GitError, simpleGit, type SimpleGit } from 'simple-git';
import { classifyFailure } from '../../domain/jobs/classify-failure.ts';

/** A git that says nothing for so long hangs. It is asked to be quiet, so this is all the time that it has. */
const longestMs = 600_000;
/** A server that sends less than this, in bytes a second and for so many seconds, is away. */
const slowest = { GIT_HTTP_LOW_SPEED_LIMIT: '100', GIT_HTTP_LOW_SPEED_TIME: '30' };

export function gitIn(directory: string, variables: Record<string, string> = {}, abort?: AbortSignal): SimpleGit {
  const all = { ...slowest, ...variables };
  const settings = {
    allowEnvironment: Object.keys(all),
    unsafe: { allowUnsafeConfigEnvCount: true, allowUnsafeConfigPaths: true },
    timeout: { block: longestMs },
    errors: named,
    ...(abort ? { abort } : {}),
  };
  return simpleGit(directory, settings).env({ PATH: process.env['PATH'], ...all });
}

/** What is no fault of the work gets its name from git's words, of which the last often are the ones that matter. */
function named(error: Buffer | Error | undefined): Buffer | Error | undefined {
  if (error === undefined) return undefined;
  const words = Buffer.isBuffer(error) ? error.toString('utf8') : error.message;
  const code = environmentCode(new Error(words));
  return code === undefined ? error : Object.assign(new GitError(undefined, words), { code });
}

/** The code of a failure of this machine's disk or of the way to GitHub, if that is what it was. */
export function environmentCode(error: unknown): 'disk-full' | 'github-unreachable' | undefined {
  const kind = classifyFailure(error);
  if (kind === 'disk') return 'disk-full';
  const words = error instanceof Error ? error.message : '';
  return kind === 'github' || /operation too slow|block timeout reached/i.test(words)
    ? 'github-unreachable'
    : undefined;
}

/** The token travels in the environment, not in a URL or an argument that other processes could read. */
export function credentials(url: string, token: string): Record<string, string> {
  return {
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${url}.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`,
  };
}
