// Whose is the service that answered? What it says of itself, and who else registered its address.
import type { EndpointRule } from '../../domain/challenge/challenge.ts';
import {
  ANOTHERS_ENDPOINT,
  identityOf,
  UNPROVEN_ENDPOINT,
  type ServiceIdentity,
} from '../../domain/endpoint/service-identity.ts';
import type { ProbeEvidence } from '../../domain/evidence/evidence.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { ProbeAnswer, StoredEndpoint } from '../../ports/practice.ts';
import { dashboardJob } from '../jobs/queue-jobs.ts';

type Place = { organisation: string; repository: string; rule: EndpointRule; now: Date };
export type Identified = { answer: ProbeAnswer; endpoint: StoredEndpoint; identity: ProbeEvidence['identity'] };

/** Whoever was not looked at for so long has no claim: challenges end, and addresses are given to others. */
const claimMs = 2 * 86_400_000;

export const claimsSince = (now: Date): Date => new Date(now.getTime() - claimMs);

/** The answer as it counts for this owner, and the registration with what is now known of it. */
export async function identifyService(
  ports: FlowPorts,
  { organisation, repository, rule, now }: Place,
  stored: StoredEndpoint,
  probed: ProbeAnswer,
): Promise<Identified> {
  const { store } = ports;
  const endpoint = probed.ok ? await hearService(ports, organisation, stored, probed, now) : stored;
  const rivals = await store.endpointRivals(organisation, repository, claimsSince(now));
  const identity = identityOf({ proven: endpoint.provenAt !== undefined, says: endpoint.says }, rivals);
  const changed =
    (endpoint.provenAt === undefined) !== (stored.provenAt === undefined) || endpoint.says !== stored.says;
  if (changed) {
    await store.saveEndpoint(organisation, repository, endpoint);
    await tellClaimants(ports, organisation, repository, now);
  }
  const code = probed.ok ? refusal(identity, rule) : undefined;
  const answer = code === undefined ? probed : refused(probed, code);
  const mark =
    identity === 'proven' || identity === 'shared' ? (identity === 'shared' ? 'contested' : 'proven') : undefined;
  return { answer, endpoint, identity: mark };
}

/** Both sides read it, as soon as it is so. */
export async function tellClaimants(
  { store }: FlowPorts,
  organisation: string,
  repository: string,
  now: Date,
): Promise<void> {
  const rivals = await store.endpointRivals(organisation, repository, claimsSince(now));
  const places = [`${organisation}/${repository}`, ...rivals.map((rival) => rival.repository)];
  await store.enqueue(
    places.map((place) => {
      const [where = '', name = ''] = place.split('/');
      return dashboardJob(where, name, now);
    }),
  );
}

async function hearService(
  { store }: FlowPorts,
  organisation: string,
  stored: StoredEndpoint,
  { says }: ProbeAnswer,
  now: Date,
): Promise<StoredEndpoint> {
  const { provenAt: _, says: _says, ...rest } = stored;
  if (says === undefined) return rest;
  const [where = '', name = ''] = says.split('/');
  const known = await store.studentRepository(where.toLowerCase(), name);
  // A name that nobody knows proves nothing, and accuses nobody: repositories are renamed.
  if (!known) return rest;
  const own = where.toLowerCase() === organisation.toLowerCase() && known.owner === stored.owner;
  return own ? { ...rest, provenAt: now } : { ...rest, says: says.toLowerCase() };
}

function refusal(identity: ServiceIdentity, rule: EndpointRule): string | undefined {
  if (identity === 'another' || identity === 'taken') return ANOTHERS_ENDPOINT;
  return rule.identity === 'required' && identity === 'unproven' ? UNPROVEN_ENDPOINT : undefined;
}

/** Nothing of what somebody else's service answered counts. */
function refused({ latencyMs }: ProbeAnswer, code: string): ProbeAnswer {
  const message =
    code === ANOTHERS_ENDPOINT
      ? "the service is somebody else's"
      : '/metadata does not say which repository the service is of';
  return { ok: false, code, message, ...(latencyMs === undefined ? {} : { latencyMs }) };
}
