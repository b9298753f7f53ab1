// Evidence as a score reads it: what is known at a moment, in order of time, each piece once.
import type { Evidence } from './evidence.ts';

/** By time, then id. What was received after `now` is not known yet. */
export function orderEvidence(evidence: readonly Evidence[], now: Date): Evidence[] {
  const known = new Map<string, Evidence>();
  for (const one of evidence) {
    if (one.at > now) continue;
    const same = known.get(one.id);
    // Two observations of one id should not differ; if they do, the choice must not depend on which came first.
    if (!same || (same !== one && JSON.stringify(one) < JSON.stringify(same))) known.set(one.id, one);
  }
  return [...known.values()].sort((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1));
}
