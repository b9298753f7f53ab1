// What a killed rehearsal leaves behind is ended and deleted by a process that outlives it: that one notices when its input ends.
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';

export type Guard = {
  /** Ends the process, and deletes what is its own on the disk. */
  end: (pid: number, signal: NodeJS.Signals, folder?: string) => void;
  /** It has ended: its number may be another's soon. */
  forget: (pid: number) => void;
  /** Deletes the folder after everything has ended. */
  remove: (folder: string) => void;
  /** Nothing is left to be done. */
  close: () => Promise<void>;
};

/** One line to the guard process. */
export type GuardLine =
  | { do: 'end'; pid: number; signal: NodeJS.Signals; folder?: string }
  | { do: 'forget'; pid: number }
  | { do: 'remove'; folder: string }
  | { do: 'nothing' };

export function startGuard(): Guard {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'guard-process.ts')], {
    // In a group of its own: Ctrl-C is for us.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // It may end before us, which is no harm.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  (child.stdin as unknown as Socket).unref();
  const tell = (line: GuardLine): void => void child.stdin.write(`${JSON.stringify(line)}\n`);
  return {
    end: (pid, signal, folder) => tell({ do: 'end', pid, signal, ...(folder === undefined ? {} : { folder }) }),
    forget: (pid) => tell({ do: 'forget', pid }),
    remove: (folder) => tell({ do: 'remove', folder }),
    close: () => {
      tell({ do: 'nothing' });
      return new Promise((resolve) => child.stdin.end(resolve));
    },
  };
}
