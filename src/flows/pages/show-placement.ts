// Placement at a glance: the queue of an organisation as it is now, and its counts over time.
import type { Course } from '../../domain/course/course.ts';
import type { Sample } from '../../domain/placement/results/export-results.ts';
import type { LiveState } from '../../domain/placement/live/state.ts';
import type { CourseRecord } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';
import type { Submission } from '../../ports/placement.ts';
import { inForce } from '../course/in-force.ts';

export type PlacementView = {
  record: CourseRecord;
  course: Course;
  now: Date;
  /** The challenges whose pipelines are placed, and by whom. */
  rules: { challenge: string; placer: string }[];
  /** Undefined before the first submission. */
  queue: LiveState | undefined;
  samples: Sample[];
  submissions: Submission[];
};

export async function showPlacement(store: Store, organisation: string, now: Date): Promise<PlacementView | undefined> {
  const found = await inForce(store, organisation);
  if (!found) return undefined;
  const { record, course, challenges } = found;
  const { placements } = store;
  return {
    record,
    course,
    now,
    rules: challenges.flatMap(({ name, placement }) =>
      placement ? [{ challenge: name, placer: placement.placer }] : [],
    ),
    queue: await placements.queue(organisation),
    samples: await placements.samples(organisation),
    submissions: await placements.submissions(organisation),
  };
}
