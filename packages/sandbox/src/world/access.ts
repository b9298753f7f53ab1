// What an actor may do: roles of people, permissions and repositories of installation tokens.
import type { Actor } from './actor.ts';
import { forbidden, notFound, refused, Refusal } from './errors.ts';
import { roles, type Level, type Permissions, type Repository, type Role } from './records.ts';
import type { State } from './state.ts';

const levels: readonly Level[] = ['read', 'write', 'admin'];

export function atLeast(has: Level | undefined, wanted: Level): boolean {
  return has !== undefined && levels.indexOf(has) >= levels.indexOf(wanted);
}

export function roleAtLeast(has: Role | null, wanted: Role): boolean {
  return has !== null && roles.indexOf(has) >= roles.indexOf(wanted);
}

function strongest(...candidates: (Role | null | undefined)[]): Role | null {
  let best: Role | null = null;
  for (const role of candidates) if (role && (best === null || roleAtLeast(role, best))) best = role;
  return best;
}

/** A member of an organisation, active ones only. */
export function isMember(state: State, org: number, user: number): boolean {
  return state.organization(org)?.members[user]?.state === 'active';
}

export function isOwner(state: State, org: number, user: number): boolean {
  const membership = state.organization(org)?.members[user];
  return org === user || (membership?.state === 'active' && membership.role === 'admin');
}

const baseRole = { none: null, read: 'pull', write: 'push', admin: 'admin' } as const;

/** The role that was granted to a person (owner, collaborator, team, the organisation's base); not what being public gives. */
export function grantedRole(state: State, user: number, repository: Repository): Role | null {
  if (isOwner(state, repository.owner, user)) return 'admin';
  const org = state.organization(repository.owner);
  const member = org !== undefined && isMember(state, repository.owner, user);
  const teams = member
    ? Object.values(state.store.teams)
        .filter((team) => team.org === repository.owner && team.members[user]?.state === 'active')
        .map((team) => team.repositories[repository.id])
    : [];
  return strongest(repository.collaborators[user], member ? baseRole[org.defaultRepositoryPermission] : null, ...teams);
}

/** The role of a person in a repository, the read access of everybody to a public one included. */
export function roleOf(state: State, user: number, repository: Repository): Role | null {
  return strongest(grantedRole(state, user, repository), repository.private ? null : 'pull');
}

/** Whether a token of an installation reaches a repository at all. */
export function reaches(actor: Actor & { kind: 'installation' }, repository: Repository): boolean {
  const { installation } = actor;
  if (installation.account !== repository.owner) return false;
  if (installation.selection === 'selected' && !installation.repositories.includes(repository.id)) return false;
  return actor.repositories === undefined || actor.repositories.includes(repository.id);
}

export function canRead(state: State, actor: Actor, repository: Repository): boolean {
  if (!repository.private) return true;
  if (actor.kind === 'user') return roleOf(state, actor.account.id, repository) !== null;
  return actor.kind === 'installation' && reaches(actor, repository);
}

function userRoleFor(permission: string, level: Level): Role {
  if (level === 'read') return permission === 'administration' ? 'push' : 'pull';
  // Anybody who can read may open an issue or a pull request; the handlers ask for more where GitHub does.
  if (permission === 'issues' || permission === 'pull_requests') return 'pull';
  return permission === 'administration' || level === 'admin' ? 'admin' : 'push';
}

export type Need = { permission: string; level: Level };

/** 'contents:write' → its parts. */
export function parseNeed(text: string): Need {
  const [permission = 'metadata', level = 'read'] = text.split(':');
  return { permission, level: level as Level };
}

/** Refuses as GitHub does: 404 for a private repository that the actor cannot see, 403 for a missing permission. */
export function requireRepository(state: State, actor: Actor, repository: Repository, need: Need): void {
  if (actor.kind === 'app') throw forbidden();
  if (!canRead(state, actor, repository)) throw notFound();
  const { permission, level } = need;
  if (actor.kind === 'anonymous') {
    if (level !== 'read' || permission === 'administration') throw new Refusal(401, 'Requires authentication');
    return;
  }
  if (actor.kind === 'user') {
    const role = roleOf(state, actor.account.id, repository);
    if (!roleAtLeast(role, userRoleFor(permission, level))) {
      throw forbidden(
        level === 'read' ? 'Must have push access to repository' : 'Must have admin rights to Repository.',
      );
    }
  } else if (!reaches(actor, repository)) {
    if (level !== 'read') throw forbidden();
  } else if (!granted(actor.permissions, need)) {
    throw forbidden();
  }
  if (level !== 'read' && repository.archived && permission !== 'administration') {
    throw refused('archived');
  }
}

/** Permissions of an organisation: an app needs them by name, a person must be a member (read) or an owner (write). */
export function requireOrganization(state: State, actor: Actor, org: number, need: Need): void {
  if (actor.kind === 'anonymous') throw new Refusal(401, 'Requires authentication');
  if (actor.kind === 'app') throw forbidden();
  if (actor.kind === 'installation') {
    if (actor.installation.account !== org) throw notFound();
    if (!granted(actor.permissions, need)) throw forbidden();
    return;
  }
  if (need.level === 'read' ? !isMember(state, org, actor.account.id) : !isOwner(state, org, actor.account.id)) {
    throw need.level === 'read' ? notFound() : forbidden('You must be an admin of this organization.');
  }
}

export function granted(permissions: Permissions, need: Need): boolean {
  if (need.permission === 'metadata') return need.level === 'read';
  return atLeast(permissions[need.permission], need.level);
}

/** Whether somebody who may see a repository may also fetch from it, or push to it. */
export function mayUseGit(state: State, actor: Actor, repository: Repository, reading: boolean): boolean {
  if (actor.kind === 'installation') {
    if (!reaches(actor, repository)) return reading && !repository.private;
    return granted(actor.permissions, { permission: 'contents', level: reading ? 'read' : 'write' });
  }
  if (reading || actor.kind !== 'user') return reading;
  return roleAtLeast(roleOf(state, actor.account.id, repository), 'push');
}
