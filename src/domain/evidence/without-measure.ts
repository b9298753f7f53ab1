// A piece of evidence without what was measured in it on hidden rows.
import type { Evidence } from './evidence.ts';

/** Of an answer that predicts, how many rows are right goes, too; `hidden` says so. */
export type ShownEvidence<One extends Evidence = Evidence> = One & { hidden?: true };

export function withoutMeasure(evidence: Evidence): ShownEvidence {
  if ((evidence.kind !== 'probe' && evidence.kind !== 'answer') || (!evidence.quality && !evidence.measured))
    return evidence;
  const { quality: _value, measured: _sums, ...kept } = evidence;
  return { ...(kept.kind === 'answer' ? { ...kept, matches: 0, extra: 0 } : kept), hidden: true };
}
