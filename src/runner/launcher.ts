// A shell that starts commands for the runner: each runs in a copy of it. To start a shell anew costs three times as much,
// and a process of 150 MB, such as the runner, needs many times as long to start anything. It ends what it started when the runner dies.
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { findShell } from './find-shell.ts';

export type LaunchRequest = {
  command: string;
  folder: string;
  /** What differs from the environment that the helper was opened with. */
  env: Record<string, string | undefined>;
  log: string;
};
export type LaunchEnd = { exit: number | null; signal: string | null; error?: Error };
export type Launched = { end: Promise<LaunchEnd>; kill: (signal: 'SIGTERM' | 'SIGKILL') => void };
export type Launcher = {
  /** Whether a command does the same in a copy of this shell as in one of its own. */
  suits: (request: LaunchRequest) => boolean;
  launch: (request: LaunchRequest) => Launched;
  close: () => void;
};

/** Letters of a request's length. */
const headLength = 8;

/**
 * Reads number, log, folder with variables, and command as assignments, behind their length: up to a mark, bash would read
 * byte by byte, which is all that old ones can. Every command has a process group, whose first process says how the command
 * ended, and then ends all that the command left running, itself last. `:` in place of an ignored signal, because that is
 * undone in the copy that runs the command. A log may be gone, as after `git clean` in another task. `jobs` makes the shell
 * forget what has ended.
 */
const source = `
set -m;
practicum_by=(-N);
((BASH_VERSINFO[0] > 4)) || practicum_by=(-d '' -n);
while IFS= read -r "\${practicum_by[@]}" ${headLength} practicum_request &&
  IFS= read -r "\${practicum_by[@]}" "$((practicum_request))" practicum_request; do
  eval "$practicum_request";
  [ -w "$practicum_log" ] || practicum_log=/dev/null;
  (
    set +m;
    trap : HUP INT QUIT ABRT ALRM PIPE TERM USR1 USR2;
    (
      exec 3>&- 2>&1;
      eval "$practicum_start";
      unset practicum_id practicum_log practicum_start practicum_request practicum_by OLDPWD;
      export OLDPWD;
      set -eo pipefail;
      eval "$practicum_command"
    ) >>"$practicum_log";
    echo "$practicum_id $?" >&3;
    kill -KILL 0
  ) </dev/null >/dev/null 2>&1 &
  echo "$practicum_id + $!" >&3;
  jobs >/dev/null;
done;
for practicum_group in $(jobs -pr); do kill -KILL -- "-$practicum_group"; done
`
  // On one line, so that what a shell says of a command has the command's own line.
  .replaceAll('\n', ' ');

