// The course that a command works on: the only one in the database, or the one that is named.
import { followedClock } from '../../clock.ts';
import { inForce, type InForce } from '../../flows/course/in-force.ts';
import type { Store } from '../../ports/store.ts';
import type { Io } from './command.ts';
import { hasDatabase, withStore } from './with-store.ts';
import { Failure } from '../../domain/text/failure.ts';

/** Opens the database of `DATABASE_URL`, or the app's own below `PRACTICUM_HOME`; says what is wrong and sets the exit code where there is no such course. */
export async function withCourse(
  io: Io,
  command: string,
  organisation: string | undefined,
  work: (store: Store, found: InForce, now: Date) => Promise<void>,
): Promise<void> {
  const wrongUse = (message: string): void => {
    io.err(`practicum ${command}: ${message}\n`);
    io.exit(2);
  };
  if (!(await hasDatabase(io)))
    return wrongUse(
      'the database is needed: set DATABASE_URL, or PRACTICUM_HOME to the folder where the app keeps its own',
    );
  await withStore(io, async (store) => {
    const found = await courseNamed(store, organisation);
    if (typeof found === 'string') wrongUse(found);
    else await work(store, found, await courseTime(io));
  });
}

/** The course, or what is wrong with asking for it. */
export async function courseNamed(store: Store, organisation: string | undefined): Promise<InForce | string> {
  const courses = (await store.courses()).filter(
    (course) =>
      course.commitSha !== undefined && (organisation ?? course.organisation).toLowerCase() === course.organisation,
  );
  const found = courses.length === 1 ? await inForce(store, courses[0]!.organisation) : undefined;
  if (found) return found;
  return organisation === undefined
    ? `the database holds ${courses.length} courses in force: name one with --course`
    : `no course of ${organisation} is in force`;
}

const patienceMs = 10_000;

/** The app's own time: deadlines are read off the same clock, wherever a command runs. */
export async function courseTime({ env, now }: Io): Promise<Date> {
  const url = env['PRACTICUM_CLOCK_URL'];
  if (!url) return now();
  const told = followedClock(url);
  const timeout = new Promise<never>((_, reject) =>
    setTimeout(() => {
      reject(new Failure('clock-silent', `the clock at PRACTICUM_CLOCK_URL does not answer`));
      void told.then(({ stop }) => stop());
    }, patienceMs).unref(),
  );
  const clock = await Promise.race([told, timeout]);
  clock.stop();
  return clock.now();
}
