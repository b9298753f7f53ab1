// practicum term export: what happened in a term, as one file without its people.
import { randomBytes } from 'node:crypto';
import { open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { exportTerm } from '../../flows/ledger/export-term.ts';
import type { Io, Register } from '../options/command.ts';
import { withCourse } from '../options/one-course.ts';
import { printReplay, replayTerm } from '../rehearsal/replay-file.ts';

/** Text is written in pieces of so many lines. */
const chunk = 5000;

export const term: Register = (program, io) => {
  const group = program
    .command('term')
    .description('a whole term as one file that names nobody, for `rehearse --replay`');
  group
    .command('export')
    .description(
      'write what happened: rules, releases, evidence, decisions, webhooks, grades; people become pseudonyms',
    )
    .argument('<file>', 'JSON lines, of schema/term.schema.json')
    .option('--course <organisation>', 'which course, if the database holds several')
    .addHelpText(
      'after',
      '\nThe file is replayed before it is handed over. Exit code: 0 the same grades, 1 a difference, 2 wrong use.',
    )
    .action((file: string, { course }: { course?: string }) => run(io, file, course));
};

async function run(io: Io, file: string, course: string | undefined): Promise<void> {
  await withCourse(io, 'term export', course, async (store, found, now) => {
    const path = resolve(io.cwd, file);
    const out = await openLines(path).catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unwritable';
      io.err(`practicum term export: ${file}: cannot be written (${code})\n`);
      io.exit(2);
    });
    if (!out) return;
    const { begin, write, close } = out;
    // Drawn for this file and kept nowhere: nobody can compute a pseudonym back.
    const secret = randomBytes(32).toString('hex');
    try {
      const { lines, replaced } = await exportTerm(store, { found, now, secret, begin, write });
      await close();
      const replayed = replayTerm(file, await readFile(path));
      for (const word of replaced)
        io.err(`The name ${word} is somebody's: it was replaced, and --rules will not find it.\n`);
      io.out(`${file}: ${lines} lines\n`);
      printReplay(io, file, replayed);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  });
}

async function openLines(
  path: string,
): Promise<{ begin: () => Promise<void>; write: (line: string) => Promise<void>; close: () => Promise<void> }> {
  const file: FileHandle = await open(path, 'w', 0o600);
  let lines: string[] = [];
  const flush = async (): Promise<void> => {
    if (lines.length > 0) await file.appendFile(`${lines.join('\n')}\n`);
    lines = [];
  };
  return {
    async begin() {
      lines = [];
      await file.truncate(0);
    },
    async write(line) {
      if (lines.push(line) >= chunk) await flush();
    },
    async close() {
      await flush();
      await file.close();
    },
  };
}
