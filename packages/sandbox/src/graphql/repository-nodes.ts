// What a repository leads to beyond git, as GraphQL nodes: settings, threads, labels, releases; and the repositories of an account.
import type { GraphQLSchema } from 'graphql';
import { canRead, grantedRole, isMember, roleAtLeast, roleOf } from '../world/access.ts';
import type { Repository, Role } from '../world/records.ts';
import { canReadIssues } from '../issues/access.ts';
import { findLabel, findThread, issueArea, labelsOf, type Milestone } from '../issues/records.ts';
import { releasesOf, shownReleases, type Release } from '../present/releases.ts';
import { nodeId } from '../present/accounts.ts';
import type { Ctx } from '../http/context.ts';
import { inRepository } from './by-rest.ts';
import { connect, type Arguments } from './connection.ts';
import { fail } from './fail.ts';
import { addFields, type Row } from './fields.ts';
import { accountNode, pullNode, repositoryNode } from './nodes.ts';
import { issueNode } from './issue-nodes.ts';
import { labelNode, milestoneNode } from './thread-nodes.ts';

type Order = { field: string; direction: 'ASC' | 'DESC' } | null;

export function addRepositories(schema: GraphQLSchema): void {
  const of = ({ state }: Ctx, { databaseId }: Row): Repository => state.repository(databaseId as number)!;
  addFields(schema, 'Repository', of, { ...settingFields, ...absentFields, ...threadFields, ...releaseFields });
  for (const owner of ['Organization', 'User'])
    addFields(schema, owner, (_, { databaseId }) => databaseId as number, { repositories: ownedBy });
}

const setting = (name: string, otherwise: boolean) => (_: Ctx, repository: Repository) =>
  repository.settings[name] ?? otherwise;

const settingFields = {
  autoMergeAllowed: setting('allow_auto_merge', false),
  deleteBranchOnMerge: setting('delete_branch_on_merge', false),
  hasIssuesEnabled: setting('has_issues', true),
  hasProjectsEnabled: setting('has_projects', true),
  hasWikiEnabled: setting('has_wiki', true),
  mergeCommitAllowed: setting('allow_merge_commit', true),
  rebaseMergeAllowed: setting('allow_rebase_merge', true),
  squashMergeAllowed: setting('allow_squash_merge', true),
  isInOrganization: ({ state }: Ctx, { owner }: Repository) => state.account(owner).type === 'Organization',
  repositoryTopics: (ctx: Ctx, repository: Repository, args: Arguments) =>
    connect(repository.topics, args, (name) => ({
      id: nodeId('RepositoryTopic', `${repository.id}:${name}`),
      topic: { id: nodeId('Topic', name), name },
      url: `${ctx.url}/topics/${name}`,
    })),
  sshUrl: (ctx: Ctx, repository: Repository) =>
    `git@${new URL(ctx.url).hostname}:${ctx.state.fullName(repository)}.git`,
  viewerCanAdminister: ({ state, actor }: Ctx, repository: Repository) =>
    actor.kind === 'user' && roleOf(state, actor.account.id, repository) === 'admin',
  viewerDefaultMergeMethod: (_: Ctx, { settings }: Repository) =>
    settings['allow_merge_commit'] !== false ? 'MERGE' : settings['allow_squash_merge'] !== false ? 'SQUASH' : 'REBASE',
};

/** The sandbox has no forks, stars, mirrors or discussions, and looks at no content for languages and licences. */
const absentFields = {
  diskUsage: () => 0,
  hasDiscussionsEnabled: () => false,
  isMirror: () => false,
  mirrorUrl: () => null,
  languages: (_: Ctx, _repository: Repository, args: Arguments) => connect([], args, (node) => node),
  licenseInfo: () => null,
  primaryLanguage: () => null,
  watchers: (_: Ctx, _repository: Repository, args: Arguments) => connect([], args, (node) => node),
  forkCount: () => 0,
  forks: (_: Ctx, _repository: Repository, args: Arguments) => connect([], args, (node) => node),
  isFork: () => false,
  parent: () => null,
  stargazerCount: () => 0,
};

