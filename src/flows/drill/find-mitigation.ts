// When the probes were green again: those of the service, or the state of what was altered, by GitHub's own record.
import { isService, noteDown, type Drill } from '../../domain/drill/drill.ts';
import { isMended } from '../../domain/drill/fault-bytes.ts';
import { boundSteps, isHeld } from '../../domain/endpoint/load.ts';
import type { IncidentRecord } from '../../ports/drills.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { drawProbe } from '../endpoint/draw-probe.ts';
import { findRegistration } from '../endpoint/find-registration.ts';
import { challengeOf, type DrillSite } from './drill-site.ts';

/** One a second is usual; a burst is ten times that, for as long as it takes to see whether it is held. */
const burst = { rate: 10, seconds: 3 };

export async function findMitigation(
  ports: FlowPorts,
  site: DrillSite,
  drill: Drill,
  record: IncidentRecord,
  until: Date,
): Promise<Date | undefined> {
  if (drill.kind === 'outage') return firstGreen(ports, site, drill, until);
  if (isService(drill.kind)) return site.now <= until ? askService(ports, site, drill) : undefined;
  const mended = drill.kind === 'remote_outage' ? undefined : await firstSound(site, drill, record, until);
  if (mended || (drill.kind !== 'late_shipment' && drill.kind !== 'remote_outage')) return mended;
  // Whoever goes on with what there is has mitigated that something is missing.
  const runs = await ports.store.evidence(site.place.organisation, drill.challenge, drill.owner, ['run'], drill.began);
  const after = new Set([drill.fault?.commit, ...record.pushes.map((push) => push.after)]);
  const green = runs.find(
    (run) =>
      run.kind === 'run' &&
      run.conclusion === 'success' &&
      !run.rejected &&
      run.at > drill.began &&
      run.at <= until &&
      (drill.kind === 'remote_outage' || after.has(run.commit)),
  );
  return green?.at;
}

/** The first probe after the begin that was answered as agreed. */
async function firstGreen(
  { store }: FlowPorts,
  { place }: DrillSite,
  { challenge, owner, began }: Drill,
  until: Date,
): Promise<Date | undefined> {
  const probes = await store.evidence(place.organisation, challenge, owner, ['probe'], began);
  const green = probes.find((probe) => probe.kind === 'probe' && probe.ok && probe.at > began && probe.at <= until);
  return green && wholeSecond(green.at);
}

/** The fault itself is asked again: held, or refused as it should be, it is mitigated at this second. */
async function askService(ports: FlowPorts, site: DrillSite, drill: Drill): Promise<Date | undefined> {
  const { now, place } = site;
  const challenge = challengeOf(site);
  const endpoint = await findRegistration(ports, site, place);
  if (!challenge?.endpoint || endpoint.url === undefined) {
    noteDown(drill, now, 'no endpoint is registered');
    return undefined;
  }
  const drawn = await drawProbe(ports, { ...site, challenge, rule: challenge.endpoint }, endpoint.url, endpoint);
  if (!drawn) return undefined;
  const task = { ...drawn, requestId: `incident-${drawn.requestId}` };
  if (drill.kind === 'malformed_requests') {
    const failed = (await ports.endpoints.badInputs(task)).filter(({ ok }) => !ok);
    const what = failed.map(({ name, got }) => `${name}: ${got}`).join(', ');
    noteDown(drill, now, failed.length === 0 ? 'every malformed request was refused' : `not refused: ${what}`);
    return failed.length === 0 ? wholeSecond(now) : undefined;
  }
  // Whoever does not answer as agreed may be somebody who never asked for a burst.
  const first = await ports.endpoints.probe(drawn);
  if (!first.ok) {
    noteDown(drill, now, `the service does not answer as agreed: ${first.code}`);
    return undefined;
  }
  const [step] = boundSteps([burst], endpoint.load);
  const result = await ports.endpoints.load(task, step!);
  noteDown(drill, now, `${result.good} of ${result.sent} predictions at ${step!.rate} a second were right and in time`);
  return isHeld(result) ? wholeSecond(now) : undefined;
}

function wholeSecond(at: Date): Date {
  return new Date(Math.floor(at.getTime() / 1000) * 1000);
}

/** The first push after which the branch was free of the fault, at GitHub's second. */
async function firstSound(
  { github, name }: DrillSite,
  drill: Drill,
  { pushes }: IncidentRecord,
  until: Date,
): Promise<Date | undefined> {
  const { fault, kind } = drill;
  if (fault?.shipped === undefined) return undefined;
  let shipped: Buffer | undefined;
  for (const { at, after, isDefault } of pushes) {
    if (!isDefault || at < drill.began || at > until || after === fault.commit) continue;
    const blob = (await github.runs.blobs(name, after, [fault.path])).get(fault.path);
    if (blob === fault.shipped) return at;
    if (blob === undefined && kind !== 'late_shipment') return at;
    if (blob === undefined || blob === fault.faulty) continue;
    shipped ??= await github.studentFiles.readBlob(name, fault.shipped);
    if (isMended(shipped, await github.studentFiles.readBlob(name, blob))) return at;
  }
  return undefined;
}
