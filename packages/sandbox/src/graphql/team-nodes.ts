// Teams as GraphQL nodes.
import type { GraphQLSchema } from 'graphql';
import { isMember } from '../world/access.ts';
import { senderOf } from '../world/actor.ts';
import type { Team } from '../world/records.ts';
import { nodeId } from '../present/accounts.ts';
import type { Ctx } from '../http/context.ts';
import { connect, type Arguments } from './connection.ts';
import { addFields, type Row } from './fields.ts';
import { accountNode } from './nodes.ts';

export function teamNode(ctx: Ctx, team: Team): Row {
  return {
    __typename: 'Team',
    id: nodeId('Team', team.id),
    databaseId: team.id,
    name: team.name,
    slug: team.slug,
    organization: () => accountNode(ctx, ctx.state.account(team.org)),
    url: `${ctx.url}/orgs/${ctx.state.account(team.org).login}/teams/${team.slug}`,
  };
}

/** The teams of an organisation are for those inside it. */
export function addTeams(schema: GraphQLSchema): void {
  addFields(schema, 'Organization', (_, { databaseId }) => databaseId as number, {
    team: (ctx, org, { slug }: { slug: string }) => {
      const team = ctx.state.teamBySlug(org, slug);
      return team && isInside(ctx, org) ? teamNode(ctx, team) : null;
    },
    teams: (ctx, org, args: Arguments) => {
      const teams = Object.values(ctx.state.store.teams).filter((team) => team.org === org && isInside(ctx, org));
      return connect(teams, args, (team) => teamNode(ctx, team));
    },
    viewerCanCreateRepositories: (ctx, org) =>
      isInside(ctx, org) && ctx.state.organization(org)?.policy?.repositories !== false,
    viewerIsAMember: (ctx, org) => isInside(ctx, org),
  });
  addFields(schema, 'User', (_, { databaseId }) => databaseId as number, {
    organizations: (ctx, user, args: Arguments) => {
      const viewer = senderOf(ctx.actor)?.id ?? 0;
      const organizations = Object.values(ctx.state.store.accounts).filter(
        ({ id, type }) => type === 'Organization' && isMember(ctx.state, id, user) && isMember(ctx.state, id, viewer),
      );
      return connect(organizations, args, (account) => accountNode(ctx, account));
    },
  });
}

function isInside({ state, actor }: Ctx, org: number): boolean {
  if (actor.kind === 'installation') return actor.installation.account === org && 'members' in actor.permissions;
  return actor.kind === 'user' && isMember(state, org, actor.account.id);
}
