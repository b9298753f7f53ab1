// How a student's service is now, and since when, by what its probes count for.
import { settleContested } from '../../domain/endpoint/service-identity.ts';
import { tellsOfService, type ProbeEvidence } from '../../domain/evidence/evidence.ts';
import type { ProbeState } from '../../ports/practice.ts';
import type { Store } from '../../ports/store.ts';

export type ServiceState = Pick<ProbeState, 'last' | 'since'>;

/** Failures of ours say nothing of it. */
export async function serviceState(
  store: Store,
  place: readonly [organisation: string, challenge: string, owner: string],
  now: Date,
): Promise<ServiceState | undefined> {
  const state = await store.probeState(...place);
  if (!state?.contested) return state;
  // What was measured while two claimed it counts for one of them: all of it is looked through.
  const probes = settleContested(await store.evidence(...place, ['probe']), now).filter(
    (item): item is ProbeEvidence => item.kind === 'probe' && tellsOfService(item),
  );
  const last = probes.at(-1)!;
  const before = probes.findLastIndex(({ ok, code }) => ok !== last.ok || code !== last.code);
  return { last, since: probes[before + 1]!.at };
}
