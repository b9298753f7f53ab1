// What a course wants of a student repository, held against what GitHub has: every difference, in a fixed order.
import type { Permission } from '../course/course.ts';
import type { Difference, FoundRepository, Person, WantedRepository } from './repository.ts';

/** `found` is undefined where the repository is gone: deleted, or moved out of the organisation. */
export function compareRepository(wanted: WantedRepository, found: FoundRepository | undefined): Difference[] {
  if (!found) return [{ kind: 'gone' }];
  // Nothing of an archived repository can be changed: what else differs is said once it is open again.
  if (found.archived) return [{ kind: 'archived' }];
  const differences: Difference[] = [];
  if (found.name.toLowerCase() !== wanted.name.toLowerCase()) differences.push({ kind: 'renamed', found: found.name });
  if (found.empty) differences.push({ kind: 'empty' });
  if (!found.actions) differences.push({ kind: 'actions-off' });
  if (wanted.defaultBranch !== undefined && found.defaultBranch !== wanted.defaultBranch)
    differences.push({ kind: 'default-branch', found: found.defaultBranch, wanted: wanted.defaultBranch });
  if (found.visibility !== wanted.visibility && !isClosed(found.visibility, wanted.visibility))
    differences.push({ kind: 'visibility', found: found.visibility, wanted: wanted.visibility });
  return [
    ...differences,
    ...compareMembers(wanted, found),
    ...compareOthers(wanted, found),
    ...compareStaff(wanted, found),
  ];
}

/** An organisation without an enterprise has no `internal`: its repositories are private then, which is closed enough. */
const isClosed = (found: string, wanted: string): boolean => found === 'private' && wanted === 'internal';

const isSame = (a: Person, b: Person): boolean =>
  a.account !== undefined && b.account !== undefined
    ? a.account === b.account
    : a.login.toLowerCase() === b.login.toLowerCase();

function compareMembers({ members, permission }: WantedRepository, found: FoundRepository): Difference[] {
  return members.flatMap((member): Difference[] => {
    const { login } = member;
    const here = found.people.find((person) => isSame(person, member));
    const invitation = found.invitations.find((each) => isSame(each, member));
    const now = (here ?? invitation)?.login;
    const renamed: Difference[] =
      now !== undefined && now.toLowerCase() !== login.toLowerCase()
        ? [{ kind: 'account-renamed', login, found: now }]
        : [];
    if (here && here.permission !== permission)
      return [...renamed, { kind: 'access', login: here.login, found: here.permission, wanted: permission }];
    if (here) return renamed;
    if (!invitation) return [{ kind: 'no-access', ...member, wanted: permission }];
    if (invitation.expired)
      return [
        ...renamed,
        { kind: 'invitation-expired', login: invitation.login, invitation: invitation.id, wanted: permission },
      ];
    return [...renamed, { kind: 'invited', login: invitation.login, since: invitation.since }];
  });
}

const rank: readonly Permission[] = ['pull', 'triage', 'push', 'maintain', 'admin'];

/** Who is in and no member: those that the app once let in lose it, others are the teacher's to decide on. */
function compareOthers({ members, former }: WantedRepository, found: FoundRepository): Difference[] {
  const isMember = (person: Person): boolean => members.some((member) => isSame(member, person));
  const people = found.people
    .filter((person) => !isMember(person))
    .flatMap((person): Difference[] => {
      const was = former.find((each) => isSame(each, person));
      const { login, permission } = person;
      if (!was) return [{ kind: 'stranger', login, found: permission }];
      const keeps = was.access === 'pull' && rank.indexOf(permission) <= rank.indexOf('pull');
      return keeps ? [] : [{ kind: 'access-left', login, found: permission, wanted: was.access }];
    });
  const invitations = found.invitations
    .filter((each) => !isMember(each) && former.some((person) => isSame(person, each)))
    .map(({ id, login }): Difference => ({ kind: 'invitation-left', login, invitation: id }));
  return [...people, ...invitations];
}

function compareStaff({ staff }: WantedRepository, found: FoundRepository): Difference[] {
  if (!staff) return [];
  const has = found.teams.find(({ team }) => team.toLowerCase() === staff.team.toLowerCase())?.permission;
  if (has === staff.permission) return [];
  return [
    { kind: 'staff-access', team: staff.team, wanted: staff.permission, ...(has === undefined ? {} : { found: has }) },
  ];
}
