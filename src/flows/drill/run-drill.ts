// The drills of one owner in one challenge: the one that is not closed is looked at, else the next one begins when it is due.
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { drillJob } from '../jobs/queue-practice.ts';
import { beginNext } from './begin-drill.ts';
import { beginReal } from './begin-real.ts';
import { drillSite, isActive, type DrillPlace } from './drill-site.ts';
import { lookAtDrill } from './look-at-drill.ts';

export async function runDrill(ports: FlowPorts, place: DrillPlace): Promise<undefined> {
  const site = await drillSite(ports, place);
  if (!site) return undefined;
  const here = site.drills.find((candidate) => isActive(candidate) && candidate.challenge === place.challenge);
  const drill = here ?? (await beginReal(ports, site)) ?? (await beginNext(ports, site));
  if (drill) await lookAtDrill(ports, site, drill);
  return undefined;
}

/** Something happened in a repository: where an incident is open, it is looked at now. */
export async function drillTouched(
  { store, clock }: FlowPorts,
  { organisation, repository }: { organisation: string; repository: string },
): Promise<void> {
  const student = await store.studentRepository(organisation, repository);
  if (!student) return;
  const open = (await store.drills(organisation, student.owner)).filter(
    (drill) => isActive(drill) && drill.repository === student.name,
  );
  const jobs = open.map(({ challenge, owner }) =>
    drillJob({ organisation, repository: student.name, challenge }, owner, clock.now()),
  );
  await store.enqueue(jobs);
}
