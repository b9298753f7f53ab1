// Teams: make, change, members, and the repositories they have.
import { roleAtLeast } from '../world/access.ts';
import { slugOf } from '../world/slug-of.ts';
import { senderOf } from '../world/actor.ts';
import { stamp } from '../world/clock.ts';
import { notFound, unprocessable } from '../world/errors.ts';
import { emitTeamMembership, joinTeam, roleName } from '../changes/membership.ts';
import { presentAccount, presentOrganization, presentTeam } from '../present/accounts.ts';
import { permissionFlags, presentFor } from '../present/repository.ts';
import { roles, type Account, type Role, type Team } from '../world/records.ts';
import { created, noContent, ok, paginate, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';
import { announceTeam } from './announce-team.ts';

function teamOf(ctx: Ctx): Team {
  const team = ctx.state.teamBySlug(ctx.organization.id, ctx.params.team_slug ?? '');
  if (!team) throw notFound();
  return team;
}

function personOf(ctx: Ctx): Account {
  const account = ctx.state.accountByLogin(ctx.params.username ?? '');
  if (!account) throw notFound();
  return account;
}

function presentFull(ctx: Ctx, team: Team): Record<string, unknown> {
  return {
    ...presentTeam(ctx, team),
    members_count: Object.values(team.members).filter((member) => member.state === 'active').length,
    repos_count: Object.keys(team.repositories).length,
    created_at: team.createdAt,
    updated_at: team.createdAt,
    organization: {
      ...presentAccount(ctx, ctx.organization),
      ...presentOrganization(ctx, ctx.organization),
      type: 'Organization',
      name: ctx.organization.login,
      has_organization_projects: true,
      has_repository_projects: true,
      public_repos: 0,
      public_gists: 0,
      followers: 0,
      following: 0,
      created_at: ctx.organization.createdAt,
      updated_at: ctx.organization.createdAt,
      archived_at: null,
    },
  };
}

function create(ctx: Ctx): Reply {
  const {
    name,
    description = null,
    privacy = 'secret',
    maintainers = [],
    repo_names: repositories = [],
    parent_team_id: parent = null,
  } = ctx.body;
  if (typeof name !== 'string' || slugOf(name) === '')
    throw unprocessable('Validation Failed', [{ resource: 'Team', field: 'name', code: 'missing_field' }]);
  if (ctx.state.teamBySlug(ctx.organization.id, slugOf(name))) {
    throw unprocessable('Validation Failed', [{ resource: 'Team', field: 'name', code: 'already_exists' }]);
  }
  const team: Team = {
    id: ctx.state.nextId(),
    org: ctx.organization.id,
    slug: slugOf(name),
    name,
    description,
    privacy: privacy === 'closed' ? 'closed' : 'secret',
    parent,
    members: {},
    repositories: {},
    createdAt: stamp(ctx.clock.now()),
  };
  ctx.state.store.teams[team.id] = team;
  for (const login of maintainers as string[]) {
    const account = ctx.state.accountByLogin(login);
    if (account) joinTeam(ctx, team, account, 'maintainer', ctx.actor);
  }
  for (const full of repositories as string[]) {
    const [owner = '', repo = ''] = full.split('/');
    const found = ctx.state.repositoryByName(owner, repo);
    if (found) team.repositories[found.repository.id] = 'pull';
  }
  announceTeam(ctx, team, 'created');
  return created(presentFull(ctx, team));
}

function update(ctx: Ctx): Reply {
  const team = teamOf(ctx);
  const { name, description, privacy } = ctx.body;
  const changes = {
    ...(typeof name === 'string' && name !== team.name ? { name: { from: team.name } } : {}),
    ...(description !== undefined ? { description: { from: team.description ?? '' } } : {}),
    ...(privacy !== undefined && privacy !== team.privacy ? { privacy: { from: team.privacy } } : {}),
  };
  if (typeof name === 'string') Object.assign(team, { name, slug: slugOf(name) });
  if (description !== undefined) team.description = description;
  if (privacy === 'closed' || privacy === 'secret') team.privacy = privacy;
  announceTeam(ctx, team, 'edited', { changes });
  return ok(presentFull(ctx, team));
}

function remove(ctx: Ctx): Reply {
  const team = teamOf(ctx);
  delete ctx.state.store.teams[team.id];
  announceTeam(ctx, team, 'deleted');
  return noContent();
}

function presentTeamMembership(ctx: Ctx, team: Team, user: Account): Record<string, unknown> {
  const membership = team.members[user.id];
  if (!membership) throw notFound();
  const url = `${ctx.url}/api/v3/organizations/${team.org}/team/${team.id}/memberships/${user.login}`;
  return { url, role: membership.role, state: membership.state };
}

function setMembership(ctx: Ctx): Reply {
  const team = teamOf(ctx);
  const user = personOf(ctx);
  joinTeam(ctx, team, user, ctx.body.role === 'maintainer' ? 'maintainer' : 'member', ctx.actor);
  return ok(presentTeamMembership(ctx, team, user));
}

function removeMembership(ctx: Ctx): Reply {
  const team = teamOf(ctx);
  const user = personOf(ctx);
  const membership = team.members[user.id];
  if (!membership) throw notFound();
  delete team.members[user.id];
  if (membership.state === 'active') emitTeamMembership(ctx, 'removed', team, user, ctx.actor);
  return noContent();
}

function listMembers(ctx: Ctx): Reply {
  const team = teamOf(ctx);
  const role = ctx.query.get('role') ?? 'all';
  const rows = Object.entries(team.members).filter(
    ([, one]) => one.state === 'active' && (role === 'all' || one.role === role),
  );
  return paginate(ctx, rows, ([id]) => presentAccount(ctx, ctx.state.account(Number(id))));
}

function isTeamMember(ctx: Ctx): Reply {
  if (teamOf(ctx).members[personOf(ctx).id]?.state !== 'active') throw notFound();
  return noContent();
}

function listRepositories(ctx: Ctx): Reply {
  const rows = Object.entries(teamOf(ctx).repositories).flatMap(([id, role]) => {
    const repository = ctx.state.repository(Number(id));
    return repository ? [{ repository, role }] : [];
  });
  return paginate(ctx, rows, ({ repository, role }) => ({
    ...presentFor(ctx, repository, ctx.actor),
    permissions: permissionFlags(role),
    role_name: roleName(role),
  }));
}

function setRepository(ctx: Ctx): Reply {
  const team = teamOf(ctx);
  const wanted = ctx.body.permission ?? 'push';
  const role = ({ read: 'pull', write: 'push' } as Record<string, Role>)[wanted] ?? wanted;
  if (!roles.includes(role))
    throw unprocessable('Validation Failed', [{ resource: 'TeamMember', field: 'permission', code: 'invalid' }]);
  if (ctx.repository.owner !== team.org) throw unprocessable('Validation Failed');
  team.repositories[ctx.repository.id] = role;
  const payload = { team: presentTeam(ctx, team) };
  const sender = senderOf(ctx.actor);
  if (sender) ctx.emit({ event: 'team_add', payload, repository: ctx.repository, sender, actor: ctx.actor });
  announceTeam(ctx, team, 'added_to_repository', { repository: presentFor(ctx, ctx.repository, ctx.actor) });
  return noContent();
}

function readRepository(ctx: Ctx): Reply {
  const role = teamOf(ctx).repositories[ctx.repository.id];
  if (!role) throw notFound();
  if (!/repository\+json/.test(ctx.headers.accept ?? '')) return noContent();
  return ok({
    ...presentFor(ctx, ctx.repository, ctx.actor),
    permissions: permissionFlags(role),
    role_name: roleName(role),
  });
}

function removeRepository(ctx: Ctx): Reply {
  const team = teamOf(ctx);
  delete team.repositories[ctx.repository.id];
  announceTeam(ctx, team, 'removed_from_repository', { repository: presentFor(ctx, ctx.repository, ctx.actor) });
  return noContent();
}

function teamsOfRepository(ctx: Ctx): Reply {
  const rows = Object.values(ctx.state.store.teams).filter(
    (team) => team.repositories[ctx.repository.id] !== undefined,
  );
  return paginate(ctx, rows, (team) => {
    const role = team.repositories[ctx.repository.id] ?? 'pull';
    return {
      ...presentTeam(ctx, team),
      permission: role,
      permissions: permissionFlags(roleAtLeast(role, 'pull') ? role : null),
    };
  });
}

function list(ctx: Ctx): Reply {
  const rows = Object.values(ctx.state.store.teams).filter((team) => team.org === ctx.organization.id);
  return paginate(ctx, rows, (team) => presentTeam(ctx, team));
}

const teams = '/orgs/{org}/teams';
const single = `${teams}/{team_slug}`;
const reading = { method: 'GET', permission: 'members:read' } as const;
const writing = { permission: 'members:write' } as const;
export const routes: Route[] = [
  { ...reading, path: teams, handler: list },
  { ...writing, method: 'POST', path: teams, handler: create },
  { ...reading, path: single, handler: (ctx) => ok(presentFull(ctx, teamOf(ctx))) },
  { ...writing, method: 'PATCH', path: single, handler: update },
  { ...writing, method: 'DELETE', path: single, handler: remove },
  { ...reading, path: `${single}/members`, handler: listMembers },
  // The older spelling, which a team's `members_url` gives away to this day.
  { ...reading, path: `${single}/members/{username}`, handler: isTeamMember },
  {
    ...reading,
    path: `${single}/memberships/{username}`,
    handler: (ctx) => ok(presentTeamMembership(ctx, teamOf(ctx), personOf(ctx))),
  },
  { ...writing, method: 'PUT', path: `${single}/memberships/{username}`, handler: setMembership },
  { ...writing, method: 'DELETE', path: `${single}/memberships/{username}`, handler: removeMembership },
  { ...reading, path: `${single}/repos`, handler: listRepositories },
  { method: 'GET', path: `${single}/repos/{owner}/{repo}`, handler: readRepository },
  { method: 'PUT', path: `${single}/repos/{owner}/{repo}`, permission: 'administration:write', handler: setRepository },
  {
    method: 'DELETE',
    path: `${single}/repos/{owner}/{repo}`,
    permission: 'administration:write',
    handler: removeRepository,
  },
  { method: 'GET', path: '/repos/{owner}/{repo}/teams', permission: 'administration:read', handler: teamsOfRepository },
];
