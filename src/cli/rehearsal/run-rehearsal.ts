// What `demo` and `rehearse` have in common: play a course, print what came of it, clean up however it ends.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { sayWallTime } from '../../domain/time/say-time.ts';
import type { Io } from '../options/command.ts';
import { printGradebook } from './print-gradebook.ts';
import type { Rehearsal } from '../../rehearsal/rehearse.ts';
import type { ReadFolder } from '../../course-folder/read-course-folder.ts';
import { summarise } from './summarise-rehearsal.ts';

const root = resolve(import.meta.dirname, '../../..');
export const templates = join(root, 'templates');

export type RehearsalOptions = { port?: number; dir?: string; once?: boolean; json?: boolean; seed?: number };

/** How much of the course is over, as wide as it ever gets. */
function sayShare(done: number): string {
  return `[${String(Math.floor(done * 100)).padStart(3)}%]`;
}

export async function runRehearsal(
  io: Io,
  courseFolder: string,
  read: ReadFolder,
  studentFolder: string,
  options: RehearsalOptions,
): Promise<void> {
  // Loaded here: other commands need neither the sandbox nor the bundler.
  const { rehearse } = await import('../../rehearsal/rehearse.ts');
  const { bundleAction } = await import('../../../scripts/bundle-action.ts');
  const { course, challenges, owners, facts } = read;
  const { port, dir, once, json, seed } = options;
  const directory = dir ? resolve(io.cwd, dir) : await mkdtemp(join(tmpdir(), 'practicum-'));
  const told = new AbortController();
  const tell = (): void => told.abort();
  process.once('SIGINT', tell).once('SIGTERM', tell);
  told.signal.addEventListener('abort', () =>
    io.err(dir === undefined ? '\nEnding.\n' : `\nEnding. With --dir ${directory} it continues from here.\n`),
  );
  // That of a real course is in `.env`: nothing is played there.
  const exported = io.exported ?? io.env;
  const began = performance.now();
  let rehearsal: Rehearsal | undefined;
  try {
    rehearsal = await rehearse({
      dir: directory,
      organisation: 'mlops-course',
      courseFolder,
      course,
      challenges,
      owners,
      facts,
      studentFolder,
      bundleAction: async (folder) => void (await bundleAction(folder)),
      manifestFile: join(root, 'app.yml'),
      signal: told.signal,
      temporary: dir === undefined,
      tell: (at, line, done) =>
        io.progress && io.err(`${sayShare(done)}  ${sayWallTime(at, course.timezone)}  ${line}\n`),
      ...(port === undefined ? {} : { port }),
      ...(seed === undefined ? {} : { seed }),
      ...(exported['DATABASE_URL'] ? { databaseUrl: exported['DATABASE_URL'] } : {}),
    });
    const summary = summarise(rehearsal, course, (performance.now() - began) / 1000);
    if (json) io.out(`${JSON.stringify(summary, undefined, 2)}\n`);
    else printGradebook(io, rehearsal.gradebook, summary);
    if (!rehearsal.ledger.ok) {
      io.err('The ledger is not sound. This is a bug in the app.\n');
      io.exit(1);
    }
    if (once || told.signal.aborted) return;
    io.err(`\nDashboard: ${rehearsal.dashboardUrl}\nRepositories: ${join(directory, 'git')}\nCtrl-C ends it.\n`);
    await new Promise<void>((done) => told.signal.addEventListener('abort', () => done()));
  } finally {
    await rehearsal?.close();
    if (dir === undefined) await rm(directory, { recursive: true, force: true });
  }
}
