// Accounts, repositories and pull requests as GraphQL nodes.
import { canRead, granted, roleOf } from '../world/access.ts';
import { inEmptyWindow, isEmpty } from '../http/empty-window.ts';
import { entryAt } from '../git/diff-trees.ts';
import { openGit } from '../world/open-git.ts';
import { nodeId } from '../present/accounts.ts';
import { factsOf } from '../pulls/facts.ts';
import { findPull, pullsOf, type Pull } from '../pulls/records.ts';
import type { Account, Repository } from '../world/records.ts';
import type { Ctx } from '../http/context.ts';
import { connect, type Arguments } from './connection.ts';
import { fail } from './fail.ts';
import { commitNode, objectNode, refByName, refNode } from './git-nodes.ts';

type Row = Record<string, unknown>;

export function accountNode(ctx: Ctx, account: Account): Row {
  return {
    __typename: account.type,
    id: nodeId(account.type, account.id),
    databaseId: account.id,
    login: account.type === 'Bot' ? account.login.replace(/\[bot\]$/, '') : account.login,
    name: account.name,
    email: account.email ?? '',
    url: `${ctx.url}/${account.login}`,
    avatarUrl: `${ctx.url}/avatars/u/${account.id}`,
    repository: ({ name }: { name: string }) => findRepository(ctx, account.login, name),
  };
}

