// The course in force and what is on record of a repository → what the course wants of it.
import type { Course, Owner } from '../course/course.ts';
import type { Person, WantedRepository } from './repository.ts';

/** What the app has on record of a student repository. */
export type RecordedRepository = {
  name: string;
  owner: string;
  members: readonly string[];
  /** Logins that it has let in at any time, as they were then. */
  letIn: readonly string[];
  /** The same by GitHub's ids: a login may have gone from one of them to another since. */
  letInAccounts: readonly number[];
  /** GitHub's ids by lower-case login, as they were first seen here. */
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
  ids: ReadonlyMap<string, number> = noIds,
): WantedRepository {
  const { visibility, permission, leavers, staffPermission } = course.repositories;
  const roster = rosterOf(owners, ids);
  const owner = roster.bySlug.get(record.owner);
  const person = ({ login }: { login: string }): Person => {
    const account = ids.get(login.toLowerCase()) ?? record.accounts[login.toLowerCase()];
    return { login, ...(account === undefined ? {} : { account }) };
  };
  const members = (owner?.members ?? []).map(person);
  const isMember = (person: Person): boolean => members.some((each) => isSame(each, person));
  const isEnrolled = (person: Person): boolean => isOnRoster(person, roster, ids, record.accounts);
  return {
    name: record.name,
    visibility,
    permission,
    members,
    former: everLetIn(record)
      .filter((person) => !isMember(person))
      // Who went to another group works elsewhere now; who left the course may look at what was theirs.
      .map((person) => ({
        ...person,
        access: !isEnrolled(person) && leavers === 'read' ? ('pull' as const) : ('none' as const),
      })),
    ...(record.repositoryId === undefined ? {} : { id: record.repositoryId }),
    ...(record.defaultBranch === undefined ? {} : { defaultBranch: record.defaultBranch }),
    ...(course.staff === undefined ? {} : { staff: { team: course.staff, permission: staffPermission } }),
  };
}

const noIds: ReadonlyMap<string, number> = new Map();

type Roster = {
  bySlug: ReadonlyMap<string, Owner>;
  /** In small letters. */
  logins: ReadonlySet<string>;
  accounts: ReadonlySet<number>;
};

/** Each repository of a class is held against one and the same roster. */
const rosters = new WeakMap<readonly Owner[], WeakMap<ReadonlyMap<string, number>, Roster>>();

function rosterOf(owners: readonly Owner[], ids: ReadonlyMap<string, number>): Roster {
  const ofOwners = rosters.get(owners) ?? new WeakMap<ReadonlyMap<string, number>, Roster>();
  rosters.set(owners, ofOwners);
  const known = ofOwners.get(ids);
  if (known) return known;
  const logins = new Set(owners.flatMap(({ members }) => members.map(({ login }) => login.toLowerCase())));
  const roster = {
    bySlug: new Map(owners.toReversed().map((owner) => [owner.slug, owner])),
    logins,
    accounts: new Set([...logins].flatMap((login) => ids.get(login) ?? [])),
  };
  ofOwners.set(ids, roster);
  return roster;
}

/** As `isSame` says of anybody on the roster, each with the id that is known of the login now, or else here. */
function isOnRoster(
  { login, account }: Person,
  { logins, accounts }: Roster,
  ids: ReadonlyMap<string, number>,
  known: Readonly<Record<string, number>>,
): boolean {
  const name = login.toLowerCase();
  if (account === undefined) return logins.has(name);
  if (accounts.has(account)) return true;
  if (logins.has(name) && ids.get(name) === undefined && known[name] === undefined) return true;
  return Object.entries(known).some(
    ([login, id]) => id === account && logins.has(login) && ids.get(login) === undefined,
  );
}

const isSame = (a: Person, b: Person): boolean =>
  a.account !== undefined && b.account !== undefined
    ? a.account === b.account
    : a.login.toLowerCase() === b.login.toLowerCase();

/** Each once: by id where it is known, and under the name that is known of it. */
function everLetIn({ letIn, letInAccounts, members, accounts }: RecordedRepository): Person[] {
  const names = new Map(Object.entries(accounts).map(([login, account]) => [account, login]));
  const logins = [...new Set([...letIn, ...members])];
  const known = new Set([...letInAccounts, ...logins.flatMap((login) => accounts[login.toLowerCase()] ?? [])]);
  return [
    ...[...known].map((account): Person => ({ login: names.get(account) ?? '', account })),
    ...logins.filter((login) => accounts[login.toLowerCase()] === undefined).map((login): Person => ({ login })),
  ];
}
