// A failure counts only when a second probe, a little later, fails as well.
import { CONFIRM_AFTER_MS } from '../domain/endpoint/probe-policy.ts';
import type { ProbeOutcome } from './probe-endpoint.ts';

/** The outcome of a probe; after a failure, that of a second one. `sleep` waits for milliseconds. */
export async function confirmProbe(
  probe: () => Promise<ProbeOutcome>,
  sleep: (ms: number) => Promise<void>,
  after: number = CONFIRM_AFTER_MS,
): Promise<ProbeOutcome & { confirmed: boolean }> {
  const first = await probe();
  if (first.ok) return { ...first, confirmed: false };
  await sleep(after);
  const second = await probe();
  return { ...second, confirmed: true };
}
