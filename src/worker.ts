// Works off due jobs: claim, run, record; sleeps until the next one is due or somebody queues one.
import { retryPolicy } from './domain/jobs/retry-policy.ts';
import type { Claim, ClaimedJob, JobKind, JobQueue, Room } from './ports/jobs.ts';
import type { Clock } from './ports/clock.ts';
import { runJob, type Running } from './run-job.ts';

export type { JobTable } from './run-job.ts';
export type Worker = { stop: () => Promise<void>; wake: () => void };

type Settings = Running & {
  clock: Clock;
  /** How many jobs run at once in this process. */
  concurrency?: number;
  /** The longest time without a look at the queue. */
  longestSleepMs?: number;
  /** Calls back whenever a job was queued, by any process. */
  onQueued: (listener: () => void) => Promise<() => Promise<void>>;
};

/** What this process is at: hands, each of which works off a few jobs one after another, and the keys of all of those. */
type AtWork = {
  hands: Set<{ kind: JobKind; done: Promise<void> }>;
  keys: Set<string>;
  /** How long a job takes of late, in milliseconds. */
  usualMs: number;
  /** When something will be due, as far as we were told, by the machine's own clock. */
  nextAt: number;
  stopping: boolean;
  wake: () => void;
};

const usualConcurrency = 8;
/** At most 75% of the slots go to one kind, so the other kind is never starved. */
const mostOf = (concurrency: number): number => Math.max(1, Math.ceil(concurrency * 0.75));
/** Of the rest, upkeep takes half, so that what becomes due to a class begins at once. */
const mostUpkeep = (concurrency: number): number => Math.max(1, Math.floor(mostOf(concurrency) / 2));
const renewEveryMs = 1500;
/** Polls at this interval even without a NOTIFY (poolers drop them): a notification can be lost on the way, behind a connection pooler for one. */
const usualSleepMs = 1000;
/** A hand takes as many short jobs at once as it works off in this time: long ones are taken one by one, for whoever is free. */
const handfulMs = 50;
const mostInHand = 64;
/** A hand that takes longer gives back what it has not begun. */
const patienceMs = 1000;
const atFirst = { usualMs: handfulMs, nextAt: -Infinity, stopping: false };
const scoutEveryMs = 1000;

