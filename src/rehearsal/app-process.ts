// The app as a process of its own, so that it can be killed: whoever kills it finds it started again.
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { compileCache } from '../compile-cache.ts';
import { Failure } from '../domain/text/failure.ts';

export type AppProcess = { pid: () => number | undefined; restarts: () => number; stop: () => Promise<void> };

const entry = join(import.meta.dirname, '../main.ts');
const restartAfterMs = 300;
const readyWithinMs = 60_000;
/** Of what the app printed, the end. */
const mostPrinted = 2000;

/**
 * Starts `practicum serve` and, once it has answered, keeps it running until `stop`. Fails with `app-not-ready`, and with what it
 * printed last, where it ends or does not answer before.
 */
export async function startAppProcess(
  env: Record<string, string>,
  logFile: string,
  readyUrl: string,
): Promise<AppProcess> {
  const log = createWriteStream(logFile, { flags: 'a' });
  let printed = '';
  let child: ChildProcess | undefined;
  let state: 'starting' | 'ready' | 'stopping' = 'starting';
  let restarts = 0;
  let ended: Promise<void> = Promise.resolve();
  const start = (): void => {
    child = spawn(process.execPath, [entry, 'serve'], {
      // Not where somebody keeps the settings of a real course.
      cwd: dirname(logFile),
      env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: compileCache, ...env },
      // In a group of its own: Ctrl-C is for us. The channel tells the app when we are gone.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child.stdout!.pipe(log, { end: false });
    child.stderr!.pipe(log, { end: false });
    child.stderr!.on('data', (bytes: Buffer) => (printed = `${printed}${bytes.toString()}`.slice(-mostPrinted)));
    ended = new Promise((resolve) => {
      child!.once('close', () => {
        resolve();
        if (state !== 'ready') return;
        restarts += 1;
        setTimeout(() => state === 'ready' && start(), restartAfterMs);
      });
    });
  };
  const stop = async (): Promise<void> => {
    state = 'stopping';
    child?.kill('SIGTERM');
    await ended;
    log.end();
  };
  start();
  const over = ended.then(() => 'it has ended');
  const fault = await Promise.race([over, untilReady(readyUrl)]);
  if (fault !== undefined) {
    await stop();
    throw new Failure('app-not-ready', `the app does not start: ${[fault, printed.trim()].filter(Boolean).join('; ')}`);
  }
  state = 'ready';
  return { pid: () => child?.pid, restarts: () => restarts, stop };
}

/** Undefined when it answers. */
async function untilReady(url: string): Promise<string | undefined> {
  const end = performance.now() + readyWithinMs;
  while (performance.now() < end) {
    const ready = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return `no answer within ${readyWithinMs / 1000} s`;
}
