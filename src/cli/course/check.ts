// practicum check: every problem of a course folder, before anyone else finds it.
import { formatProblem, isAcceptable } from '../../domain/text/problem.ts';
import type { Level, Problem } from '../../domain/text/problem.ts';
import type { Register } from '../options/command.ts';
import { NoSuchFolder, readCourseFolder } from '../../course-folder/read-course-folder.ts';
import type { ReadFolder } from '../../course-folder/read-course-folder.ts';

export const check: Register = (program, io) => {
  program
    .command('check')
    .description('list every problem in a course folder, as `file:line:col level code message`')
    .argument('<dir>', 'folder with course.yml, its roster and challenges, or with a single challenge.yml')
    .option('--roster <file>', 'use this roster instead of the one that course.yml names')
    .option('--fetch', 'fetch sources from elsewhere (https://, remotes) to look at their rows and columns')
    .option('--json', 'print one JSON object: { ok, challenges, students, problems }')
    .addHelpText(
      'after',
      '\nExit code: 0 without errors (warnings and notices may remain), 1 with errors, 2 for wrong use.',
    )
    .action(async (dir: string, options: { roster?: string; fetch?: boolean; json?: boolean }) => {
      const fetch = options.fetch ? (await import('../options/fetcher.ts')).fetcher(dir, io) : undefined;
      const read = await readCourseFolder(dir, options.roster, undefined, io.env, fetch).catch((error: unknown) => {
        if (!(error instanceof NoSuchFolder)) throw error;
        io.err(`practicum check: ${error.message}\n`);
      });
      if (!read) return io.exit(2);
      io.out(options.json ? `${JSON.stringify(summaryOf(read), undefined, 2)}\n` : toText(read));
      io.exit(isAcceptable(read.problems) ? 0 : 1);
    });
};

function summaryOf({ challenges, owners, problems }: ReadFolder): object {
  const students = owners.flatMap(({ members }) => members).length;
  return { ok: isAcceptable(problems), challenges: challenges.map(({ name }) => name), students, problems };
}

function toText({ challenges, owners, problems }: ReadFolder): string {
  const lines = problems.map(formatProblem);
  const students = owners.flatMap(({ members }) => members).length;
  const parts = [count(challenges.length, 'challenge'), count(students, 'student')];
  const found = (['error', 'warning', 'notice'] as const).flatMap((level) => countOf(problems, level));
  if (isAcceptable(problems)) lines.push(`${[...parts, ...(found.length > 0 ? found : ['no problems'])].join(', ')}`);
  else lines.push(found.join(', '));
  return `${lines.join('\n')}\n`;
}

function countOf(problems: readonly Problem[], level: Level): string[] {
  const found = problems.filter((problem) => problem.level === level).length;
  return found === 0 ? [] : [count(found, level)];
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
