// The course as it is in force: the stored files, read again by the same parsers that accepted them.
import type { Challenge } from '../../domain/challenge/challenge.ts';
import { defaultCourse, parseCourse } from '../../domain/course/read-course-file.ts';
import type { Course, Owner } from '../../domain/course/course.ts';
import { readCourseFiles, type TextFile } from '../../domain/plan/read-course-files.ts';
import { withAliases } from '../../domain/course/identify-owners.ts';
import type { CourseRecord } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';

export type InForce = {
  record: CourseRecord & { repository: string; commitSha: string };
  course: Course;
  challenges: Challenge[];
  owners: Owner[];
};

/** Undefined while no valid version of the course has been merged. */
export async function inForce(store: Store, organisation: string): Promise<InForce | undefined> {
  const record = await store.course(organisation);
  if (!record?.repository || !record.commitSha) return undefined;
  const { repository, commitSha } = record;
  return { record: { ...record, repository, commitSha }, ...readFiles(record) };
}

/** The files last read, of each course: they rarely change, and are needed for every page and every score. */
const known = new Map<string, { text: string; value: Omit<InForce, 'record'> }>();
/** Courses in turn do not put each other out; of more than this the one that was asked for the longest ago goes. */
const most = 200;

function readFiles(record: CourseRecord): Omit<InForce, 'record'> {
  const { organisation, files, facts, aliases = {} } = record;
  const text = JSON.stringify([files, facts, aliases]);
  const found = known.get(organisation);
  const value = found?.text === text ? found.value : parseFiles(record);
  known.delete(organisation);
  known.set(organisation, { text, value });
  if (known.size > most) known.delete(known.keys().next().value!);
  return value;
}

function parseFiles({ files, facts, aliases = {} }: CourseRecord): Omit<InForce, 'record'> {
  const file = (path: string): TextFile => ({ path, bytes: Buffer.from(files[path]!) });
  const course = files['course.yml'] === undefined ? {} : { course: file('course.yml') };
  const rosterPath = (course.course && parseCourse(course.course.bytes).draft.roster) ?? defaultCourse.roster;
  const roster = files[rosterPath] === undefined ? {} : { roster: file(rosterPath) };
  const challenges = Object.keys(files)
    .filter((path) => path.endsWith('challenge.yml'))
    .toSorted()
    .map(file);
  const rubrics = Object.keys(files)
    .filter((path) => /(?:^|\/)rubric\.ya?ml$/.test(path))
    .toSorted()
    .map(file);
  const read = readCourseFiles({ ...course, ...roster, challenges, rubrics }, facts);
  return { ...read, owners: withAliases(read.owners, aliases) };
}
