// What the runs of a course cost of late, for every place that shows a plan.
import { costDays, type RunCosts } from '../../domain/report/billed-minutes.ts';
import type { Store } from '../../ports/store.ts';

/** Undefined where no run is on record. */
export async function recentRunCosts(
  store: Pick<Store, 'runCosts'>,
  organisation: string,
  now: Date,
): Promise<RunCosts | undefined> {
  const found = await store.runCosts(organisation, new Date(now.getTime() - costDays * 86_400_000));
  return found && { ...found, days: costDays };
}
