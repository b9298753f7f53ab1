// Whether an outage of a service is an incident: it is down, and its error budget burns.
import { measureAvailability, type Span } from '../endpoint/availability.ts';
import { tellsOfService, type ProbeEvidence } from '../evidence/evidence.ts';

/** So far back is looked. */
const lookBackMs = 6 * 3_600_000;
/** Failing so many times as fast as the target allows uses up the budget of a week in little more than a day. */
const burnRate = 6;
/** A service that is allowed to fail half the time still has incidents. */
const mostShare = 0.9;
const leastProbes = 3;

type Rule = { every: number; target: number; maintenance: readonly Span[] };

/** Probes before this are not looked at. */
export function lookBack(now: Date, every: number): Date {
  return new Date(now.getTime() - Math.max(lookBackMs, leastProbes * every));
}

/** Undefined while it is up, or fails no faster than it may; else the share of the last hours in which it was down. */
export function burningShare(probes: readonly ProbeEvidence[], now: Date, rule: Rule): number | undefined {
  const from = lookBack(now, rule.every);
  const counted = probes.filter((probe) => probe.at >= from && probe.at <= now && tellsOfService(probe));
  const last = counted.at(-1);
  if (counted.length < leastProbes || !last || last.ok) return undefined;
  const { up, down } = measureAvailability(counted, { from, to: now }, rule);
  if (up + down === 0) return undefined;
  const share = down / (up + down);
  return share >= Math.min(mostShare, burnRate * (1 - rule.target)) ? share : undefined;
}
