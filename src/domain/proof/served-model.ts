// Which run's model does the service say it serves? By the digest in its version where there is one, else by the version itself.
import type { ProbeEvidence, RunEvidence } from '../evidence/evidence.ts';

export type Served =
  /** The service was never asked, or never answered with a version. */
  | { state: 'unasked' }
  /** `runs` made the model that is served, the same bytes each; earliest first. */
  | { state: 'known'; version: string; probe: ProbeEvidence; runs: RunEvidence[] }
  /** No run made a model of that version. */
  | { state: 'unknown'; version: string; probe: ProbeEvidence }
  /** Different models bear that version. */
  | { state: 'ambiguous'; version: string; probe: ProbeEvidence; runs: RunEvidence[] };

/** Judges the latest answer of the service by what the runs said of their models. Both in order of time. */
export function findServed(probes: readonly ProbeEvidence[], runs: readonly RunEvidence[]): Served {
  const probe = probes.findLast(({ ok, modelVersion }) => ok && modelVersion !== undefined);
  if (!probe) return { state: 'unasked' };
  const version = probe.modelVersion!;
  const made = runs.filter(({ modelDigest, rejected }) => modelDigest !== undefined && !rejected);
  const byDigest = made.filter(({ modelDigest }) => namesDigest(version, modelDigest!));
  if (byDigest.length > 0) return { state: 'known', version, probe, runs: byDigest };
  // A version that only runs after the answer bear cannot be what was answered.
  const byName = made.filter((run) => run.modelVersion === version && run.at <= probe.at);
  if (byName.length === 0) return { state: 'unknown', version, probe };
  const different = new Set(byName.map(({ modelDigest }) => modelDigest)).size > 1;
  return { state: different ? 'ambiguous' : 'known', version, probe, runs: byName };
}

/** A version such as `1.2.0+3f2a1b0` or `sha256:3f2a…` names a model by at least seven digits of its SHA-256. */
function namesDigest(version: string, digest: string): boolean {
  const words = version.toLowerCase().match(/(?<![0-9a-z])[0-9a-f]{7,64}(?![0-9a-z])/g) ?? [];
  return words.some((word) => digest.startsWith(word));
}
