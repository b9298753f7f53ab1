// The root of the API: where everything is. Clients ask it whether a token is good.
import { ok, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

const addresses = {
  current_user: '/user',
  authorizations: '/authorizations',
  code_search: '/search/code?q={query}{&page,per_page,sort,order}',
  commit_search: '/search/commits?q={query}{&page,per_page,sort,order}',
  emails: '/user/emails',
  emojis: '/emojis',
  events: '/events',
  feeds: '/feeds',
  followers: '/user/followers',
  following: '/user/following{/target}',
  gists: '/gists{/gist_id}',
  issue_search: '/search/issues?q={query}{&page,per_page,sort,order}',
  issues: '/issues',
  keys: '/user/keys',
  label_search: '/search/labels?q={query}&repository_id={repository_id}{&page,per_page}',
  notifications: '/notifications',
  organization: '/orgs/{org}',
  organization_repositories: '/orgs/{org}/repos{?type,page,per_page,sort}',
  organization_teams: '/orgs/{org}/teams',
  public_gists: '/gists/public',
  rate_limit: '/rate_limit',
  repository: '/repos/{owner}/{repo}',
  repository_search: '/search/repositories?q={query}{&page,per_page,sort,order}',
  current_user_repositories: '/user/repos{?type,page,per_page,sort}',
  starred: '/user/starred{/owner}{/repo}',
  starred_gists: '/gists/starred',
  topic_search: '/search/topics?q={query}{&page,per_page}',
  user: '/users/{user}',
  user_organizations: '/user/orgs',
  user_repositories: '/users/{user}/repos{?type,page,per_page,sort}',
  user_search: '/search/users?q={query}{&page,per_page,sort,order}',
};

function root(ctx: Ctx): Reply {
  const urls = Object.entries(addresses).map(([name, path]) => [`${name}_url`, `${ctx.url}/api/v3${path}`]);
  const current_user_authorizations_html_url = `${ctx.url}/settings/connections/applications{/client_id}`;
  return ok({ ...Object.fromEntries(urls), current_user_authorizations_html_url });
}

export const routes: Route[] = [{ method: 'GET', path: '/', handler: root }];
