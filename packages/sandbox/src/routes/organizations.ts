// Organisations: profile, members, memberships and invitations.
import { isMember } from '../world/access.ts';
import { forbidden, notFound, unprocessable } from '../world/errors.ts';
import {
  acceptMembership,
  invite,
  leave,
  presentMembership,
  presentOrganizationInvitation,
} from '../changes/membership.ts';
import { presentAccount, presentOrganization } from '../present/accounts.ts';
import type { Account, Membership } from '../world/records.ts';
import { created, noContent, ok, paginate, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

const levels = { none: 'none', read: 'read', write: 'write', admin: 'admin' };

function presentFull(ctx: Ctx): Record<string, unknown> {
  const { organization: account } = ctx;
  const record = ctx.state.organization(account.id);
  return {
    ...presentOrganization(ctx, account),
    name: account.name ?? account.login,
    // GitHub's description lets none of company, blog and location be null; a profile without them has no such keys.
    ...(account.email === null ? {} : { email: account.email }),
    twitter_username: null,
    is_verified: false,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: ctx.state.repositoriesOf(account.id).filter((repository) => !repository.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `${ctx.url}/${account.login}`,
    type: 'Organization',
    members_can_create_public_repositories: record?.policy?.repositories !== false,
    members_can_create_private_repositories: record?.policy?.repositories !== false,
    members_can_create_internal_repositories: false,
    members_can_create_pages: true,
    members_can_create_public_pages: true,
    members_can_create_private_pages: true,
    members_can_fork_private_repositories: false,
    web_commit_signoff_required: false,
    default_repository_permission: levels[record?.defaultRepositoryPermission ?? 'none'],
    members_can_create_repositories: true,
    two_factor_requirement_enabled: false,
    created_at: account.createdAt,
    updated_at: account.createdAt,
    archived_at: null,
  };
}

function personOf(ctx: Ctx): Account {
  const account = ctx.state.accountByLogin(ctx.params.username ?? '');
  if (!account || account.type !== 'User') throw notFound();
  return account;
}

function membersOf(ctx: Ctx): Record<number, Membership> {
  return ctx.state.organization(ctx.organization.id)?.members ?? {};
}

function listMembers(ctx: Ctx): Reply {
  const role = ctx.query.get('role') ?? 'all';
  const { actor, organization } = ctx;
  const inside =
    actor.kind === 'user'
      ? isMember(ctx.state, organization.id, actor.account.id)
      : actor.kind === 'installation' && actor.permissions.members !== undefined;
  // Memberships are private unless made public: a stranger sees none.
  const rows = inside
    ? Object.values(membersOf(ctx)).filter(
        (membership) => membership.state === 'active' && (role === 'all' || membership.role === role),
      )
    : [];
  return paginate(ctx, rows, (membership) => presentAccount(ctx, ctx.state.account(membership.user)));
}

function readMembership(ctx: Ctx): Reply {
  const membership = membersOf(ctx)[personOf(ctx).id];
  if (!membership) throw notFound();
  return ok(presentMembership(ctx, ctx.organization, membership));
}

function setMembership(ctx: Ctx): Reply {
  const role = ctx.body.role ?? 'member';
  if (role !== 'admin' && role !== 'member') throw unprocessable('Validation Failed');
  return ok(presentMembership(ctx, ctx.organization, invite(ctx, ctx.organization, personOf(ctx), role, ctx.actor)));
}

function removeMember(ctx: Ctx): Reply {
  const person = personOf(ctx);
  if (!membersOf(ctx)[person.id]) throw notFound();
  leave(ctx, ctx.organization, person, ctx.actor);
  return noContent();
}

function createInvitation(ctx: Ctx): Reply {
  const { invitee_id: id, email, role = 'direct_member', team_ids: teams = [] } = ctx.body;
  const invitee =
    id === undefined
      ? Object.values(ctx.state.store.accounts).find((account) => email !== undefined && account.email === email)
      : ctx.state.store.accounts[id];
  if (!invitee)
    throw unprocessable('Validation Failed', [
      { resource: 'OrganizationInvitation', field: 'invitee_id', code: 'invalid' },
    ]);
  if (isMember(ctx.state, ctx.organization.id, invitee.id)) {
    throw unprocessable('Validation Failed', [
      { resource: 'OrganizationInvitation', code: 'unprocessable', message: 'Invitee is already a part of this org' },
    ]);
  }
  const membership = invite(ctx, ctx.organization, invitee, role === 'admin' ? 'admin' : 'member', ctx.actor, teams);
  const invitation = ctx.state.store.invitations[membership.invitation ?? -1];
  if (!invitation) throw unprocessable('Validation Failed');
  return created(presentOrganizationInvitation(ctx, invitation));
}

function listInvitations(ctx: Ctx): Reply {
  const rows = Object.values(ctx.state.store.invitations).filter(
    (invitation) => invitation.kind === 'organization' && invitation.target === ctx.organization.id,
  );
  return paginate(ctx, rows, (invitation) => presentOrganizationInvitation(ctx, invitation));
}

function cancelInvitation(ctx: Ctx): Reply {
  const invitation = ctx.state.store.invitations[Number(ctx.params.invitation_id)];
  if (!invitation || invitation.target !== ctx.organization.id || invitation.kind !== 'organization') throw notFound();
  delete ctx.state.store.invitations[invitation.id];
  if (invitation.invitee !== null) delete membersOf(ctx)[invitation.invitee];
  return noContent();
}

function ownMembership(ctx: Ctx): Membership {
  if (ctx.actor.kind !== 'user') throw forbidden();
  const membership = membersOf(ctx)[ctx.caller.id];
  if (!membership) throw notFound();
  return membership;
}

function accept(ctx: Ctx): Reply {
  const membership = ownMembership(ctx);
  if (ctx.body.state !== 'active') throw unprocessable('Validation Failed');
  if (membership.state === 'pending') acceptMembership(ctx, ctx.organization, membership);
  return ok(presentMembership(ctx, ctx.organization, membership));
}

function ownOrganizations(ctx: Ctx): { account: Account; membership: Membership }[] {
  if (ctx.actor.kind !== 'user') throw forbidden();
  return Object.values(ctx.state.store.organizations).flatMap((org) => {
    const membership = org.members[ctx.caller.id];
    return membership ? [{ account: ctx.state.account(org.id), membership }] : [];
  });
}

const org = '/orgs/{org}';
const reading = { method: 'GET', permission: 'members:read' } as const;
export const routes: Route[] = [
  { method: 'GET', path: org, handler: (ctx) => ok(presentFull(ctx)) },
  { method: 'GET', path: `${org}/members`, permission: 'token', handler: listMembers },
  {
    method: 'GET',
    path: `${org}/members/{username}`,
    permission: 'members:read',
    handler: (ctx) => {
      if (!isMember(ctx.state, ctx.organization.id, personOf(ctx).id)) throw notFound();
      return noContent();
    },
  },
  { method: 'DELETE', path: `${org}/members/{username}`, permission: 'members:write', handler: removeMember },
  { ...reading, path: `${org}/memberships/{username}`, handler: readMembership },
  { method: 'PUT', path: `${org}/memberships/{username}`, permission: 'members:write', handler: setMembership },
  { method: 'DELETE', path: `${org}/memberships/{username}`, permission: 'members:write', handler: removeMember },
  { ...reading, path: `${org}/invitations`, handler: listInvitations },
  { method: 'POST', path: `${org}/invitations`, permission: 'members:write', handler: createInvitation },
  {
    method: 'DELETE',
    path: `${org}/invitations/{invitation_id}`,
    permission: 'members:write',
    handler: cancelInvitation,
  },
  {
    method: 'GET',
    path: '/user/memberships/orgs/{org}',
    permission: 'token',
    handler: (ctx) => ok(presentMembership(ctx, ctx.organization, ownMembership(ctx))),
  },
  { method: 'PATCH', path: '/user/memberships/orgs/{org}', permission: 'token', handler: accept },
  {
    method: 'GET',
    path: '/user/memberships/orgs',
    permission: 'token',
    handler: (ctx) =>
      paginate(ctx, ownOrganizations(ctx), ({ account, membership }) => presentMembership(ctx, account, membership)),
  },
  {
    method: 'GET',
    path: '/user/orgs',
    permission: 'token',
    handler: (ctx) => {
      const active = ownOrganizations(ctx).filter(({ membership }) => membership.state === 'active');
      return paginate(ctx, active, ({ account }) => presentOrganization(ctx, account));
    },
  },
];
