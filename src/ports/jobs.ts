// The queue of jobs.

/**
 * `prompt`, the default: somebody waits for it. `bulk`: what a whole class is due, and leaves room for that. `upkeep`: making,
 * updating and describing repositories, which goes on while nothing of the bulk is due.
 */
export type JobKind = 'prompt' | 'bulk' | 'upkeep';

/** `challenge` orders what is due at the same time. */
export type JobRequest = {
  key: string;
  name: string;
  payload: unknown;
  dueAt: Date;
  lane?: string;
  kind?: JobKind;
  challenge?: string;
};

export type ClaimedJob = { key: string; name: string; payload: unknown; attempts: number };

export interface JobQueue {
  enqueue(jobs: readonly JobRequest[]): Promise<void>;
  /** Leases up to `limit` jobs of the kind that are due at `now`. */
  claim(now: Date, limit: number, kind?: JobKind): Promise<ClaimedJob[]>;
  renew(keys: readonly string[]): Promise<void>;
  complete(key: string): Promise<void>;
  /** Gives a job back to be tried after `seconds`, without counting a failure. */
  postpone(key: string, seconds: number, why?: string): Promise<void>;
  fail(key: string, error: string, retryAfterSeconds?: number): Promise<'open' | 'parked'>;
  park(key: string, error: string): Promise<'parked'>;
  nextWake(now: Date): Promise<{ due: Date | undefined; waitSeconds: number | undefined }>;
}

export type ParkedJob = { key: string; name: string; attempts: number; lastError: string };

/** Where a job stands: waiting for its time or its next try, held by a person, or given up. */
export type JobStatus = { key: string; state: 'open' | 'paused' | 'parked'; nextTry: Date };