/** Starts working. `stop` lets the jobs in hand end first. */
export async function startWorker(settings: Settings): Promise<Worker> {
  const { queue, clock } = settings;
  let rung = false;
  let ring = (): void => undefined;
  const wake = (): void => {
    rung = true;
    ring();
  };
  const atWork: AtWork = { hands: new Set(), keys: new Set(), ...atFirst, wake };
  const unlisten = await settings.onQueued(wake);
  const unwatch = clock.onChange(wake);
  const renewal = setInterval(() => {
    if (atWork.keys.size > 0) void queue.renew([...atWork.keys]).catch(() => undefined);
  }, renewEveryMs);

  const sleep = async (waitMs: number): Promise<void> => {
    if (rung || atWork.stopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      ring = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };
  let scoutedAt = -Infinity;
  const scout = async (): Promise<void> => {
    if (performance.now() - scoutedAt < scoutEveryMs) return;
    scoutedAt = performance.now();
    await queue.sendScouts();
  };

  const loop = (async () => {
    while (!atWork.stopping) {
      rung = false;
      try {
        await scout();
        // One moment for both: what becomes due after it is what we are woken for.
        const now = clock.now();
        await sleep(untilNextLook(settings, atWork, await takeUp(settings, atWork, now)));
      } catch (error) {
        // The database is away: nothing is lost, we look again shortly.
        settings.log.error({ err: error }, 'the job queue cannot be read');
        await new Promise((resolve) => setTimeout(resolve, retryPolicy.database.worker * 1000));
      }
    }
  })();

  return {
    wake,
    async stop() {
      atWork.stopping = true;
      wake();
      await loop;
      await Promise.all([...atWork.hands].map(({ done }) => done));
      clearInterval(renewal);
      unwatch();
      await unlisten();
    },
  };
}

/** Starts jobs that are due, as many of each kind as there is room for. Returns when the next will be, where there were none. */
async function takeUp(settings: Settings, atWork: AtWork, now: Date): Promise<Claim['next']> {
  const { queue, concurrency = usualConcurrency } = settings;
  const { hands, keys } = atWork;
  const free = concurrency - hands.size;
  if (free <= 0) return undefined;
  const count = (...kinds: JobKind[]): number => [...hands].filter(({ kind }) => kinds.includes(kind)).length;
  const most = mostOf(concurrency);
  const room: Room = {
    hands: free,
    prompt: most - count('prompt'),
    handful: Math.max(1, Math.min(mostInHand, Math.floor(handfulMs / atWork.usualMs))),
    bulk: most - count('bulk', 'upkeep'),
    upkeep: mostUpkeep(concurrency) - count('upkeep'),
  };
  // What is in hand is not begun again, even where the database was silent until the lease was over.
  const { jobs, next } = await queue.claim(now, room, [...keys]);
  for (const { key } of jobs) keys.add(key);
  for (const [kind, ofKind] of Map.groupBy(jobs, (job) => job.kind)) {
    for (const hand of deal(ofKind, Math.min(free, room[kind]))) {
      const entry = { kind, done: Promise.resolve() };
      entry.done = workOff(settings, atWork, hand).finally(() => {
        hands.delete(entry);
        atWork.wake();
      });
      hands.add(entry);
    }
  }
  return next;
}

/** In as many hands as there are, the jobs of a lane in one of them and in order. */
function deal(jobs: readonly ClaimedJob[], hands: number): ClaimedJob[][] {
  const lanes = Map.groupBy(jobs, ({ lane, key }) => lane ?? `/${key}`);
  const dealt = Array.from({ length: hands }, (): ClaimedJob[] => []);
  for (const lane of lanes.values()) dealt.toSorted((a, b) => a.length - b.length)[0]!.push(...lane);
  return dealt.filter((hand) => hand.length > 0);
}

/** One after another; those that are done are recorded together. */
async function workOff(settings: Settings, atWork: AtWork, hand: ClaimedJob[]): Promise<void> {
  const { queue, log } = settings;
  let done: ClaimedJob[] = [];
  let left = hand;
  const began = performance.now();
  let recordedAt = began;
  const settle = async (jobs: readonly ClaimedJob[], how: (jobs: readonly ClaimedJob[]) => Promise<void>) => {
    // Where it fails, the leases run out by themselves and the jobs are tried again.
    if (jobs.length > 0)
      await how(jobs).catch((error: unknown) => log.error({ err: error, jobs: jobs.length }, 'jobs not recorded'));
    for (const { key } of jobs) atWork.keys.delete(key);
  };
  const record = async (): Promise<void> => {
    const ended = done;
    done = [];
    await settle(ended, (jobs) => queue.completeAll(jobs));
    for (const scope of new Set(ended.flatMap(({ heldBy }) => (heldBy ? [heldBy] : [])))) await tellEnd(queue, scope);
    recordedAt = performance.now();
  };
  for (let job = left[0]; job; job = left[0]) {
    if (job !== hand[0] && (atWork.stopping || performance.now() - began > patienceMs)) break;
    left = left.slice(1);
    const started = performance.now();
    if (await runJob(settings, job)) done.push(job);
    else {
      atWork.keys.delete(job.key);
      // Those behind it in its lane are not ours to begin: it may still be first.
      const { lane } = job;
      const behind = left.filter((other) => lane !== null && other.lane === lane);
      left = left.filter((other) => !behind.includes(other));
      await settle(behind, (jobs) => queue.giveBack(jobs));
    }
    const now = performance.now();
    atWork.usualMs += (now - started - atWork.usualMs) / 10;
    if (now - recordedAt > handfulMs) await record();
  }
  await record();
  await settle(left, (jobs) => queue.giveBack(jobs));
}

/** A job that had waited for the disk or the clock is through: so are the others. GitHub's return is noticed where it is called. */
async function tellEnd(queue: JobQueue, scope: string): Promise<void> {
  if (!scope.startsWith('github/')) await queue.closeHold(scope).catch(() => undefined);
}

/** Whoever ends what was just taken up wakes us: only where there was nothing do we know when there will be something. */
function untilNextLook(settings: Settings, atWork: AtWork, next: Claim['next']): number {
  const { concurrency = usualConcurrency, longestSleepMs = usualSleepMs } = settings;
  if (atWork.hands.size >= concurrency) return longestSleepMs;
  if (next) {
    const waitMs = untilNext(settings.clock, next, longestSleepMs);
    atWork.nextAt = performance.now() + waitMs;
    return waitMs;
  }
  const left = atWork.nextAt - performance.now();
  return left > 0 ? Math.min(left, longestSleepMs) : longestSleepMs;
}

function untilNext(clock: Clock, { due, waitSeconds }: NonNullable<Claim['next']>, longestSleepMs: number): number {
  const dueMs = due && clock.runs ? due.getTime() - clock.now().getTime() : longestSleepMs;
  const backOffMs = waitSeconds === undefined ? longestSleepMs : waitSeconds * 1000;
  return Math.max(5, Math.min(dueMs, backOffMs, longestSleepMs));
}
