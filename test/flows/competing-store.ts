// A store behind which somebody else commits a change before the n-th thing that a flow asks of it.
import { openPool, type Pool } from '../../src/postgres/pool.ts';
import { openStore } from '../../src/postgres/store.ts';
import type { Store } from '../../src/ports/store.ts';

/** Another process: it gives up at once where the flow holds what it wants, as it would have to wait for it. */
export function competitor(url: string): { store: Store; pool: Pool } {
  const its = new URL(url);
  its.searchParams.set('options', '-c lock_timeout=50ms');
  const pool = openPool(its.href, 4);
  return { store: openStore(pool), pool };
}

const waits = '55P03';

async function orWait(change: () => Promise<void>): Promise<void> {
  await change().catch((error: { code?: string }) => {
    if (error.code !== waits) throw error;
  });
}

export type Competing = { store: Store; calls: () => number };

/** Counts the calls of methods, also those inside of transactions; `compete` runs on connections of its own. */
export function competingStore(real: Store, n: number, compete: () => Promise<void>): Competing {
  let calls = 0;
  const wrap = (inner: Store): Store =>
    new Proxy(inner, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        const call = method as (...args: unknown[]) => Promise<unknown>;
        return async (...args: unknown[]): Promise<unknown> => {
          const inside = args.map((arg) =>
            typeof arg === 'function' && (name === 'transaction' || name === 'snapshot')
              ? (store: Store) => (arg as (store: Store) => unknown)(wrap(store))
              : arg,
          );
          calls++;
          if (calls === n) await orWait(compete);
          return call.apply(target, inside);
        };
      },
    });
  return { store: wrap(real), calls: () => calls };
}

/** Runs the flow once for each of the things that it asks, with the change before it. Returns how many there were. */
export async function atEveryCall(
  real: Store,
  compete: (n: number) => Promise<void>,
  flow: (store: Store, n: number) => Promise<void>,
): Promise<number> {
  for (let n = 1; ; n++) {
    const { store, calls } = competingStore(real, n, () => compete(n));
    await flow(store, n);
    if (calls() < n) return n - 1;
  }
}
