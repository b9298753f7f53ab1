// practicum ledger verify: recomputes every seal and every score of a ledger file, offline.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { verifyLedgerLines, type Verification } from '../domain/ledger-verify.ts';
import { readDatabaseConfig } from '../config.ts';
import { openStore } from '../postgres/store.ts';
import type { Io, Register } from './command.ts';

export const ledger: Register = (program, io) => {
  const group = program.command('ledger').description('the append-only record behind the grades');
  group
    .command('verify')
    .description('recompute every hash and every score; name the first entry that was altered')
    .argument('[file]', 'JSON lines, one entry each; without it, the ledger of the one course in DATABASE_URL')
    .option('--head <hash>', 'the last hash, known from elsewhere: finds entries cut off at the end')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExit code: 0 sound, 1 altered, 2 wrong use.')
    .action((file: string | undefined, options: { head?: string; json?: boolean }) => verify(io, file, options));
};

async function verify(io: Io, file: string | undefined, options: { head?: string; json?: boolean }): Promise<void> {
  const lines = file === undefined ? await storedLines(io) : await fileLines(io, file);
  if (!lines) return io.exit(2);
  report(io, verifyLedgerLines(lines, options.head), options.json === true);
}

async function fileLines(io: Io, file: string): Promise<Iterable<string> | undefined> {
  try {
    return linesOf(await readFile(resolve(io.cwd, file)));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    io.err(`practicum ledger verify: ${file}: cannot be read (${code})\n`);
    return undefined;
  }
}

/** Every line of the one course that has a ledger. */
async function storedLines(io: Io): Promise<string[] | undefined> {
  if (!io.env['DATABASE_URL']) {
    io.err('practicum ledger verify: give a FILE, or the database in DATABASE_URL\n');
    return undefined;
  }
  const { openDatabase } = await import('../compose.ts');
  const { pool, stop } = await openDatabase(readDatabaseConfig(io.env, io.cwd));
  try {
    const store = openStore(pool);
    const courses = (await store.courses()).filter(({ commitSha }) => commitSha !== undefined);
    if (courses.length === 1) return await store.ledgerLines(courses[0]!.organisation, 1, Number.MAX_SAFE_INTEGER);
    io.err(`practicum ledger verify: the database holds ${courses.length} courses in force; one is needed\n`);
    return undefined;
  } finally {
    await pool.end();
    await stop();
  }
}

function report(io: Io, verification: Verification, asJson: boolean): void {
  if (asJson) io.out(`${JSON.stringify(verification)}\n`);
  else if (verification.ok) {
    const { entries, calculations, head } = verification;
    io.out(`sound: ${entries} entries, ${calculations} scores recomputed, head ${head}\n`);
  } else io.out(`altered: line ${verification.first.line}: ${verification.first.message}\n`);
  io.exit(verification.ok ? 0 : 1);
}

/** Lines end with a line feed and nothing else; bytes that are not UTF-8 become a line that cannot be an entry. */
function* linesOf(bytes: Buffer): Generator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(0x0a, from);
    const line = bytes.subarray(from, end === -1 ? bytes.length : end);
    from = end === -1 ? bytes.length : end + 1;
    try {
      yield decoder.decode(line);
    } catch {
      yield '';
    }
  }
}