type People = Arguments & { query?: string | null };
const peopleWith =
  (role: Role) =>
  (ctx: Ctx, repository: Repository, { query, ...args }: People): Row => {
    const people = Object.values(ctx.state.store.accounts).filter(
      ({ id, type, login }) =>
        type === 'User' &&
        roleAtLeast(grantedRole(ctx.state, id, repository), role) &&
        login.toLowerCase().includes((query ?? '').toLowerCase()),
    );
    return connect(people, args, (account) => accountNode(ctx, account));
  };

const threadFields = {
  assignableUsers: peopleWith('push'),
  mentionableUsers: peopleWith('pull'),
  issue: (ctx: Ctx, repository: Repository, { number }: { number: number }) =>
    threadNode(ctx, repository, number, ['issue'], 'an Issue'),
  issueOrPullRequest: (ctx: Ctx, repository: Repository, { number }: { number: number }) =>
    threadNode(ctx, repository, number, ['issue', 'pull'], 'an issue or pull request'),
  label: (ctx: Ctx, repository: Repository, { name }: { name: string }) => {
    const label = findLabel(ctx.state, repository, name);
    return label ? labelNode(ctx, repository, label) : null;
  },
  labels: (
    ctx: Ctx,
    repository: Repository,
    { query, orderBy, ...args }: Arguments & { query?: string | null; orderBy?: Order },
  ) => {
    const wanted = (query ?? '').toLowerCase();
    const found = labelsOf(ctx.state, repository).filter(
      ({ name, description }) =>
        name.toLowerCase().includes(wanted) || (description ?? '').toLowerCase().includes(wanted),
    );
    const rows = orderBy?.field === 'NAME' ? found.toSorted((a, b) => a.name.localeCompare(b.name)) : found;
    return connect(orderBy?.direction === 'DESC' ? rows.toReversed() : rows, args, (label) =>
      labelNode(ctx, repository, label),
    );
  },
  milestone: (ctx: Ctx, repository: Repository, { number }: { number: number }) => {
    const found = milestonesOf(ctx, repository).find((milestone) => milestone.number === number);
    return found ? milestoneNode(ctx, repository, found) : null;
  },
  milestones: (ctx: Ctx, repository: Repository, { states, ...args }: Arguments & { states?: string[] | null }) => {
    const rows = milestonesOf(ctx, repository).filter(({ state }) => !states || states.includes(state.toUpperCase()));
    return connect(rows, args, (milestone) => milestoneNode(ctx, repository, milestone));
  },
};

const milestonesOf = (ctx: Ctx, repository: Repository): Milestone[] =>
  Object.values(issueArea(ctx.state).milestones).filter((milestone) => milestone.repository === repository.id);

function threadNode(ctx: Ctx, repository: Repository, number: number, kinds: readonly string[], what: string): Row {
  if (!canReadIssues(ctx, repository)) throw fail('FORBIDDEN', 'Resource not accessible by integration');
  const found = findThread(ctx.state, repository, number);
  if (!found || !kinds.includes(found.kind))
    throw fail('NOT_FOUND', `Could not resolve to ${what} with the number of ${number}.`);
  return found.kind === 'issue' ? issueNode(ctx, repository, found.issue) : pullNode(ctx, repository, found.issue);
}

const releaseFields = {
  latestRelease: (ctx: Ctx, repository: Repository) => {
    const found = latestOf(ctx, repository);
    return found ? releaseNode(ctx, repository, found) : null;
  },
  release: (ctx: Ctx, repository: Repository, { tagName }: { tagName: string }) => {
    const found = shownReleases(inRepository(ctx, repository)).find((shownRelease) => shownRelease.tag === tagName);
    return found ? releaseNode(ctx, repository, found) : null;
  },
  releases: (ctx: Ctx, repository: Repository, { orderBy, ...args }: Arguments & { orderBy?: Order }) => {
    const key = (release: Release): string => (orderBy?.field === 'NAME' ? (release.name ?? '') : release.createdAt);
    const found = shownReleases(inRepository(ctx, repository)).toReversed();
    const rows = found.toSorted((a, b) => key(a).localeCompare(key(b)) || a.id - b.id);
    return connect(orderBy?.direction === 'ASC' ? rows : rows.toReversed(), args, (release) =>
      releaseNode(ctx, repository, release),
    );
  },
};

