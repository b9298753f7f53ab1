// Starts a model service on a free port of this machine, waits until it is ready, and ends it with all it started.
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { askHttp } from './ask-http.ts';
import { endGroup, startShell } from './run-command.ts';
import { openWatchdog } from './watchdog.ts';

export type Service = { url: string; readyMs: number; stop: () => Promise<void> };
export type Refused = { code: 'not-started' | 'not-ready' | 'ended'; message: string; stop: () => Promise<void> };

export type ServiceOptions = {
  command: string;
  folder: string;
  env: Record<string, string | undefined>;
  health: string;
  startSeconds: number;
  log: string;
  signal: AbortSignal;
};

/** A running service, or why there is none. `stop` must be called either way; it may be called twice. */
export async function startService(options: ServiceOptions): Promise<Service | Refused> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = openSync(options.log, 'w');
  const started = performance.now();
  const watchdog = openWatchdog();
  watchdog.prepare();
  const child = startShell(options.command, options.folder, { ...options.env, PORT: String(port), HOST: '127.0.0.1' }, [
    'ignore',
    log,
    log,
  ]);
  closeSync(log);
  if (child.pid !== undefined) watchdog.adopt(child.pid);
  let over: { code: 'not-started' | 'ended'; message: string } | undefined;
  child.once(
    'error',
    (error) => (over ??= { code: 'not-started', message: `the service could not be started: ${error.message}` }),
  );
  child.once(
    'exit',
    (exit, signal) =>
      (over ??= { code: 'ended', message: `the service ended by itself (${signal ?? `exit code ${exit}`})` }),
  );
  const stop = async (): Promise<void> => {
    await stopGroup(child);
    if (child.pid !== undefined) watchdog.release(child.pid);
    watchdog.close();
  };
  const until = started + options.startSeconds * 1000;
  let last = 'no answer';
  while (performance.now() < until && !over && !options.signal.aborted) {
    const answer = await askHealth(`${url}${options.health}`);
    if (answer === true) return { url, readyMs: Math.round(performance.now() - started), stop };
    last = answer;
    await sleep(Math.min(100, 10 + (performance.now() - started) / 5));
  }
  return {
    ...(over ?? {
      code: 'not-ready' as const,
      message: `not ready after ${options.startSeconds} s: ${options.health} gives ${last}`,
    }),
    stop,
  };
}

async function askHealth(url: string): Promise<true | string> {
  try {
    const { ok, status } = await askHttp(url, { waitMs: 2_000 });
    return ok ? true : String(status);
  } catch {
    return 'no answer';
  }
}

async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    endGroup(child, 'SIGTERM');
    // Without a reference: a timer left over must not keep the job waiting.
    await Promise.race([ended, sleep(3_000, undefined, { ref: false })]);
  }
  // Workers of the service may have outlived it.
  endGroup(child, 'SIGKILL');
}
