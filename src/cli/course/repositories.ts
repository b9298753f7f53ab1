// practicum repositories: every student repository, and how it differs from what the course wants.
import { describeDifference } from '../../domain/repository/describe-difference.ts';
import { lookAtRepositoryJob } from '../../flows/jobs/queue-jobs.ts';
import type { StudentRepository } from '../../ports/records.ts';
import type { Io, Register } from '../options/command.ts';
import { withCourse } from '../options/one-course.ts';
import { alignColumns, toJson } from '../placement/output.ts';

export const repositories: Register = (program, io) => {
  program
    .command('repositories')
    .description('list every student repository as last seen, with its differences from the course’s settings')
    .option('--course <organisation>', 'which course, if the database holds several')
    .option('--look', 'queue a check of each of them now, besides the daily one')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nReads the database (DATABASE_URL, or the one below PRACTICUM_HOME). Exit code 1: some differ.',
    )
    .action((options: Options) => showRepositories(io, options));
};

type Options = { course?: string; look?: boolean; json?: boolean };

async function showRepositories(io: Io, { course, look, json }: Options): Promise<void> {
  await withCourse(io, 'repositories', course, async (store, { record, course: rules }, now) => {
    const found = await store.studentRepositories(record.organisation);
    const made = found.filter(({ repositoryId }) => repositoryId !== undefined);
    if (look) await store.enqueue(made.map(({ name }) => lookAtRepositoryJob(record.organisation, name, now)));
    if (look) io.err(`${made.length} checks queued\n`);
    io.out(json ? toJson(found) : print(found, rules.timezone));
    io.exit(found.some(({ differences = [] }) => differences.length > 0) ? 1 : 0);
  });
}

function print(found: readonly StudentRepository[], zone: string): string {
  if (found.length === 0) return 'The course has no student repositories yet.\n';
  const rows = found.map(({ name, owner, state, lookedAt, differences = [] }) => [
    name,
    owner,
    state,
    lookedAt?.toISOString().slice(0, 16) ?? '-',
    differences.map((difference) => describeDifference(difference, zone).replaceAll('`', '')).join('; ') || '-',
  ]);
  const differ = found.filter(({ differences = [] }) => differences.length > 0).length;
  return `${alignColumns([['repository', 'owner', 'state', 'looked at', 'differs'], ...rows])}\n${differ} of ${found.length} differ\n`;
}