/** Like GitHub: what the caller may not see does not exist. */
export function findRepository(ctx: Ctx, owner: string, name: string): Row {
  const found = ctx.state.repositoryByName(owner, name);
  if (!found || !canRead(ctx.state, ctx.actor, found.repository)) {
    throw fail('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
  }
  return repositoryNode(ctx, found.repository);
}

function mayReadContents(ctx: Ctx): void {
  const { actor } = ctx;
  if (actor.kind === 'installation' && !granted(actor.permissions, { permission: 'contents', level: 'read' })) {
    throw fail('FORBIDDEN', 'Resource not accessible by integration');
  }
}

const permissions = { admin: 'ADMIN', maintain: 'MAINTAIN', push: 'WRITE', triage: 'TRIAGE', pull: 'READ' } as const;

export function repositoryNode(ctx: Ctx, repository: Repository): Row {
  const fullName = ctx.state.fullName(repository);
  const owner = ctx.state.account(repository.owner);
  return {
    __typename: 'Repository',
    id: nodeId('Repository', repository.id),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: fullName,
    owner: () => accountNode(ctx, owner),
    url: `${ctx.url}/${fullName}`,
    description: repository.description,
    homepageUrl: repository.homepage,
    createdAt: repository.createdAt,
    updatedAt: repository.updatedAt,
    pushedAt: repository.pushedAt,
    isPrivate: repository.private,
    isArchived: repository.archived,
    isTemplate: repository.isTemplate,
    isEmpty: () => isEmpty(ctx, repository),
    visibility: repository.private ? 'PRIVATE' : 'PUBLIC',
    templateRepository: () => {
      const template = repository.template === null ? undefined : ctx.state.repository(repository.template);
      return template && canRead(ctx.state, ctx.actor, template) ? repositoryNode(ctx, template) : null;
    },
    viewerPermission: () => {
      const role = ctx.actor.kind === 'user' ? roleOf(ctx.state, ctx.actor.account.id, repository) : null;
      return role && permissions[role];
    },
    ...gitFields(ctx, repository),
    ...pullFields(ctx, repository),
  };
}

function gitFields(ctx: Ctx, repository: Repository): Row {
  const git = openGit(ctx, repository);
  return {
    defaultBranchRef: () => {
      mayReadContents(ctx);
      return refByName(ctx, repository, `refs/heads/${repository.defaultBranch}`);
    },
    ref: ({ qualifiedName }: { qualifiedName: string }) => {
      mayReadContents(ctx);
      return refByName(ctx, repository, qualifiedName);
    },
    refs: async ({ refPrefix, ...args }: Arguments & { refPrefix: string }) => {
      mayReadContents(ctx);
      const refs = inEmptyWindow(repository) ? [] : [...(await git.refs(refPrefix))];
      return connect(refs, args, ([ref, oid]) => refNode(ctx, repository, ref, oid));
    },
    object: async ({ oid, expression }: { oid?: string | null; expression?: string | null }) => {
      mayReadContents(ctx);
      if (inEmptyWindow(repository)) return null;
      if (oid) return objectNode(ctx, repository, oid);
      if (!expression || expression.startsWith('-') || /[\0\n]/.test(expression)) return null;
      const [, name, path = ''] = /^([^:]+):(.*)$/s.exec(expression) ?? [];
      if (name !== undefined) return objectAt(ctx, repository, name, path);
      const found = await git.run(['rev-parse', '--verify', '--quiet', '--end-of-options', expression]);
      return found.code === 0 ? objectNode(ctx, repository, found.stdout.toString().trim()) : null;
    },
  };
}

/** What `COMMIT:PATH` names. */
async function objectAt(ctx: Ctx, repository: Repository, name: string, path: string): Promise<Row | null> {
  const git = openGit(ctx, repository);
  const oid = await git.resolveCommit(name);
  const commit = oid && (await git.commit(oid));
  const entry = commit && (await entryAt(git, commit.tree, path));
  return entry ? objectNode(ctx, repository, entry.oid) : null;
}

type PullArguments = Arguments & {
  states?: string[] | null;
  headRefName?: string | null;
  baseRefName?: string | null;
  labels?: string[] | null;
  orderBy?: { field: string; direction: 'ASC' | 'DESC' } | null;
};
const stateOf = (pull: Pull) => (pull.mergedAt !== null ? 'MERGED' : pull.state === 'open' ? 'OPEN' : 'CLOSED');

function pullFields(ctx: Ctx, repository: Repository): Row {
  return {
    pullRequest: ({ number }: { number: number }) => {
      const pull = findPull(ctx.state, repository, number);
      if (!pull) throw fail('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${number}.`);
      return pullNode(ctx, repository, pull);
    },
    pullRequests: ({ states, headRefName, baseRefName, labels, orderBy, ...args }: PullArguments) => {
      const rows = pullsOf(ctx.state, repository)
        .filter((pull) => !states || states.includes(stateOf(pull)))
        .filter((pull) => !headRefName || pull.head.ref === headRefName)
        .filter((pull) => !baseRefName || pull.base.ref === baseRefName)
        .filter((pull) => !labels || pull.labels.some(({ name }) => labels.includes(name)))
        .toSorted((a, b) => (orderBy?.field === 'UPDATED_AT' ? a.updatedAt.localeCompare(b.updatedAt) : 0));
      return connect(orderBy?.direction === 'DESC' ? rows.toReversed() : rows, args, (pull) =>
        pullNode(ctx, repository, pull),
      );
    },
  };
}

export function pullNode(ctx: Ctx, repository: Repository, pull: Pull): Row {
  const commit = async (oid: string) => commitNode(ctx, repository, await openGit(ctx, repository).commit(oid));
  return {
    __typename: 'PullRequest',
    id: nodeId('PullRequest', pull.id),
    databaseId: pull.id,
    number: pull.number,
    title: pull.title,
    body: pull.body ?? '',
    url: `${ctx.url}/${ctx.state.fullName(repository)}/pull/${pull.number}`,
    state: stateOf(pull),
    closed: pull.state === 'closed',
    merged: pull.mergedAt !== null,
    isDraft: pull.draft,
    headRefName: pull.head.ref,
    headRefOid: pull.head.sha,
    baseRefName: pull.base.ref,
    baseRefOid: pull.base.sha,
    mergeable: async () => ((await factsOf(ctx, repository, pull)).mergeable ? 'MERGEABLE' : 'CONFLICTING'),
    mergeCommit: () => (pull.mergeCommit === null ? null : commit(pull.mergeCommit)),
    author: () => accountNode(ctx, ctx.state.account(pull.user)),
    createdAt: pull.createdAt,
    updatedAt: pull.updatedAt,
    closedAt: pull.closedAt,
    mergedAt: pull.mergedAt,
    repository: () => repositoryNode(ctx, repository),
  };
}
