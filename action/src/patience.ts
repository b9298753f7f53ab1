// How long to go on asking a server that does not answer, and how long to wait before the next time.
import { pauseSeconds, retryPolicy } from '../../src/domain/jobs/retry-policy.ts';

export type Patience = {
  /** Milliseconds of the clock after which nothing is tried again. */
  until: number;
  now: () => number;
  wait: (ms: number) => Promise<void>;
};

/** Worth trying again: after so many seconds where the server said so. */
export type Again = { after?: number | undefined };

/** Seconds before attempt `attempt + 1`: what the server asks for, or else 1, 2, 4 … 30. */
function pauseAfter(attempt: number, { after }: Again): number {
  return after ?? pauseSeconds(retryPolicy.action, attempt - 1);
}

/** Asks until there is an answer, an error that waiting does not fix, or no time left. Throws the last error. */
export async function persist<T>(
  patience: Patience,
  ask: (attempt: number) => Promise<T>,
  again: (error: unknown) => Again | undefined,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask(attempt);
    } catch (error) {
      const hope = again(error);
      if (!hope) throw error;
      const pause = 1000 * pauseAfter(attempt, hope);
      if (patience.now() + pause > patience.until) throw error;
      await patience.wait(pause);
    }
  }
}

/** The same clock with less time: for what is a courtesy. */
export function briefly(patience: Patience, seconds: number): Patience {
  return { ...patience, until: Math.min(patience.until, patience.now() + seconds * 1000) };
}

/** The same clock with no less time than that: for another server, which is not to blame for the time that is used up. */
export function atLeast(patience: Patience, seconds: number): Patience {
  return { ...patience, until: Math.max(patience.until, patience.now() + seconds * 1000) };
}

/** Seconds that an answer asks to wait: `retry-after` as seconds or as a date, or the reset of a used-up allowance. */
export function askedToWait(headers: Pick<Headers, 'get'>, now: number): number | undefined {
  const after = headers.get('retry-after');
  if (after !== null) {
    const seconds = /^\d+$/.test(after.trim()) ? Number(after) : (Date.parse(after) - now) / 1000;
    if (Number.isFinite(seconds)) return Math.max(1, Math.ceil(seconds));
  }
  if (headers.get('x-ratelimit-remaining') !== '0') return undefined;
  const reset = Number(headers.get('x-ratelimit-reset'));
  return reset > 0 ? Math.max(1, Math.ceil(reset - now / 1000)) : undefined;
}
