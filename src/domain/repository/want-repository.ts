// The course in force and what is on record of a repository → what the course wants of it.
import type { Course, Owner } from '../course/course.ts';
import type { WantedRepository } from './repository.ts';

/** What the app has on record of a student repository. */
export type RecordedRepository = {
  name: string;
  owner: string;
  members: readonly string[];
  /** Logins that it has let in at any time. */
  letIn: readonly string[];
  /** GitHub's ids by lower-case login, as far as they were seen. */
  accounts: Readonly<Record<string, number>>;
  repositoryId?: number;
  defaultBranch?: string;
};

/**
 * A repository that no plan holds any more has no members: its owner left, or was put into another group. `ids`: GitHub's, of the
 * logins on the roster as they are now; a login of the past may be somebody else's today.
 */
export function wantRepository(
  course: Course,
  owners: readonly Owner[],
  record: RecordedRepository,
  ids: ReadonlyMap<string, number> = new Map(),
): WantedRepository {
  const { visibility, permission, leavers, staffPermission } = course.repositories;
  const { bySlug, enrolled } = rosterOf(owners);
  const owner = bySlug.get(record.owner);
  const person = (login: string): { login: string; account?: number } => {
    const account = record.accounts[login.toLowerCase()];
    return { login, ...(account === undefined ? {} : { account }) };
  };
  const members = (owner?.members ?? []).map(({ login }) => {
    const account = ids.get(login.toLowerCase());
    return account === undefined ? person(login) : { login, account };
  });
  const isMember = (login: string): boolean => {
    const { account } = person(login);
    return members.some((each) =>
      account !== undefined && each.account !== undefined
        ? each.account === account
        : each.login.toLowerCase() === login.toLowerCase(),
    );
  };
  const isEnrolled = (login: string): boolean => {
    const { account } = person(login);
    const isKnown = (one: string): boolean => account !== undefined && ids.get(one) !== undefined;
    if (enrolled.has(login.toLowerCase()) && !isKnown(login.toLowerCase())) return true;
    return account !== undefined && ids.size > 0 && [...enrolled].some((one) => ids.get(one) === account);
  };
  const former = [...new Set([...record.letIn, ...record.members])]
    .filter((login) => !isMember(login))
    // Who went to another group works elsewhere now; who left the course may look at what was theirs.
    .map((login) => ({
      ...person(login),
      access: !isEnrolled(login) && leavers === 'read' ? ('pull' as const) : ('none' as const),
    }));
  return {
    name: record.name,
    visibility,
    permission,
    members,
    former,
    ...(record.repositoryId === undefined ? {} : { id: record.repositoryId }),
    ...(record.defaultBranch === undefined ? {} : { defaultBranch: record.defaultBranch }),
    ...(course.staff === undefined ? {} : { staff: { team: course.staff, permission: staffPermission } }),
  };
}

type Roster = { bySlug: ReadonlyMap<string, Owner>; enrolled: ReadonlySet<string> };

/** Each repository of a class looks its owner up on one and the same roster. */
const rosters = new WeakMap<readonly Owner[], Roster>();

function rosterOf(owners: readonly Owner[]): Roster {
  const known = rosters.get(owners);
  if (known) return known;
  const roster = {
    bySlug: new Map(owners.toReversed().map((owner) => [owner.slug, owner])),
    enrolled: new Set(owners.flatMap(({ members }) => members.map(({ login }) => login.toLowerCase()))),
  };
  rosters.set(owners, roster);
  return roster;
}
