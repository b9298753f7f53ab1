// A piece of evidence without what was measured in it on hidden rows.
import type { Evidence } from './evidence.ts';

/** Of an answer that predicts, how many rows are right goes, too; `hidden` says so. */
export type Shown<One extends Evidence = Evidence> = One & { hidden?: true };

export function withoutMeasure(one: Evidence): Shown {
  if ((one.kind !== 'probe' && one.kind !== 'answer') || (!one.quality && !one.measured)) return one;
  const { quality: _value, measured: _sums, ...kept } = one;
  return { ...(kept.kind === 'answer' ? { ...kept, matches: 0, extra: 0 } : kept), hidden: true };
}
