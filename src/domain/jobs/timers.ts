// Kinds of work that never stop being retried: nothing else would start them again.

const timers: ReadonlySet<string> = new Set([
  'reconcile',
  'publish-head',
  'keep-retention',
  'cut-deadline',
  'close-request',
  'probe-endpoint',
  'tick-placement',
  'write-ledger',
  'keep-standings',
  'report-parked',
]);

/** A timer that fails is tried again for as long as it takes, at most five minutes apart. */
export function isTimer(job: string): boolean {
  return timers.has(job);
}
