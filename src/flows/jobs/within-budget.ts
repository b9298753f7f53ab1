// Each repository has a share of every hour: of jobs that its owner causes, and of what they cost. Whoever uses it up waits.
import { countedShare, HELD, hourlyShares, isUsedUp, sayUsedUp } from '../../domain/jobs/hourly-shares.ts';
import { countingCosts } from '../../ports/costs.ts';
import type { JobName } from '../../ports/job-map.ts';
import type { ClaimedJob, JobOutcome } from '../../ports/jobs.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';

/**
 * What costs the more the more a student pushes, comments and runs workflows. `held`: it waits when the share is used up. A
 * release does not: it is due, whatever the repository looks like.
 */
const counted: Partial<Record<JobName, { held: boolean }>> = {
  delivery: { held: true },
  'collect-report': { held: true },
  'check-milestones': { held: true },
  'publish-score': { held: true },
  'submit-pipeline': { held: true },
  'update-template': { held: true },
  'dispatch-shipment': { held: false },
  'stage-shipment': { held: false },
};
/** It is looked at again after so long, and then less often. */
const againSeconds = 30;

const mostHeld = 1_000_000;

type Place = { organisation: string; repository: string; held: boolean };

/** Runs the work, unless its repository has used up its share of this hour: then it waits for the next. */
export async function withinBudget(
  ports: FlowPorts,
  job: { name: JobName; payload: unknown; lane: ClaimedJob['lane'] },
  work: () => Promise<JobOutcome>,
): Promise<JobOutcome> {
  const place = placeOf(ports, job);
  if (!place) return work();
  const { organisation, repository } = place;
  const { store, clock } = ports;
  const shares = hourlyShares(ports.shares);
  const now = clock.now();
  const spent = place.held ? await store.spent(organisation, repository, now) : {};
  if (isUsedUp(spent, shares)) {
    await store.charge(organisation, repository, [{ what: HELD, perHour: mostHeld, used: 1 }], now);
    return { postpone: againSeconds, why: `${repository}: ${sayUsedUp(spent, shares)}` };
  }
  return countingCosts(work, async (costs) => {
    const used = { jobs: 1, ...costs };
    const charges = (Object.keys(used) as (keyof typeof used)[]).map((what) => ({
      what,
      perHour: countedShare(shares, what),
      used: used[what],
    }));
    await store.charge(organisation, repository, charges, now);
  });
}

/** The repository that a job is about; the course's own has no limits. */
function placeOf(ports: FlowPorts, { name, payload, lane }: Parameters<typeof withinBudget>[1]): Place | undefined {
  const kind = counted[name];
  if (!kind) return undefined;
  const named = payload as { organisation?: string; repository?: string };
  const { organisation, repository } = named.repository === undefined ? placeOfLane(lane) : named;
  if (organisation === undefined || repository === undefined) return undefined;
  if (repository.toLowerCase() === ports.courseRepository.toLowerCase()) return undefined;
  return { organisation, repository, ...kind };
}

function placeOfLane(lane: string | null): { organisation?: string; repository?: string } {
  const [, organisation, repository] = (lane ?? '').split('/');
  return organisation === undefined || repository === undefined ? {} : { organisation, repository };
}
