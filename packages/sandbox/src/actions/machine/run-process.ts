// Starts one child process in its own group, hands over its output line by line, and ends the whole group when told to.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';

const startTimer = globalThis.setTimeout;

export type ProcessRequest = {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  onLine: (line: string) => void;
  signal: AbortSignal;
};

/** Time between asking a group to end and ending it. */
const GRACE_MS = 1000;
/** A background process may hold the pipes open; the step does not wait for it longer than this after the last line. */
const DRAIN_MS = 150;

const groups = new Set<number>();
// Should this process end without closing the sandbox, its jobs end with it.
process.once('exit', () => groups.forEach((pid) => killGroup(pid, 'SIGKILL')));

/** Resolves with the exit code; null when the process was ended by a signal. Throws when it cannot be started. */
export async function runProcess(request: ProcessRequest): Promise<number | null> {
  if (request.signal.aborted) return null;
  const child = spawn(request.command, request.args, {
    cwd: request.cwd,
    env: request.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  if (child.pid !== undefined) groups.add(child.pid);
  let lines = 0;
  const onLine = (line: string): void => {
    lines++;
    request.onLine(line);
  };
  const drained = Promise.all(
    [child.stdout, child.stderr].map(
      (stream) =>
        new Promise<void>((resolve) =>
          createInterface({ input: stream, crlfDelay: Infinity }).on('line', onLine).on('close', resolve),
        ),
    ),
  ).then(() => true);
  let killer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    killGroup(child.pid, 'SIGTERM');
    killer = startTimer(() => killGroup(child.pid, 'SIGKILL'), GRACE_MS);
  };
  request.signal.addEventListener('abort', stop, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    if (request.signal.aborted) killGroup(child.pid, 'SIGKILL');
    for (let seen = -1; seen !== lines;) {
      seen = lines;
      if (await Promise.race([drained, setTimeout(DRAIN_MS, false, { ref: false })])) break;
    }
    return code;
  } finally {
    if (child.pid !== undefined) groups.delete(child.pid);
    clearTimeout(killer);
    request.signal.removeEventListener('abort', stop);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // The group is already gone.
  }
}
