// The app as a process of its own, so that it can be killed: whoever kills it finds it started again.
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { compileCache } from '../compile-cache.ts';
import { Failure } from '../domain/text/failure.ts';

export type AppProcess = { pid: () => number | undefined; restarts: () => number; stop: () => Promise<void> };

const entry = join(import.meta.dirname, '../main.ts');
const restartAfterMs = 300;

/** Starts `practicum serve` and keeps it running until `stop`. Resolves when it answers. */
export async function startAppProcess(
  env: Record<string, string>,
  logFile: string,
  readyUrl: string,
): Promise<AppProcess> {
  const log = createWriteStream(logFile, { flags: 'a' });
  let child: ChildProcess | undefined;
  let stopping = false;
  let restarts = 0;
  let ended: Promise<void> = Promise.resolve();
  const start = (): void => {
    child = spawn(process.execPath, [entry, 'serve'], {
      // Not where somebody keeps the settings of a real course.
      cwd: dirname(logFile),
      env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: compileCache, ...env },
      // The channel tells the app when we are gone.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child.stdout!.pipe(log, { end: false });
    child.stderr!.pipe(log, { end: false });
    ended = new Promise((resolve) => {
      child!.once('exit', () => {
        resolve();
        if (stopping) return;
        restarts += 1;
        setTimeout(() => stopping || start(), restartAfterMs);
      });
    });
  };
  start();
  await untilReady(readyUrl, logFile);
  return {
    pid: () => child?.pid,
    restarts: () => restarts,
    async stop() {
      stopping = true;
      child?.kill('SIGTERM');
      await ended;
      log.end();
    },
  };
}

async function untilReady(url: string, logFile: string): Promise<void> {
  const end = performance.now() + 60_000;
  while (performance.now() < end) {
    const ready = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Failure('app-not-ready', `the app does not start; its log is ${logFile}`);
}
