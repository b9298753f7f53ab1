// Starts rclone: arguments as a list, never through a shell, with a time limit and with little of our environment.
import { spawn } from 'node:child_process';
import { retryPolicy } from '../domain/jobs/retry-policy.ts';
import { RcloneError } from './rclone-error.ts';

export type RcloneSettings = {
  /** The program; `rclone` on the path when not given. */
  program?: string;
  /** Its configuration file; rclone's own default when not given. */
  config?: string;
  env?: Readonly<Record<string, string | undefined>>;
  timeoutMs?: number;
};

export type Ran = { code: number; stdout: string; stderr: string };

const hour = 3_600_000;
const longestOutput = 4 << 20;

/** Runs to the end. Throws `rclone_missing` and `timeout`; another exit code is for the caller to judge. */
export async function runRclone(args: readonly string[], settings: RcloneSettings): Promise<Ran> {
  const { program = 'rclone', config, env = {}, timeoutMs = hour } = settings;
  // Before the command's own arguments, which may end with `--` and what a teacher wrote.
  const all = [
    '--retries',
    String(retryPolicy.remote.attempts),
    ...(config === undefined ? [] : ['--config', config]),
    ...args,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(program, all, { env: pick(env), stdio: ['ignore', 'pipe', 'pipe'] });
    const out = { stdout: '', stderr: '' };
    // Nobody would end it: it has no limit of its own, and whoever takes the job next starts another.
    const endWithUs = (): void => void child.kill('SIGKILL');
    process.once('exit', endWithUs);
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      // What it started may hold its output open, and is not waited for.
      reject(new RcloneError('timeout', `rclone did not finish within ${timeoutMs / 1000} s`, true));
    }, timeoutMs);
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        if (out[stream].length < longestOutput) out[stream] += text;
      });
    }
    child.once('close', () => process.off('exit', endWithUs));
    child.on('error', (cause) => {
      clearTimeout(timer);
      reject(new RcloneError('rclone_missing', `${program} cannot be started; install rclone`, false, cause));
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, ...out });
    });
  });
}

/** What rclone needs to find its configuration, its way out and its own settings; nothing else of ours. */
function pick(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const wanted =
    /^(PATH|HOME|XDG_CONFIG_HOME|XDG_CACHE_HOME|TMPDIR|RCLONE_.*|AWS_.*|https?_proxy|no_proxy|HTTPS?_PROXY|NO_PROXY)$/;
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value !== undefined && wanted.test(name) ? [[name, value]] : [])),
  );
}

/** The last lines of what rclone said, without what it calls notices. */
export function reasonOf({ stderr, code }: Ran): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.includes('NOTICE'));
  return lines.slice(-3).join(' ').slice(0, 500) || `exit code ${code}`;
}
