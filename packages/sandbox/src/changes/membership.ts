// Joining and leaving: organisations, teams and repositories, with the invitations that come before and the events after.
import { isMember } from '../world/access.ts';
import { senderOf, type Actor } from '../world/actor.ts';
import { stamp } from '../world/clock.ts';
import { refused, Refusal } from '../world/errors.ts';
import { nodeId, presentAccount, presentOrganization, presentTeam } from '../present/accounts.ts';
import { repositoryApi, presentRepository } from '../present/repository.ts';
import type { Account, Invitation, Membership, Repository, Role, Team } from '../world/records.ts';
import type { World } from '../world/world.ts';

/** What a day of invitations may hold, by the course clock. */
const invitationsPerDay = 50;
const day = 24 * 3600 * 1000;

function limitInvitations(world: World, target: number): void {
  const since = world.clock.now().getTime() - day;
  const recent = Object.values(world.state.store.invitations).filter(
    (invitation) => invitation.target === target && Date.parse(invitation.createdAt) > since,
  );
  if (world.settings.limitInvitations && recent.length >= invitationsPerDay) {
    throw refused('invitation-limit');
  }
}

/** Everybody who takes a seat: members, those invited, outside collaborators of private repositories. */
function seatsTaken(world: World, org: number): Set<number> {
  const { store } = world.state;
  const repositories = world.state.repositoriesOf(org).filter((repository) => repository.private);
  const ids = new Set(repositories.map(({ id }) => id));
  const invited = Object.values(store.invitations)
    .filter(({ kind, target }) => (kind === 'organization' ? target === org : ids.has(target)))
    .flatMap(({ invitee }) => (invitee === null ? [] : [invitee]));
  const members = Object.keys(world.state.organization(org)?.members ?? {}).map(Number);
  const outside = repositories.flatMap(({ collaborators }) => Object.keys(collaborators).map(Number));
  return new Set([...members, ...outside, ...invited]);
}

export function requireSeat(world: World, org: number, user: number): void {
  const seats = world.state.organization(org)?.policy?.seats;
  if (seats === undefined) return;
  const taken = seatsTaken(world, org);
  if (!taken.has(user) && taken.size >= seats) throw refused('seat-limit');
}

const lifeOfInvitation = 7 * day;

/** After seven days it can no longer be accepted. */
export function isExpired(world: Pick<World, 'clock'>, { createdAt }: Pick<Invitation, 'createdAt'>): boolean {
  return world.clock.now().getTime() - Date.parse(createdAt) > lifeOfInvitation;
}

export function addInvitation(
  world: World,
  fields: Pick<Invitation, 'kind' | 'target' | 'invitee' | 'email' | 'role' | 'teams'>,
  actor: Actor,
): Invitation {
  limitInvitations(world, fields.target);
  const invitation: Invitation = {
    ...fields,
    id: world.state.nextId(),
    inviter: senderOf(actor)?.id ?? fields.target,
    createdAt: stamp(world.clock.now()),
  };
  world.state.store.invitations[invitation.id] = invitation;
  return invitation;
}

export function presentMembership(world: World, org: Account, membership: Membership): Record<string, unknown> {
  const user = world.state.account(membership.user);
  const api = `${world.url}/api/v3/orgs/${org.login}`;
  return {
    url: `${api}/memberships/${user.login}`,
    state: membership.state,
    role: membership.role,
    direct_membership: true,
    enterprise_teams_providing_indirect_membership: [],
    organization_url: api,
    organization: presentOrganization(world, org),
    user: presentAccount(world, user),
  };
}

function emitOrganization(
  world: World,
  action: string,
  org: Account,
  payload: Record<string, unknown>,
  actor: Actor,
): void {
  const sender = senderOf(actor);
  if (sender) world.emit({ event: 'organization', action, account: org, sender, payload, actor });
}

/** Invites, or changes the role of, a person; nobody is a member before they accept. */
export function invite(
  world: World,
  org: Account,
  user: Account,
  role: 'admin' | 'member',
  actor: Actor,
  teams: number[] = [],
): Membership {
  const members = world.state.organization(org.id)?.members ?? {};
  const existing = members[user.id];
  if (existing) {
    existing.role = role;
    return existing;
  }
  requireSeat(world, org.id, user.id);
  const fields = { kind: 'organization', target: org.id, invitee: user.id, email: null, role, teams } as const;
  const invitation = addInvitation(world, fields, actor);
  const membership: Membership = { user: user.id, role, state: 'pending', invitation: invitation.id };
  members[user.id] = membership;
  const payload = { invitation: presentOrganizationInvitation(world, invitation), user: presentAccount(world, user) };
  emitOrganization(world, 'member_invited', org, payload, actor);
  return membership;
}

