// A real outage in the place of the next drill, where the challenge takes those: the service is down and its error budget burns.
import type { Drill } from '../../domain/drill/drill.ts';
import { drillSpans } from '../../domain/drill/drill-spans.ts';
import { burningShare, lookBack } from '../../domain/drill/real-outage.ts';
import { announcedMaintenance } from '../../domain/endpoint/announced.ts';
import type { ProbeEvidence } from '../../domain/evidence/evidence.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { draftDrill, isTurn } from './begin-drill.ts';
import { challengeOf, isActive, type DrillSite } from './drill-site.ts';

/** Undefined where there is none, or no drill left whose place it could take. A deadline that is near is no reason: it is down. */
export async function beginReal(ports: FlowPorts, site: DrillSite): Promise<Drill | undefined> {
  const { drills, now, place, student, found } = site;
  const challenge = challengeOf(site);
  const rule = challenge?.drills;
  if (!rule?.real || !challenge?.endpoint || drills.some(isActive)) return undefined;
  if (now < rule.from || now.getTime() + Math.max(rule.lasts, rule.postMortemWithin) > rule.to.getTime())
    return undefined;
  const turns = Array.from({ length: rule.number }, (_, turn) => turn);
  const turn = turns.find((candidate) => !drills.some((drill) => isTurn(drill, place.challenge, candidate)));
  if (turn === undefined) return undefined;
  const { endpoint } = challenge;
  const { store } = ports;
  const whose = [place.organisation, place.challenge, student.owner] as const;
  const known = await store.evidence(...whose, ['maintenance', 'drill']);
  const paid = announcedMaintenance(known, endpoint, found.course.late.tokens);
  const maintenance = [...endpoint.maintenance, ...paid, ...drillSpans(known, now)];
  // One outage is one incident, however long it takes.
  const before = drills.findLast(({ kind }) => kind === 'outage');
  const since = Math.min(lookBack(now, endpoint.every).getTime(), before?.began.getTime() ?? Number.POSITIVE_INFINITY);
  const probes = (await store.evidence(...whose, ['probe'], new Date(since))).filter(
    (evidence): evidence is ProbeEvidence => evidence.kind === 'probe',
  );
  if (before && !probes.some(({ ok, at }) => ok && at > before.began)) return undefined;
  const target = endpoint.availability.full;
  const share = burningShare(probes, now, { every: endpoint.every, target, maintenance });
  if (share === undefined) return undefined;
  const head = await site.github.incidents.head(site.name);
  const drill: Drill = { ...draftDrill(site, rule, { turn, kind: 'outage' }), before: head };
  return (await ports.store.addDrill(place.organisation, drill)) ? drill : undefined;
}
