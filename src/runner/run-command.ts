// Runs one shell command in a process group of its own, so that ending it ends everything it started.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { findShell } from './find-shell.ts';
import type { Launched, LaunchEnd, Launcher } from './launcher.ts';
import type { Watchdog } from './watchdog.ts';

export type CommandOptions = {
  folder: string;
  env: Environment;
  /** Variables beyond `env`; theirs win. */
  more: Environment;
  /** File that what the command prints is appended to. */
  log: string;
  /** File that receives standard output alone; otherwise it goes to `log`. */
  out?: string;
  stdin?: string;
  timeoutMs?: number;
  signal?: AbortSignal;
  /** How long a group may take to end before it is killed. */
  graceMs?: number;
  /** Starts the command in place of this process; it was opened with `env`. */
  launcher?: Launcher;
  watchdog?: Watchdog;
};

export type Environment = Readonly<Record<string, string | undefined>>;

export type CommandEnd = {
  /** Null when a signal ended it or it never started. */
  exit: number | null;
  signal: string | null;
  reason: 'ended' | 'timed out' | 'cancelled' | 'not started';
  error?: Error;
};

const windows = process.platform === 'win32';

/** Starts a command by the system's shell; the caller ends it with `endGroup`. A failing line ends a script, as in Actions. */
export function startShell(
  command: string,
  folder: string,
  env: Record<string, string | undefined>,
  stdio: (number | 'ignore' | 'pipe')[],
): ChildProcess {
  const settings = { cwd: folder, env, stdio, windowsHide: true };
  if (windows) return spawn(command, { ...settings, shell: true });
  const { file, args } = findShell(env['PATH']);
  return spawn(file, [...args, command], { ...settings, detached: true });
}

/** Sends a signal to a process and all its descendants that stayed in its group. */
export function endGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  if (windows) {
    execFile('taskkill', ['/pid', String(child.pid), '/T', '/F'], () => undefined);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended already.
  }
}

/** Runs a command to its end, or to the end that a timeout or a cancellation puts to it. Never rejects. */
export async function runCommand(command: string, options: CommandOptions): Promise<CommandEnd> {
  const { launcher, folder, more, log, signal } = options;
  const request = { command, folder, env: more, log };
  const isSimple = options.out === undefined && options.stdin === undefined;
  const running = isSimple && launcher?.suits(request) ? launcher.launch(request) : launchHere(command, options);
  let reason: CommandEnd['reason'] = 'ended';
  let kill: NodeJS.Timeout | undefined;
  const end = (why: 'timed out' | 'cancelled'): void => {
    if (reason !== 'ended') return;
    reason = why;
    running.kill('SIGTERM');
    kill = setTimeout(() => running.kill('SIGKILL'), options.graceMs ?? 5_000);
  };
  const cancel = (): void => end('cancelled');
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => end('timed out'), options.timeoutMs);
  if (signal?.aborted) cancel();
  else signal?.addEventListener('abort', cancel, { once: true });
  const result = await running.end;
  clearTimeout(timer);
  clearTimeout(kill);
  signal?.removeEventListener('abort', cancel);
  return result.error ? { ...result, reason: 'not started' } : { ...result, reason };
}

function launchHere(command: string, options: CommandOptions): Launched {
  const log = openSync(options.log, 'a');
  const out = options.out === undefined ? log : openSync(options.out, 'w');
  const stdin = options.stdin === undefined ? 'ignore' : 'pipe';
  const { watchdog } = options;
  watchdog?.prepare();
  const child = startShell(command, options.folder, { ...options.env, ...options.more }, [stdin, out, log]);
  closeSync(log);
  if (out !== log) closeSync(out);
  if (child.pid !== undefined) watchdog?.adopt(child.pid);
  // A command need not read what it is given.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.stdin);
  const end = new Promise<LaunchEnd>((resolve) => {
    child.once('error', (error) => resolve({ exit: null, signal: null, error }));
    child.once('exit', (exit, signal) => {
      // What the command left running in the background must not outlive its task.
      endGroup(child, 'SIGKILL');
      if (child.pid !== undefined) watchdog?.release(child.pid);
      resolve({ exit, signal });
    });
  });
  return { end, kill: (signal) => endGroup(child, signal) };
}
