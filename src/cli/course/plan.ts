// practicum plan: who receives what, when and how, before it happens.
import { repositoryName } from '../../domain/course/repository-name.ts';
import { isAcceptable, formatProblem } from '../../domain/text/problem.ts';
import { compareShipments, planShipments } from '../../domain/plan/plan.ts';
import { scheduleReleases } from '../../domain/plan/release-schedule.ts';
import { showCalendar } from '../../domain/plan/show-calendar.ts';
import { sayRetention } from '../../domain/messages/plan-words.ts';
import { recentRunCosts } from '../../flows/plan/recent-run-costs.ts';
import { sayLeastCosts, sayRunCosts } from '../../domain/report/billed-minutes.ts';
import type { Io, Register } from '../options/command.ts';
import { NoSuchFolder, readCourseFolder } from '../../course-folder/read-course-folder.ts';
import type { ReadFolder } from '../../course-folder/read-course-folder.ts';

type Options = { roster?: string; fetch?: boolean; now?: string; json?: boolean; course?: string };

export const plan: Register = (program, io) => {
  program
    .command('plan')
    .description('list every shipment that a course folder defines')
    .argument('<dir>', 'folder with course.yml, its roster and challenges, or with a single challenge.yml')
    .option('--roster <file>', 'plan for this roster instead of the one that course.yml names')
    .option('--now <time>', 'ISO 8601 time to plan at: releases up to then are sent at once')
    .option('--fetch', 'fetch sources from elsewhere (https://, remotes), so that their rows are known')
    .option('--course <org>', 'read from the database what runs of this course took of late')
    .option('--json', 'print a list: { id, challenge, release, due, owner, carrier, path, rows, dueNow, … }')
    .addHelpText('after', '\nRows are half-open: [from, to) of the released rows. Exit code: 1 when a file has errors.')
    .action(async (dir: string, options: Options) => {
      const now = options.now === undefined ? io.now() : new Date(options.now);
      if (Number.isNaN(now.getTime())) return misuse(io, `--now: \`${options.now}\` is not an ISO 8601 time`);
      const fetch = options.fetch ? (await import('../options/fetcher.ts')).fetcher(dir, io) : undefined;
      const read = await readCourseFolder(dir, options.roster, undefined, io.env, fetch).catch((error: unknown) => {
        if (!(error instanceof NoSuchFolder)) throw error;
        return error;
      });
      if (read instanceof Error) return misuse(io, read.message);
      const shown = options.json ? read.problems.filter(({ level }) => level !== 'notice') : read.problems;
      if (!isAcceptable(read.problems)) {
        io.err(shown.map((problem) => `${formatProblem(problem)}\n`).join(''));
        return io.exit(1);
      }
      io.err(
        shown
          .filter(({ level }) => level === 'warning')
          .map((problem) => `${formatProblem(problem)}\n`)
          .join(''),
      );
      if (options.json) printRows(read, now, io);
      else await printText(read, now, options.course, io);
    });
};

function misuse(io: Io, message: string): void {
  io.err(`practicum plan: ${message}\n`);
  io.exit(2);
}

/** Row by row: the plan of a large course is longer than the longest string. */
function printRows({ course, challenges, owners, facts }: ReadFolder, now: Date, io: Io): void {
  const shipments = challenges
    .flatMap((challenge) => planShipments(course, challenge, owners, facts[challenge.dataset.source]))
    .toSorted(compareShipments);
  io.out('[');
  for (const [index, shipment] of shipments.entries()) {
    const row = { ...shipment, dueNow: Date.parse(shipment.due) <= now.getTime() };
    io.out(`${index === 0 ? '' : ','}\n  ${JSON.stringify(row)}`);
  }
  io.out('\n]\n');
}

async function printText(read: ReadFolder, now: Date, organisation: string | undefined, io: Io): Promise<void> {
  const { course, challenges, owners } = read;
  const repositories = new Set(
    challenges.flatMap(({ name }) => owners.map((owner) => repositoryName(course, name, owner))),
  ).size;
  const retention = sayRetention(course, challenges);
  const print = (costs: string): void =>
    io.out(`${toText(read, now)}\n${retention === undefined ? '' : `${retention}\n`}${costs}\n`);
  if (organisation === undefined) return print(sayLeastCosts());
  const { withCourse } = await import('../options/one-course.ts');
  await withCourse(io, 'plan', organisation, async (store, { record }) =>
    print(sayRunCosts(await recentRunCosts(store, record.organisation, now), repositories)),
  );
}

function toText({ course, challenges, owners, facts, counts }: ReadFolder, now: Date): string {
  const slots = scheduleReleases(challenges, owners.length);
  const tables = challenges.map((challenge) =>
    showCalendar(course, challenge, owners, facts[challenge.dataset.source], counts[challenge.file], slots, now),
  );
  return `${tables.join('\n')}`;
}
