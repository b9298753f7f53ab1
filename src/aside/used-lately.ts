// Who has used how much of the threads lately: a turn goes to whoever has used least.

/** Half is forgotten after so long. */
const halfMs = 10 * 60_000;
const most = 10_000;

type UsedLately = {
  add: (whose: string, ms: number) => void;
  /** Index of the first of those whose owner has used least. */
  leastOf: (waiting: readonly { whose: string }[]) => number;
};

export function usedLately(now: () => number = () => performance.now()): UsedLately {
  const used = new Map<string, { ms: number; at: number }>();
  const of = (whose: string): number => {
    const known = used.get(whose);
    return known ? known.ms * 2 ** ((known.at - now()) / halfMs) : 0;
  };
  return {
    add(whose, ms) {
      const sum = of(whose) + Math.max(0, ms);
      // The longest untouched goes first, so that the map is in that order.
      used.delete(whose);
      used.set(whose, { ms: sum, at: now() });
      if (used.size > most) used.delete(used.keys().next().value!);
    },
    leastOf(waiting) {
      let best = 0;
      let least = Number.POSITIVE_INFINITY;
      for (const [index, { whose }] of waiting.entries()) {
        const ms = of(whose);
        if (ms < least) [best, least] = [index, ms];
      }
      return best;
    },
  };
}
