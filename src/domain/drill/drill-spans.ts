// When drills ran, as the other criteria see it: nothing that happens in these spans may cost points there.
import type { Evidence } from '../evidence/evidence.ts';

type Span = { from: Date; to: Date };

/** After a fault is withdrawn: time to train and deploy again before anything counts. */
const recoveryMs = 24 * 3_600_000;

export function drillSpans(evidence: readonly Evidence[], now: Date): Span[] {
  const spans = new Map<string, Span>();
  for (const item of evidence) {
    // A real outage is nobody's gift: it costs what it costs.
    if (item.kind !== 'drill' || item.real) continue;
    if (item.event === 'began') spans.set(item.drill, { from: item.at, to: now });
    const span = spans.get(item.drill);
    if (item.event === 'over' && span) span.to = new Date(item.at.getTime() + recoveryMs);
  }
  return [...spans.values()];
}

export function isWithin(at: Date, spans: readonly Span[]): boolean {
  return spans.some(({ from, to }) => at >= from && at <= to);
}

/** How much of `from` to `to` drills took, in milliseconds. */
export function timeInDrills(from: Date, to: Date, spans: readonly Span[]): number {
  let taken = 0;
  let end = from.getTime();
  for (const span of spans.toSorted((a, b) => a.from.getTime() - b.from.getTime())) {
    const begin = Math.max(end, span.from.getTime());
    const last = Math.min(to.getTime(), span.to.getTime());
    if (last <= begin) continue;
    taken += last - begin;
    end = last;
  }
  return taken;
}
