// practicum grades export: the gradebook as a table, or in the form that a learning platform imports.
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { readDatabaseConfig } from '../config.ts';
import { readGradebook as parseGradebook } from '../domain/gradebook-file.ts';
import { EXPORT_FORMATS, exportGrades } from '../domain/grades-export.ts';
import type { ExportFormat } from '../domain/grades-export.ts';
import { inForce } from '../flows/in-force.ts';
import { readGradebook } from '../flows/read-gradebook.ts';
import { openStore } from '../postgres/store.ts';
import type { Io, Register } from './command.ts';

type Options = { format: ExportFormat; from?: string; out?: string };

export const grades: Register = (program, io) => {
  const group = program.command('grades').description('take the results out');
  group
    .command('export')
    .description('the gradebook as CSV, safe to open in a spreadsheet')
    .addOption(new Option('--format <form>', 'which form').choices(EXPORT_FORMATS).default('csv'))
    .option('--from <file>', 'a gradebook as JSON, or the output of `demo --json` or `rehearse --json`')
    .option('--out <file>', 'write to a file instead of standard output')
    .action((options: Options) => run(io, options));
};

async function run(io: Io, { format, from, out }: Options): Promise<void> {
  if (from === undefined) return exportStored(io, { format, ...(out === undefined ? {} : { out }) });
  const text = await readFile(resolve(io.cwd, from), 'utf8').catch(() => undefined);
  if (text === undefined) return wrongUse(io, `${from}: cannot be read`);
  const book = parseGradebook(text);
  if ('problem' in book) return wrongUse(io, `${from}: not a gradebook: ${book.problem}`);
  const table = exportGrades(book, format);
  if (out === undefined) return io.out(table);
  await writeFile(resolve(io.cwd, out), table);
}

/** From the database: of the one course that is in force, or an error that says how many there are. */
async function exportStored(io: Io, { format, out }: Options): Promise<void> {
  if (!io.env['DATABASE_URL'])
    return wrongUse(io, 'give the gradebook with --from FILE, or the database in DATABASE_URL');
  const { openDatabase } = await import('../compose.ts');
  const { pool, stop } = await openDatabase(readDatabaseConfig(io.env, io.cwd));
  try {
    const store = openStore(pool);
    const courses = (await store.courses()).filter(({ commitSha }) => commitSha !== undefined);
    const found = courses.length === 1 ? await inForce(store, courses[0]!.organisation) : undefined;
    if (!found) return wrongUse(io, `the database holds ${courses.length} courses in force; one is needed`);
    const now = new Date();
    const book = await readGradebook(store, { ...found, organisation: found.record.organisation, now });
    const table = exportGrades(book, format);
    if (out === undefined) io.out(table);
    else await writeFile(resolve(io.cwd, out), table);
  } finally {
    await pool.end();
    await stop();
  }
}

function wrongUse(io: Io, message: string): void {
  io.err(`practicum grades export: ${message}\n`);
  io.exit(2);
}
