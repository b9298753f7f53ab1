// What a rehearsal of the default course takes, on a database of its own; a test adds what it disturbs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleAction } from '../../scripts/bundle-action.ts';
import { readCourseFolder } from '../../src/course-folder/read-course-folder.ts';
import type { RehearsalSettings } from '../../src/rehearsal/rehearse.ts';
import { cloneDatabase } from '../database.ts';

const root = join(import.meta.dirname, '../..');

/** Folder and database are gone after `closing` has been run in reverse. */
export async function defaultCourse(organisation: string, seed: number, closing: (() => Promise<unknown>)[]) {
  const dir = mkdtempSync(join(tmpdir(), `practicum-${organisation}-`));
  closing.push(async () => rmSync(dir, { recursive: true, force: true }));
  const courseFolder = join(root, 'templates/course');
  const { course, challenges, owners, facts } = await readCourseFolder(courseFolder);
  const database = await cloneDatabase();
  closing.push(database.drop);
  const settings: RehearsalSettings = {
    dir,
    organisation,
    courseFolder,
    course,
    challenges,
    owners,
    facts,
    seed,
    studentFolder: join(root, 'templates/rehearsal-student'),
    bundleAction: async (folder) => void (await bundleAction(folder)),
    manifestFile: join(root, 'app.yml'),
    databaseUrl: database.url,
    tell: () => undefined,
  };
  return { database, settings };
}
