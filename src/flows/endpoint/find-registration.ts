// Where a student says the service is, as it was last read.
import type { Registration } from '../../domain/endpoint/read-registration.ts';
import { isFailure } from '../../domain/text/failure.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StoredEndpoint } from '../../ports/practice.ts';
import type { StudentRepository } from '../../ports/records.ts';
import { readAside } from '../aside/read-aside.ts';
import type { InForce } from '../course/in-force.ts';
import { tellClaimants } from './identify-service.ts';

const hour = 3_600_000;

/** Reads the registration again when it may have changed: after a push, and, for the variable, once an hour. */
export async function findRegistration(
  ports: FlowPorts,
  { found, student, now }: { found: InForce; student: StudentRepository; now: Date },
  { organisation, repository }: { organisation: string; repository: string },
): Promise<StoredEndpoint> {
  const { store, github } = ports;
  const known = await store.endpoint(organisation, repository);
  if (known?.lookedAt && now.getTime() - known.lookedAt.getTime() < hour) return known;
  const written = await github(found.record).studentFiles.registration(repository);
  const registration: Registration = await readAside(ports, repository, 'readRegistration', written).catch(
    (error: unknown) => {
      if (!isFailure(error, 'reading-exceeded')) throw error;
      return { problem: `practicum.yml was given up: ${(error as Error).message}` };
    },
  );
  const endpoint: StoredEndpoint = {
    owner: student.owner,
    lookedAt: now,
    ...registration,
    ...(known?.provenAt && known.url === registration.url ? { provenAt: known.provenAt } : {}),
    ...(known?.says && known.url === registration.url ? { says: known.says } : {}),
    ...(known?.suspectSince ? { suspectSince: known.suspectSince } : {}),
    ...(known?.suspectCode ? { suspectCode: known.suspectCode } : {}),
    ...(known?.last ? { last: known.last } : {}),
  };
  await store.saveEndpoint(organisation, repository, endpoint);
  if (known?.url !== endpoint.url || known?.problem !== endpoint.problem)
    await tellClaimants(ports, organisation, repository, now);
  return endpoint;
}
