// Maintenance that students announced and paid for with late tokens.
import type { EndpointRule, Maintenance } from '../challenge/challenge.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { acceptMaintenance } from './probe-policy.ts';

export const usualPerToken = 4 * 3_600_000;

type Announced = Maintenance & { announcedAt: Date };

/** What is on record; only announced before it began, and no more than all tokens of the course pay for. */
export function announcedMaintenance(
  evidence: readonly Evidence[],
  { perToken = usualPerToken }: Pick<EndpointRule, 'perToken'>,
  tokens: number,
): Maintenance[] {
  return acceptMaintenance(evidence.flatMap(toAnnounced), tokens * perToken);
}

function toAnnounced(evidence: Evidence): Announced[] {
  if (evidence.kind !== 'maintenance') return [];
  const { from, to, at, reason } = evidence;
  return [{ from: new Date(from), to: new Date(to), announcedAt: at, ...(reason === undefined ? {} : { reason }) }];
}

/** What a window costs: tokens are whole. */
export function priceOf(
  { from, to }: Maintenance,
  { perToken = usualPerToken }: Pick<EndpointRule, 'perToken'>,
): number {
  return Math.ceil((to.getTime() - from.getTime()) / perToken);
}
