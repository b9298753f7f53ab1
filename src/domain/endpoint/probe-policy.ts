// When an endpoint is probed, what a probe asks, and whose fault a failure is. Pure, so that any process decides alike.
import { createHash } from 'node:crypto';
import type { Maintenance } from '../challenge/challenge.ts';
import type { ProbeEvidence } from '../evidence/evidence.ts';

/** A failure is confirmed by a second probe after this long, before it counts. */
export const CONFIRM_AFTER_MS = 10_000;

const JITTER = 0.2;

/**
 * When the endpoint is probed next, strictly after `after`. `secret` is known to the server alone: with nothing but names to go
 * by, anybody could compute all times ahead and be up only then. Each endpoint has its own place in the period, so that a
 * fleet is spread over it, and each period moves it by up to a tenth of the period either way, so that nobody can be up
 * only when asked.
 */
export function nextProbe(endpoint: string, every: number, after: Date, secret: string = ''): Date {
  const drawnFrom = secret === '' ? endpoint : `${secret}\0${endpoint}`;
  let slot = Math.floor(after.getTime() / every) - 1;
  for (;;) {
    const at = probeAt(drawnFrom, every, slot);
    if (at > after.getTime()) return new Date(at);
    slot++;
  }
}

function probeAt(endpoint: string, every: number, slot: number): number {
  const phase = fraction(`${endpoint} phase`) * every;
  const jitter = (fraction(`${endpoint} ${slot}`) - 0.5) * JITTER * every;
  return Math.round(slot * every + phase + jitter);
}

/** Evenly spread over [0, 1), from the text alone. */
function fraction(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48;
}

const longestGraceMs = 7 * 86_400_000;

/**
 * From when on a missing address is downtime: a week after the first release was delivered, or a third of the challenge
 * where that is less. Without it, whoever registers nothing, or takes an address away while it is down, would lose nothing.
 */
export function registerBy({ starts, ends }: { starts: Date; ends: Date }, delivered: Date): Date {
  const grace = Math.min(longestGraceMs, (ends.getTime() - starts.getTime()) / 3);
  return new Date(delivered.getTime() + grace);
}

/** The code of a probe that found no address that can be used. */
export const NO_ENDPOINT = 'no-endpoint';

/** Codes that say that we could not even ask: our network, our machine. Nobody outside can bring them about. */
const ourCodes = new Set(['our-network', 'our-lag']);

/**
 * Codes of a name that could not be looked up. Whose fault that is cannot be told from one name: its owner chooses who
 * answers for it. It is ours only where other names fail at the same time.
 */
const nameCodes = new Set(['dns-failed', 'dns-not-found']);

/** Whose fault a failure is, from its code and the maintenance announced. */
export function causeOf(code: string, at: Date, maintenance: readonly Maintenance[]): ProbeEvidence['cause'] {
  if (maintenance.some(({ from, to }) => at >= from && at < to)) return 'maintenance';
  return ourCodes.has(code) ? 'ours' : 'student';
}

/** What happened to the other endpoints in the same period, whatever their course. */
export type Neighbour = { owner: string; ok: boolean; code: string };

const networkCodes = new Set([
  'connect-refused',
  'connect-reset',
  'connect-timeout',
  'timeout',
  'host-unreachable',
  ...nameCodes,
]);

/** What should be tried with somebody else before the failure counts: the same is seen where our own network is down. */
export function doubtOf(code: string): 'names' | 'network' | undefined {
  if (nameCodes.has(code)) return 'names';
  return networkCodes.has(code) ? 'network' : undefined;
}

/** True when so many endpoints of different owners fail to answer at once that the fault must be ours. */
export function looksLikeOurOutage(neighbours: readonly Neighbour[]): boolean {
  const owners = new Map<string, boolean>();
  for (const { owner, ok, code } of neighbours) {
    const silent = !ok && (networkCodes.has(code) || ourCodes.has(code));
    owners.set(owner, (owners.get(owner) ?? true) && silent);
  }
  const silent = [...owners.values()].filter(Boolean).length;
  return owners.size >= 5 && silent / owners.size >= 0.8;
}

/** Announced maintenance counts only if it was announced before it began, and only up to `most` milliseconds in all. */
export function acceptMaintenance(
  announced: readonly (Maintenance & { announcedAt: Date })[],
  most: number,
): Maintenance[] {
  const accepted: Maintenance[] = [];
  let left = most;
  for (const window of announced.toSorted((a, b) => a.announcedAt.getTime() - b.announcedAt.getTime())) {
    const length = window.to.getTime() - window.from.getTime();
    if (length <= 0 || window.announcedAt > window.from || left <= 0) continue;
    const to = new Date(window.from.getTime() + Math.min(length, left));
    left -= to.getTime() - window.from.getTime();
    accepted.push({ from: window.from, to, ...(window.reason === undefined ? {} : { reason: window.reason }) });
  }
  return accepted;
}
