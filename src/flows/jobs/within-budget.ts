// Each repository has a share of every hour: of jobs that its owner causes, and of what they cost. Whoever uses it up waits.
import { countedShare, HELD, hourlyShares, isUsedUp, sayUsedUp } from '../../domain/jobs/hourly-shares.ts';
import { countingCosts } from '../../ports/costs.ts';
import type { JobName } from '../../ports/job-map.ts';
import type { ClaimedJob, JobOutcome } from '../../ports/jobs.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';

/** What a student causes by pushing, commenting and running workflows, as often as they like. */
const caused: ReadonlySet<JobName> = new Set<JobName>([
  'delivery',
  'collect-report',
  'check-milestones',
  'publish-score',
  'submit-pipeline',
]);
/** It is looked at again after so long, and then less often. */
const againSeconds = 30;

const mostHeld = 1_000_000;

type Place = { organisation: string; repository: string };

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
  const spent = await store.spent(organisation, repository, now);
  if (isUsedUp(spent, shares)) {
    await store.spend(organisation, repository, { what: HELD, perHour: mostHeld }, 1, now);
    return { postpone: againSeconds, why: `${repository}: ${sayUsedUp(spent, shares)}` };
  }
  await store.spend(organisation, repository, { what: 'jobs', perHour: shares.jobs }, 1, now);
  return countingCosts(work, async (costs) => {
    for (const what of ['calls', 'megabytes', 'reading'] as const) {
      if (costs[what] === 0) continue;
      await store.spend(organisation, repository, { what, perHour: countedShare(shares, what) }, costs[what], now);
    }
  });
}

/** The repository that a job is about; the course's own has no limits. */
function placeOf(ports: FlowPorts, { name, payload, lane }: Parameters<typeof withinBudget>[1]): Place | undefined {
  if (!caused.has(name)) return undefined;
  const { organisation, repository } =
    name === 'delivery' ? placeOfLane(lane) : (payload as { organisation?: string; repository?: string });
  if (organisation === undefined || repository === undefined) return undefined;
  return repository.toLowerCase() === ports.courseRepository.toLowerCase() ? undefined : { organisation, repository };
}

function placeOfLane(lane: string | null): Partial<Place> {
  const [, organisation, repository] = (lane ?? '').split('/');
  return organisation === undefined || repository === undefined ? {} : { organisation, repository };
}
