// What GitHub has and the sandbox has none of: the addresses that its answers give away lead to empty lists.
import { canRead, isMember } from '../world/access.ts';
import { forbidden, notFound } from '../world/errors.ts';
import { pullArea, findPull } from '../pulls/records.ts';
import { presentReviewComment } from '../pulls/present.ts';
import { presentAccount, presentOrganization } from '../present/accounts.ts';
import { presentFor, repositoryApi } from '../present/repository.ts';
import { presentIssue } from '../issues/present.ts';
import { searchThreads } from '../issues/search.ts';
import type { Account } from '../world/records.ts';
import { json, noContent, ok, paginate, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

const repository = '/repos/{owner}/{repo}';
const empty = (): Reply => ok([]);

function personOf(ctx: Ctx): Account {
  const account = ctx.state.accountByLogin(ctx.params.username ?? '');
  if (!account) throw notFound();
  return account;
}

function ofPerson(ctx: Ctx): Reply {
  personOf(ctx);
  return empty();
}

function emails(ctx: Ctx): Reply {
  const { email } = ctx.caller;
  return ok(email === null ? [] : [{ email, primary: true, verified: true, visibility: 'public' }]);
}

/** The pages are empty feeds. */
function feeds(ctx: Ctx): Reply {
  const timeline = `${ctx.url}/timeline`;
  const user = `${ctx.url}/{user}`;
  const link = (href: string) => ({ href, type: 'application/atom+xml' });
  return ok({ timeline_url: timeline, user_url: user, _links: { timeline: link(timeline), user: link(user) } });
}

/** Open ones of all repositories. */
function assigned(ctx: Ctx): Reply {
  return paginate(ctx, searchThreads(ctx, 'is:open assignee:@me'), ({ repository: of, thread }) => ({
    ...presentIssue(ctx, of, thread),
    repository: presentFor(ctx, of, ctx.actor),
  }));
}

function organizationsOf(ctx: Ctx, account: Account): Reply {
  const theirs = Object.values(ctx.state.store.accounts).filter(
    (one) => one.type === 'Organization' && isMember(ctx.state, one.id, account.id),
  );
  return paginate(ctx, theirs, (organization) => presentOrganization(ctx, organization));
}

function publicMembers(ctx: Ctx): Reply {
  const members = Object.values(ctx.state.store.accounts).filter((account) =>
    isMember(ctx.state, ctx.organization.id, account.id),
  );
  return paginate(ctx, members, (account) => presentAccount(ctx, account));
}

function isPublicMember(ctx: Ctx): Reply {
  if (!isMember(ctx.state, ctx.organization.id, personOf(ctx).id)) throw notFound();
  return noContent();
}

/** Whoever is asked for is subscribed, as whoever has a repository is. */
function subscription(ctx: Ctx): Reply {
  if (!canRead(ctx.state, ctx.actor, ctx.repository)) throw notFound();
  const api = repositoryApi(ctx, ctx.repository);
  return ok({
    subscribed: true,
    ignored: false,
    reason: null,
    created_at: ctx.repository.createdAt,
    url: `${api}/subscription`,
    repository_url: api,
  });
}

function reviewComments(ctx: Ctx): { shown: Record<string, unknown>; id: number }[] {
  return Object.values(pullArea(ctx.state).comments).flatMap((row) => {
    const pull = Object.values(pullArea(ctx.state).pulls).find((candidate) => candidate.id === row.pull);
    if (!pull || !findPull(ctx.state, ctx.repository, pull.number) || pull.repository !== ctx.repository.id) return [];
    return [{ id: row.id, shown: presentReviewComment(ctx, ctx.repository, pull, row) }];
  });
}

function reviewComment(ctx: Ctx): Reply {
  const found = reviewComments(ctx).find(({ id }) => String(id) === ctx.params.comment_id);
  if (!found) throw notFound();
  return ok(found.shown);
}

function noFork(): never {
  throw forbidden('The repository exists, but forking is disabled.');
}

const reading = { method: 'GET' } as const;
const ofRepository = [
  'stargazers',
  'subscribers',
  'events',
  'forks',
  'deployments',
  'downloads',
  'keys',
  'hooks',
  'contributors',
  'notifications',
  'comments',
  'issues/events',
  'issues/{issue_number}/events',
  'issues/{issue_number}/timeline',
  'milestones/{milestone_number}/labels',
  'releases/{release_id}/reactions',
  'commits/{commit_sha}/comments',
];
const ofPeople = [
  'followers',
  'following',
  'subscriptions',
  'starred',
  'gists',
  'events',
  'events/public',
  'received_events',
];
/** Of whoever asks. */
const own = [
  'user/followers',
  'user/following',
  'user/keys',
  'user/starred',
  'gists',
  'gists/starred',
  'notifications',
];
const ofAll = ['events', 'gists/public'];
const ofOrganizations = ['hooks', 'events', 'issues', 'invitations/{invitation_id}/teams'];

export const routes: Route[] = [
  ...ofRepository.map((rest) => ({ ...reading, path: `${repository}/${rest}`, handler: empty })),
  ...ofPeople.map((rest) => ({ ...reading, path: `/users/{username}/${rest}`, handler: ofPerson })),
  ...ofOrganizations.map((rest) => ({ ...reading, path: `/orgs/{org}/${rest}`, handler: empty })),
  { method: 'POST', path: `${repository}/forks`, permission: 'token', handler: noFork },
  ...own.map((path) => ({ ...reading, path: `/${path}`, permission: 'token', handler: empty })),
  ...ofAll.map((path) => ({ ...reading, path: `/${path}`, handler: empty })),
  {
    ...reading,
    path: `${repository}/actions/caches`,
    permission: 'actions:read',
    handler: () => ok({ total_count: 0, actions_caches: [] }),
  },
  { ...reading, path: '/emojis', handler: () => json(200, {}) },
  { ...reading, path: '/feeds', handler: feeds },
  { ...reading, path: '/user/emails', permission: 'token', handler: emails },
  { ...reading, path: '/issues', permission: 'token', handler: assigned },
  { ...reading, path: '/user/orgs', permission: 'token', handler: (ctx) => organizationsOf(ctx, ctx.caller) },
  { ...reading, path: '/users/{username}/orgs', handler: (ctx) => organizationsOf(ctx, personOf(ctx)) },
  { ...reading, path: '/orgs/{org}/public_members', handler: publicMembers },
  { ...reading, path: '/orgs/{org}/public_members/{username}', handler: isPublicMember },
  { ...reading, path: `${repository}/languages`, handler: () => json(200, {}) },
  { ...reading, path: `${repository}/subscription`, handler: subscription },
  {
    ...reading,
    path: `${repository}/pulls/comments`,
    permission: 'pull_requests:read',
    handler: (ctx) => paginate(ctx, reviewComments(ctx), ({ shown }) => shown),
  },
  {
    ...reading,
    path: `${repository}/pulls/comments/{comment_id}`,
    permission: 'pull_requests:read',
    handler: reviewComment,
  },
];