/** What says something else in a copy: numbers of processes and jobs, the time since the start, and scripts that may ask for them. */
const ownShell = /\$\{?[$!0]|\s%[\d%+-]|PPID|BASH|SECONDS|SHLVL|(?:^|[;&|(\n])\s*(?:\.|source)\s/;

/** How often groups are looked for that ended without a word. */
const lookMs = 1_000;

type Running = { resolve: (end: LaunchEnd) => void; group?: number; killed?: 'SIGTERM' | 'SIGKILL'; isGone?: boolean };

/** A helper with an environment from which those of its commands differ little; undefined where there is no bash. */
export function openLauncher(base: Record<string, string | undefined>): Launcher | undefined {
  const { file } = findShell(base['PATH']);
  return process.platform === 'win32' || !file.endsWith('bash') ? undefined : new Helper(file, base);
}

class Helper implements Launcher {
  private readonly running = new Map<number, Running>();
  private readonly file: string;
  private readonly env: Record<string, string | undefined>;
  private requests: Writable | undefined;
  private looking: NodeJS.Timeout | undefined;
  private last = 0;
  private isOpen = true;
  private rest = '';

  constructor(file: string, env: Record<string, string | undefined>) {
    this.file = file;
    this.env = env;
  }

  /** With the first command: a run that keeps everything needs no shell. */
  private open(): Writable {
    const { file, env } = this;
    // A session of its own: what a terminal sends to the runner's must not end it first.
    const child = spawn(file, ['--noprofile', '--norc', '-c', source, file], {
      env,
      stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
      detached: true,
    });
    child.stdin!.on('error', () => undefined);
    child.on('error', (error) => this.giveUp(error));
    child.on('exit', () => this.giveUp(new Error('the process that starts commands has ended')));
    const answers = child.stdio[3] as Readable;
    answers.setEncoding('utf8').on('data', (text: string) => this.hear(text));
    this.looking = setInterval(() => this.look(), lookMs);
    this.looking.unref();
    return child.stdin!;
  }

  suits({ command, env, folder }: LaunchRequest): boolean {
    const names = Object.keys(env);
    return (
      this.isOpen &&
      !ownShell.test(command) &&
      ![command, folder, ...Object.values(env)].some((text) => text?.includes('\0')) &&
      names.every(
        (name) => /^[A-Za-z_]\w*$/.test(name) && !/^(?:BASH|IFS$|PATH$|SHELLOPTS$|HOME$|LC_|LANG)/.test(name),
      ) &&
      (statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false)
    );
  }

  launch({ command, folder, env, log }: LaunchRequest): Launched {
    const id = ++this.last;
    const variables = Object.entries(env).map(([name, value]) =>
      value === undefined ? `unset ${name}` : `export ${name}=${quote(value)}`,
    );
    const start = [`cd -- ${quote(folder)}`, ...variables].join('\n');
    const end = new Promise<LaunchEnd>((resolve) => this.running.set(id, { resolve }));
    this.requests ??= this.open();
    const request = [`practicum_id=${id}`, `practicum_log=${quote(log)}`, `practicum_start=${quote(start)}`];
    const text = [...request, `practicum_command=${quote(command)}`].join(' ');
    this.requests.write(String(text.length).padStart(headLength) + text);
    return { end, kill: (signal) => this.kill(id, signal) };
  }

  /** The end of its input makes it end, and all that still runs. */
  close(): void {
    clearInterval(this.looking);
    this.requests?.end();
  }

  private hear(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop()!;
    for (const line of lines) {
      const [id, status, group] = line.split(' ');
      const running = this.running.get(Number(id));
      if (!running) continue;
      if (status !== '+') this.settle(Number(id), endOf(Number(status)));
      else {
        running.group = Number(group);
        if (running.killed) this.kill(Number(id), running.killed);
      }
    }
  }

  private kill(id: number, signal: 'SIGTERM' | 'SIGKILL'): void {
    const running = this.running.get(id);
    if (!running) return;
    running.killed = signal;
    if (running.group === undefined) return;
    send(running.group, signal);
    // Nobody is left in the group who could say so.
    if (signal === 'SIGKILL') this.settle(id, { exit: null, signal });
  }

  /** A command can kill the whole of its own group; then nobody tells. What was told is heard by the second look. */
  private look(): void {
    for (const [id, running] of this.running) {
      if (running.group === undefined || send(running.group, 0)) continue;
      if (running.isGone) this.settle(id, { exit: null, signal: 'SIGKILL' });
      running.isGone = true;
    }
  }

  private settle(id: number, end: LaunchEnd): void {
    this.running.get(id)?.resolve(end);
    this.running.delete(id);
  }

  private giveUp(error: Error): void {
    this.isOpen = false;
    for (const id of this.running.keys()) this.settle(id, { exit: null, signal: null, error });
  }
}

/** False when there is no such group. */
function send(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}

/** A shell says 128 and the number of a signal for what a signal ended. */
function endOf(status: number): LaunchEnd {
  const fatal = ['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGKILL', 'SIGSEGV', 'SIGTERM'] as const;
  const signal = fatal.find((name) => constants.signals[name] === status - 128);
  return signal === undefined ? { exit: status, signal: null } : { exit: null, signal };
}

/** In ASCII alone, so that letters and bytes are one count in every locale. */
function quote(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  const bytes = Array.from(Buffer.from(text), (byte) =>
    byte > 126 || byte === 39 || byte === 92 ? `\\${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte),
  );
  return `$'${bytes.join('')}'`;
}
