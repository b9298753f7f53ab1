// The retry policy: who tries again after a failure, how often, and after how long. Whose failure it is: `classify-failure.ts`.

/** Seconds before the first repetition, doubled by every further failure up to the longest. */
export type BackOff = { first: number; longest: number };

export const retryPolicy = {
  /** A job that failed by itself (`run-job.ts`). After so many attempts it is parked where a person sees it. */
  job: { first: 0.5, longest: 300, attempts: 8 },
  /** A job that waits for what is outside: GitHub, the disk, the clock. That is nobody's attempt, however long it lasts. */
  ports: { first: 0.5, longest: 300 },
  /**
   * What is away for everybody is on hold (`hold-store.ts`): one asks whether it is back, soon after a hiccup, then once a minute, so that
   * from the fifth minute on an outage costs an installation at most two calls a minute; the others look again by themselves.
   */
  hold: { first: 1, longest: 60, lookAgain: 600 },
  /** A read whose connection broke: at once, within the call (`ask.ts`). Whether a write was done is for its job to find out. */
  brokenRead: { attempts: 2 },
  /** A commit onto a branch that somebody else has moved meanwhile: at once, on the new head (`branch.ts`). */
  movedBranch: { attempts: 5 },
  /** A transaction that collided with another: at once (`pool.ts`). */
  transaction: { attempts: 20 },
  /** The database is away: the worker, and whoever listens for new jobs, ask again so often (`worker.ts`, `listen.ts`). */
  database: { worker: 1, listener: 0.5 },
  /** A remote that rclone speaks to: by rclone itself, before the attempt of the job counts as failed (`run-rclone.ts`). */
  remote: { attempts: 3 },
  /** A server that does not answer the Action: until the Action's time is up (`patience.ts`). */
  action: { first: 1, longest: 30 },
} as const;

/** Beyond that every pause is the longest; a power of two stays a number. */
export const mostDoublings = 20;

/** Seconds to wait after so many failures before the last one. */
export function pauseSeconds({ first, longest }: BackOff, failuresBefore: number): number {
  return Math.min(longest, first * 2 ** Math.min(failuresBefore, mostDoublings));
}
