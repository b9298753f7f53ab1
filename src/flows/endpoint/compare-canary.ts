// A canary beside the service: both are asked the same rows, and each says at /metadata which version it is.
import type { CanaryEvidence, CanarySide } from '../../domain/evidence/evidence.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { ProbeAnswer, ProbeRequest } from '../../ports/practice.ts';
import { ledgerJob } from '../jobs/queue-practice.ts';
import type { ProbeSite } from './draw-probe.ts';

const hour = 3_600_000;

/** Once an hour; what the canary does counts for and against nobody. */
export async function compareCanary(
  { store, endpoints }: FlowPorts,
  { found, challenge, student, now }: ProbeSite,
  { task, answer, canary }: { task: ProbeRequest; answer: ProbeAnswer; canary: string },
): Promise<void> {
  const { organisation, login } = found.record;
  const id = `canary/${student.name}/${challenge.name}/${Math.floor(now.getTime() / hour)}`.toLowerCase();
  if ((await store.knownEvidence(organisation, [id])).has(id)) return;
  const other = await endpoints.probe({ ...task, url: canary, requestId: `${task.requestId}-canary` });
  const evidence: CanaryEvidence = {
    kind: 'canary',
    id,
    challenge: challenge.name,
    owner: student.owner,
    repository: `${login}/${student.name}`,
    at: now,
    trust: 'measured',
    stable: sideOf(answer, await endpoints.versions(task.url)),
    canary: sideOf(other, await endpoints.versions(canary)),
  };
  await store.addEvidence(organisation, evidence);
  await store.enqueue([ledgerJob(organisation, now)]);
}

type Versions = { apiVersion?: string; modelVersion?: string } | undefined;

/** What /metadata says goes before what an answer said: it names what is deployed, also where predictions fail. */
function sideOf(
  { ok, code, latencyMs, apiVersion, modelVersion, quality }: ProbeAnswer,
  versions: Versions,
): CanarySide {
  const [api, model] = [versions?.apiVersion ?? apiVersion, versions?.modelVersion ?? modelVersion];
  return {
    ok,
    code,
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...(api === undefined ? {} : { apiVersion: api }),
    ...(model === undefined ? {} : { modelVersion: model }),
    ...(quality ? { quality } : {}),
  };
}
