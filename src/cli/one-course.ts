// The course that a command works on: the only one in the database, or the one that is named.
import { inForce, type InForce } from '../flows/in-force.ts';
import type { Store } from '../ports.ts';
import type { Io } from './command.ts';
import { withStore } from './with-store.ts';

/** Opens the database of `DATABASE_URL`; says what is wrong and sets the exit code where there is no such course. */
export async function withCourse(
  io: Io,
  command: string,
  organisation: string | undefined,
  work: (store: Store, found: InForce) => Promise<void>,
): Promise<void> {
  const wrongUse = (message: string): void => {
    io.err(`practicum ${command}: ${message}\n`);
    io.exit(2);
  };
  if (!io.env['DATABASE_URL']) return wrongUse('the database is needed: set DATABASE_URL');
  await withStore(io, async (store) => {
    const courses = (await store.courses()).filter(
      (one) => one.commitSha !== undefined && (organisation ?? one.organisation).toLowerCase() === one.organisation,
    );
    const found = courses.length === 1 ? await inForce(store, courses[0]!.organisation) : undefined;
    if (found) await work(store, found);
    else if (organisation !== undefined) wrongUse(`no course of ${organisation} is in force`);
    else wrongUse(`the database holds ${courses.length} courses in force: name one with --course`);
  });
}
