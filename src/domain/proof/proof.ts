// The proof that a release caused the model that is served, link by link.
import type { RunEvidence } from '../evidence/evidence.ts';
import type { Reason } from '../evidence/criterion.ts';

/** The links that are proven, in their order; `missing` names the first that is not. Without it the proof is whole. */
export type Proof = {
  release: string;
  shipment?: { id: string; at: Date };
  /** When the default branch first held it whole; the commit is unknown where a push told us nothing. */
  commit?: { at: Date; sha?: string };
  /** The first counted run that succeeded with it. */
  run?: RunEvidence;
  model?: { digest: string; of: RunEvidence };
  /** Absent from a whole proof where the challenge asks for no service. */
  service?: { version: string; at: Date; evidence: string };
  /** Milliseconds from the shipment to the end of the run: what freshness counts. */
  took?: number;
  missing?: Reason & { link: Link };
};

export type Link = (typeof links)[number];

export const links = ['shipment', 'commit', 'run', 'model', 'service'] as const;
