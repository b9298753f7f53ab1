// What every step of a drill needs: the course in force, whose repository it is, and the drills of its owner so far.
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { Drill } from '../../domain/drill/drill.ts';
import type { DrillEvidence } from '../../domain/evidence/evidence.ts';
import type { GitHub } from '../../ports/github.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StudentRepository } from '../../ports/records.ts';
import { Failure } from '../../domain/text/failure.ts';
import { inForce, type InForce } from '../course/in-force.ts';

export type DrillPlace = { organisation: string; repository: string; challenge: string };
export type DrillSite = {
  place: DrillPlace;
  found: InForce;
  student: StudentRepository;
  github: GitHub;
  /** The repository's present name: a student may have renamed it. */
  name: string;
  now: Date;
  drills: Drill[];
};

/** Undefined while there is nothing to have a drill in. A challenge that was withdrawn still ends the drill that runs. */
export async function drillSite(ports: FlowPorts, place: DrillPlace): Promise<DrillSite | undefined> {
  const { store, clock } = ports;
  const found = await inForce(store, place.organisation);
  const student = await store.studentRepository(place.organisation, place.repository);
  if (!found || found.record.installationId === 0 || student?.state !== 'ready') return undefined;
  const github = ports.github(found.record);
  const name = await github.studentRepositories.locate(student.repositoryId!);
  if (name === undefined)
    throw new Failure('repository-missing', `${found.record.login}/${student.name} no longer exists`, {
      permanent: true,
    });
  const drills = await store.drills(place.organisation, student.owner);
  return { place, found, student, github, name, now: clock.now(), drills };
}

export function challengeOf({ found, place }: DrillSite): Challenge | undefined {
  return found.challenges.find(({ name }) => name === place.challenge);
}

export const isActive = ({ state }: Drill): boolean => state === 'running' || state === 'over';

/** An event of a drill, as the score reads it. */
export function drillEvidence(
  { found, student }: DrillSite,
  drill: Drill,
  event: DrillEvidence['event'],
  at: Date,
  more: Partial<Pick<DrillEvidence, 'terms' | 'issue' | 'fault' | 'lacks'>> = {},
): DrillEvidence {
  return {
    kind: 'drill',
    id: `drill/${drill.id}/${event}`,
    challenge: drill.challenge,
    owner: drill.owner,
    repository: `${found.record.login}/${student.name}`,
    at,
    trust: 'measured',
    drill: drill.id,
    turn: drill.turn,
    event,
    ...(drill.practice ? { practice: true } : {}),
    ...(drill.kind === 'outage' ? { real: true } : {}),
    ...more,
  };
}
