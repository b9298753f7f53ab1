// A repository as the REST API and the webhooks show it.
import { canRead, grantedRole, roleAtLeast, roleOf } from '../world/access.ts';
import type { Actor } from '../world/actor.ts';
import type { Repository, Role } from '../world/records.ts';
import type { World } from '../world/world.ts';
import { nodeId, presentAccount } from './accounts.ts';

type WorldView = Pick<World, 'url' | 'state'>;

const links: readonly (readonly [string, string])[] = [
  ['archive', '/{archive_format}{/ref}'],
  ['assignees', '/assignees{/user}'],
  ['blobs', '/git/blobs{/sha}'],
  ['branches', '/branches{/branch}'],
  ['collaborators', '/collaborators{/collaborator}'],
  ['comments', '/comments{/number}'],
  ['commits', '/commits{/sha}'],
  ['compare', '/compare/{base}...{head}'],
  ['contents', '/contents/{+path}'],
  ['contributors', '/contributors'],
  ['deployments', '/deployments'],
  ['downloads', '/downloads'],
  ['events', '/events'],
  ['forks', '/forks'],
  ['git_commits', '/git/commits{/sha}'],
  ['git_refs', '/git/refs{/sha}'],
  ['git_tags', '/git/tags{/sha}'],
  ['hooks', '/hooks'],
  ['issue_comment', '/issues/comments{/number}'],
  ['issue_events', '/issues/events{/number}'],
  ['issues', '/issues{/number}'],
  ['keys', '/keys{/key_id}'],
  ['labels', '/labels{/name}'],
  ['languages', '/languages'],
  ['merges', '/merges'],
  ['milestones', '/milestones{/number}'],
  ['notifications', '/notifications{?since,all,participating}'],
  ['pulls', '/pulls{/number}'],
  ['releases', '/releases{/id}'],
  ['stargazers', '/stargazers'],
  ['statuses', '/statuses/{sha}'],
  ['subscribers', '/subscribers'],
  ['subscription', '/subscription'],
  ['tags', '/tags'],
  ['teams', '/teams'],
  ['trees', '/git/trees{/sha}'],
];

/** The URL of a repository in the REST API. */
export function repositoryApi(world: WorldView, repository: Repository): string {
  return `${world.url}/api/v3/repos/${world.state.fullName(repository)}`;
}

export function presentRepository(world: WorldView, repository: Repository): Record<string, unknown> {
  const fullName = world.state.fullName(repository);
  const api = repositoryApi(world, repository);
  const html = `${world.url}/${fullName}`;
  const setting = (name: string, fallback: boolean) => repository.settings[name] ?? fallback;
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: fullName,
    private: repository.private,
    owner: presentAccount(world, world.state.account(repository.owner)),
    html_url: html,
    description: repository.description,
    fork: false,
    url: api,
    ...Object.fromEntries(links.map(([name, rest]) => [`${name}_url`, `${api}${rest}`])),
    git_url: `${html.replace(/^http/, 'git')}.git`,
    ssh_url: `git@${new URL(world.url).hostname}:${fullName}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: repository.homepage,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: setting('has_issues', true),
    has_projects: setting('has_projects', true),
    has_downloads: true,
    has_wiki: setting('has_wiki', true),
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    archived: repository.archived,
    disabled: false,
    open_issues_count: 0,
    license: null,
    allow_forking: setting('allow_forking', true),
    is_template: repository.isTemplate,
    web_commit_signoff_required: false,
    topics: repository.topics,
    custom_properties: {},
    visibility: repository.private ? 'private' : 'public',
    forks: 0,
    open_issues: 0,
    watchers: 0,
    default_branch: repository.defaultBranch,
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt ?? repository.createdAt,
  };
}

export function permissionFlags(role: Role | null): Record<Role, boolean> {
  const flag = (wanted: Role) => roleAtLeast(role, wanted);
  return {
    admin: flag('admin'),
    maintain: flag('maintain'),
    push: flag('push'),
    triage: flag('triage'),
    pull: flag('pull'),
  };
}

/** With what the caller may do in it. */
export function presentFor(world: WorldView, repository: Repository, actor: Actor): Record<string, unknown> {
  const shown = presentRepository(world, repository);
  if (actor.kind === 'user') shown.permissions = permissionFlags(roleOf(world.state, actor.account.id, repository));
  if (actor.kind === 'installation') {
    const { contents, administration } = actor.permissions;
    const role = administration === 'write' ? 'admin' : contents === 'write' ? 'push' : 'pull';
    shown.permissions = permissionFlags(canRead(world.state, actor, repository) ? role : null);
  }
  return shown;
}

/** How pull requests may be merged. */
export function mergeSettings(repository: Repository): Record<string, unknown> {
  const setting = (name: string, fallback: boolean) => repository.settings[name] ?? fallback;
  return {
    allow_squash_merge: setting('allow_squash_merge', true),
    allow_merge_commit: setting('allow_merge_commit', true),
    allow_rebase_merge: setting('allow_rebase_merge', true),
    allow_auto_merge: setting('allow_auto_merge', false),
    delete_branch_on_merge: setting('delete_branch_on_merge', false),
    allow_update_branch: setting('allow_update_branch', false),
  };
}

/** "full-repository": with organisation, template and settings. */
export function presentFull(world: WorldView, repository: Repository, actor: Actor): Record<string, unknown> {
  const shown = presentFor(world, repository, actor);
  const owner = world.state.account(repository.owner);
  const template = repository.template === null ? undefined : world.state.repository(repository.template);
  const setting = (name: string, fallback: unknown) => repository.settings[name] ?? fallback;
  const admin =
    (actor.kind === 'user' && grantedRole(world.state, actor.account.id, repository) === 'admin') ||
    (actor.kind === 'installation' && actor.permissions.administration !== undefined);
  const settings = {
    ...mergeSettings(repository),
    use_squash_pr_title_as_default: setting('use_squash_pr_title_as_default', false),
    temp_clone_token: '',
  };
  return {
    ...shown,
    ...(owner.type === 'Organization' ? { organization: presentAccount(world, owner) } : {}),
    template_repository: template && canRead(world.state, actor, template) ? presentFor(world, template, actor) : null,
    ...(admin ? settings : {}),
    network_count: 0,
    subscribers_count: 0,
  };
}
