// Availability of an endpoint over a window, from probes: how long it was up, and what does not count.
import type { ProbeEvidence } from '../evidence/evidence.ts';

export type Span = { from: Date; to: Date };
type Outage = Span & { code: string };
/** A new version that was first seen at `at`; `downtime` is how long probes failed between the old and the new one. */
type Update = { at: Date; from: string; to: string; downtime: number };

export type Availability = {
  /** Milliseconds up, down, excluded (our fault or maintenance) and unobserved (no probe near enough). */
  up: number;
  down: number;
  excluded: number;
  unobserved: number;
  /** up / (up + down); undefined while nothing counts. */
  share?: number;
  outages: Outage[];
  updates: Update[];
  /** What the target leaves for failure in the time observed, and how much of it is used, in milliseconds. */
  budget: { allowed: number; spent: number };
};

export type AvailabilityRule = { every: number; target: number; maintenance: readonly Span[] };

/**
 * Each probe speaks for the time around it: half way to its neighbours, but never more than one period to either side.
 * So an edge of an outage is known to half the distance of two probes, and time in which nobody probed counts for nothing.
 */
export function measureAvailability(
  probes: readonly ProbeEvidence[],
  window: Span,
  rule: AvailabilityRule,
): Availability {
  const inside = probes.filter(({ at }) => at >= window.from && at <= window.to).sort(byTime);
  const result: Availability = {
    up: 0,
    down: 0,
    excluded: 0,
    unobserved: 0,
    outages: [],
    updates: findUpdates(inside),
    budget: { allowed: 0, spent: 0 },
  };
  for (const [index, probe] of inside.entries()) {
    const span = ownSpan(inside, index, window, rule.every);
    const length = span.to.getTime() - span.from.getTime();
    const maintained = overlap(span, rule.maintenance);
    const counted = length - maintained;
    result.excluded += maintained;
    if (!probe.ok && probe.cause !== 'student') result.excluded += counted;
    else if (probe.ok) result.up += counted;
    else {
      result.down += counted;
      if (counted > 0) addOutage(result.outages, span, probe.code);
    }
  }
  const observed = result.up + result.down;
  result.unobserved = window.to.getTime() - window.from.getTime() - observed - result.excluded;
  result.budget = { allowed: (1 - rule.target) * observed, spent: result.down };
  if (observed > 0) result.share = result.up / observed;
  return result;
}

function byTime(a: ProbeEvidence, b: ProbeEvidence): number {
  return a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1);
}

function ownSpan(probes: readonly ProbeEvidence[], index: number, window: Span, every: number): Span {
  const at = probes[index]!.at.getTime();
  const before = probes[index - 1]?.at.getTime();
  const after = probes[index + 1]?.at.getTime();
  const left = before === undefined ? every / 2 : Math.min((at - before) / 2, every);
  const right = after === undefined ? every / 2 : Math.min((after - at) / 2, every);
  return {
    from: new Date(Math.max(window.from.getTime(), at - left)),
    to: new Date(Math.min(window.to.getTime(), at + right)),
  };
}

/** How much of a span lies in any of the others, which may overlap each other. */
function overlap(span: Span, others: readonly Span[]): number {
  let covered = 0;
  let end = span.from.getTime();
  for (const other of others.toSorted((a, b) => a.from.getTime() - b.from.getTime())) {
    const from = Math.max(end, other.from.getTime());
    const to = Math.min(span.to.getTime(), other.to.getTime());
    if (to <= from) continue;
    covered += to - from;
    end = to;
  }
  return covered;
}

function addOutage(outages: Outage[], span: Span, code: string): void {
  const last = outages.at(-1);
  if (last && span.from.getTime() - last.to.getTime() <= 1) last.to = span.to;
  else outages.push({ ...span, code });
}

function findUpdates(probes: readonly ProbeEvidence[]): Update[] {
  const updates: Update[] = [];
  let last: ProbeEvidence | undefined;
  let failedSince: Date | undefined;
  for (const probe of probes) {
    if (!probe.ok && probe.cause === 'student') failedSince ??= probe.at;
    if (!probe.ok) continue;
    const [from, to] = [last && versionOf(last), versionOf(probe)];
    if (from !== undefined && to !== undefined && from !== to) {
      const downtime = failedSince ? probe.at.getTime() - failedSince.getTime() : 0;
      updates.push({ at: probe.at, from, to, downtime });
    }
    failedSince = undefined;
    if (to !== undefined) last = probe;
  }
  return updates;
}

function versionOf({ apiVersion, modelVersion }: ProbeEvidence): string | undefined {
  if (apiVersion === undefined && modelVersion === undefined) return undefined;
  return `api ${apiVersion ?? '?'}, model ${modelVersion ?? '?'}`;
}
