// A person decided about grades: put it on record, then recompute and republish what follows from it.
import type { GradeAct } from '../../domain/grade/grade-act.ts';
import type { Job } from '../../ports/job-map.ts';
import type { Store } from '../../ports/store.ts';
import { cutJob, scoreJob } from '../jobs/queue-jobs.ts';
import { ledgerJob } from '../jobs/queue-practice.ts';

/** Returns false when the same decision is on record already; then nothing follows again. */
export async function recordDecision(store: Store, organisation: string, act: GradeAct, now: Date): Promise<boolean> {
  return store.transaction(async (inside) => {
    if (!(await inside.addGradeAct(organisation, act))) return false;
    const owner = ownerOf(act);
    const commits = await inside.lastCommits(organisation, owner);
    const scores = commits.map(({ repository, commit }) => scoreJob(organisation, repository, commit, now));
    const cuts = act.kind === 'extension' ? await cutsOf(inside, organisation, act.extension.owner, now) : [];
    await inside.enqueue([...scores, ...cuts, ledgerJob(organisation, now)]);
    return true;
  });
}

/** Whom it is about; everybody where it names nobody. */
function ownerOf(act: GradeAct): string | undefined {
  if (act.kind === 'gate') return undefined;
  return act.kind === 'extension' ? act.extension.owner : act.override.owner;
}

/** Their deadline may be another now: the job finds out, and waits for it. */
async function cutsOf(store: Store, organisation: string, owner: string, now: Date): Promise<Job[]> {
  const shipments = await store.shipments(organisation, { owner });
  const jobs = shipments.map(({ shipment: { repository, challenge } }) => ({
    ...cutJob({ organisation, repository, challenge }, now),
    dueAt: now,
  }));
  return [...new Map(jobs.map((job) => [job.key, job])).values()];
}
