// A small process that starts commands for a large one. Starting a process copies the starter's page tables, so a runner
// of 150 MB needs many times as long for it as one that has loaded nothing. It also ends what it started when the runner dies.
import { type ChildProcess, spawn } from 'node:child_process';
import { findShell } from './find-shell.ts';

export type LaunchRequest = {
  command: string;
  folder: string;
  /** What differs from the environment that the helper was opened with. */
  env: Record<string, string | undefined>;
  log: string;
  /** Whether the log goes on, as that of a second attempt does. */
  append: boolean;
};
export type LaunchEnd = { exit: number | null; signal: string | null; error?: Error };
export type Launched = { end: Promise<LaunchEnd>; kill: (signal: 'SIGTERM' | 'SIGKILL') => void };
/** `ready` as soon as it has started: until then a command starts sooner without it. */
export type Launcher = {
  ready: () => boolean;
  launch: (request: LaunchRequest) => Launched;
  close: () => void;
};

type Answer = { id: number; exit: number | null; signal: string | null; error?: string };

/** Plain JavaScript, because it is handed to `node -e`: it may use nothing but what is inside. */
const source = `
const { spawn } = require('node:child_process');
const { closeSync, constants, openSync } = require('node:fs');
const base = { ...process.env };
const shell = JSON.parse(process.argv[1]);
const running = new Map();
const endGroup = (child, signal) => { try { process.kill(-child.pid, signal); } catch {} };
const tell = (answer) => { if (process.connected) process.send(answer); };
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
tell({ id: 0, exit: null, signal: null });
process.on('disconnect', () => { for (const child of running.values()) endGroup(child, 'SIGKILL'); process.exit(); });
process.on('message', ({ id, kill, command, folder, env, log, append }) => {
  if (kill) { if (running.has(id)) endGroup(running.get(id), kill); return; }
  let file;
  try {
    file = openSync(log, append ? 'a' : constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_APPEND);
    const child = spawn(shell.file, [...shell.args, command], { cwd: folder, env: { ...base, ...env }, stdio: ['ignore', file, file], detached: true });
    running.set(id, child);
    child.once('error', (error) => { running.delete(id); tell({ id, exit: null, signal: null, error: error.message }); });
    child.once('exit', (exit, signal) => { running.delete(id); endGroup(child, 'SIGKILL'); tell({ id, exit, signal }); });
  } catch (error) {
    tell({ id, exit: null, signal: null, error: error.message });
  } finally {
    if (file !== undefined) closeSync(file);
  }
});
`;

/** Starts the helper with an environment from which those of its commands differ little. */
export function openLauncher(base: Record<string, string | undefined>): Launcher {
  const child = spawn(process.execPath, ['-e', source, JSON.stringify(findShell(base['PATH']))], {
    env: base,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const waiting = new Map<number, (end: LaunchEnd) => void>();
  let last = 0;
  let ready = false;
  const giveUp = (error: Error): void => {
    for (const resolve of waiting.values()) resolve({ exit: null, signal: null, error });
    waiting.clear();
  };
  child.on('message', ({ id, exit, signal, error }: Answer) => {
    // Its first word, before any command.
    if (id === 0) ready = true;
    waiting.get(id)?.({ exit, signal, ...(error === undefined ? {} : { error: new Error(error) }) });
    waiting.delete(id);
  });
  child.on('error', giveUp);
  child.on('exit', () => giveUp(new Error('the process that starts commands has ended')));
  return {
    ready: () => ready && child.connected,
    launch: (request) => {
      const id = ++last;
      const end = new Promise<LaunchEnd>((resolve) => waiting.set(id, resolve));
      send(child, { ...request, id }, giveUp);
      return { end, kill: (signal) => send(child, { id, kill: signal }, giveUp) };
    },
    close: () => {
      if (child.connected) child.disconnect();
    },
  };
}

function send(child: ChildProcess, message: object, giveUp: (error: Error) => void): void {
  if (!child.connected) return giveUp(new Error('the process that starts commands has ended'));
  child.send(message, (error) => error && giveUp(error));
}
