// How often somebody was refused lately: who is refused again and again is not looked at for a while.
import type { Context } from 'hono';
import { getConnInfo } from '@hono/node-server/conninfo';

export type RefusalCounter = {
  /** Seconds for which this address is not looked at, since it was refused too often; 0 when it is. */
  barredFor: (address: string) => number;
  add: (address: string) => void;
};

/** Of one address within ten minutes. What is accepted costs nothing of it. */
const refusals = { most: 60, windowMs: 600_000, addresses: 10_000 };

/** `now`: machine time in milliseconds. The oldest are forgotten first, so that memory stays bounded. */
export function refusalCounter(now: () => number, { most }: { most: number } = refusals): RefusalCounter {
  const seen = new Map<string, { count: number; until: number }>();
  const current = (address: string): { count: number; until: number } | undefined => {
    const entry = seen.get(address);
    if (entry && entry.until <= now()) seen.delete(address);
    return entry && entry.until > now() ? entry : undefined;
  };
  return {
    barredFor: (address) => {
      const entry = current(address);
      return entry && entry.count >= most ? Math.ceil((entry.until - now()) / 1000) : 0;
    },
    add: (address) => {
      const entry = current(address) ?? { count: 0, until: now() + refusals.windowMs };
      seen.set(address, { ...entry, count: entry.count + 1 });
      if (seen.size > refusals.addresses) seen.delete(seen.keys().next().value!);
    },
  };
}

export function addressOf(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? 'unknown';
  } catch {
    return 'unknown'; // Not over a socket.
  }
}
