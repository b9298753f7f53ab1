// People, bots, organisations and teams as the REST API shows them.
import type { Account, Team } from '../world/records.ts';
import type { World } from '../world/world.ts';

export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${id}`).toString('base64url');
}

/** What `nodeId` was made from; an id may have colons of its own. */
export function readNodeId(nodeId: string): { kind: string; id: string } {
  const [kind = '', ...rest] = Buffer.from(nodeId, 'base64url').toString().split(':');
  return { kind, id: rest.join(':') };
}

/** The short form that is embedded everywhere ("simple-user"). */
export function presentAccount(world: Pick<World, 'url'>, account: Account): Record<string, unknown> {
  const encoded = encodeURIComponent(account.login);
  const api = `${world.url}/api/v3/users/${encoded}`;
  const page = account.type === 'Bot' ? `apps/${account.login.replace(/\[bot\]$/, '')}` : account.login;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type, account.id),
    avatar_url: `${world.url}/avatars/u/${account.id}`,
    gravatar_id: '',
    url: api,
    html_url: `${world.url}/${page}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: account.siteAdmin === true,
  };
}

/** The short form of an organisation. */
export function presentOrganization(world: Pick<World, 'url' | 'state'>, account: Account): Record<string, unknown> {
  const api = `${world.url}/api/v3/orgs/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('Organization', account.id),
    url: api,
    repos_url: `${api}/repos`,
    events_url: `${api}/events`,
    hooks_url: `${api}/hooks`,
    issues_url: `${api}/issues`,
    members_url: `${api}/members{/member}`,
    public_members_url: `${api}/public_members{/member}`,
    avatar_url: `${world.url}/avatars/u/${account.id}`,
    description: world.state.organization(account.id)?.description ?? '',
  };
}

export function presentTeam(world: Pick<World, 'url' | 'state'>, team: Team, parents = true): Record<string, unknown> {
  const org = world.state.account(team.org);
  const parent = team.parent === null ? undefined : world.state.store.teams[team.parent];
  const api = `${world.url}/api/v3/organizations/${team.org}/team/${team.id}`;
  return {
    id: team.id,
    node_id: nodeId('Team', team.id),
    name: team.name,
    slug: team.slug,
    description: team.description,
    privacy: team.privacy,
    notification_setting: 'notifications_enabled',
    type: 'organization',
    organization_id: team.org,
    url: api,
    html_url: `${world.url}/orgs/${org.login}/teams/${team.slug}`,
    members_url: `${api}/members{/member}`,
    repositories_url: `${api}/repos`,
    permission: 'pull',
    ...(parents ? { parent: parent ? presentTeam(world, parent, false) : null } : {}),
  };
}
