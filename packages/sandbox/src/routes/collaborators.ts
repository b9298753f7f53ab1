// Who may do what in one repository: collaborators, their permission, invitations.
import { grantedRole, isMember, isOwner, roleOf } from '../world/access.ts';
import { senderOf } from '../world/actor.ts';
import { forbidden, notFound, refused, unprocessable } from '../world/errors.ts';
import {
  addCollaborator,
  addInvitation,
  isExpired,
  presentRepositoryInvitation,
  requireSeat,
  roleName,
} from '../changes/membership.ts';
import { presentAccount } from '../present/accounts.ts';
import { permissionFlags } from '../present/repository.ts';
import { roles, type Account, type Invitation, type Role } from '../world/records.ts';
import { created, noContent, ok, paginate, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

function personOf(ctx: Ctx): Account {
  const account = ctx.state.accountByLogin(ctx.params.username ?? '');
  if (!account) throw refused('unknown-person');
  return account;
}

function roleFrom(value: unknown): Role {
  const role = ({ read: 'pull', write: 'push' } as Record<string, string>)[String(value)] ?? String(value);
  if (!roles.includes(role as Role))
    throw unprocessable('Validation Failed', [
      { resource: 'RepositoryInvitation', field: 'permission', code: 'invalid' },
    ]);
  return role as Role;
}

function present(ctx: Ctx, account: Account): Record<string, unknown> {
  const role = roleOf(ctx.state, account.id, ctx.repository) ?? 'pull';
  return { ...presentAccount(ctx, account), permissions: permissionFlags(role), role_name: roleName(role) };
}

function list(ctx: Ctx): Reply {
  const { repository } = ctx;
  const direct = ctx.query.get('affiliation') === 'direct';
  const outside = ctx.query.get('affiliation') === 'outside';
  const rows = Object.values(ctx.state.store.accounts)
    .filter((account) => account.type === 'User')
    .filter((account) =>
      direct || outside
        ? repository.collaborators[account.id] !== undefined
        : grantedRole(ctx.state, account.id, repository) !== null,
    )
    .filter((account) => !outside || !isMember(ctx.state, repository.owner, account.id));
  return paginate(ctx, rows, (account) => present(ctx, account));
}

/** What the organisation has to say against somebody from outside. */
function guardPolicy(ctx: Ctx, person: Account): void {
  const { repository, state, actor } = ctx;
  const owner = actor.kind === 'user' && isOwner(state, repository.owner, actor.account.id);
  const policy = state.organization(repository.owner)?.policy;
  if (policy?.outsideCollaborators === false && !owner) throw refused('outside-collaborators-forbidden');
  if (repository.private) requireSeat(ctx, repository.owner, person.id);
}

function add(ctx: Ctx): Reply {
  const { repository } = ctx;
  const person = personOf(ctx);
  const role = roleFrom(ctx.body.permission ?? 'push');
  if (person.id === repository.owner)
    throw unprocessable('Validation Failed', [
      { resource: 'Repository', code: 'custom', message: 'Repository owner cannot be a collaborator' },
    ]);
  const base = ctx.state.organization(repository.owner)?.defaultRepositoryPermission;
  const member = isMember(ctx.state, repository.owner, person.id);
  if (member && base === 'write' && (role === 'pull' || role === 'triage')) {
    throw unprocessable(`Cannot assign ${person.login} permission of ${roleName(role)}`);
  }
  if (member || repository.collaborators[person.id] !== undefined) {
    addCollaborator(ctx, repository, person, role, ctx.actor);
    return noContent();
  }
  const pending = invitationsOf(ctx).find((invitation) => invitation.invitee === person.id);
  if (pending && isExpired(ctx, pending)) delete ctx.state.store.invitations[pending.id];
  else if (pending) {
    pending.role = role;
    return created(presentRepositoryInvitation(ctx, pending));
  }
  guardPolicy(ctx, person);
  const fields = {
    kind: 'repository',
    target: repository.id,
    invitee: person.id,
    email: null,
    role,
    teams: [],
  } as const;
  return created(presentRepositoryInvitation(ctx, addInvitation(ctx, { ...fields, teams: [] }, ctx.actor)));
}

function remove(ctx: Ctx): Reply {
  const person = personOf(ctx);
  const had = ctx.repository.collaborators[person.id];
  delete ctx.repository.collaborators[person.id];
  const sender = senderOf(ctx.actor);
  if (had !== undefined && sender) {
    ctx.emit({
      event: 'member',
      action: 'removed',
      payload: { member: presentAccount(ctx, person) },
      repository: ctx.repository,
      sender,
      actor: ctx.actor,
    });
  }
  return noContent();
}

function permission(ctx: Ctx): Reply {
  const person = personOf(ctx);
  const role = roleOf(ctx.state, person.id, ctx.repository);
  const words = { pull: 'read', triage: 'read', push: 'write', maintain: 'write', admin: 'admin' } as const;
  return ok({
    permission: role === null ? 'none' : words[role],
    role_name: role === null ? 'none' : roleName(role),
    user: {
      ...presentAccount(ctx, person),
      permissions: permissionFlags(role),
      role_name: role === null ? 'none' : roleName(role),
    },
  });
}

function invitationsOf(ctx: Ctx): Invitation[] {
  return Object.values(ctx.state.store.invitations).filter(
    (invitation) => invitation.kind === 'repository' && invitation.target === ctx.repository.id,
  );
}

function invitationOf(ctx: Ctx): Invitation {
  const found = invitationsOf(ctx).find((invitation) => String(invitation.id) === ctx.params.invitation_id);
  if (!found) throw notFound();
  return found;
}

function mine(ctx: Ctx): Invitation[] {
  if (ctx.actor.kind !== 'user') throw forbidden();
  return Object.values(ctx.state.store.invitations).filter(
    (invitation) => invitation.kind === 'repository' && invitation.invitee === ctx.caller.id,
  );
}

function take(ctx: Ctx): Invitation {
  const found = mine(ctx).find((invitation) => String(invitation.id) === ctx.params.invitation_id);
  if (!found) throw notFound();
  delete ctx.state.store.invitations[found.id];
  return found;
}

function accept(ctx: Ctx): Reply {
  const invitation = take(ctx);
  if (isExpired(ctx, invitation)) throw refused('invitation-expired');
  const repository = ctx.state.repository(invitation.target);
  if (!repository) throw notFound();
  addCollaborator(ctx, repository, ctx.caller, invitation.role as Role, ctx.actor);
  return noContent();
}

const base = '/repos/{owner}/{repo}';
const own = '/user/repository_invitations';
export const routes: Route[] = [
  { method: 'GET', path: `${base}/collaborators`, handler: list },
  {
    method: 'GET',
    path: `${base}/collaborators/{username}`,
    handler: (ctx) => {
      if (grantedRole(ctx.state, personOf(ctx).id, ctx.repository) === null) throw notFound();
      return noContent();
    },
  },
  { method: 'PUT', path: `${base}/collaborators/{username}`, permission: 'administration:write', handler: add },
  { method: 'DELETE', path: `${base}/collaborators/{username}`, permission: 'administration:write', handler: remove },
  { method: 'GET', path: `${base}/collaborators/{username}/permission`, handler: permission },
  {
    method: 'GET',
    path: `${base}/invitations`,
    permission: 'administration:read',
    handler: (ctx) => paginate(ctx, invitationsOf(ctx), (invitation) => presentRepositoryInvitation(ctx, invitation)),
  },
  {
    method: 'PATCH',
    path: `${base}/invitations/{invitation_id}`,
    permission: 'administration:write',
    handler: (ctx) => {
      const invitation = invitationOf(ctx);
      invitation.role = roleFrom(ctx.body.permissions ?? 'push');
      return ok(presentRepositoryInvitation(ctx, invitation));
    },
  },
  {
    method: 'DELETE',
    path: `${base}/invitations/{invitation_id}`,
    permission: 'administration:write',
    handler: (ctx) => {
      delete ctx.state.store.invitations[invitationOf(ctx).id];
      return noContent();
    },
  },
  {
    method: 'GET',
    path: own,
    permission: 'token',
    handler: (ctx) => paginate(ctx, mine(ctx), (invitation) => presentRepositoryInvitation(ctx, invitation)),
  },
  { method: 'PATCH', path: `${own}/{invitation_id}`, permission: 'token', handler: accept },
  {
    method: 'DELETE',
    path: `${own}/{invitation_id}`,
    permission: 'token',
    handler: (ctx) => {
      take(ctx);
      return noContent();
    },
  },
];
