// The gradebook: a page of it as it was last computed.
import { criteria, type Criterion } from '../../domain/challenge/challenge.ts';
import type { Course } from '../../domain/course/course.ts';
import type { GradebookRow } from '../../domain/grade/gradebook.ts';
import type { CourseRecord } from '../../ports/records.ts';
import type { GradebookSelection } from '../../ports/standings.ts';
import type { Store } from '../../ports/store.ts';
import { inForce } from '../course/in-force.ts';
import { freshenStandings } from '../grade/keep-standings.ts';
import { cutTo, type Page } from './cut-page.ts';

export type GradebookView = {
  record: CourseRecord;
  course: Course;
  now: Date;
  /** Those that any challenge gives points for. */
  used: Criterion[];
  page: Page<GradebookRow> & { all: number };
  /** How many students do not stand here as of now yet. */
  pending: number;
};

/** Fewer than elsewhere: every cell brings its reasons along. */
const pageSize = 50;

export async function showGradebook(
  store: Store,
  organisation: string,
  now: Date,
  { page, ...selection }: GradebookSelection & { page: number },
): Promise<GradebookView | undefined> {
  const found = await inForce(store, organisation);
  if (!found) return undefined;
  const { record, course, challenges } = found;
  const pending = await freshenStandings(store, { ...found, organisation, now });
  const names = challenges.map(({ name }) => name);
  return {
    record,
    course,
    now,
    pending,
    used: criteria.filter((criterion) => challenges.some(({ score }) => score[criterion])),
    page: await cutTo(page, pageSize, (window) => store.findGrades(organisation, names, selection, window)),
  };
}