export function acceptMembership(world: World, org: Account, membership: Membership): void {
  const user = world.state.account(membership.user);
  const invitation = world.state.store.invitations[membership.invitation ?? -1];
  membership.state = 'active';
  delete membership.invitation;
  const actor: Actor = { kind: 'user', account: user, token: '' };
  emitOrganization(world, 'member_added', org, { membership: presentMembership(world, org, membership) }, actor);
  if (invitation) delete world.state.store.invitations[invitation.id];
  for (const team of Object.values(world.state.store.teams)) {
    if (team.org !== org.id) continue;
    const pending = team.members[user.id]?.state === 'pending';
    if (pending || invitation?.teams.includes(team.id))
      joinTeam(world, team, user, team.members[user.id]?.role ?? 'member', actor);
  }
}

export function leave(world: World, org: Account, user: Account, actor: Actor): void {
  const organization = world.state.organization(org.id);
  const membership = organization?.members[user.id];
  if (!organization || !membership) return;
  if (membership.invitation !== undefined) delete world.state.store.invitations[membership.invitation];
  delete organization.members[user.id];
  for (const team of Object.values(world.state.store.teams)) if (team.org === org.id) delete team.members[user.id];
  for (const repository of world.state.repositoriesOf(org.id)) delete repository.collaborators[user.id];
  emitOrganization(world, 'member_removed', org, { membership: presentMembership(world, org, membership) }, actor);
}

/** Active at once for a member of the organisation; pending, with an invitation, for anybody else. */
export function joinTeam(
  world: World,
  team: Team,
  user: Account,
  role: 'member' | 'maintainer',
  actor: Actor,
): 'active' | 'pending' {
  const org = world.state.account(team.org);
  const state = isMember(world.state, team.org, user.id) ? 'active' : 'pending';
  const before = team.members[user.id]?.state;
  team.members[user.id] = { role, state };
  if (state === 'pending') invite(world, org, user, 'member', actor, [team.id]);
  else if (before !== 'active') emitTeamMembership(world, 'added', team, user, actor);
  return state;
}

export function emitTeamMembership(
  world: World,
  action: 'added' | 'removed',
  team: Team,
  user: Account,
  actor: Actor,
): void {
  const sender = senderOf(actor);
  if (!sender) return;
  const payload = { scope: 'team', member: presentAccount(world, user), team: presentTeam(world, team) };
  world.emit({ event: 'membership', action, account: world.state.account(team.org), sender, payload, actor });
}

const legacyRole: Record<Role, string> = {
  pull: 'read',
  triage: 'triage',
  push: 'write',
  maintain: 'maintain',
  admin: 'admin',
};
export const roleName = (role: Role): string => legacyRole[role];

export function addCollaborator(world: World, repository: Repository, user: Account, role: Role, actor: Actor): void {
  const before = repository.collaborators[user.id];
  repository.collaborators[user.id] = role;
  const sender = senderOf(actor);
  if (!sender || before === role) return;
  const changes =
    before === undefined
      ? { permission: { to: role === 'push' ? 'write' : legacyRole[role] }, role_name: { to: legacyRole[role] } }
      : {
          old_permission: { from: legacyRole[before] },
          permission: { from: legacyRole[before], to: legacyRole[role] },
        };
  const payload = { member: presentAccount(world, user), changes };
  world.emit({
    event: 'member',
    action: before === undefined ? 'added' : 'edited',
    payload,
    repository,
    sender,
    actor,
  });
}

export function presentRepositoryInvitation(world: World, invitation: Invitation): Record<string, unknown> {
  const repository = world.state.repository(invitation.target);
  const invitee = invitation.invitee === null ? null : presentAccount(world, world.state.account(invitation.invitee));
  if (!repository) throw new Refusal(404, 'Not Found');
  return {
    id: invitation.id,
    node_id: nodeId('RepositoryInvitation', invitation.id),
    repository: presentRepository(world, repository),
    invitee,
    inviter: presentAccount(world, world.state.account(invitation.inviter)),
    permissions: legacyRole[invitation.role as Role],
    created_at: invitation.createdAt,
    expired: isExpired(world, invitation),
    url: `${repositoryApi(world, repository)}/invitations/${invitation.id}`,
    html_url: `${world.url}/${world.state.fullName(repository)}/invitations`,
  };
}

export function presentOrganizationInvitation(world: World, invitation: Invitation): Record<string, unknown> {
  const login = invitation.invitee === null ? null : world.state.account(invitation.invitee).login;
  const org = world.state.account(invitation.target).login;
  return {
    id: invitation.id,
    node_id: nodeId('OrganizationInvitation', invitation.id),
    login,
    email: invitation.email,
    role: invitation.role === 'admin' ? 'admin' : 'direct_member',
    created_at: invitation.createdAt,
    failed_at: null,
    failed_reason: null,
    inviter: presentAccount(world, world.state.account(invitation.inviter)),
    team_count: invitation.teams.length,
    invitation_teams_url: `${world.url}/api/v3/orgs/${org}/invitations/${invitation.id}/teams`,
    invitation_source: 'member',
  };
}
