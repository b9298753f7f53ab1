// Something happened in a student repository: its dashboard issue says so, edited only when its text is another.
import { createHash } from 'node:crypto';
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { Evidence } from '../../domain/evidence/evidence.ts';
import {
  dashboardMarker,
  describeDashboard,
  type DashboardChallenge,
  type DashboardEndpoint,
  type DashboardRelease,
  type DashboardRequest,
} from '../../domain/messages/dashboard-message.ts';
import { identityOf, type ServiceIdentity } from '../../domain/endpoint/service-identity.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StoredShipment } from '../../ports/records.ts';
import type { StoredEndpoint, StoredRequest } from '../../ports/practice.ts';
import { claimsSince } from '../endpoint/identify-service.ts';
import { buildGradebook } from '../../domain/grade/gradebook.ts';
import { inForce, type InForce } from '../course/in-force.ts';
import { serviceState, type ServiceState } from '../endpoint/service-state.ts';
import { announcedStages } from '../endpoint/stress-endpoint.ts';
import { nextPoints } from '../grade/next-points.ts';
import { readGate, readGradebookInput } from '../grade/read-gradebook.ts';
import { dashboardJob } from '../jobs/queue-jobs.ts';

type Payload = { organisation: string; repository: string };

/** Killed at any point it may be run again: an issue whose number was never stored is found by its marker. */
export async function keepDashboardIssue(ports: FlowPorts, { organisation, repository }: Payload): Promise<void> {
  const { store, clock, log } = ports;
  const found = await inForce(store, organisation);
  const student = await store.studentRepository(organisation, repository);
  if (!found || found.record.installationId === 0 || student?.repositoryId === undefined) return;
  const { record, course } = found;
  const shipments = await store.shipments(organisation, { repository });
  const names = new Set(shipments.map(({ shipment }) => shipment.challenge));
  const challenges = found.challenges.filter(({ name }) => names.has(name));
  if (challenges.length === 0) return;
  const github = ports.github(record);
  const now = clock.now();
  const [requests, endpoint] = [
    await store.requests(organisation, repository),
    await store.endpoint(organisation, repository),
  ];
  const rivals =
    endpoint?.url === undefined ? [] : await store.endpointRivals(organisation, repository, claimsSince(now));
  const identity = endpoint && identityOf({ proven: endpoint.provenAt !== undefined, says: endpoint.says }, rivals);
  const sections: DashboardChallenge[] = [];
  for (const challenge of challenges) {
    const place = [organisation, challenge.name, student.owner] as const;
    const evidence = await store.evidence(...place, ['data', 'run']);
    const service = challenge.endpoint && (await serviceState(store, place, now));
    sections.push(gather(challenge, { shipments, requests, endpoint, identity, evidence, service, now }));
  }
  const points = await pointsOf(ports, found, student.owner, requests, now);
  const issue = describeDashboard({
    ...points,
    challenges: sections,
    zone: course.timezone,
    now,
    url: `${github.url}/${repository}`,
    page: ports.studentPage(record.login, student.owner),
  });
  const digest = createHash('sha256').update(JSON.stringify(issue)).digest('hex');
  const known = await store.dashboardIssue(organisation, repository);
  if (known?.digest === digest) return;
  // By its id: a student may have renamed it, and given the old name to another.
  const name = await github.studentRepositories.locate(student.repositoryId);
  if (name === undefined) return;
  const number = await github.issues.show(name, dashboardMarker, issue, known?.number);
  await store.saveDashboardIssue(organisation, repository, { digest, ...(number === undefined ? {} : { number }) });
  log.info({ repository, issue: number }, 'dashboard issue written');
}

/** Nothing of points while they are held back from students. */
async function pointsOf(
  { store }: FlowPorts,
  { record: { organisation }, course, challenges, owners }: InForce,
  slug: string,
  requests: readonly StoredRequest[],
  now: Date,
): Promise<Pick<Parameters<typeof describeDashboard>[0], 'steps' | 'judged'>> {
  const owner = owners.find((candidate) => candidate.slug === slug);
  if (!owner || !(await readGate(store, organisation, course, now)).open) return {};
  const input = await readGradebookInput(store, { organisation, course, challenges, owners: [owner], now });
  const judged = buildGradebook(input).rows.flatMap(({ challenge, criteria: { rubric } }) =>
    rubric ? [{ challenge, points: rubric.points, of: rubric.of, worth: rubric.worth }] : [],
  );
  return { steps: nextPoints(input, challenges, requests), judged };
}

