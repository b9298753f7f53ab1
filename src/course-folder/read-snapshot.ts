// One commit of a course repository as flows are given it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetSlices } from '../dataset/slice/open-slices.ts';
import type { CourseSnapshot } from '../ports/github.ts';
import { readCourseFolder } from './read-course-folder.ts';

/** The course's files as parsed, and the text of those that will be in force. */
export async function readSnapshot(
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
  sources: DatasetSlices,
): Promise<Omit<CourseSnapshot, 'directory'>> {
  const fetch = (source: string): Promise<string> => sources.locate(source, directory, { refresh: true });
  const read = await readCourseFolder(directory, undefined, undefined, environment, fetch);
  const { course, challenges, owners, facts, counts, problems } = read;
  const rubrics = challenges.flatMap(({ rubric }) => rubric?.file ?? []);
  const paths = ['course.yml', course.roster, ...challenges.map(({ file }) => file), ...rubrics];
  const texts = await Promise.all(paths.map((path) => readFile(join(directory, path), 'utf8').catch(() => undefined)));
  const files = Object.fromEntries(
    paths.flatMap((path, index) => (texts[index] === undefined ? [] : [[path, texts[index]]])),
  );
  const isEmpty =
    files['course.yml'] === undefined &&
    !problems.some(({ file }) => file.endsWith('challenge.yml')) &&
    challenges.length === 0;
  return { course, challenges, owners, facts, counts, problems, files, isEmpty };
}
