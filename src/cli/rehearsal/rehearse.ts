// practicum rehearse: the whole course in simulated time against the sandbox, with synthetic students.
import { cp, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { formatProblem, isAcceptable } from '../../domain/text/problem.ts';
import { courseWorkflowPath } from '../../domain/report/confirm-report.ts';
import type { Io, Register } from '../options/command.ts';
import { toPort, toWhole } from '../options/parse-option.ts';
import { NoSuchFolder, readCourseFolder, type ReadFolder } from '../../course-folder/read-course-folder.ts';
import { replayFile } from './replay-file.ts';
import { runRehearsal, templates, type RehearsalOptions } from './run-rehearsal.ts';

type Options = RehearsalOptions & {
  students?: number;
  template?: string;
  serve?: boolean;
  replay?: string;
  rules?: string;
};

export const rehearse: Register = (program, io) => {
  program
    .command('rehearse')
    .description(
      'run your own course in minutes: every release, synthetic students of every kind, and the gradebook they would get',
    )
    .argument('[dir]', 'the course folder: course.yml, roster.csv, challenges/; not with --replay')
    .option('--replay <file>', 'play a term of `practicum term export` again: the same grades, or the first difference')
    .option('--rules <dir>', 'with --replay: a course folder, whose rules are tried on that term')
    .option('--students <n>', 'number of synthetic students, instead of the roster', (text) =>
      toWhole(text, 1, 500, 'between 1 and 500 students'),
    )
    .option('--seed <n>', 'who is prompt, late, absent, failing or forging', (text) =>
      toWhole(text, 0, 2 ** 31, 'a seed is a whole number'),
    )
    .option('--template <dir>', 'the student repository (default: one whose pipeline takes any data)')
    .option('--dir <path>', 'where repositories and the database go (default: a temporary folder)')
    .option('--port <n>', 'port of the dashboard (default: a free one)', toPort)
    .option('--serve', 'keep serving the dashboard when the course has ended')
    .option('--json', 'print one JSON object about the course on stdout')
    .action(async (dir: string | undefined, { students, template, serve, replay, rules, ...options }: Options) => {
      if (replay !== undefined) return replayFile(io, { file: replay, rules, dir, json: options.json === true });
      const missing = rules === undefined ? 'give the course folder' : '--rules needs the term in --replay FILE';
      if (dir === undefined || rules !== undefined) return wrongUse(io, missing);
      const copy = await mkdtemp(join(tmpdir(), 'practicum-course-'));
      try {
        const read = await prepareCourse(io, resolve(io.cwd, dir), copy, students);
        for (const problem of read.problems) if (problem.level === 'error') io.err(`${formatProblem(problem)}\n`);
        if (!isAcceptable(read.problems) || read.challenges.length === 0) return io.exit(1);
        const studentFolder = template ? resolve(io.cwd, template) : join(templates, 'rehearsal-any');
        await runRehearsal(io, copy, read, studentFolder, { ...options, once: serve !== true });
      } catch (error) {
        if (!(error instanceof NoSuchFolder)) throw error;
        io.err(`${error.message}\n`);
        io.exit(2);
      } finally {
        await rm(copy, { recursive: true, force: true });
      }
    });
};

function wrongUse(io: Io, message: string): void {
  io.err(`practicum rehearse: ${message}\n`);
  io.exit(2);
}

/** A copy of the course: with a made-up roster when students are asked for, and with the workflow that students call. */
async function prepareCourse(io: Io, folder: string, copy: string, students: number | undefined): Promise<ReadFolder> {
  const { course } = await readCourseFolder(folder);
  await cp(folder, copy, { recursive: true, filter: (path) => !path.endsWith('.git') });
  if (students) {
    const rows = Array.from(
      { length: students },
      (_, index) => `student-${index + 1},${1000 + index},Student ${index + 1},`,
    );
    await writeFile(join(copy, course.roster), `login,id,name,group\n${rows.join('\n')}\n`);
  }
  const workflow = join(copy, courseWorkflowPath);
  if (!(await stat(workflow).catch(() => undefined))) {
    io.err(
      `The course has no ${courseWorkflowPath}, which its students call: rehearsing with the one of templates/course.\n`,
    );
    await cp(join(templates, 'course', courseWorkflowPath), workflow);
  }
  return readCourseFolder(copy);
}
