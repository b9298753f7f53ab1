// Works off due jobs: claim, run, record; sleeps until the next one is due or somebody queues one.
import type { ClaimedJob, JobKind, JobQueue } from './ports/jobs.ts';
import type { Clock, Log } from './ports/clock.ts';
import { codeOf, Failure } from './domain/text/failure.ts';

/** What a job came to: done (the default), or to be tried again in so many seconds without counting as a failure. */
export type JobOutcome = { postpone: number } | undefined | void;
export type JobTable = Readonly<Record<string, (payload: never, job: ClaimedJob) => Promise<JobOutcome>>>;

type InHand = { kind: JobKind; done: Promise<void> };
export type Worker = { stop: () => Promise<void>; wake: () => void };

type Settings = {
  queue: JobQueue;
  jobs: JobTable;
  clock: Clock;
  log: Log;
  /** How many jobs run at once in this process. */
  concurrency?: number;
  /** The longest time without a look at the queue. */
  longestSleepMs?: number;
  /** Calls back whenever a job was queued, by any process. */
  onQueued: (listener: () => void) => Promise<() => Promise<void>>;
  /** Called when a job has failed for good. */
  onParked?: (job: ClaimedJob, error: string) => Promise<void>;
};

const usualConcurrency = 8;
/** Neither what people wait for nor the rest takes all places: there is always one for the other. */
const mostOf = (concurrency: number): number => Math.max(1, Math.ceil(concurrency * 0.75));
/** Of the rest, upkeep takes half, so that what becomes due to a class begins at once. */
const mostUpkeep = (concurrency: number): number => Math.max(1, Math.floor(mostOf(concurrency) / 2));
const renewEveryMs = 1500;
/** Looks this often also where nobody rang: a notification can be lost on the way, behind a connection pooler for one. */
const usualSleepMs = 1000;

/** Starts working. `stop` lets the jobs in hand end first. */
export async function startWorker(settings: Settings): Promise<Worker> {
  const { queue, clock, concurrency = usualConcurrency, longestSleepMs = usualSleepMs } = settings;
  const inHand = new Map<string, InHand>();
  let stopping = false;
  let rung = false;
  let ring = (): void => undefined;
  const wake = (): void => {
    rung = true;
    ring();
  };
  const unlisten = await settings.onQueued(wake);
  const unwatch = clock.onChange(wake);
  const renewal = setInterval(() => {
    if (inHand.size > 0) void queue.renew([...inHand.keys()]).catch(() => undefined);
  }, renewEveryMs);

  const sleep = async (waitMs: number): Promise<void> => {
    if (rung || stopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      ring = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };

  const loop = (async () => {
    while (!stopping) {
      rung = false;
      try {
        if ((await takeUp(settings, inHand, wake)) > 0 && inHand.size < concurrency) continue;
        const waitMs = await untilNextWake(queue, clock, longestSleepMs);
        // Once more: what became due between the look and the question is in the answer to neither.
        if ((await takeUp(settings, inHand, wake)) === 0) await sleep(waitMs);
      } catch (error) {
        // The database is away: nothing is lost, we look again shortly.
        settings.log.error({ err: error }, 'the job queue cannot be read');
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  })();

  return {
    wake,
    async stop() {
      stopping = true;
      wake();
      await loop;
      await Promise.all([...inHand.values()].map(({ done }) => done));
      clearInterval(renewal);
      unwatch();
      await unlisten();
    },
  };
}

/** Starts jobs that are due, as many of each kind as there is room for; tells how many. */
async function takeUp(settings: Settings, inHand: Map<string, InHand>, wake: () => void): Promise<number> {
  const { queue, clock, concurrency = usualConcurrency } = settings;
  const count = (...kinds: JobKind[]): number => [...inHand.values()].filter(({ kind }) => kinds.includes(kind)).length;
  const most = mostOf(concurrency);
  const take = async (kind: JobKind, room: number): Promise<number> => {
    const limit = Math.min(concurrency - inHand.size, room);
    const jobs = limit > 0 ? await queue.claim(clock.now(), limit, kind) : [];
    for (const job of jobs) {
      const done = runJob(settings, job).finally(() => {
        inHand.delete(job.key);
        wake();
      });
      inHand.set(job.key, { kind, done });
    }
    return jobs.length;
  };
  const prompt = await take('prompt', most - count('prompt'));
  const room = Math.min(concurrency - inHand.size, most - count('bulk', 'upkeep'));
  const bulk = await take('bulk', room);
  // While something of the bulk is still due, upkeep waits.
  const upkeep =
    bulk < room ? await take('upkeep', Math.min(room - bulk, mostUpkeep(concurrency) - count('upkeep'))) : 0;
  return prompt + bulk + upkeep;
}

async function runJob({ queue, jobs, log, onParked }: Settings, job: ClaimedJob): Promise<void> {
  try {
    const flow = jobs[job.name];
    if (!flow) throw new Failure('unknown-job', `no flow for job ${job.name}`, { permanent: true });
    const outcome = await flow(job.payload as never, job);
    if (outcome) await queue.postpone(job.key, outcome.postpone);
    else await queue.complete(job.key);
  } catch (error) {
    const text = describe(error);
    log.warn({ err: error, job: job.key, attempt: job.attempts + 1 }, 'job failed');
    const { permanent, retryAfter, postpone } = error as {
      permanent?: boolean;
      retryAfter?: number;
      postpone?: number;
    };
    try {
      // Not its fault: GitHub has asked for patience.
      if (postpone !== undefined) return void (await queue.postpone(job.key, postpone, text));
      const state = permanent ? await queue.park(job.key, text) : await queue.fail(job.key, text, retryAfter);
      if (state === 'parked') await onParked?.(job, text);
    } catch (unrecorded) {
      // The lease runs out by itself and the job is tried again.
      log.error({ err: unrecorded, job: job.key }, 'a failure could not be recorded');
    }
  }
}

function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return [codeOf(error), message].filter(Boolean).join(': ').slice(0, 2000);
}

async function untilNextWake(queue: JobQueue, clock: Clock, longestSleepMs: number): Promise<number> {
  const now = clock.now();
  const { due, waitSeconds } = await queue.nextWake(now);
  const dueMs = due && clock.runs ? due.getTime() - now.getTime() : longestSleepMs;
  const backOffMs = waitSeconds === undefined ? longestSleepMs : waitSeconds * 1000;
  return Math.max(5, Math.min(dueMs, backOffMs, longestSleepMs));
}
