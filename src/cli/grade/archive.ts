// practicum archive: a term that is over as one file, and whether such a file is still what it was.
import { resolve } from 'node:path';
import { ConfigError } from '../../config.ts';
import { sayVerification } from '../../domain/ledger/say-verification.ts';
import { verifyLedgerLines } from '../../domain/ledger/verify.ts';
import { compareArchive, ledgerPath, manifestPath, readManifest } from '../../domain/term/archive.ts';
import { archiveTerm } from '../../flows/ledger/archive-term.ts';
import type { InForce } from '../../flows/course/in-force.ts';
import type { GitHub } from '../../ports/github.ts';
import type { Store } from '../../ports/store.ts';
import type { Io, Register } from '../options/command.ts';
import { linesOf } from '../options/lines-of.ts';
import { courseNamed, courseTime, withCourse } from '../options/one-course.ts';
import { withPorts } from '../options/with-ports.ts';
import { hasDatabase } from '../options/with-store.ts';
import { readArchive, writeArchive } from './archive-file.ts';

type Options = { out?: string; course?: string; verify?: string; repositories: boolean; tag?: boolean };

export const archive: Register = (program, io) => {
  program
    .command('archive')
    .description('a term that is over as one file: repositories as git bundles, gradebook, ledger, course, digests')
    .option('--out <file>', 'the file to write, which must not be there yet (default: ORG-DATE.tar)')
    .option('--course <organisation>', 'which course, if the database holds several')
    .option('--no-repositories', 'without the repositories: GitHub is not asked for anything')
    .option('--tag', 'tag the course in its repository, with the digest of this archive in the name')
    .option('--verify <file>', 'check an archive instead of writing one')
    .addHelpText(
      'after',
      '\nExit code: 0 written or sound, 1 altered, 2 wrong use. It names people: keep it accordingly.',
    )
    .action((options: Options) => run(io, options));
};

async function run(io: Io, options: Options): Promise<void> {
  if (options.verify !== undefined) return verify(io, options.verify);
  if (!options.repositories && options.tag) return wrongUse(io, '--tag needs GitHub: leave out --no-repositories');
  if (!options.repositories)
    return withCourse(io, 'archive', options.course, (store, found, now) => write(io, options, { store, found, now }));
  if (!(await hasDatabase(io)))
    return wrongUse(
      io,
      'the database is needed: set DATABASE_URL, or PRACTICUM_HOME to the folder where the app keeps its own',
    );
  try {
    await withPorts(io, async ({ store, github }) => {
      const found = await courseNamed(store, options.course);
      if (typeof found === 'string') return wrongUse(io, found);
      await write(io, options, { store, found, now: await courseTime(io), github: github(found.record) });
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    wrongUse(io, `${error.sentences.join('; ')}; or give --no-repositories`);
  }
}

type Wanted = { store: Store; found: InForce; now: Date; github?: GitHub };

async function write(io: Io, { out, tag }: Options, { store, found, now, github }: Wanted): Promise<void> {
  const { record } = found;
  const file = out ?? `${record.login}-${now.toISOString().slice(0, 10)}.tar`;
  const made = await writeArchive(resolve(io.cwd, file), (sink) =>
    archiveTerm(store, { found, now, github, sink }),
  ).catch((error: unknown) => {
    const code = error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    wrongUse(io, `${file}: ${code === 'EEXIST' ? 'is there already' : `cannot be written (${code})`}`);
  });
  if (!made) return;
  const { manifest, digest } = made;
  const count = (state: string): number => manifest.repositories.filter((each) => each.state === state).length;
  const without = manifest.repositories.length - count('bundled');
  io.out(`${file}: ${manifest.files.length} files, ${count('bundled')} repositories, manifest ${digest}\n`);
  if (without > 0)
    io.err(
      `Without ${without} repositories: ${count('gone')} gone, ${count('empty')} empty, ${count('left-out')} left out.\n`,
    );
  for (const { name, lost } of manifest.repositories)
    if (lost.length > 0) io.err(`${name}: GitHub no longer has the commit of ${lost.join(', ')}.\n`);
  if (!tag || !github) return;
  const name = `practicum/archive/${now.toISOString().slice(0, 10)}-${digest.slice(0, 12)}`;
  await github.deadlines.pinTag(record.repository, name, record.commitSha);
  io.out(`${record.login}/${record.repository}: tag ${name}\n`);
}

async function verify(io: Io, file: string): Promise<void> {
  const read = await readArchive(resolve(io.cwd, file), [manifestPath, ledgerPath]).catch((error: unknown) => {
    const code = error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined;
    wrongUse(io, `${file}: ${code === undefined ? 'is not a whole tar file' : `cannot be read (${code})`}`);
  });
  if (!read) return;
  const manifest = readManifest(read.kept.get(manifestPath)?.toString('utf8') ?? '');
  if (!manifest) return wrongUse(io, `${file}: is not an archive of a term: no readable ${manifestPath} in it`);
  const others = read.files.filter(({ path }) => path !== manifestPath);
  const faults = compareArchive(manifest, others);
  // The digest is told of one, and the files are held against it: a second one could speak for others.
  if (read.files.length - others.length > 1) faults.unshift(`${manifestPath}: is in the file twice`);
  const heads = manifest.ledgerHead === null ? [] : [manifest.ledgerHead];
  const ledger = verifyLedgerLines(linesOf(read.kept.get(ledgerPath) ?? Buffer.alloc(0)), heads);
  for (const fault of faults) io.out(`${fault}\n`);
  io.out(`ledger: ${sayVerification(ledger)}\n`);
  const digest = read.files.find(({ path }) => path === manifestPath)!.sha256;
  io.out(
    `${faults.length === 0 ? 'sound' : 'altered'}: ${manifest.files.length} files of ${manifest.organisation}, manifest ${digest}\n`,
  );
  io.exit(faults.length === 0 && ledger.ok ? 0 : 1);
}

function wrongUse(io: Io, message: string): undefined {
  io.err(`practicum archive: ${message}\n`);
  io.exit(2);
}
