// Evidence as a score reads it: what is known at a moment, in order of time, each piece once.
import type { Evidence } from './evidence.ts';

/** By time, then id. What was received after `now` is not known yet. */
export function orderEvidence(evidence: readonly Evidence[], now: Date): Evidence[] {
  const known = new Map<string, Evidence>();
  for (const item of evidence) {
    if (item.at > now) continue;
    const same = known.get(item.id);
    // Two observations of one id should not differ; if they do, the choice must not depend on which came first.
    if (!same || (same !== item && JSON.stringify(item) < JSON.stringify(same))) known.set(item.id, item);
  }
  return [...known.values()].sort((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1));
}
