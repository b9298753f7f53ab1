// What a command of the command line is given and must return.
import type { Command } from 'commander';

/** The outside world of a command. Results go to `out`, errors to `err`, progress to `err` only when `progress` is true. */
export type Io = {
  out: (text: string) => void;
  err: (text: string) => void;
  env: Record<string, string | undefined>;
  /** `env` without what the file `.env` added; absent where there is none. A rehearsal takes nothing of a real course's settings. */
  exported?: Record<string, string | undefined>;
  cwd: string;
  /** The account that runs the command, by the operating system's word; absent where it has no name. */
  account?: string;
  now: () => Date;
  /** Digest of the program, where it is a single file: what it read may be kept under that. */
  program?: string;
  /** True on a terminal: only then is progress shown. */
  progress: boolean;
  /** Sets the exit code: 0 done, 1 problems found, 2 wrong use. */
  exit: (code: 0 | 1 | 2) => void;
};

/** Adds one command (with its options and help) to the program. */
export type Register = (program: Command, io: Io) => void;
