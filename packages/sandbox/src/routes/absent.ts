// What GitHub has and the sandbox has none of: the addresses that its answers give away lead to empty lists.
import { canRead, isMember } from '../world/access.ts';
import { forbidden, notFound } from '../world/errors.ts';
import { pullArea, findPull } from '../pulls/records.ts';
import { presentReviewComment } from '../pulls/present.ts';
import { presentAccount, presentOrganization } from '../present/accounts.ts';
import { repositoryApi } from '../present/repository.ts';
import { json, ok, paginate, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

const repository = '/repos/{owner}/{repo}';
const empty = (): Reply => ok([]);

function ofPerson(ctx: Ctx): Reply {
  if (!ctx.state.accountByLogin(ctx.params.username ?? '')) throw notFound();
  return empty();
}

function organizationsOf(ctx: Ctx): Reply {
  const account = ctx.state.accountByLogin(ctx.params.username ?? '');
  if (!account) throw notFound();
  const theirs = Object.values(ctx.state.store.accounts).filter(
    (one) => one.type === 'Organization' && isMember(ctx.state, one.id, account.id),
  );
  return paginate(ctx, theirs, (one) => presentOrganization(ctx, one));
}

function publicMembers(ctx: Ctx): Reply {
  const members = Object.values(ctx.state.store.accounts).filter((one) =>
    isMember(ctx.state, ctx.organization.id, one.id),
  );
  return paginate(ctx, members, (one) => presentAccount(ctx, one));
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
    const pull = Object.values(pullArea(ctx.state).pulls).find((one) => one.id === row.pull);
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
const ofPeople = ['followers', 'following', 'subscriptions', 'starred', 'gists', 'events', 'received_events'];
const ofOrganizations = ['hooks', 'events', 'issues', 'invitations/{invitation_id}/teams'];

export const routes: Route[] = [
  ...ofRepository.map((rest) => ({ ...reading, path: `${repository}/${rest}`, handler: empty })),
  ...ofPeople.map((rest) => ({ ...reading, path: `/users/{username}/${rest}`, handler: ofPerson })),
  ...ofOrganizations.map((rest) => ({ ...reading, path: `/orgs/{org}/${rest}`, handler: empty })),
  { method: 'POST', path: `${repository}/forks`, permission: 'token', handler: noFork },
  { ...reading, path: '/users/{username}/orgs', handler: organizationsOf },
  { ...reading, path: '/orgs/{org}/public_members', handler: publicMembers },
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
