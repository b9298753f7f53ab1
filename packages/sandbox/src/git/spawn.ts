// Runs the system's git, cut off from the machine's and the user's settings.
import { spawn } from 'node:child_process';

const settings: readonly (readonly [string, string])[] = [
  ['safe.directory', '*'],
  ['http.receivepack', 'true'],
  ['receive.hideRefs', 'refs/pull'],
  ['receive.autogc', 'false'],
  ['gc.auto', '0'],
  ['uploadpack.allowFilter', 'true'],
  ['uploadpack.allowAnySHA1InWant', 'true'],
  ['core.hooksPath', '/dev/null'],
  ['user.name', 'GitHub'],
  ['user.email', 'noreply@github.com'],
  ['init.defaultBranch', 'main'],
];

/** The environment of every git that the sandbox starts. */
export function gitEnvironment(
  more: Record<string, string> = {},
  config: readonly (readonly [string, string])[] = [],
): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: String(settings.length + config.length),
  };
  for (const [at, [key, value]] of [...settings, ...config].entries()) {
    environment[`GIT_CONFIG_KEY_${at}`] = key;
    environment[`GIT_CONFIG_VALUE_${at}`] = value;
  }
  return { ...environment, ...more };
}

export type GitResult = { code: number; stdout: Buffer; stderr: string };

/** Runs `git ARGS` in a bare repository and resolves with what it printed, whatever its exit code. */
export function git(
  directory: string,
  args: readonly string[],
  options: { input?: Buffer | string; env?: Record<string, string> } = {},
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['--git-dir', directory, ...args], { env: gitEnvironment(options.env) });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.stdin.on('error', () => {});
    child.on('close', (code) => {
      resolve({ code: code ?? 128, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() });
    });
    child.stdin.end(options.input ?? '');
  });
}

/** Runs git and throws unless it succeeds. */
export async function gitOutput(
  directory: string,
  args: readonly string[],
  options: { input?: Buffer | string; env?: Record<string, string> } = {},
): Promise<string> {
  const result = await git(directory, args, options);
  if (result.code !== 0) {
    throw Object.assign(new Error(`git ${args[0]} failed: ${result.stderr.trim()}`), { code: 'git_failed' });
  }
  return result.stdout.toString();
}
