// Real git in a folder: with these variables, all of them our own, and none of the machine's.
import { simpleGit, type SimpleGit } from 'simple-git';

export function gitIn(directory: string, variables: Record<string, string> = {}): SimpleGit {
  const allowed = {
    allowEnvironment: Object.keys(variables),
    unsafe: { allowUnsafeConfigEnvCount: true, allowUnsafeConfigPaths: true },
  };
  return simpleGit(directory, allowed).env({ PATH: process.env['PATH'], ...variables });
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
