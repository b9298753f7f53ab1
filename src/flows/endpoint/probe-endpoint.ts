// One probe of one endpoint: where is it, what does it answer, whose fault is a failure, and when is the next one.
import type { Challenge, EndpointRule } from '../../domain/challenge/challenge.ts';
import type { ProbeEvidence } from '../../domain/evidence/evidence.ts';
import { drillSpans } from '../../domain/drill/drill-spans.ts';
import { announcedMaintenance } from '../../domain/endpoint/announced.ts';
import {
  causeOf,
  doubtOf,
  looksLikeOurOutage,
  nextProbe,
  NO_ENDPOINT,
  registerBy,
} from '../../domain/endpoint/probe-policy.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StudentRepository } from '../../ports/records.ts';
import type { ProbeAnswer, StoredEndpoint } from '../../ports/practice.ts';
import { inForce, type InForce } from '../course/in-force.ts';
import { compareCanary } from './compare-canary.ts';
import { drawProbe } from './draw-probe.ts';
import { dashboardJob } from '../jobs/queue-jobs.ts';
import { incidentNotice } from '../jobs/queue-notices.ts';
import { findRegistration } from './find-registration.ts';
import { identifyService, type Identified } from './identify-service.ts';
import { drillJob, ledgerJob, probeJob } from '../jobs/queue-practice.ts';
import { codeOf, isFailure } from '../../domain/text/failure.ts';

type Payload = { organisation: string; repository: string; challenge: string };
type Site = { found: InForce; challenge: Challenge; rule: EndpointRule; student: StudentRepository; now: Date };

/** Older neighbours say nothing about our network at this moment. */
const neighbourMs = 120_000;

/** The next probe is always after now: however far the clock jumped, one probe makes up for all that were missed. */
export async function probeEndpoint(ports: FlowPorts, payload: Payload): Promise<{ postpone: number } | undefined> {
  const { store, clock, endpoints } = ports;
  const { organisation, repository } = payload;
  const found = await inForce(store, organisation);
  const challenge = found?.challenges.find(({ name }) => name === payload.challenge);
  const student = await store.studentRepository(organisation, repository);
  const now = clock.now();
  if (!found || !challenge?.endpoint || !student || now > challenge.ends) return undefined;
  const site: Site = { found, challenge, rule: challenge.endpoint, student, now };
  const next = nextProbe(`${organisation}/${repository}`.toLowerCase(), site.rule.every, now, endpoints.timing);
  const registration = await findRegistration(ports, site, payload);
  if (registration.url === undefined) return missEndpoint(ports, site, payload, registration, next);
  const drawn = await drawProbe(ports, site, registration.url, registration);
  const task = drawn && { ...drawn, whose: true };
  if (!task) {
    await store.enqueue([probeJob(payload, next)]);
    return undefined;
  }
  const probed = await endpoints.probe(task);
  const { answer, endpoint, identity } = await identifyService(ports, { ...payload, ...site }, registration, probed);
  const cause = await blame(ports, site, payload, answer);
  if (!answer.ok && cause === 'student' && !isConfirming(endpoint, site)) {
    // Nothing is held against anybody yet: the second probe decides.
    await store.saveEndpoint(organisation, repository, {
      ...endpoint,
      suspectSince: now,
      suspectCode: answer.code,
    });
    return { postpone: endpoints.confirmAfterSeconds };
  }
  if (endpoint.canary !== undefined) await compareCanary(ports, site, { task, answer, canary: endpoint.canary });
  const { suspectSince: _, suspectCode: _code, ...kept } = endpoint;
  try {
    await recordProbe(ports, site, payload, { kept, result: answer, cause, next, identity });
  } catch (error) {
    if (!isRefusedByDatabase(error)) throw error;
    // What cannot be kept of an answer is the service's fault, and never a probe that did not happen.
    await recordProbe(ports, site, payload, { kept, result: unrecordable, cause: 'student', next, identity });
  }
  return undefined;
}

const unrecordable: ProbeAnswer = {
  ok: false,
  code: 'predict-unreadable',
  message: 'the answer contains data that cannot be recorded',
};

/** The database's own codes of what is wrong with data, or too large or too deep. */
function isRefusedByDatabase(error: unknown): boolean {
  return /^(22|54)[0-9A-Z]{3}$/.test(codeOf(error) ?? '') || isFailure(error, 'unstorable');
}

type Outcome = { kept: StoredEndpoint; result: ProbeAnswer; cause: ProbeEvidence['cause']; next: Date } & Pick<
  Identified,
  'identity'
>;

