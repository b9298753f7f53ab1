// Whom a name means: the one way in which people name a student or a group, in comments and on the command line.
import type { Owner } from './course.ts';

/** A student by login, or a group by its own name or that of a member; with or without an @. */
export function findOwner(owners: readonly Owner[], name: string): Owner | undefined {
  const wanted = name.replace(/^@/, '').toLowerCase();
  return (
    owners.find(({ slug }) => slug.toLowerCase() === wanted) ??
    owners.find(({ members }) => members.some(({ login }) => login.toLowerCase() === wanted))
  );
}