const latestOf = (ctx: Ctx, repository: Repository): Release | undefined =>
  shownReleases(inRepository(ctx, repository)).find((shownRelease) => !shownRelease.draft && !shownRelease.prerelease);

export function releaseById(ctx: Ctx, id: number): Row | null {
  const release = releasesOf(ctx)[id];
  const repository = release && ctx.state.repository(release.repository);
  if (!repository || !canRead(ctx.state, ctx.actor, repository)) return null;
  const isShown = shownReleases(inRepository(ctx, repository)).includes(release);
  return isShown ? releaseNode(ctx, repository, release) : null;
}

function releaseNode(ctx: Ctx, repository: Repository, release: Release): Row {
  return {
    __typename: 'Release',
    id: nodeId('Release', release.id),
    databaseId: release.id,
    name: release.name,
    tagName: release.tag,
    description: release.body,
    createdAt: release.createdAt,
    publishedAt: release.publishedAt,
    isDraft: release.draft,
    isLatest: latestOf(ctx, repository)?.id === release.id,
    isPrerelease: release.prerelease,
    url: `${ctx.url}/${ctx.state.fullName(repository)}/releases/tag/${encodeURIComponent(release.tag)}`,
    author: () => accountNode(ctx, ctx.state.account(release.author)),
  };
}

type Owned = Arguments & {
  privacy?: 'PRIVATE' | 'PUBLIC' | null;
  visibility?: 'PRIVATE' | 'PUBLIC' | 'INTERNAL' | null;
  orderBy?: Order;
  ownerAffiliations?: string[] | null;
  isFork?: boolean | null;
  isArchived?: boolean | null;
};

function ownedBy(ctx: Ctx, id: number, { orderBy, ...args }: Owned): Row {
  const affiliations = args.ownerAffiliations ?? ['OWNER', 'COLLABORATOR'];
  const visibility = args.visibility ?? args.privacy;
  const found = Object.values(ctx.state.store.repositories)
    .filter((repository) => affiliations.includes(affiliationOf(ctx, id, repository) ?? ''))
    .filter((repository) => canRead(ctx.state, ctx.actor, repository) && args.isFork !== true)
    .filter((repository) => !visibility || visibility === (repository.private ? 'PRIVATE' : 'PUBLIC'))
    .filter((repository) => (args.isArchived ?? repository.archived) === repository.archived);
  const key = orders[orderBy?.field ?? 'CREATED_AT'] ?? orders['CREATED_AT']!;
  const rows = found.toSorted((a, b) => key(a).localeCompare(key(b)) || a.id - b.id);
  return connect(orderBy?.direction === 'DESC' ? rows.toReversed() : rows, args, (repository) =>
    repositoryNode(ctx, repository),
  );
}

const orders: Record<string, (repository: Repository) => string> = {
  CREATED_AT: (repository) => repository.createdAt,
  UPDATED_AT: (repository) => repository.updatedAt,
  PUSHED_AT: (repository) => repository.pushedAt ?? '',
  NAME: (repository) => repository.name.toLowerCase(),
  STARGAZERS: () => '',
};

function affiliationOf({ state }: Ctx, account: number, repository: Repository): string | undefined {
  if (repository.owner === account) return 'OWNER';
  if (repository.collaborators[account] !== undefined) return 'COLLABORATOR';
  return isMember(state, repository.owner, account) ? 'ORGANIZATION_MEMBER' : undefined;
}
