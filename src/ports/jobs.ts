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

/**
 * How many hands are free, and how many of them each kind may take: first what is prompt, `handful` lanes for each hand and as many jobs of
 * each lane, which go one after another; then the bulk; and upkeep where none of that is left over.
 */
export type Room = { hands: number; prompt: number; handful: number; bulk: number; upkeep: number };

/** `token` is that of the lease: what is said of the job with it holds only while nobody else has claimed it. */
export type ClaimedJob = {
  key: string;
  name: string;
  payload: unknown;
  kind: JobKind;
  attempts: number;
  /** How often in a row it met something that was away. */
  away: number;
  lane: string | null;
  /** What it waited for when it was claimed: the scope of a hold. */
  heldBy: string | null;
  token: string;
};

/**
 * What a claim found. Where that is nothing, `next` says when to look again: when the next job is due, in course time, and in how many
 * seconds the next lease or back-off ends.
 */
export type Claim = { jobs: ClaimedJob[]; next?: { due?: Date; waitSeconds?: number } };

/** Something is away, and what needs it waits: since when, why, and when somebody asks whether it is back. */
export type Hold = {
  /** `github/INSTALLATION`, or `disk`. */
  scope: string;
  why: string;
  since: Date;
  nextTry: Date;
  waiting: number;
  organisation?: string;
};

/**
 * What a job came to: done, or to be tried again in so many seconds without counting as a failure. With a reason the pauses grow, each
 * twice as long as the one before, up to five minutes.
 */
export type JobOutcome = { postpone: number; why?: string } | undefined | void;

/** Without a token, that of this queue's latest claim of the job. */
export interface JobQueue {
  enqueue(jobs: readonly JobRequest[]): Promise<void>;
  /** Leases what is due at `now`, as there is room, and nothing of what is in `but`. */
  claim(now: Date, room: Room, but?: readonly string[]): Promise<Claim>;
  renew(keys: readonly string[]): Promise<void>;
  /** Runs a job so that what its transactions store is kept only while nobody else has claimed it; fails with `lease-lost` else. */
  underLease<T>(job: Pick<ClaimedJob, 'key' | 'token'>, work: () => Promise<T>): Promise<T>;
  complete(key: string, token?: string): Promise<void>;
  completeAll(jobs: readonly Pick<ClaimedJob, 'key' | 'token'>[]): Promise<void>;
  /** Lets go of what was claimed and not begun. */
  giveBack(jobs: readonly Pick<ClaimedJob, 'key' | 'token'>[]): Promise<void>;
  /** The same of everything that is claimed: a process that ends leaves nothing that others would have to wait for. */
  giveBackAll(): Promise<void>;
  /**
   * Gives a job back to be tried after `seconds`, or when the hold of that scope ends, without counting a failure. `aside`: what is
   * behind it in its lane goes first. `met`: it has itself met what is away, once more in a row.
   */
  postpone(
    key: string,
    seconds: number,
    why?: string,
    options?: { token?: string; scope?: string; aside?: boolean; met?: boolean },
  ): Promise<void>;
  /** What was queued again meanwhile, or does not park, is tried again. */
  fail(
    key: string,
    error: string,
    retryAfterSeconds?: number,
    options?: { token?: string; parks?: boolean },
  ): Promise<'open' | 'parked'>;
  park(key: string, error: string, token?: string): Promise<'open' | 'parked'>;
  /** Where it is time to ask whether something is back, the first of those that wait for it may go. */
  sendScouts(): Promise<void>;
  openHold(scope: string, why: string): Promise<void>;
  closeHold(scope: string): Promise<void>;
}

export type ParkedJob = { key: string; name: string; attempts: number; lastError: string };

/** Where a job stands: waiting for its time or its next try, held by a person, or failed permanently. */
export type JobStatus = { key: string; state: 'open' | 'paused' | 'parked'; nextTry: Date };
