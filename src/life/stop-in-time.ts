// An end that comes: each part is given its time, and what hangs is left behind.
import type { Log } from '../ports/clock.ts';
import { within } from './within.ts';

type Stopping = {
  log: Log;
  server: { close: () => Promise<void> };
  /** Absent where work never began. */
  worker: { stop: () => Promise<void> } | undefined;
  /** Frees the jobs that were not ended. */
  giveBack: () => Promise<void>;
  pool: { end: () => Promise<void> };
  doorPool: { end: () => Promise<void> };
};

/** Supervisors kill after ten seconds; all of this takes less. */
const limits = { server: 500, worker: 5500, giveBack: 1500, pools: 1000 };

export async function stopInTime({ log, server, worker, giveBack, pool, doorPool }: Stopping): Promise<void> {
  const step = async (ms: number, what: string, work: Promise<unknown>): Promise<boolean> =>
    within(ms, what, work).then(
      () => true,
      (error: unknown) => {
        log.warn({ err: error }, `stopping: ${what} is left behind`);
        return false;
      },
    );
  await step(limits.server, 'the server', server.close());
  const ended = worker === undefined || (await step(limits.worker, 'the work in hand', worker.stop()));
  if (!ended) await step(limits.giveBack, 'giving the leases back', giveBack());
  await step(limits.pools, 'closing the database', Promise.all([pool.end(), doorPool.end()]));
}
