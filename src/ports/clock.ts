// Time and the log, as everything outside the pure part is given them.

/** Course time. Real time in production; a rehearsal moves it by hand, and then `runs` is false. */
export type Clock = {
  now: () => Date;
  /** Tells when the time was moved by hand; returns how to stop listening. */
  onChange: (listener: () => void) => () => void;
  runs: boolean;
};

/** Structured logging, as pino does it. Secrets never go in. */
export type Log = Record<'debug' | 'info' | 'warn' | 'error', (facts: object, message: string) => void>;
