// The course as it is in force: the stored files, read again by the same parsers that accepted them.
import type { Challenge } from '../../domain/challenge/challenge.ts';
import { defaultCourse, parseCourse } from '../../domain/course/read-course-file.ts';
import type { Course, Owner } from '../../domain/course/course.ts';
import { readCourseFiles, type TextFile } from '../../domain/plan/read-course-files.ts';
import { withAliases } from '../../domain/course/identify-owners.ts';
import type { CourseRecord, KnownAccount } from '../../ports/records.ts';
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

/** With GitHub's ids of those on the roster, as of the same moment: a login may have gone from one person to another since. */
export async function inForceWithIds(
  store: Store,
  organisation: string,
): Promise<(InForce & { ids: ReadonlyMap<string, number> }) | undefined> {
  return store.snapshot(`people/${organisation}`, async (inside) => {
    const found = await inForce(inside, organisation);
    return found && { ...found, ids: idsOf(await inside.accounts(organisation)) };
  });
}

/** Files and accounts stay the same objects for as long as they hold: what follows from them is worked out once. */
const parsed = new WeakMap<CourseRecord['files'], Omit<InForce, 'record'>>();
const ids = new WeakMap<readonly KnownAccount[], ReadonlyMap<string, number>>();

function readFiles(record: CourseRecord): Omit<InForce, 'record'> {
  const found = parsed.get(record.files) ?? parseFiles(record);
  parsed.set(record.files, found);
  return found;
}

function idsOf(accounts: readonly KnownAccount[]): ReadonlyMap<string, number> {
  const found = ids.get(accounts) ?? new Map(accounts.map(({ login, id }) => [login.toLowerCase(), id]));
  ids.set(accounts, found);
  return found;
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
