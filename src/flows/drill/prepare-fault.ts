// What a drill would alter at this moment, or in words why it can alter nothing.
import type { DrillKind } from '../../domain/challenge/challenge.ts';
import { isService, type Fault } from '../../domain/drill/drill.ts';
import { blobHash, faultBytes } from '../../domain/drill/fault-bytes.ts';
import { registerBy } from '../../domain/endpoint/probe-policy.ts';
import { seedOf } from '../../domain/dataset/sample.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StoredShipment } from '../../ports/records.ts';
import { findRegistration } from '../endpoint/find-registration.ts';
import { challengeOf, type DrillSite } from './drill-site.ts';

export type Prepared = { fault?: Fault; before: string } | { problem: string };

/** Larger files are not altered: they would not fit into a call. */
const mostBytes = 15 * 1024 * 1024;

export async function prepareFault(ports: FlowPorts, site: DrillSite, kind: DrillKind): Promise<Prepared> {
  const { place, github, name, now } = site;
  const challenge = challengeOf(site);
  if (!challenge) return { problem: 'The challenge is not in force.' };
  const filter = { repository: place.repository, challenge: challenge.name };
  const all = await ports.store.shipments(place.organisation, filter);
  const sent = all.filter(({ state, receipt }) => state === 'dispatched' && receipt !== undefined);
  const before = await github.incidents.head(name);
  if (isService(kind)) {
    const endpoint = await findRegistration(ports, site, place);
    const delivered = Math.min(...sent.map(({ dispatchedAt }) => dispatchedAt!.getTime()));
    const may = Number.isFinite(delivered) && now > registerBy(challenge, new Date(delivered));
    return endpoint.url === undefined && !may ? { problem: 'No endpoint is registered yet.' } : { before };
  }
  const usable = kind === 'remote_outage' ? sent.filter(isRemote) : await untouched(site, sent.filter(isInGit), before);
  const last = usable.at(-1);
  if (!last) return { problem: 'No release is there that could be altered: nothing was merged as it was sent.' };
  if (kind === 'remote_outage') return { before, fault: faultOf(last) };
  if (kind === 'late_shipment') return { before, fault: { ...faultOf(last), shipped: last.receipt!.blob } };
  if (last.receipt!.bytes > mostBytes) return { problem: 'The release is too large to be altered.' };
  const whole = { ...faultOf(last), shipped: last.receipt!.blob };
  const bytes = await faultyBytes(site, kind, whole);
  if (!bytes) return { problem: `The file ${last.shipment.path} cannot be altered in this way.` };
  return { before, fault: { ...whole, faulty: blobHash(bytes) } };
}

/** The faulty bytes: the same whenever they are asked for. */
export async function faultyBytes(site: DrillSite, kind: DrillKind, fault: Fault): Promise<Buffer | undefined> {
  const shipped = await site.github.studentFiles.readBlob(site.name, fault.shipped!);
  const { path, shipment } = fault;
  const target = challengeOf(site)?.dataset.target;
  return faultBytes(kind, shipped, { path, target, seed: seedOf('fault', shipment, kind) });
}

const isRemote = ({ shipment }: StoredShipment): boolean => shipment.carrier === 'rclone';
const isInGit = ({ shipment, receipt }: StoredShipment): boolean =>
  (shipment.carrier === 'commit' || shipment.carrier === 'pull_request') && receipt?.path === undefined;

function faultOf({ shipment }: StoredShipment): Fault {
  return { shipment: shipment.id, release: shipment.release, path: shipment.path };
}

/** Those that the branch holds as they were sent: only what is whole can be broken. */
async function untouched(
  { github, name }: DrillSite,
  sent: readonly StoredShipment[],
  commit: string,
): Promise<StoredShipment[]> {
  const blobs = await github.runs.blobs(name, commit, [...new Set(sent.map(({ shipment }) => shipment.path))]);
  return sent.filter(({ shipment, receipt }) => blobs.get(shipment.path) === receipt!.blob);
}
