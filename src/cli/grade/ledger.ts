// practicum ledger verify: recomputes every seal and every score of a ledger file, offline.
import { open, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { sayVerification } from '../../domain/ledger/say-verification.ts';
import { verifyLedgerLines, type Verification } from '../../domain/ledger/verify.ts';
import type { Io, Register } from '../options/command.ts';
import { storedLines, verifyStored } from '../../flows/ledger/verify-stored.ts';
import { linesOf } from '../options/lines-of.ts';
import { withCourse } from '../options/one-course.ts';
import { hasDatabase } from '../options/with-store.ts';

/** Text is written in pieces of so many lines. */
const chunk = 5000;

export const ledger: Register = (program, io) => {
  const group = program.command('ledger').description('the append-only record behind the grades');
  group
    .command('verify')
    .description('recompute every hash and every score; name the first entry that was altered')
    .argument(
      '[file]',
      'JSON lines, one entry each; without it, the ledger in the database (DATABASE_URL, or the one below PRACTICUM_HOME)',
    )
    .option('--head <hash...>', 'a hash published earlier, which must be in it: finds entries cut off at the end')
    .option('--course <organisation>', 'which course, if the database holds several')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExit code: 0 sound, 1 altered, 2 wrong use.')
    .action((file: string | undefined, options: Options) => verify(io, file, options));
  group
    .command('export')
    .description('write the ledger as a file that `verify` reads anywhere')
    .option('--out <file>', 'write to a file instead of standard output')
    .option('--course <organisation>', 'which course, if the database holds several')
    .action((options: Pick<Options, 'course'> & { out?: string }) => exportLedger(io, options));
};

type Options = { head?: string[]; json?: boolean; course?: string };

async function verify(io: Io, file: string | undefined, options: Options): Promise<void> {
  if (file === undefined) return verifyDatabase(io, options);
  const lines = await fileLines(io, file);
  if (lines) report(io, verifyLedgerLines(lines, options.head), options.json === true);
}

async function exportLedger(io: Io, { out, course }: { out?: string; course?: string }): Promise<void> {
  await withCourse(io, 'ledger export', course, async (store, { record: { organisation } }) => {
    const file = out === undefined ? undefined : await open(resolve(io.cwd, out), 'w');
    const write = async (text: string): Promise<void> => {
      if (text === '') return;
      if (file) await file.write(text);
      else io.out(text);
    };
    let lines: string[] = [];
    for await (const line of storedLines(store, organisation)) {
      lines.push(`${line}\n`);
      if (lines.length < chunk) continue;
      await write(lines.join(''));
      lines = [];
    }
    await write(lines.join(''));
    await file?.close();
  });
}

async function fileLines(io: Io, file: string): Promise<Iterable<string> | undefined> {
  try {
    return linesOf(await readFile(resolve(io.cwd, file)));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    io.err(`practicum ledger verify: ${file}: cannot be read (${code})\n`);
    io.exit(2);
    return undefined;
  }
}

async function verifyDatabase(io: Io, { course, head, json }: Options): Promise<void> {
  if (!(await hasDatabase(io))) {
    io.err('practicum ledger verify: give a FILE, or the database in DATABASE_URL or PRACTICUM_HOME\n');
    return io.exit(2);
  }
  await withCourse(io, 'ledger verify', course, async (store, { record: { organisation } }) =>
    report(io, await verifyStored(store, organisation, head), json === true),
  );
}

function report(io: Io, verification: Verification, asJson: boolean): void {
  if (asJson) io.out(`${JSON.stringify(verification)}\n`);
  else io.out(`${sayVerification(verification)}\n`);
  io.exit(verification.ok ? 0 : 1);
}