type Touched = Payload & { number: number; sender: string };

/** Somebody closed, deleted, moved or edited an issue. If it is the dashboard of a challenge that goes on, it comes back. */
export async function dashboardTouched(
  { store, clock, appSlug }: FlowPorts,
  { organisation, repository, number, sender }: Touched,
): Promise<void> {
  if (sender === `${appSlug}[bot]`) return;
  const known = await store.dashboardIssue(organisation, repository);
  if (known?.number !== number) return;
  const shipments = await store.shipments(organisation, { repository });
  const names = new Set(shipments.map(({ shipment }) => shipment.challenge));
  const now = clock.now();
  const found = await inForce(store, organisation);
  if (!found?.challenges.some(({ name, ends }) => names.has(name) && now <= ends)) return;
  await store.transaction(async (inside) => {
    await inside.saveDashboardIssue(organisation, repository, { number });
    await inside.enqueue([dashboardJob(organisation, repository, now)]);
  });
}

type Known = {
  shipments: readonly StoredShipment[];
  requests: readonly StoredRequest[];
  endpoint: StoredEndpoint | undefined;
  identity: ServiceIdentity | undefined;
  evidence: readonly Evidence[];
  service: ServiceState | undefined;
  now: Date;
};

function gather(
  challenge: Challenge,
  { shipments, requests, endpoint, identity, evidence, service, now }: Known,
): DashboardChallenge {
  const { name, title, ends, releases } = challenge;
  const run = evidence.findLast((candidate) => candidate.kind === 'run');
  const next = releases.find(({ due }) => due > now)?.due;
  return {
    name,
    title,
    ends,
    ...(next ? { next } : {}),
    releases: shipments
      .filter(({ shipment, receipt }) => shipment.challenge === name && receipt !== undefined)
      .map((stored) => toRelease(stored, evidence)),
    requests: requests
      .filter(({ request, state }) => request.challenge === name && state !== 'planned')
      .map((stored) => toRequest(stored, now))
      .toSorted((a, b) => Number(a.closed) - Number(b.closed) || b.due.getTime() - a.due.getTime()),
    ...(run ? { run } : {}),
    ...(challenge.endpoint ? { endpoint: toEndpoint(endpoint, service, identity) } : {}),
    stages: announcedStages(challenge, now),
  };
}

function toRelease(
  { shipment, receipt, dispatchedAt }: StoredShipment,
  evidence: readonly Evidence[],
): DashboardRelease {
  const last = evidence.findLast((candidate) => candidate.kind === 'data' && candidate.shipment === shipment.id);
  const { commit, pullRequest } = receipt!;
  return {
    name: shipment.release,
    at: dispatchedAt ?? new Date(shipment.due),
    state: last?.kind === 'data' ? last.event : 'shipped',
    commit,
    ...(pullRequest === undefined ? {} : { pullRequest }),
    ...(last?.kind === 'data' && last.how !== undefined ? { how: last.how } : {}),
  };
}

function toRequest({ request, answers, commit, state }: StoredRequest, now: Date): DashboardRequest {
  const { id, name, kind, release, attempts } = request;
  const due = new Date(request.due);
  const counted = answers.filter((answer) => answer.counted);
  const shown = answers.at(-1)?.commit ?? commit;
  return {
    id,
    ...(name === undefined ? {} : { name }),
    kind,
    release,
    due,
    attempts,
    verdicts: counted.map(({ verdict }) => verdict),
    closed: state === 'closed' || now > due || counted.some(({ verdict }) => verdict === 'correct'),
    ...(shown === undefined ? {} : { commit: shown }),
  };
}

/** Of the probes only what changed: when the service began to be as it is now. */
function toEndpoint(
  endpoint: StoredEndpoint | undefined,
  service: ServiceState | undefined,
  identity: ServiceIdentity | undefined,
): DashboardEndpoint {
  if (endpoint?.problem !== undefined) return { state: 'unusable', problem: endpoint.problem };
  if (endpoint?.url === undefined) return { state: 'unregistered' };
  const whose = identity === undefined ? {} : { identity };
  if (!service) return { state: 'waiting', ...whose };
  const { ok, code, modelVersion } = service.last;
  return {
    state: ok ? 'up' : 'down',
    since: service.since,
    code,
    ...whose,
    ...(modelVersion === undefined ? {} : { modelVersion }),
  };
}
