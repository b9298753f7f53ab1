// An end that comes: each part is given its time, and what hangs is left behind.
import type { Log } from '../ports/clock.ts';
import { within } from './within.ts';

type Stopping = {
  log: Log;
  server: { close: () => Promise<void> };
  /** Absent where work never began. */
  worker: { stop: () => Promise<void> } | undefined;
  /** Whoever is told twice does not wait for the work in hand. */
  hurry: Promise<void> | undefined;
  /** Frees the jobs that were not ended. */
  giveBack: () => Promise<void>;
  pools: readonly { end: () => Promise<void> }[];
};

/** Supervisors kill after ten seconds; all of this takes less. */
const limits = { server: 500, worker: 5500, giveBack: 1500, pools: 1000 };

export async function stopInTime({ log, server, worker, hurry, giveBack, pools }: Stopping): Promise<void> {
  const step = async (ms: number, what: string, work: Promise<unknown>): Promise<boolean> =>
    within(ms, what, work).then(
      () => true,
      (error: unknown) => {
        log.warn({ err: error }, `stopping: ${what} is left behind`);
        return false;
      },
    );
  await step(limits.server, 'the server', server.close());
  const left = hurry?.then(() => false) ?? new Promise<never>(() => undefined);
  const ended =
    worker === undefined || (await Promise.race([step(limits.worker, 'the work in hand', worker.stop()), left]));
  if (!ended) await step(limits.giveBack, 'giving the leases back', giveBack());
  await step(limits.pools, 'closing the database', Promise.all(pools.map((pool) => pool.end())));
}
