// practicum demo: the main job on one machine, and the dashboard.
import { join } from 'node:path';
import { isAcceptable } from '../../domain/text/problem.ts';
import type { Register } from '../options/command.ts';
import { toPort } from '../options/parse-option.ts';
import { readCourseFolder } from '../../course-folder/read-course-folder.ts';
import { runRehearsal, templates, type RehearsalOptions } from './run-rehearsal.ts';

export const demo: Register = (program, io) => {
  program
    .command('demo')
    .description(
      'run the bundled example course on this machine: a sandbox GitHub, a database, the app, a teacher and five students',
    )
    .option('--port <n>', 'port of the dashboard (default: a free one)', toPort)
    .option(
      '--dir <path>',
      'where repositories and the database go; an interrupted run continues there (default: a temporary folder)',
    )
    .option('--once', 'exit when the course has ended instead of serving the dashboard')
    .option('--json', 'print one JSON object about the course on stdout')
    .action(async (options: RehearsalOptions) => {
      const folder = join(templates, 'course');
      const read = await readCourseFolder(folder);
      if (!isAcceptable(read.problems))
        throw new Error('templates/course is not valid: run `practicum check templates/course`');
      await runRehearsal(io, folder, read, join(templates, 'rehearsal-student'), options);
    });
};
