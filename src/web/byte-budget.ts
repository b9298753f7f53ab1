// How much of all bodies together may be in memory: what does not fit waits in line, unread.

export type ByteBudget = {
  /** Waits until `bytes` fit, first come, first served; the returned function gives them back. Rejects when `signal` aborts. */
  take: (bytes: number, signal: AbortSignal) => Promise<() => void>;
};

type Waiting = { bytes: number; admit: () => void };

export function byteBudget(most: number): ByteBudget {
  let taken = 0;
  const line = new Set<Waiting>();
  const admitNext = (): void => {
    for (const next of line) {
      // Nobody overtakes: a large body would otherwise wait for ever.
      if (taken + next.bytes > most && taken > 0) return;
      line.delete(next);
      next.admit();
    }
  };
  const leave = (bytes: number): (() => void) => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      taken -= bytes;
      admitNext();
    };
  };
  return {
    take: (bytes, signal) =>
      new Promise((resolve, reject) => {
        const giveUp = (): void => {
          line.delete(waiting);
          reject(signal.reason as Error);
          admitNext();
        };
        const waiting: Waiting = {
          bytes,
          admit() {
            signal.removeEventListener('abort', giveUp);
            taken += bytes;
            resolve(leave(bytes));
          },
        };
        if (signal.aborted) return giveUp();
        signal.addEventListener('abort', giveUp, { once: true });
        line.add(waiting);
        if (line.size === 1) admitNext();
      }),
  };
}