async function recordProbe(
  { store }: FlowPorts,
  site: Site,
  payload: Payload,
  { kept, result, cause, next, identity }: Outcome,
): Promise<void> {
  const { organisation, repository } = payload;
  const { now } = site;
  const seen = { at: now, ok: result.ok, code: result.code, ...versionOf(result, kept) };
  const evidence = { ...toEvidence(site, payload, result, cause), ...(identity === undefined ? {} : { identity }) };
  await store.transaction(async (inside) => {
    await inside.saveEndpoint(organisation, repository, { ...kept, last: seen });
    await inside.addEvidence(organisation, evidence);
    await inside.enqueue([probeJob(payload, next), ledgerJob(organisation, now)]);
    // Down, it may be an incident; up again, one may be over.
    if (site.challenge.drills?.real && (!seen.ok || kept.last?.ok === false))
      await inside.enqueue([drillJob(payload, site.student.owner, now)]);
    if (!isNews(kept.last, seen)) return;
    await inside.enqueue([dashboardJob(organisation, repository, now)]);
    const fell = !seen.ok && kept.last?.ok !== false && cause === 'student';
    if (fell && site.found.course.notify?.includes('incident'))
      await inside.enqueue([incidentNotice({ organisation, repository }, payload.challenge, now)]);
  });
}

/** Nobody can be asked. Within the grace that is nobody's fault; after it, it is downtime. */
async function missEndpoint(
  { store }: FlowPorts,
  site: Site,
  payload: Payload,
  { problem }: StoredEndpoint,
  next: Date,
): Promise<undefined> {
  const { organisation, repository, challenge } = payload;
  const { rule, now } = site;
  const shipped = await store.shipments(organisation, { repository, challenge });
  const delivered = Math.min(...shipped.map(({ dispatchedAt }) => dispatchedAt?.getTime() ?? Number.POSITIVE_INFINITY));
  await store.transaction(async (inside) => {
    await inside.enqueue([probeJob(payload, next)]);
    if (!Number.isFinite(delivered) || now <= registerBy(site.challenge, new Date(delivered))) return;
    const cause = causeOf(NO_ENDPOINT, now, rule.maintenance);
    const message = problem ?? 'no address is registered';
    await inside.addEvidence(organisation, toEvidence(site, payload, { ok: false, code: NO_ENDPOINT, message }, cause));
    await inside.enqueue([ledgerJob(organisation, now)]);
  });
}

type Seen = NonNullable<StoredEndpoint['last']>;

/** The version it had before, where a failed probe did not get to see one. */
function versionOf({ modelVersion: now }: ProbeAnswer, { last }: StoredEndpoint): Pick<Seen, 'modelVersion'> {
  const modelVersion = now ?? last?.modelVersion;
  return modelVersion === undefined ? {} : { modelVersion };
}

/** Up, down, failing in another way, or another model: what is worth telling. */
function isNews(before: Seen | undefined, now: Seen): boolean {
  return before?.ok !== now.ok || before.code !== now.code || before.modelVersion !== now.modelVersion;
}

/** A failure of a period ago is not what this probe confirms. */
function isConfirming({ suspectSince }: StoredEndpoint, { now, rule }: Site): boolean {
  return suspectSince !== undefined && now.getTime() - suspectSince.getTime() < rule.every;
}

async function blame(
  { store, endpoints }: FlowPorts,
  { found, rule, student, now }: Site,
  { organisation, repository, challenge }: Payload,
  { ok, code }: ProbeAnswer,
): Promise<ProbeEvidence['cause']> {
  if (ok) return 'student';
  const known = await store.evidence(organisation, challenge, student.owner, ['maintenance', 'drill']);
  const paid = announcedMaintenance(known, rule, found.course.late.tokens);
  const cause = causeOf(code, now, [...rule.maintenance, ...paid, ...drillSpans(known, now)]);
  if (cause !== 'student') return cause;
  const others = await store.neighbours(organisation, repository, new Date(now.getTime() - neighbourMs));
  if (looksLikeOurOutage([...others, { owner: `${organisation}/${repository}`, ok, code }])) return 'ours';
  // Few neighbours say little: a host that must answer says whether anybody can be reached at all.
  const doubt = doubtOf(code);
  const works = doubt && (await (doubt === 'names' ? endpoints.namesWork() : endpoints.networkWorks()));
  return works === false ? 'ours' : 'student';
}

function toEvidence(
  { found, student, now }: Site,
  { repository, challenge }: Payload,
  { ok, code, latencyMs, apiVersion, modelVersion, quality, measured }: ProbeAnswer,
  cause: ProbeEvidence['cause'],
): ProbeEvidence {
  return {
    kind: 'probe',
    id: `probe/${repository}/${challenge}/${now.toISOString()}`.toLowerCase(),
    challenge,
    owner: student.owner,
    repository: `${found.record.login}/${repository}`,
    at: now,
    trust: 'measured',
    ok,
    code,
    cause,
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(modelVersion === undefined ? {} : { modelVersion }),
    ...(quality ? { quality } : {}),
    ...(measured ? { measured } : {}),
  };
}
