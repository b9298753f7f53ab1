// What the app stands on is away for a while: the database stalls, breaks, restarts; GitHub answers nobody.
import type { Sandbox } from '@practicum/sandbox';
import type { Pool } from '../../src/postgres/pool.ts';
import type { StallingProxy } from './stalling-proxy.ts';

export type Troubles = {
  /** Begins what is due when this share of all shipments has arrived; one at a time. */
  strike: (share: number) => void;
  /** How often each came so far. */
  came: () => ReadonlyMap<string, number>;
  /** Resolves when nothing is away any more; from then on nothing will be. */
  over: () => Promise<void>;
};

type World = { proxy: StallingProxy; sandbox: Sandbox; database: { pool: Pool } };
type Plan = { count: number; draw: () => number };

const shortest = 500;
const longest = 3000;

export function planTroubles({ proxy, sandbox, database }: World, { count, draw }: Plan): Troubles {
  const moments = Array.from({ length: count }, () => draw() * 0.9).toSorted((a, b) => a - b);
  const came = new Map<string, number>();
  const pause = (): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, shortest + draw() * (longest - shortest)));
  const kinds: Record<string, () => Promise<void>> = {
    'database: all connections terminated': async () => {
      await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = $1`,
        [appName],
      );
    },
    'database: stalled': async () => {
      proxy.stall();
      await pause();
      proxy.resume();
    },
    'database: restarted': async () => {
      proxy.refuse();
      await pause();
      proxy.resume();
    },
    'GitHub: away': async () => {
      const id = sandbox.faults.add({ match: { path: '.' }, dropBefore: true });
      await pause();
      sandbox.faults.remove(id);
    },
    'GitHub: 503 to all': async () => {
      const id = sandbox.faults.add({ match: { path: '.' }, status: 503 });
      await pause();
      sandbox.faults.remove(id);
    },
  };
  const names = Object.keys(kinds);
  let current: Promise<void> | undefined;
  const begin = (): void => {
    const name = names[Math.floor(draw() * names.length)]!;
    current = kinds[name]!().finally(() => {
      came.set(name, (came.get(name) ?? 0) + 1);
      current = undefined;
    });
  };
  return {
    strike(share) {
      if (current || moments.length === 0 || moments[0]! > share) return;
      moments.shift();
      begin();
    },
    came: () => came,
    async over() {
      moments.length = 0;
      await current;
    },
  };
}

/** What the app's connections call themselves; ours are left alone. */
export const appName = 'practicum-chaos-app';
