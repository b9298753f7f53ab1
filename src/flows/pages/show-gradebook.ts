// The gradebook of a whole course, as it stands now.
import type { Course } from '../../domain/course/course.ts';
import type { Gradebook } from '../../domain/grade/gradebook.ts';
import type { CourseRecord } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';
import { inForce } from '../course/in-force.ts';
import { readGradebook } from '../grade/read-gradebook.ts';

export type GradebookView = { record: CourseRecord; course: Course; gradebook: Gradebook; now: Date };

export async function showGradebook(store: Store, organisation: string, now: Date): Promise<GradebookView | undefined> {
  const found = await inForce(store, organisation);
  if (!found) return undefined;
  const { record, course, challenges, owners } = found;
  return {
    record,
    course,
    now,
    gradebook: await readGradebook(store, { organisation, course, challenges, owners, now }),
  };
}
