// practicum grades export: the gradebook as a table, or in the form that a learning platform imports.
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { readGradebook as parseGradebook } from '../../domain/grade/gradebook-file.ts';
import { EXPORT_FORMATS, exportGrades } from '../../domain/grade/grades-export.ts';
import type { ExportFormat } from '../../domain/grade/grades-export.ts';
import { gradesJob } from '../../flows/grade/commit-grades.ts';
import { readGradebook } from '../../flows/grade/read-gradebook.ts';
import type { Io, Register } from '../options/command.ts';
import { decideGrades } from './decide-grades.ts';
import { withCourse } from '../options/one-course.ts';
import { hasDatabase } from '../options/with-store.ts';

type Options = { format: ExportFormat; from?: string; out?: string; commit?: boolean; course?: string };

export const grades: Register = (program, io) => {
  const group = program.command('grades').description('export grades, and decide about them');
  group
    .command('export')
    .description('the gradebook as CSV, safe to open in a spreadsheet')
    .addOption(new Option('--format <form>', 'which form').choices(EXPORT_FORMATS).default('csv'))
    .option('--from <file>', 'a gradebook as JSON, or the output of `demo --json` or `rehearse --json`')
    .option('--out <file>', 'write to a file instead of standard output')
    .addOption(
      new Option('--commit', 'let the app commit it to the course repository, in all forms').conflicts([
        'from',
        'out',
        'format',
      ]),
    )
    .option('--course <organisation>', 'which course, if the database holds several')
    .action((options: Options) => run(io, options));
  decideGrades(group, io);
};

async function run(io: Io, options: Options): Promise<void> {
  const { format, from, out, commit } = options;
  if (commit) return commitStored(io, options);
  if (from === undefined) return exportStored(io, options);
  const text = await readFile(resolve(io.cwd, from), 'utf8').catch(() => undefined);
  if (text === undefined) return wrongUse(io, `${from}: cannot be read`);
  const book = parseGradebook(text);
  if ('problem' in book) return wrongUse(io, `${from}: not a gradebook: ${book.problem}`);
  const table = exportGrades(book, format);
  if (out === undefined) return io.out(table);
  await writeFile(resolve(io.cwd, out), table);
}

async function exportStored(io: Io, { format, out, course }: Options): Promise<void> {
  if (!(await hasDatabase(io)))
    return wrongUse(io, 'give the gradebook with --from FILE, or the database in DATABASE_URL or PRACTICUM_HOME');
  await withCourse(io, 'grades export', course, async (store, found, now) => {
    const book = await readGradebook(store, { ...found, organisation: found.record.organisation, now });
    const table = exportGrades(book, format);
    if (out === undefined) io.out(table);
    else await writeFile(resolve(io.cwd, out), table);
  });
}

async function commitStored(io: Io, { course }: Options): Promise<void> {
  await withCourse(io, 'grades export', course, async (store, { record }, now) => {
    await store.enqueue([gradesJob(record.organisation, now)]);
    io.out(`the app commits grades/ to ${record.login}/${record.repository}\n`);
  });
}

function wrongUse(io: Io, message: string): void {
  io.err(`practicum grades export: ${message}\n`);
  io.exit(2);
}
