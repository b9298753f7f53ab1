// When did GitHub receive a push? What lateness is judged by, also when the webhook reached us late.

/**
 * GitHub's own time, in whole seconds, is in the payload and stays the same when the webhook is delivered again. The end of
 * that second is taken, which costs the student at most 999 ms; never later than the webhook's arrival.
 */
export function pushTime(pushedAtSeconds: unknown, arrived: Date): Date {
  if (typeof pushedAtSeconds !== 'number' || !Number.isSafeInteger(pushedAtSeconds) || pushedAtSeconds <= 0)
    return arrived;
  return new Date(Math.min(arrived.getTime(), pushedAtSeconds * 1000 + 999));
}
