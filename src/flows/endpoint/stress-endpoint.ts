// The announced stages of stress of one service: a load that rises, and inputs that must be refused.
import type { Challenge, EndpointRule } from '../../domain/challenge/challenge.ts';
import { seedOf } from '../../domain/dataset/sample.ts';
import { isWithin, drillSpans } from '../../domain/drill/drill-spans.ts';
import { announcedMaintenance } from '../../domain/endpoint/announced.ts';
import { boundSteps } from '../../domain/endpoint/load.ts';
import { causeOf, registerBy } from '../../domain/endpoint/probe-policy.ts';
import type { Evidence, StressEvidence } from '../../domain/evidence/evidence.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { inForce } from '../course/in-force.ts';
import { ledgerJob, stressJob } from '../jobs/queue-practice.ts';
import { drawProbe, type ProbeSite } from './draw-probe.ts';
import { findRegistration } from './find-registration.ts';

type Payload = { organisation: string; repository: string; challenge: string };
type Stage = { stage: StressEvidence['stage']; announced: Date; at: Date };

type LoadSteps = Pick<Extract<StressEvidence, { stage: 'load' }>, 'stage' | 'steps'>;

const hour = 3_600_000;
/** Whoever is asked later than this was not told so: the stage counts for nothing. */
const latestMs = 3 * hour;

/** A class is spread over the hour after the announced moment. */
function stagesOf({ load, badInputs }: EndpointRule, who: string): Stage[] {
  const spread = (seedOf('stress', who) / 2 ** 32) * hour;
  const stage = (name: Stage['stage'], moments: readonly Date[]): Stage[] =>
    moments.map((announced) => ({ stage: name, announced, at: new Date(announced.getTime() + spread) }));
  return [...stage('bad_inputs', badInputs?.at ?? []), ...stage('load', load?.at ?? [])].sort(
    (a, b) => a.at.getTime() - b.at.getTime(),
  );
}

export async function stressEndpoint(ports: FlowPorts, payload: Payload): Promise<undefined> {
  const { store, clock } = ports;
  const { organisation, repository } = payload;
  const found = await inForce(store, organisation);
  const challenge = found?.challenges.find(({ name }) => name === payload.challenge);
  const student = await store.studentRepository(organisation, repository);
  const now = clock.now();
  if (!found || !challenge?.endpoint || !student || now > challenge.ends) return undefined;
  const site: ProbeSite = { found, challenge, rule: challenge.endpoint, student, now };
  const stages = stagesOf(challenge.endpoint, `${organisation}/${student.owner}`.toLowerCase());
  const idOf = ({ stage, announced }: Stage): string =>
    `stress/${repository}/${challenge.name}/${stage}/${announced.toISOString()}`.toLowerCase();
  const known = await store.knownEvidence(organisation, stages.map(idOf));
  for (const stage of stages.filter((candidate) => candidate.at <= now && !known.has(idOf(candidate)))) {
    const evidence = await meet(ports, site, payload, stage, idOf(stage));
    if (!evidence) continue;
    await store.addEvidence(organisation, evidence);
    await store.enqueue([ledgerJob(organisation, now)]);
  }
  const next = stages.find(({ at }) => at > now);
  if (next) await store.enqueue([stressJob(payload, next.at)]);
  return undefined;
}

/** Undefined while the service need not be there yet. */
async function meet(
  ports: FlowPorts,
  site: ProbeSite,
  payload: Payload,
  { stage, announced, at }: Stage,
  id: string,
): Promise<StressEvidence | undefined> {
  const { found, challenge, rule, student, now } = site;
  const common = {
    kind: 'stress' as const,
    id,
    challenge: challenge.name,
    owner: student.owner,
    repository: `${found.record.login}/${payload.repository}`,
    at: now,
    trust: 'measured' as const,
    announced: announced.toISOString(),
  };
  const evidence = await ports.store.evidence(payload.organisation, challenge.name, student.owner, [
    'drill',
    'maintenance',
  ]);
  const out = isOut(site, evidence) ? 'maintenance' : now.getTime() - at.getTime() > latestMs ? 'ours' : undefined;
  const empty = stage === 'load' ? { stage, steps: [] } : { stage, inputs: [] };
  if (out) return { ...common, ...empty, cause: out };
  const endpoint = await findRegistration(ports, site, payload);
  if (endpoint.url === undefined) return absent(ports, site, { ...common, ...empty, cause: 'student' });
  const task = await drawProbe(ports, site, endpoint.url, endpoint);
  if (!task) return undefined;
  if (stage === 'bad_inputs') {
    const inputs = await ports.endpoints.badInputs(task);
    return {
      ...common,
      stage,
      inputs,
      cause: blame(
        inputs.filter(({ ok }) => !ok).map(({ got }) => got),
        now,
      ),
    };
  }
  const first = await ports.endpoints.probe(task);
  // Whoever does not answer as agreed may be somebody who never asked for a load: nothing more is sent there.
  if (!first.ok) return { ...common, ...nothingHeld(rule), cause: blame([first.code], now) };
  const steps = [];
  const ramp = rule.load?.ramp ?? [];
  for (const step of boundSteps(ramp, endpoint.load)) steps.push(await ports.endpoints.load(task, step));
  const codes = steps.flatMap((step) => Object.keys(step.codes));
  const kept = steps.map(({ rate, sent, good, p50, p95, p99 }, index) => {
    const times = p50 === undefined ? {} : { p50, p95: p95!, p99: p99! };
    return { rate, wanted: ramp[index]!.rate, sent, good, ...times };
  });
  return { ...common, stage, steps: kept, cause: blame(codes, now) };
}

function isOut({ found, rule, now }: ProbeSite, evidence: readonly Evidence[]): boolean {
  const paid = announcedMaintenance(evidence, rule, found.course.late.tokens);
  return isWithin(now, [...rule.maintenance, ...paid, ...drillSpans(evidence, now)]);
}

/** Nothing there to be asked: from when on that is downtime, it has held nothing and refused nothing. */
async function absent(
  { store }: FlowPorts,
  { found, challenge, rule, student, now }: ProbeSite,
  evidence: StressEvidence,
): Promise<StressEvidence | undefined> {
  const { organisation } = found.record;
  const sent = await store.shipments(organisation, { repository: student.name, challenge: challenge.name });
  const delivered = Math.min(...sent.map(({ dispatchedAt }) => dispatchedAt?.getTime() ?? Number.POSITIVE_INFINITY));
  if (!Number.isFinite(delivered) || now <= registerBy(challenge, new Date(delivered))) return undefined;
  if (evidence.stage === 'bad_inputs')
    return { ...evidence, inputs: [{ name: 'the service', ok: false, got: 'no address is registered' }] };
  return { ...evidence, ...nothingHeld(rule) };
}

function nothingHeld({ load }: EndpointRule): LoadSteps {
  const steps = (load?.ramp ?? []).map(({ rate }) => ({ rate, wanted: rate, sent: 0, good: 0 }));
  return { stage: 'load', steps };
}

/** Where nothing but our own side failed, it is no word about the service. */
function blame(codes: readonly string[], at: Date): StressEvidence['cause'] {
  const own = codes.length > 0 && codes.every((code) => causeOf(code, at, []) === 'ours');
  return own ? 'ours' : 'student';
}

/** When the stages of a challenge are, for people. */
export function announcedStages({ endpoint }: Challenge, now: Date): Date[] {
  const all = [...(endpoint?.load?.at ?? []), ...(endpoint?.badInputs?.at ?? [])];
  return all.filter((at) => at > now).sort((a, b) => a.getTime() - b.getTime());
}
