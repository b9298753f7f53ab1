// Faults on demand: which requests and deliveries go wrong, how often, and how.

export type FaultRule = {
  /** The row of the table of refusals that it was made of. */
  name?: string;
  /** All that are given must match; `path` is a regular expression over the path below /api/v3 (or of the git URL). */
  match?: { method?: string; path?: string; operation?: string; event?: string };
  /** How often it strikes; without it, always (or with `probability`). */
  times?: number;
  /** 0 to 1, drawn from a generator with `seed`. */
  probability?: number;
  seed?: number;
  /** Answer with this instead of doing anything. */
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Wait, milliseconds, then go on. */
  delay?: number;
  /** Wait for this, then go on: for tests in the same process. */
  hold?: Promise<unknown>;
  /** Do it, then cut the connection without an answer. */
  dropAfterDoing?: boolean;
  /** Cut the connection without doing it. */
  dropBefore?: boolean;
  /** For deliveries: send twice, never, or after the next one. */
  duplicateWebhook?: boolean;
  loseWebhook?: boolean;
  reorder?: boolean;
};

/** What a fault may do to one delivery. */
export type DeliveryFate = 'deliver' | 'duplicate' | 'lose' | 'hold';

type Armed = { id: number; rule: FaultRule; left: number; draw: () => number; struck: number };

/** A small seeded generator (mulberry32): the same faults in the same run. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export class Faults {
  #armed: Armed[] = [];
  #last = 0;

  add(rule: FaultRule): number {
    this.#last += 1;
    this.#armed.push({ id: this.#last, rule, left: rule.times ?? Infinity, draw: seeded(rule.seed ?? 1), struck: 0 });
    return this.#last;
  }

  remove(id: number): void {
    this.#armed = this.#armed.filter((armed) => armed.id !== id);
  }

  clear(): void {
    this.#armed = [];
  }

  list(): { id: number; rule: FaultRule; struck: number }[] {
    return this.#armed.map(({ id, rule, struck }) => ({ id, rule, struck }));
  }

  /** The fault that strikes this request, if one does. */
  forRequest(method: string, path: string, operation: string | undefined): FaultRule | undefined {
    return this.#strike(
      ({ match, duplicateWebhook, loseWebhook, reorder }) =>
        !duplicateWebhook &&
        !loseWebhook &&
        !reorder &&
        match?.event === undefined &&
        (match?.method === undefined || match.method.toUpperCase() === method) &&
        (match?.path === undefined || new RegExp(match.path).test(path)) &&
        (match?.operation === undefined || match.operation === operation),
    );
  }

  forDelivery(event: string): DeliveryFate {
    const rule = this.#strike(
      ({ match, duplicateWebhook, loseWebhook, reorder }) =>
        (duplicateWebhook === true || loseWebhook === true || reorder === true) &&
        (match?.event === undefined || match.event === event),
    );
    if (!rule) return 'deliver';
    if (rule.loseWebhook) return 'lose';
    return rule.duplicateWebhook ? 'duplicate' : 'hold';
  }

  #strike(matches: (rule: FaultRule) => boolean): FaultRule | undefined {
    for (const armed of this.#armed) {
      if (armed.left <= 0 || !matches(armed.rule)) continue;
      if (armed.rule.probability !== undefined && armed.draw() >= armed.rule.probability) continue;
      armed.left -= 1;
      armed.struck += 1;
      return armed.rule;
    }
    return undefined;
  }
}
