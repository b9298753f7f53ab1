// One job in hand: run, and what becomes of it said to the queue under its own lease.
import { classifyFailure } from './domain/jobs/classify-failure.ts';
import { pauseSeconds, retryPolicy } from './domain/jobs/retry-policy.ts';
import { codeOf, Failure, isFailure } from './domain/text/failure.ts';
import { within } from './life/within.ts';
import { isTimer } from './domain/jobs/timers.ts';
import type { ClaimedJob, JobOutcome, JobQueue } from './ports/jobs.ts';
import type { Log } from './ports/clock.ts';

export type JobTable = Readonly<Record<string, (payload: never, job: ClaimedJob) => Promise<JobOutcome>>>;

export type Running = {
  queue: JobQueue;
  jobs: JobTable;
  log: Log;
  /** Called when a job has failed permanently. */
  onParked?: (job: ClaimedJob, error: string) => Promise<void>;
  /** How long one attempt may take. */
  attemptMs?: number;
};

/** Three times what rclone may take: what has not ended by then never will, and keeps a hand from the others. */
const usualAttemptMs = 3 * 3_600_000;

type Thrown = { permanent?: boolean; retryAfter?: number; postpone?: number; scope?: string };

/** True where it is done, which is for the caller to record; anything else is recorded here. */
export async function runJob(running: Running, job: ClaimedJob): Promise<boolean> {
  const { queue, jobs, log, attemptMs = usualAttemptMs } = running;
  const { key, token } = job;
  try {
    const flow = jobs[job.name];
    if (!flow) throw new Failure('unknown-job', `no flow for job ${job.name}`, { permanent: true });
    // An attempt that is given up may go on, but its lease is over, and nothing that it stores is kept.
    const outcome = await within(
      attemptMs,
      key,
      queue.underLease(job, () => flow(job.payload as never, job)),
    );
    if (!outcome) return true;
    const { postpone: seconds, why } = outcome;
    const pause = why === undefined ? seconds : pauseSeconds({ ...retryPolicy.ports, first: seconds }, job.away);
    // It waits for something else, which may be behind it in its lane.
    await queue.postpone(key, pause, why, { token, aside: true, met: why !== undefined });
  } catch (error) {
    log.warn({ err: error, job: key, attempt: job.attempts + 1 }, 'job failed');
    await record(running, job, error).catch((unrecorded: unknown) => {
      // The lease runs out by itself and the job is tried again.
      log.error({ err: unrecorded, job: key }, 'a failure could not be recorded');
    });
  }
  return false;
}

async function record({ queue, onParked }: Running, job: ClaimedJob, error: unknown): Promise<void> {
  const { key, token } = job;
  const text = describe(error);
  const { permanent, retryAfter, postpone, scope } = (error ?? {}) as Thrown;
  const whose = classifyFailure(error);
  if (whose === 'own' && postpone === undefined) {
    // What cannot even be begun is for a person to look at, whatever it is.
    const parks = !isTimer(job.name) || isFailure(error, 'payload-unreadable', 'unknown-job');
    const state =
      permanent && parks
        ? await queue.park(key, text, token)
        : await queue.fail(key, text, retryAfter, { token, parks });
    if (state === 'parked') await onParked?.(job, text);
    return;
  }
  // A state of something outside: nobody's attempt, however long it lasts.
  const held = whose === 'disk' || whose === 'clock' ? whose : scope;
  if (whose === 'disk' || whose === 'clock') await queue.openHold(whose, text);
  // Where it was told for how long, it has met nothing that its own pauses would have to grow for.
  const told = postpone ?? retryAfter;
  const seconds = told ?? pauseSeconds(retryPolicy.ports, job.away);
  const met = told === undefined;
  await queue.postpone(key, seconds, text, { token, met, ...(held === undefined ? {} : { scope: held }) });
}

function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return [codeOf(error), message].filter(Boolean).join(': ').slice(0, 2000);
}
