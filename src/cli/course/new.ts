// practicum new: from a file of data to a course that `practicum check` accepts.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatasetError, NotTableError } from '../../dataset/work/dataset-error.ts';
import { formatProblem, isAcceptable } from '../../domain/text/problem.ts';
import type { Io, Register } from '../options/command.ts';
import { toWhole } from '../options/parse-option.ts';
import { type NewCourse, makeCourse } from '../../course-folder/make/make-course.ts';
import type { NewOptions } from '../../course-folder/make/new-options.ts';
import { WrongUse } from '../../course-folder/make/wrong-use.ts';

type Options = NewOptions & { json?: boolean };

export const newCommand: Register = (program, io) => {
  program
    .command('new')
    .description('make a course from data: a file, a folder or an https:// address')
    .argument('<data>', 'CSV, JSON lines, JSON, Parquet (also .gz, .zst), a folder of files, or an https:// address')
    .option('--out <dir>', 'folder to write to; without it, NAME-course')
    .option('--name <name>', 'name of the challenge; without it, that of the file')
    .option('--columns <names>', 'names of the columns of a file without a header, as in a,b,c', toNames)
    .option('--target <column>', 'the column that models predict')
    .option('--order <column>', 'the column that rows are released by, or `file`, or `shuffle`')
    .option('--releases <number>', 'how many releases', toReleases)
    .option('--starts <date>', 'when it starts, such as 2027-01-11T09:00; without it, on a Monday soon')
    .option('--timezone <zone>', 'time zone of the course, such as Europe/Copenhagen')
    .option('--json', 'print one JSON object: { out, files, dataset, columns, releases, notes, problems }')
    .addHelpText('after', help)
    .action(async (data: string, options: Options) => {
      const work = await mkdtemp(join(tmpdir(), 'practicum-new-'));
      try {
        const made = await makeCourse(data, options, { work, env: io.env, cwd: io.cwd, now: io.now() });
        if (options.json) io.out(`${JSON.stringify(made, undefined, 2)}\n`);
        else say(made, io);
        io.exit(isAcceptable(made.problems) ? 0 : 1);
      } catch (error) {
        fail(error, io);
      } finally {
        await rm(work, { recursive: true, force: true });
      }
    });
};

const help = `
Writes course.yml, roster.csv, challenges/NAME/ (challenge.yml, schema.yml, README.md) and a copy of the data, and says
what it assumed. A course that is there already gets one more challenge; no file is overwritten. Nothing is asked.
Exit code: 1 when the data has errors (nothing is written then), 2 for wrong use.`;

function toNames(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

function toReleases(text: string): number {
  return toWhole(text, 1, 100, 'the number of releases is from 1 to 100');
}

function say({ out, files, columns, releases, notes, problems, columnOfEnds }: NewCourse, io: Io): void {
  for (const problem of problems) io.err(`${formatProblem(problem)}\n`);
  if (files.length === 0) return;
  const table = (rows: string[][]): string => {
    const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => [...row[at]!].length)));
    return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at]!)).join('  ')}`.trimEnd()).join('\n');
  };
  const shown = columns
    .slice(0, mostColumns)
    .map(({ name, kind, missing, example, role }) => [
      printable(name === '' ? '(no name)' : name),
      kind,
      missing === 0 ? '' : `${missing} missing`,
      printable(example),
      role,
    ]);
  const more = columns.length > mostColumns ? `\n  … and ${columns.length - mostColumns} more` : '';
  const what = columnOfEnds === undefined ? 'row' : printable(columnOfEnds);
  const ends = releases.map(({ name, due, rows, first, last }) => [
    name,
    due,
    String(rows),
    printable(first, rowWidth),
    printable(last, rowWidth),
  ]);
  io.out(`Columns:\n${table([['column', 'holds', '', 'range or values', ''], ...shown])}${more}\n\n`);
  io.out(`Releases:\n${table([['release', 'due', 'rows', `first ${what}`, `last ${what}`], ...ends])}\n\n`);
  io.out(`Assumed (change it in challenge.yml):\n${notes.map((note) => `  - ${note}`).join('\n')}\n\n`);
  io.out(`Wrote ${out}:\n${files.map((file) => `  ${file}`).join('\n')}\n\n`);
  io.out(`Next: put your students into ${out}/roster.csv, then \`practicum plan ${out}\`.\n`);
  io.out(`To see the course played by made-up students: \`practicum rehearse ${out} --students 5\`.\n`);
}

const mostColumns = 40;
const rowWidth = 60;

/** What stands in a file must not steer a terminal. */
function printable(text: string, width = 48): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\uFFFD');
  return clean.length > width ? `${clean.slice(0, width - 1)}…` : clean;
}

/** Wrong use exits with 2, data that cannot be read with 1; everything else is ours and goes up. */
function fail(error: unknown, io: Io): void {
  if (!(error instanceof WrongUse) && !(error instanceof DatasetError)) throw error;
  const hint = error instanceof NotTableError ? ` (${error.hint})` : '';
  io.err(`practicum new: ${error.message}${hint}\n`);
  io.exit(error instanceof WrongUse ? 2 : 1);
}
